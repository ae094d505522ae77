import { Injectable } from '@nestjs/common';
import { v4 as uuidv4 } from 'uuid';
import { DomainError, refuse } from '../../domain/kernel/domain-error.js';
import type { Privilegium } from '../../domain/privilegier.js';
import type { Organisasjonsnummer } from '../../domain/values/organisasjonsnummer.js';
import type { Uuid } from '../../domain/values/uuid.js';
import { LastUse } from '../commands/last-use.js';
import { requireOwnLogin } from '../commands/login-level.js';
import type { Actor } from '../ports/actor.js';
import { Clock } from '../ports/clock.js';
import { Documents } from '../ports/documents.js';
import { Innsynslogg, type Innsynslinje, type Innsynsresultat } from '../ports/innsynslogg.js';
import { Persons } from '../ports/persons.js';
import { inForceAt, tilganger } from '../views/tilgang.js';
import { SearcherResolver, type KnownSearcher } from './searchers.js';

/** The integration that searches on behalf of a citizen. It has been authenticated. */
export interface ViaIntegrasjon {
  readonly integrasjonId: string;
  /** The purpose and legal basis of the search, as the integration states them. */
  readonly formal: string;
  readonly requestId: string;
}

/** The citizen who searches, the organisation she acts for, and the integration she searches through. */
export interface Innsynssporsmal {
  /** The citizen. Other actors are refused. */
  readonly actor: Actor;
  /** The orgnr of the organisation that she acts for. Missing: she acts for herself. */
  readonly onBehalfOf?: Organisasjonsnummer;
  readonly viaIntegrasjon?: ViaIntegrasjon;
}

/** Its name in KS Fiks: "Kan søke i Innsyn på vegne av en innbygger". */
const requiredPrivilegium: Privilegium = 'INNSYN.SOK';

/**
 * Runs the searches and lookups of the Innsyn API with the access rights of the searcher, and writes the innsynslogg.
 * Search clients (`search-client.ts`) have a path of their own.
 */
@Injectable()
export class Innsyn {
  constructor(
    private readonly searchers: SearcherResolver,
    private readonly documents: Documents,
    private readonly persons: Persons,
    private readonly log: Innsynslogg,
    private readonly clock: Clock,
    private readonly lastUse: LastUse,
  ) {}

  /**
   * Runs a search as the citizen. Through an integration, it covers only documents of organisations that have given the
   * integration the tilgang `INNSYN.SOK`. It covers all such organisations, because the request names none. The search is
   * written to the citizen's innsynslogg before the result is returned, also when it finds nothing or is refused. Refuses
   * (`forbidden`) an integration without the tilgang, a virksomhet's system without an integration, and a searcher that
   * `SearcherResolver` refuses.
   * @param sok the kind of search, as the innsynslogg has it.
   * @param look the search itself.
   * @param found whether the result has any hits.
   */
  async runAs<T>(
    { viaIntegrasjon, ...sporsmal }: Innsynssporsmal,
    sok: string,
    look: (searcher: KnownSearcher) => Promise<T>,
    found: (answer: T) => boolean,
  ): Promise<T> {
    if (!viaIntegrasjon) {
      requireOwnLogin(sporsmal.actor);
      return look(await this.searchers.resolve(sporsmal.actor, sporsmal));
    }
    const fiksOrgIder = await this.organisationsOf(viaIntegrasjon.integrasjonId);
    const note = (resultat: Innsynsresultat) => this.writeLog(sporsmal, { ...viaIntegrasjon, fiksOrgIder, sok, resultat });
    let searcher: KnownSearcher;
    try {
      if (fiksOrgIder.length === 0)
        refuse('forbidden', 'MANGLER_TILGANG', 'Integrasjonen mangler tilgangen «Kan søke i Innsyn på vegne av en innbygger».');
      searcher = await this.searchers.resolve(sporsmal.actor, { ...sporsmal, fiksOrgIder });
    } catch (error) {
      if (error instanceof DomainError) await note('AVSLATT');
      throw error;
    }
    for (const fiksOrgId of fiksOrgIder) this.lastUse.note({ fiksOrgId, aktor: viaIntegrasjon.integrasjonId, omrade: 'INNSYN', privilegium: requiredPrivilegium });
    const answer = await look(searcher);
    await note(found(answer) ? 'OK' : 'TOMT');
    return answer;
  }

  /** The organisations that are open and have given the integration the tilgang. */
  private async organisationsOf(integrasjonId: string): Promise<readonly string[]> {
    const [documents, stengte] = await Promise.all([
      this.documents.all(tilganger, { where: { aktor: integrasjonId, privilegium: requiredPrivilegium } }),
      this.searchers.stengte(),
    ]);
    return documents.filter(inForceAt(this.clock.now())).map(({ data }) => data.fiksOrgId).filter((id) => !stengte.includes(id));
  }

  /**
   * Creates a person reference for a new citizen, so that she can read the line later. Calls without a citizen's
   * fødselsnummer are not logged, because there is nobody to show the line to.
   */
  private async writeLog(
    { actor, onBehalfOf }: Omit<Innsynssporsmal, 'viaIntegrasjon'>,
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
