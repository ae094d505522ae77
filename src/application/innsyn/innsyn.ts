import { Injectable } from '@nestjs/common';
import { v4 as uuidv4 } from 'uuid';
import { DomainError, refuse } from '../../domain/kernel/domain-error.js';
import type { Privilegium } from '../../domain/privilegier.js';
import type { Organisasjonsnummer } from '../../domain/values/organisasjonsnummer.js';
import type { Uuid } from '../../domain/values/uuid.js';
import type { Actor } from '../ports/actor.js';
import { Clock } from '../ports/clock.js';
import { Documents } from '../ports/documents.js';
import { Innsynslogg, type Innsynslinje, type Innsynsresultat } from '../ports/innsynslogg.js';
import { Persons } from '../ports/persons.js';
import { tilganger } from '../views/tilgang.js';
import { SearcherResolver, type KnownSearcher } from './searchers.js';

/** The integration that asks for a citizen. Who it is has been authenticated. */
export interface ViaIntegrasjon {
  readonly integrasjonId: string;
  /** Why it asks: purpose and legal basis. */
  readonly formal: string;
  readonly requestId: string;
}

/** Who looks, and as what. */
export interface Innsynssporsmal {
  /** The citizen. */
  readonly actor: Actor;
  /** The organisation that she acts for. */
  readonly onBehalfOf?: Organisasjonsnummer;
  readonly viaIntegrasjon?: ViaIntegrasjon;
}

/** "Kan søke i Innsyn på vegne av en innbygger". */
const requiredPrivilegium: Privilegium = 'INNSYN.SOK';

/** The way to what can be seen. Every search and lookup goes through here. */
@Injectable()
export class Innsyn {
  constructor(
    private readonly searchers: SearcherResolver,
    private readonly documents: Documents,
    private readonly persons: Persons,
    private readonly log: Innsynslogg,
    private readonly clock: Clock,
  ) {}

  /**
   * Looks as the one who asks. Through an integration it is what the citizen may see and an organisation owns that has
   * given the integration the tilgang for it: all such organisations, as nothing in the request names one. That it
   * looked, in vain or not, stands in the citizen's innsynslogg before anything is answered.
   * @param found whether there was anything in the answer.
   */
  async runAs<T>(
    { viaIntegrasjon, ...sporsmal }: Innsynssporsmal,
    sok: string,
    look: (searcher: KnownSearcher) => Promise<T>,
    found: (answer: T) => boolean,
  ): Promise<T> {
    if (!viaIntegrasjon) return look(await this.searchers.resolve(sporsmal.actor, sporsmal));
    const fiksOrgIder = await this.organisationsOf(viaIntegrasjon.integrasjonId);
    const note = (resultat: Innsynsresultat) => this.note(sporsmal, { ...viaIntegrasjon, fiksOrgIder, sok, resultat });
    let searcher: KnownSearcher;
    try {
      if (fiksOrgIder.length === 0)
        refuse('forbidden', 'MANGLER_TILGANG', 'Integrasjonen mangler tilgangen «Kan søke i Innsyn på vegne av en innbygger».');
      searcher = await this.searchers.resolve(sporsmal.actor, { ...sporsmal, fiksOrgIder });
    } catch (error) {
      if (error instanceof DomainError) await note('AVSLATT');
      throw error;
    }
    const answer = await look(searcher);
    await note(found(answer) ? 'OK' : 'TOMT');
    return answer;
  }

  private async organisationsOf(integrasjonId: string): Promise<readonly string[]> {
    const documents = await this.documents.all(tilganger, { where: { aktor: integrasjonId, privilegium: requiredPrivilegium } });
    return documents.map(({ data }) => data.fiksOrgId);
  }

  /** A citizen who is not known yet is so from now on: the line is hers to read. What is no citizen's token has no log to stand in. */
  private async note(
    { actor, onBehalfOf }: Omit<Innsynssporsmal, 'gjennom'>,
    looked: Pick<Innsynslinje, 'integrasjonId' | 'formal' | 'requestId' | 'fiksOrgIder' | 'sok' | 'resultat'>,
  ): Promise<void> {
    if (actor.kind !== 'person' || actor.fnr === undefined) return;
    await this.log.write({
      id: uuidv4() as Uuid,
      innbygger: await this.persons.identify({ fnr: actor.fnr }),
      tidspunkt: this.clock.now(),
      ...(onBehalfOf !== undefined && { onBehalfOf }),
      ...looked,
    });
  }
}
