import { Command, CommandBus, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { v5 as uuidv5 } from 'uuid';
import type { GjennomgattTilgang, Gjennomgangsvalg } from '../../domain/organisasjon.js';
import { refuse } from '../../domain/kernel/domain-error.js';
import { isPersonal } from '../../domain/privilegier.js';
import { OrganisationStatusReader } from '../commands/organisation-status-reader.js';
import { commandIdNamespace, type CommandRequest } from '../commands/decision.js';
import { digestOf } from '../commands/digest.js';
import { Execute, Rehearse, type AnyExecute, type Executed } from '../commands/execute.js';
import { StreamCache } from '../commands/stream-cache.js';
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
    private readonly streams: StreamCache,
    private readonly documents: Documents,
    private readonly store: EventStore,
    private readonly clock: Clock,
  ) {}

  async execute(review: ReviewTilganger): Promise<Reviewed> {
    return (await this.completed(review)) ?? this.carryOut(review);
  }

  private async carryOut({ fiksOrgId, avgjorelser, request }: ReviewTilganger): Promise<Reviewed> {
    // Before the tilganger are looked up, because a caller who is refused learns nothing of them.
    await this.organisations.requireReading(request.actor, 'revisjonsspor', fiksOrgId);
    await waitUntilCaughtUp(this.store, this.documents, [tilganger]);
    const all = (await this.documents.all(tilganger, { where: { fiksOrgId } })).filter(inForceAt(this.clock.now()));
    const held = new Map(all.map((one) => [keyOf(one.data), one]));
    const chosen = (behold: boolean) => avgjorelser.filter((one) => one.behold === behold && held.has(keyOf(one))).map(({ behold: _, ...one }) => one);
    const data: Gjennomgangsvalg = { beholdt: chosen(true), fjernet: chosen(false) };
    const record = new Execute('organisasjon', fiksOrgId, fiksOrgId, { type: 'ReviewTilganger', data }, request, undefined, { avgjorelser });
    const rehearsed: Executed = await this.commands.execute(new Rehearse(record));
    // A retry goes on where the first request was interrupted.
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

  /**
   * The answer of the first request, when this one repeats it and nothing is left to do. It asks for no access, because the review may have
   * taken the reviewer's own role away, and tells only numbers that she has sent herself. The command's id is of her and of no other.
   */
  private async completed({ fiksOrgId, avgjorelser, request }: ReviewTilganger): Promise<Reviewed | undefined> {
    const earlier = await this.earlier({ aggregate: 'organisasjon', tenant: fiksOrgId, id: fiksOrgId, request });
    if (earlier?.digest !== digestOf({ avgjorelser })) return undefined;
    const { beholdt, fjernet } = await this.recorded(earlier.position);
    await waitUntilCaughtUp(this.store, this.documents, [tilganger]);
    let { position } = earlier;
    for (const one of fjernet) {
      const revoked = await this.earlier(revocationIn(fiksOrgId, one, request));
      if (!revoked && (await this.documents.get(tilganger, keyOf(one)))) return undefined;
      if (revoked && revoked.position > position) position = revoked.position;
    }
    return { position, beholdt: beholdt.length, fjernet: fjernet.length };
  }

  /** The command that a request has carried out on a stream earlier. */
  private async earlier({ aggregate, tenant, id, request }: Pick<AnyExecute, 'aggregate' | 'tenant' | 'id' | 'request'>) {
    const stream = { aggregate, tenant, id };
    return this.streams.carriedOut(stream, await this.streams.read(stream), request.commandId);
  }

  /** The review that an event has recorded. */
  private async recorded(position: bigint): Promise<Gjennomgangsvalg> {
    const [event] = await this.store.readAt([position]);
    return event!.data as Gjennomgangsvalg;
  }

  /** The commands that revoke what is held of the tilganger. The reviewer's own role comes last, because she could revoke nothing after it. */
  private revocations(fiksOrgId: string, fjernet: readonly GjennomgattTilgang[], held: ReadonlyMap<string, Document<TilgangView>>, request: CommandRequest) {
    const isOwnRole = ({ aktor, ressurs }: GjennomgattTilgang) => aktor === request.actor.id && ressurs === fiksOrgId;
    return [...fjernet.filter((one) => !isOwnRole(one)), ...fjernet.filter(isOwnRole)].filter((one) => held.has(keyOf(one))).map((one) => revocationIn(fiksOrgId, one, request));
  }
}

/** The command of a review that revokes a tilgang. A repeat makes the same one. */
const revocationIn = (fiksOrgId: string, one: GjennomgattTilgang, request: CommandRequest): AnyExecute =>
  revocationOf(
    { ...one, fiksOrgId, aktorType: isPersonal(one) ? 'PERSON' : 'INTEGRASJON' },
    { ...request, commandId: uuidv5(`${request.commandId}/${keyOf(one)}`, commandIdNamespace) },
  );

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
