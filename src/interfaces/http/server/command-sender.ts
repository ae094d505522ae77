import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { refuseMissing } from '../../../application/commands/access.js';
import { Execute, type Executed } from '../../../application/commands/execute.js';
import { Documents, type Document, type DocumentPage } from '../../../application/ports/documents.js';
import type { AnyProjection } from '../../../application/ports/projection.js';
import { LastChanges, type Told } from '../../../application/revisjon/last-changes.js';
import type { Configured, ConfiguredView } from '../../../application/views/configured.js';
import { documentKey } from '../../../application/views/projection.js';
import type { AggregateName, Domain } from '../../../domain/index.js';
import type { CommandOf } from '../../../domain/kernel/decider.js';
import { maxViewWaitMs } from './position.interceptor.js';
import type { RequestContext } from './request-context.js';

/** Sends commands for the controllers and reads the answers back from the views (read-your-writes). */
@Injectable()
export class CommandSender {
  constructor(
    private readonly commands: CommandBus,
    private readonly documents: Documents,
    private readonly changes: LastChanges,
  ) {}

  /**
   * Sends a command to one aggregate with the request's command id and `If-Match` revision. Sets `Log-Position` and `ETag`
   * on the response.
   */
  async send<A extends AggregateName>(
    ctx: RequestContext,
    aggregate: A,
    tenant: string,
    id: string,
    command: CommandOf<Domain[A]>,
  ): Promise<Executed> {
    const executed = await this.commands.execute(
      new Execute(aggregate, tenant, id, command, ctx.request, ctx.expectedRevision),
    );
    ctx.setResult(executed);
    return executed;
  }

  /**
   * Waits until the views have reached the write's position, then reads. Answers 202 without a body when a view has not
   * reached it within `maxViewWaitMs`.
   */
  async readBack<T>(
    ctx: RequestContext,
    { position }: Pick<Executed, 'position'>,
    views: readonly AnyProjection[],
    read: () => Promise<T>,
  ): Promise<T | undefined> {
    if (await this.documents.waitFor(views, position, maxViewWaitMs)) return read();
    ctx.setAccepted();
    return undefined;
  }

  /**
   * Waits until the views have reached a write whose answer does not come from them, so that her next read shows it. It does so for
   * at most `maxViewWaitMs`, and never fails, because the answer may hold what is shown only once.
   */
  async settle({ position }: Pick<Executed, 'position'>, views: readonly AnyProjection[]): Promise<void> {
    await this.documents.waitFor(views, position, maxViewWaitMs).catch(() => false);
  }

  /**
   * Reads one configured document back after a write, and sets its `ETag`. Skips the access check because a role that may
   * write the document may also read it. Refuses with "missing" when the view has no such document.
   */
  readBackConfigured<D extends Configured, T>(
    ctx: RequestContext,
    executed: Executed,
    view: ConfiguredView<D>,
    fiksOrgId: string,
    id: string,
    answer: (thing: Told<D>) => T,
  ): Promise<T | undefined> {
    return this.readBack(ctx, executed, [view], async () => {
      const document = (await this.documents.get(view, documentKey(fiksOrgId, id))) ?? refuseMissing();
      ctx.setEtag(document.revision);
      return answer(await this.told(document));
    });
  }

  /** A configured document, with its revision and the name of the actor that changed it last. */
  async told<D extends Configured>(document: Document<D>): Promise<Told<D>> {
    const [told] = await this.changes.tell([document]);
    return told!;
  }

  /** All the documents of a page, as `told`. */
  toldAll<D extends Configured>({ documents }: DocumentPage<D>): Promise<readonly Told<D>[]> {
    return this.changes.tell(documents);
  }
}
