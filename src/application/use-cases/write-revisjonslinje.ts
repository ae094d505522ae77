import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { refuse } from '../../domain/kernel/domain-error.js';
import { readablePart } from '../../domain/values/text.js';
import type { PersonId } from '../../domain/values/person-id.js';
import { undertjenester } from '../../domain/values/undertjeneste.js';
import { isUuid, type Uuid } from '../../domain/values/uuid.js';
import type { CommandRequest } from '../commands/decision.js';
import { LastUse } from '../commands/last-use.js';
import { OrganisationStatusReader } from '../commands/organisation-status-reader.js';
import { actorReference, personOf } from '../ports/actor.js';
import { Clock } from '../ports/clock.js';
import { EksternRevisjon } from '../ports/ekstern-revisjon.js';
import { Persons } from '../ports/persons.js';

/** An action, as an integration tells it. */
export interface EksternHandling {
  readonly fiksOrgId: string;
  readonly tjenesteKode: string;
  readonly melding: string;
  /** The actor: the id of a person or an integration, an orgnr, or a text. Missing: the integration itself. */
  readonly principal?: string;
  readonly onBehalfOf?: string;
  readonly underRessursId?: string;
  readonly requestId?: string;
  readonly payload?: string;
}

/**
 * Writes an audit line of another system. Refuses (`forbidden`) unless the organisation has the integration under one of its
 * undertjenester, also while these are closed. Idempotent by the request's command id.
 */
export class WriteRevisjonslinje extends Command<undefined> {
  constructor(
    readonly handling: EksternHandling,
    readonly request: CommandRequest,
  ) {
    super();
  }
}

@CommandHandler(WriteRevisjonslinje)
export class WriteRevisjonslinjeHandler implements ICommandHandler<WriteRevisjonslinje> {
  constructor(
    private readonly organisations: OrganisationStatusReader,
    private readonly persons: Persons,
    private readonly revisjon: EksternRevisjon,
    private readonly clock: Clock,
    private readonly lastUse: LastUse,
  ) {}

  async execute({ handling, request }: WriteRevisjonslinje): Promise<undefined> {
    const { fiksOrgId, tjenesteKode, melding, principal, onBehalfOf, underRessursId, requestId, payload } = handling;
    const { actor } = request;
    const organisation = await this.organisations.read(fiksOrgId, actor);
    if (actor.kind !== 'integrasjon' || !undertjenester.some((one) => organisation.hasIntegration(actor.id, one)))
      refuse('forbidden', 'MANGLER_TILGANG', 'Integrasjonen er ikke lagt til under en tjeneste i organisasjonen.');
    this.lastUse.note({ fiksOrgId, aktor: actor.id, omrade: 'ORGANISASJON' });
    const aktor = principal === undefined ? actorReference(actor) : await this.referenceOf(principal);
    const paVegneAv = onBehalfOf === undefined ? undefined : await this.referenceOf(onBehalfOf);
    await this.revisjon.write({
      id: request.commandId as Uuid,
      tidspunkt: this.clock.now(),
      fiksOrg: fiksOrgId,
      tjeneste: tjenesteKode,
      principal: aktor,
      ...(paVegneAv !== undefined && { onBehalfOf: paVegneAv }),
      handling: readablePart(melding),
      ...(underRessursId !== undefined && { underRessurs: underRessursId }),
      ...(requestId !== undefined && { requestId: readablePart(requestId) }),
      ...(payload !== undefined && { payload: readablePart(payload) }),
    });
    // One who was forgotten while the line was written is forgotten in it too.
    const persons = [aktor, paVegneAv].flatMap((reference) => (reference === undefined ? [] : (personOf(reference) ?? [])));
    const known = persons.length === 0 ? undefined : await this.persons.reveal(persons);
    for (const person of persons) if (!known!.has(person)) await this.revisjon.forget(person);
    return undefined;
  }

  private async referenceOf(text: string): Promise<string> {
    const id = text.toLowerCase() as PersonId;
    if (isUuid(id)) return (await this.persons.reveal([id])).has(id) ? `person:${id}` : `integrasjon:${id}`;
    return /^\d{9}$/.test(text) ? `virksomhet:${text}` : `klient:${readablePart(text)}`;
  }
}
