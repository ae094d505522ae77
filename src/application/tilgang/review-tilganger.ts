import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { v5 as uuidv5 } from 'uuid';
import type { GjennomgattTilgang, Gjennomgangsvalg } from '../../domain/organisasjon.js';
import { refuse } from '../../domain/kernel/domain-error.js';
import { OrganisationStatusReader } from '../commands/organisation-status-reader.js';
import { commandIdNamespace, type CommandRequest } from '../commands/decision.js';
import { Execute, Rehearse, type Executed } from '../commands/execute.js';
import { Clock } from '../ports/clock.js';
import { Documents, type Document } from '../ports/documents.js';
import { EventStore } from '../ports/event-store.js';
import { revocationOf } from '../use-cases/change-tilgang.js';
import { waitUntilCaughtUp } from '../use-cases/delete-meldinger.js';
import { inForceAt, tilganger, type TilgangView } from '../views/tilgang.js';

/** A decision on one tilgang. */
export interface Avgjorelse extends GjennomgattTilgang {
  readonly behold: boolean;
}
/** A review that is recorded. */
export interface Reviewed {
  /** The log position to wait for. */
  readonly position: bigint;
  readonly beholdt: number;
  readonly fjernet: number;
}

/**
 * Records a review of an organisation's tilganger, and revokes those that are not kept. Refuses all of it (`conflict`) when a
 * tilgang to keep is not held any more, when one is named twice, or when a revocation would be refused. Safe to repeat: one
 * that is to be removed may be gone already.
 */
export class ReviewTilganger extends Command<Reviewed> {
  constructor(
    readonly fiksOrgId: string,
    readonly avgjorelser: readonly Avgjorelse[],
    readonly request: CommandRequest,
  ) {
    super();
  }
}

const keyOf = ({ ressurs, aktor, privilegium }: Pick<TilgangView, 'ressurs' | 'aktor' | 'privilegium'>): string => `${ressurs}/${aktor}/${privilegium}`;

@CommandHandler(ReviewTilganger)
export class ReviewTilgangerHandler implements ICommandHandler<ReviewTilganger> {
  constructor(
    private readonly commands: CommandBus,
    private readonly organisations: OrganisationStatusReader,
    private readonly documents: Documents,
    private readonly store: EventStore,
    private readonly clock: Clock,
  ) {}

  async execute({ fiksOrgId, avgjorelser, request }: ReviewTilganger): Promise<Reviewed> {
    // Before the tilganger are looked up, because a caller who is refused learns nothing of them.
    await this.organisations.requireReading(request.actor, 'revisjonsspor', fiksOrgId);
    await waitUntilCaughtUp(this.store, this.documents, [tilganger]);
    const all = (await this.documents.all(tilganger, { where: { fiksOrgId } })).filter(inForceAt(this.clock.now()));
    const held = new Map(all.map((one) => [keyOf(one.data), one]));
    const chosen = (behold: boolean) => avgjorelser.filter((one) => one.behold === behold && held.has(keyOf(one))).map(({ behold: _, ...one }) => one);
    const data: Gjennomgangsvalg = { beholdt: chosen(true), fjernet: chosen(false) };
    const record = new Execute('organisasjon', fiksOrgId, fiksOrgId, { type: 'ReviewTilganger', data }, request, undefined, { avgjorelser });
    const rehearsed: Executed = await this.commands.execute(new Rehearse(record));
    // A retry says what the first request did, and goes on where it was interrupted.
    const { beholdt, fjernet } = rehearsed.repeated ? await this.recorded(rehearsed.position) : data;
    const revocations = this.revocations(fiksOrgId, fjernet, held, request);
    if (!rehearsed.repeated) {
      requireFitting(avgjorelser, held);
      for (const one of revocations) await this.commands.execute(new Rehearse(one));
    }
    let { position } = await this.commands.execute(record);
    for (const one of revocations) {
      const executed: Executed = await this.commands.execute(one);
      if (executed.position > position) position = executed.position;
    }
    return { position, beholdt: beholdt.length, fjernet: fjernet.length };
  }

  /** The review that an event has recorded. */
  private async recorded(position: bigint): Promise<Gjennomgangsvalg> {
    const [event] = await this.store.readAt([position]);
    return event!.data as Gjennomgangsvalg;
  }

  /** The commands that revoke what is held of the tilganger. The reviewer's own role comes last, because she could revoke nothing after it. */
  private revocations(fiksOrgId: string, fjernet: readonly GjennomgattTilgang[], held: ReadonlyMap<string, Document<TilgangView>>, request: CommandRequest) {
    const isOwnRole = ({ aktor, ressurs }: GjennomgattTilgang) => aktor === request.actor.id && ressurs === fiksOrgId;
    return [...fjernet.filter((one) => !isOwnRole(one)), ...fjernet.filter(isOwnRole)].flatMap((one) => {
      const key = keyOf(one);
      const document = held.get(key);
      return document ? [revocationOf(document.data, { ...request, commandId: uuidv5(`${request.commandId}/${key}`, commandIdNamespace) })] : [];
    });
  }
}

/** Refuses decisions that do not fit the tilganger that are held, and those that would leave no lasting administrator. */
function requireFitting(avgjorelser: readonly Avgjorelse[], held: ReadonlyMap<string, Document<TilgangView>>): void {
  const seen = new Set<string>();
  for (const [n, one] of avgjorelser.entries()) {
    const key = keyOf(one);
    if (seen.has(key)) refuse('conflict', 'TILGANG_NEVNT_TO_GANGER', 'En tilgang er nevnt to ganger. Ta én avgjørelse om hver.', `tilganger.${n}`);
    seen.add(key);
    if (one.behold && !held.has(key)) refuse('conflict', 'TILGANG_ENDRET', 'En tilgang du vil beholde, er ikke gitt lenger. Hent listen på nytt.', `tilganger.${n}`);
  }
  const removed = new Set(avgjorelser.filter(({ behold }) => !behold).map(keyOf));
  const lasting = [...held.values()].filter(({ data }) => data.privilegium === 'ADMIN' && data.ressurs === data.fiksOrgId && data.utlop === undefined);
  if (lasting.some(({ data }) => removed.has(keyOf(data))) && lasting.every(({ data }) => removed.has(keyOf(data))))
    refuse('conflict', 'SISTE_ADMINISTRATOR', 'Organisasjonen må ha minst én administrator uten utløpsdato. Behold én av dem.', 'tilganger');
}
