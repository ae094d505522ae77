import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { CommandRequest } from '../commands/decision.js';
import { Revisjonsadgang } from '../revisjon/adgang.js';
import { GetInnbyggerside, GetInnbyggersideHandler, type Innbyggerside } from '../views/innbyggerside.js';
import type { Moment } from './moment.js';
import { TimeMachine, type PastOrganisation } from './time-machine.js';

/** One page of a kommune as a citizen saw it at a moment. Refused unless the actor may read the audit trail, and as `TimeMachine` does. */
export class GetPastSide extends Query<{ readonly organisation: PastOrganisation; readonly side: Innbyggerside }> {
  constructor(
    readonly request: CommandRequest,
    readonly asked: GetInnbyggerside,
    readonly per: Moment | undefined,
  ) {
    super();
  }
}

@QueryHandler(GetPastSide)
export class GetPastSideHandler implements IQueryHandler<GetPastSide> {
  constructor(
    private readonly adgang: Revisjonsadgang,
    private readonly machine: TimeMachine,
  ) {}

  async execute({ request, asked, per }: GetPastSide) {
    await this.adgang.require(request.actor, asked.fiksOrgId);
    const organisation = await this.machine.organisationAt(asked.fiksOrgId, per);
    await this.adgang.note(request, asked.fiksOrgId, 'SIDE', { per });
    return { organisation, side: (await new GetInnbyggersideHandler(organisation.documents, organisation.clock).execute(asked)).data };
  }
}
