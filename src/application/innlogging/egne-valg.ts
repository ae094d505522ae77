import { Injectable } from '@nestjs/common';
import { refuse } from '../../domain/kernel/domain-error.js';
import type { Kommunenummer } from '../../domain/values/kommunenummer.js';
import type { Organisasjonsnummer } from '../../domain/values/organisasjonsnummer.js';
import { refuseMissing } from '../commands/access.js';
import { requireLevelFor } from '../commands/login-level.js';
import { Oversikter } from '../innsyn/oversikt.js';
import type { Actor } from '../ports/actor.js';
import { Clock } from '../ports/clock.js';
import { NotAuthenticated } from '../ports/identity.js';
import { Persons } from '../ports/persons.js';
import { Representasjon } from '../ports/representasjon.js';
import { Sessions } from './sessions.js';

/** The choices of a person about herself: her own kommune, and whom she acts for. */
@Injectable()
export class EgneValg {
  constructor(
    private readonly persons: Persons,
    private readonly representation: Representasjon,
    private readonly sessions: Sessions,
    private readonly oversikter: Oversikter,
    private readonly clock: Clock,
  ) {}

  /** Chooses her own kommune; undefined goes back to the sender of her newest post. Refuses (`invalid`) one that is not registered. */
  async kommune(actor: Actor, kommunenummer: Kommunenummer | undefined): Promise<void> {
    const { fnr } = requirePerson(actor);
    if (kommunenummer !== undefined && !(await this.oversikter.now()).kommune(kommunenummer))
      refuse('invalid', 'UKJENT_KOMMUNE', 'Kommunen finnes ikke her.', 'kommunenummer');
    await this.persons.chooseKommune(await this.persons.identify({ fnr }), kommunenummer);
  }

  /**
   * Chooses whom the session acts for; undefined for herself. Refuses (`forbidden`) an organisation that she may not represent, and
   * (`conflict`) a request without a session.
   * @returns the new secret of the session.
   */
  async representerer(actor: Actor, secret: string | undefined, orgnr: Organisasjonsnummer | undefined): Promise<string> {
    const { fnr } = requirePerson(actor);
    if (secret === undefined) return refuse('conflict', 'UTEN_OKT', 'Dette valget gjelder innloggingen i nettleseren. Med et token oppgir du onBehalfOf i hvert søk.');
    const chosen = orgnr === undefined ? undefined : (await this.representation.organisationsOf(fnr)).find((one) => one.orgnr === orgnr);
    if (orgnr !== undefined && !chosen) return refuse('forbidden', 'KAN_IKKE_REPRESENTERE', 'Du har ikke rettigheten i Altinn som trengs for å handle for denne virksomheten.');
    const next = await this.sessions.choose(secret, chosen, this.clock.now());
    if (next === undefined) throw new NotAuthenticated();
    return next;
  }
}

function requirePerson(actor: Actor) {
  if (actor.kind !== 'person' || actor.fnr === undefined) return refuseMissing();
  requireLevelFor(actor, 'reading');
  return { fnr: actor.fnr };
}
