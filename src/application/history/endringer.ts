import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { Instant } from '../../domain/values/instant.js';
import type { CommandRequest } from '../commands/decision.js';
import { changesBetween, type Endring } from '../konfigurasjon/changes.js';
import type { Recorded } from '../ports/projection.js';
import { SvarUtAccounts } from '../ports/svarut-accounts.js';
import { Revisjonsadgang } from '../revisjon/adgang.js';
import { Aktornavn } from '../revisjon/aktornavn.js';
import type { Moment } from './moment.js';
import type { When } from './organisation-history.js';
import { accountsOf, konfigurasjonIn } from './tilstand.js';
import { TimeMachine, type Period, type World } from './time-machine.js';
import { agreement, grants, isLastDay, thingOf, tracesIn, tracesOf } from './traces.js';

/** The most differences in an answer, and the most events that cancelled each other. */
export const maxListed = 1_000;

/** An event, and the names of those who caused it. */
export interface Hendt extends When {
  readonly hendelse: string;
  readonly hvem: string;
  readonly paVegneAv?: string;
}
/** A difference, and the last event for each of its fields. None where the clock alone made it, such as at the end of a period. */
export interface EndringThen extends Pick<Endring, 'art' | 'ting' | 'setning' | 'felter'> {
  readonly hendelser: readonly Hendt[];
}

/** The differences of an organisation between two moments. Refused unless the actor may read the audit trail, and as `TimeMachine` does. */
export class ListEndringer extends Query<{
  readonly from: World;
  readonly to: World;
  /** The first differences, and the number of all. */
  readonly endringer: readonly EndringThen[];
  readonly antall: number;
  /** The first events that left no difference, because later ones or the clock cancelled them, and the number of all. */
  readonly opphevede: readonly Hendt[];
  readonly opphevet: number;
}> {
  constructor(
    readonly request: CommandRequest,
    readonly fiksOrgId: string,
    readonly fra: Moment,
    readonly til: Moment | undefined,
  ) {
    super();
  }
}

@QueryHandler(ListEndringer)
export class ListEndringerHandler implements IQueryHandler<ListEndringer> {
  constructor(
    private readonly adgang: Revisjonsadgang,
    private readonly machine: TimeMachine,
    private readonly accounts: SvarUtAccounts,
    private readonly navn: Aktornavn,
  ) {}

  async execute({ request, fiksOrgId, fra, til }: ListEndringer) {
    await this.adgang.require(request.actor, fiksOrgId);
    const period = await this.machine.between(fiksOrgId, fra, til);
    await this.adgang.note(request, fiksOrgId, 'ENDRINGER', { fra: timeOf(fra), til: til && timeOf(til) });
    const { differences, antall, cancelled, opphevet } = await differencesIn(period, await accountsOf(this.accounts, [period.from, period.to]));
    const references = [...differences.flatMap(({ events }) => events), ...cancelled].flatMap(({ actor, onBehalfOf }) => [actor, onBehalfOf]);
    const roles = differences.flatMap(({ endring: { ting } }) => (ting.seksjon === 'roller' ? [`person:${ting.id}`] : []));
    const nameOf = await this.navn.of([...references, ...roles]);
    const told = ({ actor: by, onBehalfOf, ...when }: Happened): Hendt => ({ ...when, hvem: nameOf(by), ...(onBehalfOf !== undefined && { paVegneAv: nameOf(onBehalfOf) }) });
    const endringer = differences.map(({ endring: { art, ting, setning, felter }, events }): EndringThen => {
      // The document has references of persons. A reader needs names.
      const sentence = ting.seksjon === 'roller' ? setning.replace(ting.id, nameOf(`person:${ting.id}`)) : setning;
      return { art, ting, felter, setning: sentence, hendelser: events.map(told) };
    });
    return { from: period.from, to: period.to, endringer, antall, opphevede: cancelled.map(told), opphevet };
  }
}

/** The differences that a period has made, each with the last event for each of its fields, and the events that left none. */
export async function differencesIn({ from, to, events }: Period, accounts: SvarUtAccounts) {
  const all = changesBetween(await konfigurasjonIn(from, accounts), await konfigurasjonIn(to, accounts));
  const different = new Set(all.flatMap(tracesIn));
  const last = new Map<string, Happened>();
  const cancelled: Happened[] = [];
  let opphevet = 0;
  for await (const event of events) {
    const touched = tracesOf(event);
    const left = touched.filter((trace) => different.has(trace));
    for (const trace of left) if (isLastDay(trace) || !grants.has(event.type) || !grants.has(last.get(trace)?.hendelse ?? '')) last.set(trace, happened(event));
    if (left.length > 0 || event.stream.tenant !== from.fiksOrgId) continue;
    if (touched.every((trace) => trace === agreement || different.has(thingOf(trace)))) continue;
    if (++opphevet <= maxListed) cancelled.push(happened(event));
  }
  const differences = all.slice(0, maxListed).map((endring) => ({ endring, events: once(tracesIn(endring).flatMap((trace) => last.get(trace) ?? [])) }));
  return { differences, antall: all.length, cancelled, opphevet };
}

const timeOf = (moment: Moment): string | undefined => ('time' in moment ? moment.time : undefined);

interface Happened extends When {
  readonly hendelse: string;
  readonly actor: string;
  readonly onBehalfOf?: string;
}

const happened = ({ position, type, metadata: { time, actor, onBehalfOf } }: Recorded): Happened => ({
  position,
  time: time as Instant,
  hendelse: type,
  actor,
  ...(onBehalfOf !== undefined && { onBehalfOf }),
});

/** The events, each once, the latest first. */
const once = (events: readonly Happened[]): readonly Happened[] =>
  [...new Map(events.map((event) => [event.position, event])).values()].sort((a, b) => (a.position < b.position ? 1 : -1));
