import { Injectable, type CallHandler, type ExecutionContext, type NestInterceptor } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import type { Observable } from 'rxjs';
import { Documents } from '../../../application/ports/documents.js';
import { EventStore } from '../../../application/ports/event-store.js';
import type { AnyProjection } from '../../../application/ports/projection.js';
import { projections } from '../../../application/views/index.js';
import { refuse } from '../../../domain/kernel/domain-error.js';
import { ViewsBehind } from './problem.filter.js';

/** The longest time that a request waits for views to reach a log position, in ms. */
export const maxViewWaitMs = 2000;

/**
 * Read-your-writes: a read with `Log-Position` waits until its views have reached that position. Throws `ViewsBehind` (503)
 * when they do not within `maxViewWaitMs`. Refuses a position beyond the end of the log at once, because no write has given it
 * and no view will reach it. Ignores the header on writes.
 */
@Injectable()
export class PositionInterceptor implements NestInterceptor {
  constructor(
    private readonly documents: Documents,
    private readonly events: EventStore,
    private readonly reflector: Reflector,
  ) {}

  async intercept(context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    const { method, headers } = context.switchToHttp().getRequest<FastifyRequest>();
    const asked = headers['log-position'];
    // Searches read with POST, so the metadata of the handler decides beside the method.
    const reads = method === 'GET' || this.reflector.get<boolean | undefined>('reads', context.getHandler());
    if (reads && asked !== undefined) {
      if (typeof asked !== 'string' || !/^\d{1,18}$/.test(asked))
        refuse('invalid', 'UGYLDIG_LOG_POSITION', 'Log-Position må være tallet du fikk da du endret noe.', 'Log-Position');
      const targets = [context.getHandler(), context.getClass()];
      const views = this.reflector.getAllAndOverride<readonly AnyProjection[] | undefined>('shows', targets);
      await this.reach(views ?? projections, BigInt(asked));
    }
    return next.handle();
  }

  /** Asks for the end of the log only when a view is behind the position. */
  private async reach(views: readonly AnyProjection[], position: bigint): Promise<void> {
    if (await this.documents.waitFor(views, position, 0)) return;
    if (position > (await this.events.head()))
      refuse('invalid', 'UKJENT_LOG_POSITION', 'Loggen er ikke kommet til denne posisjonen. Log-Position må være tallet du fikk da du endret noe.', 'Log-Position');
    if (!(await this.documents.waitFor(views, position, maxViewWaitMs))) throw new ViewsBehind();
  }
}
