import { Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { refuseMissing } from '../../../application/commands/access.js';
import { Execute, type Executed } from '../../../application/commands/execute.js';
import { Documents } from '../../../application/ports/documents.js';
import type { AnyProjection } from '../../../application/ports/projection.js';
import type { Configured, ConfiguredView } from '../../../application/views/configured.js';
import { documentKey } from '../../../application/views/projection.js';
import type { AggregateName, Domain } from '../../../domain/index.js';
import type { CommandOf } from '../../../domain/kernel/decider.js';
import { maxViewWaitMs } from './position.interceptor.js';
import type { RequestContext } from './request-context.js';

/** What a write answers when it is stored but the view has not followed within a while. */
export interface Accepted {
  readonly melding: string;
}

/** Sends commands for the controllers, and answers them from the views. */
@Injectable()
export class CommandSender {
  constructor(
    private readonly commands: CommandBus,
    private readonly documents: Documents,
  ) {}

  /** Sends a command to an aggregate on the conditions of the request. */
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

  /** What the views show once they have followed the write. */
  async readBack<T>(
    ctx: RequestContext,
    { position }: Pick<Executed, 'position'>,
    views: readonly AnyProjection[],
    read: () => Promise<T>,
  ): Promise<T | Accepted> {
    if (await this.documents.waitFor(views, position, maxViewWaitMs)) return read();
    ctx.setAccepted();
    return { melding: 'Endringen er lagret, men vises ikke ennå.' };
  }

  /**
   * A configured thing as its view shows it once it has followed the write. Whoever may write such a thing may read it, so
   * where the organisation stands is not looked up again.
   */
  readBackConfigured<D extends Configured, T>(
    ctx: RequestContext,
    executed: Executed,
    view: ConfiguredView<D>,
    fiksOrgId: string,
    id: string,
    answer: (thing: D) => T,
  ): Promise<T | Accepted> {
    return this.readBack(ctx, executed, [view], async () => {
      const document = (await this.documents.get(view, documentKey(fiksOrgId, id))) ?? refuseMissing();
      ctx.setEtag(document.revision);
      return answer(document.data);
    });
  }
}
