import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { CommandRequest } from '../commands/decision.js';
import { Revisjonsadgang } from '../revisjon/adgang.js';
import { GetInnbyggerside, GetInnbyggersideHandler, type Innbyggerside } from '../views/innbyggerside.js';
import type { Moment } from './moment.js';
import { TimeMachine, type World } from './time-machine.js';

/** One page of a kommune as a citizen saw it at a moment. Refused unless the actor may read the audit trail, and as `TimeMachine` does. */
export class GetSideThen extends Query<{ readonly world: World; readonly side: Innbyggerside }> {
  constructor(
    readonly request: CommandRequest,
    readonly asked: GetInnbyggerside,
    readonly per: Moment | undefined,
  ) {
    super();
  }
}

@QueryHandler(GetSideThen)
export class GetSideThenHandler implements IQueryHandler<GetSideThen> {
  constructor(
    private readonly adgang: Revisjonsadgang,
    private readonly machine: TimeMachine,
  ) {}

  async execute({ request, asked, per }: GetSideThen) {
    await this.adgang.require(request.actor, asked.fiksOrgId);
    const world = await this.machine.worldAt(asked.fiksOrgId, per);
    await this.adgang.note(request, asked.fiksOrgId, 'SIDE', { per });
    return { world, side: (await new GetInnbyggersideHandler(world.documents, world.clock).execute(asked)).data };
  }
}
