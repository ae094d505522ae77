import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { slettegrunner } from '../../domain/innsynsmelding.js';
import type { Meldingstype } from '../../domain/values/meldingstype.js';
import type { CommandRequest } from '../commands/decision.js';
import { ExecuteMany, type AddressedCommand } from '../commands/execute-many.js';
import { documentId, meldingStream, type MeldingId } from '../commands/melding-id.js';
import { Clock } from '../ports/clock.js';
import { Documents, type DocumentQuery } from '../ports/documents.js';
import { EventStore, StoreUnavailable } from '../ports/event-store.js';
import type { AnyProjection } from '../ports/projection.js';
import { innsynsmeldinger, type InnsynsmeldingView } from '../views/innsynsmelding.js';

/** The number of deleted messages, and the log position to wait for (0 when none was deleted). */
export interface DeletedMeldinger {
  readonly antallSlettet: number;
  readonly position: bigint;
}

/** One message to delete. It is not found when it is of another type than the given one. */
type WhichMelding = MeldingId & { readonly type?: Meldingstype };
/** The messages to delete: a list of ids, or all messages in the view that meet these conditions. */
export type WhichMeldinger = readonly WhichMelding[] | NonNullable<DocumentQuery<InnsynsmeldingView>['where']>;

/** Deletes messages, and skips those that do not exist. Safe to retry. Throws `StoreUnavailable` when some may remain. */
export class DeleteMeldinger extends Command<DeletedMeldinger> {
  constructor(
    readonly which: WhichMeldinger,
    readonly grunn: (typeof slettegrunner)[number],
    readonly request: CommandRequest,
  ) {
    super();
  }
}

/** Deletes the messages whose `tilgjengeligTil` has passed. Safe to retry. Throws `StoreUnavailable` when some may remain. */
export class ExpireMeldinger extends Command<DeletedMeldinger> {
  constructor(readonly request: CommandRequest) {
    super();
  }
}

/** The number of messages that are read and deleted at a time. */
const pageSize = 1_000;
/** The longest wait for views to catch up with the log, in ms. */
const maxViewWaitMs = 10_000;

@CommandHandler(DeleteMeldinger)
export class DeleteMeldingerHandler implements ICommandHandler<DeleteMeldinger> {
  constructor(
    private readonly store: EventStore,
    private readonly documents: Documents,
    private readonly executeMany: ExecuteMany,
  ) {}

  async execute({ which, grunn, request }: DeleteMeldinger): Promise<DeletedMeldinger> {
    const command = ({ type }: WhichMelding) => ({ type: 'DeleteMelding', data: { grunn, ...(type && { type }) } }) as const;
    if (Array.isArray(which)) return send(this.executeMany, distinct(which as readonly WhichMelding[]), command, request);
    const where = which as NonNullable<DocumentQuery<InnsynsmeldingView>['where']>;
    await waitUntilCaughtUp(this.store, this.documents, [innsynsmeldinger]);
    return everyPage(this.store, this.documents, where, (page) => send(this.executeMany, page, command, request));
  }
}

@CommandHandler(ExpireMeldinger)
export class ExpireMeldingerHandler implements ICommandHandler<ExpireMeldinger> {
  constructor(
    private readonly store: EventStore,
    private readonly documents: Documents,
    private readonly executeMany: ExecuteMany,
    private readonly clock: Clock,
  ) {}

  execute({ request }: ExpireMeldinger): Promise<DeletedMeldinger> {
    // The upper bound is exclusive, so a message that expires at this very moment is deleted by the next run.
    const where = { tilgjengeligTil: { until: this.clock.now() } };
    const command = { type: 'ExpireMelding', data: {} } as const;
    return everyPage(this.store, this.documents, where, (page) => send(this.executeMany, page, () => command, request));
  }
}

/** The messages without those that are named before. Two commands of a request that are decided on the same history would count twice. */
const distinct = (meldinger: readonly WhichMelding[]): readonly WhichMelding[] => [...new Map(meldinger.map((one) => [`${documentId(one)}/${one.type ?? ''}`, one])).values()];

async function send(
  executeMany: ExecuteMany,
  meldinger: readonly WhichMelding[],
  commandFor: (melding: WhichMelding) => AddressedCommand<'innsynsmelding'>['command'],
  request: CommandRequest,
): Promise<DeletedMeldinger> {
  const addressed = meldinger.map((melding) => {
    const { tenant, id } = meldingStream(melding);
    return { tenant, id, command: commandFor(melding) };
  });
  const { decided, position } = await executeMany.execute('innsynsmelding', addressed, request);
  return { antallSlettet: decided.filter(({ events }) => events.length > 0).length, position };
}

/**
 * Deletes page after page, oldest first. Each page comes after the one before, because a message may stay: one that this very
 * command has deleted before, and that the sender has indexed again.
 */
async function everyPage(
  store: EventStore,
  documents: Documents,
  where: NonNullable<DocumentQuery<InnsynsmeldingView>['where']>,
  deletePage: (page: readonly MeldingId[]) => Promise<DeletedMeldinger>,
): Promise<DeletedMeldinger> {
  let [antallSlettet, position, after] = [0, 0n, 0n];
  for (;;) {
    const page = await documents.find(innsynsmeldinger, { where, positions: { after }, limit: pageSize, skipCount: true });
    const last = page.documents.at(-1);
    if (!last) return { antallSlettet, position };
    after = last.position;
    const deleted = await deletePage(page.documents.map(({ data }) => data));
    antallSlettet += deleted.antallSlettet;
    if (deleted.position > position) position = deleted.position;
    await waitUntilCaughtUp(store, documents, [innsynsmeldinger]);
  }
}

/**
 * Waits until the views have caught up with the log, so that they include every change that is stored by now. Throws
 * `StoreUnavailable` when they have not within `maxViewWaitMs`.
 */
export async function waitUntilCaughtUp(store: EventStore, documents: Documents, views: readonly AnyProjection[]): Promise<void> {
  if (!(await documents.waitFor(views, await store.head(), maxViewWaitMs))) throw new StoreUnavailable();
}
