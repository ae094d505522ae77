import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { Instant } from '../../domain/values/instant.js';
import type { CommandRequest } from '../commands/decision.js';
import { changesBetween, type Endring } from '../konfigurasjon/changes.js';
import type { PageRequest } from '../ports/page.js';
import type { Recorded } from '../ports/projection.js';
import { SvarUtAccounts } from '../ports/svarut-accounts.js';
import { Revisjonsadgang } from '../revisjon/adgang.js';
import { Aktornavn } from '../revisjon/aktornavn.js';
import type { Moment } from './moment.js';
import type { When } from './organisation-history.js';
import { accountsOf, konfigurasjonIn } from './tilstand.js';
import { TimeMachine, type PastOrganisation, type Period } from './time-machine.js';
import { agreement, grants, isLastDay, thingOf, tracesIn, tracesOf } from './traces.js';

/** An event, and the names of those who caused it. */
export interface Hendt extends When {
  readonly hendelse: string;
  readonly hvem: string;
  readonly paVegneAv?: string;
}
/** A difference, and the last event for each of its fields. None where the clock alone made it, such as at the end of a period. */
export interface TracedEndring extends Pick<Endring, 'art' | 'ting' | 'setning' | 'felter'> {
  readonly hendelser: readonly Hendt[];
}

/** One page of the differences of an organisation between two moments. Refused unless the actor may read the audit trail, and as `TimeMachine` does. */
export class ListEndringer extends Query<{
  readonly from: PastOrganisation;
  readonly to: PastOrganisation;
  /** The differences on the page, and the number of all. */
  readonly endringer: readonly TracedEndring[];
  readonly antall: number;
  /** The events on the page that left no difference, because later ones or the clock cancelled them, and the number of all. */
  readonly opphevede: readonly Hendt[];
  readonly opphevet: number;
  /** Where the next page begins. Undefined on the last one. */
  readonly neste?: number;
}> {
  /** @param page of the differences, and after them of the events that left none when those are asked for. */
  constructor(
    readonly request: CommandRequest,
    readonly fiksOrgId: string,
    readonly fra: Moment,
    readonly til: Moment | undefined,
    readonly page: PageRequest,
    readonly medOpphevede: boolean,
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

  async execute({ request, fiksOrgId, fra, til, page, medOpphevede }: ListEndringer) {
    await this.adgang.require(request.actor, fiksOrgId);
    const period = await this.machine.between(fiksOrgId, fra, til);
    await this.adgang.note(request, fiksOrgId, 'ENDRINGER', { fra: timeOf(fra), til: til && timeOf(til) });
    const { differences, antall, cancelled, opphevet } = await differencesIn(period, await accountsOf(this.accounts, [period.from, period.to]), page, medOpphevede);
    const references = [...differences.flatMap(({ events }) => events), ...cancelled].flatMap(({ actor, onBehalfOf }) => [actor, onBehalfOf]);
    const roles = differences.flatMap(({ endring: { ting } }) => (ting.seksjon === 'roller' ? [`person:${ting.id}`] : []));
    const nameOf = await this.navn.of([...references, ...roles]);
    const told = ({ actor: by, onBehalfOf, ...when }: Happened): Hendt => ({ ...when, hvem: nameOf(by), ...(onBehalfOf !== undefined && { paVegneAv: nameOf(onBehalfOf) }) });
    const endringer = differences.map(({ endring: { art, ting, setning, felter }, events }): TracedEndring => {
      // The document has references of persons. A reader needs names.
      const sentence = ting.seksjon === 'roller' ? setning.replace(ting.id, nameOf(`person:${ting.id}`)) : setning;
      return { art, ting, felter, setning: sentence, hendelser: events.map(told) };
    });
    const neste = page.fra + page.antall;
    const isLast = neste >= antall + (medOpphevede ? opphevet : 0);
    return { from: period.from, to: period.to, endringer, antall, opphevede: cancelled.map(told), opphevet, ...(!isLast && { neste }) };
  }
}

/**
 * The differences that a period has made, each with the last event for each of its fields, and the events that left none.
 * @param page of the list of both, the differences first. The numbers are of all.
 * @param medOpphevede whether the list has the events that left no difference.
 */
export async function differencesIn({ from, to, events }: Period, accounts: SvarUtAccounts, page: PageRequest, medOpphevede: boolean) {
  const all = changesBetween(await konfigurasjonIn(from, accounts), await konfigurasjonIn(to, accounts));
  const shown = all.slice(page.fra, page.fra + page.antall);
  const [firstCancelled, maxCancelled] = [Math.max(page.fra - all.length, 0), medOpphevede ? page.antall - shown.length : 0];
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
    if (++opphevet > firstCancelled && cancelled.length < maxCancelled) cancelled.push(happened(event));
  }
  const differences = shown.map((endring) => ({ endring, events: once(tracesIn(endring).flatMap((trace) => last.get(trace) ?? [])) }));
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
