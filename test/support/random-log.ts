import fc from 'fast-check';
import { configuration, domain, type AggregateName, type DomainEvent } from '../../src/domain/index.js';
import { decide, evolve, type AnyDecider, type Event } from '../../src/domain/kernel/decider.js';
import { DomainError } from '../../src/domain/kernel/domain-error.js';
import { parseInstant } from '../../src/domain/values/instant.js';
import { kari, kommune, ola } from '../domain/examples.js';
import { commands } from './commands.js';
import { openContext, openStatus } from './given.js';
import { bergen, idOf, nesseby, opened, then, thing, type GivenEvent } from './views.js';

/** A supplier, and its global integration. */
export const supplier = idOf('supplier');
export const shared = idOf('shared');

interface Step {
  readonly aggregate: AggregateName;
  readonly tenant: string;
  readonly id: string;
  readonly command: { readonly type: string; readonly data: unknown };
}

const single = new Set<string>(['organisasjon', 'tjeneste', 'svarUt']);
/** The minutes between steps, in turn. The clock is set back now and then. Not drawn, because fast-check loses fields beside a function. */
const minutes = [0, 1, 60, 1, -2, 3, 1];
const anyCommand = (aggregate: AggregateName) =>
  fc.oneof(...Object.entries<{ readonly any: fc.Arbitrary<unknown> }>(commands[aggregate]).map(([type, { any }]) => fc.record({ type: fc.constant(type), data: any })));
const stepOf = (aggregate: AggregateName, tenant: string, ids: readonly string[]): fc.Arbitrary<Step> =>
  fc.record({ aggregate: fc.constant(aggregate), tenant: fc.constant(tenant), id: fc.constantFrom(...ids), command: anyCommand(aggregate) });

const anyStep = fc.oneof(
  ...[nesseby, bergen].flatMap((tenant) => [
    ...(Object.keys(configuration) as (keyof typeof configuration)[]).map((aggregate) => {
      const ids = aggregate === 'integration' ? [shared, idOf(`own ${tenant}`)] : single.has(aggregate) ? [tenant] : [idOf(`${aggregate} ${tenant} 1`), idOf(`${aggregate} ${tenant} 2`)];
      return { weight: aggregate === 'integration' ? 4 : 2, arbitrary: stepOf(aggregate, tenant, ids) };
    }),
    { weight: 1, arbitrary: stepOf('innsynsmelding', tenant, [`${shared}_${idOf(`melding ${tenant}`)}`]) },
  ]),
  { weight: 2, arbitrary: stepOf('integration', supplier, [shared]) },
);

/** The events of the command; none when it is refused. */
function happens(decider: AnyDecider, state: unknown, { tenant, id, command: { type, data } }: Step): readonly Event[] {
  const whose = { eier: id === shared ? supplier : tenant, navn: 'Felles skjema', global: id === shared };
  // An id is reserved for one owner, and the supplier's integration is global.
  if (type === 'CreateIntegration' && id === shared && (tenant !== supplier || !(data as object as { global?: object }).global)) return [];
  const command = { type, data: type === 'AttachIntegration' ? { ...(data as object), integrasjon: whose } : data };
  try {
    return decide(decider, state, command as never, { ...openContext, tenant, organisation: { ...openStatus, isAdministrator: () => false } }) as readonly Event[];
  } catch (error) {
    if (error instanceof DomainError) return [];
    throw error;
  }
}

/** Logs of two kommuner that are open, and of a supplier, with what random commands led to. Clocks are set back now and then. */
export const anyLog: fc.Arbitrary<readonly GivenEvent[]> = fc.array(anyStep, { minLength: 20, maxLength: 100, size: 'max' }).map((steps) => {
  const states = new Map<string, unknown>();
  const log: GivenEvent[] = [];
  let clock = Date.parse(then);
  const add = (event: GivenEvent) => {
    const { aggregate, tenant, id } = event.stream;
    const key = `${aggregate}/${tenant}/${id}`;
    const decider: AnyDecider = domain[aggregate as AggregateName];
    states.set(key, evolve(decider, states.get(key) ?? decider.initialState, event.event));
    log.push({ ...event, metadata: { time: parseInstant(new Date(clock).toISOString()), actor: `person:${log.length % 3 === 0 ? ola : kari}` } });
  };
  for (const event of [...opened(nesseby, kari), ...opened(bergen, ola, { ...kommune, kommunenr: '4601' as never }), thing('organisasjon', supplier, supplier)({ type: 'OrganisasjonRegistered', data: { type: 'LEVERANDOR', navn: kommune.navn, orgnr: kommune.orgnr } })]) add(event);
  for (const [n, step] of steps.entries()) {
    const { aggregate, tenant, id } = step;
    const decider: AnyDecider = domain[aggregate];
    clock += minutes[n % minutes.length]! * 60_000;
    for (const event of happens(decider, states.get(`${aggregate}/${tenant}/${id}`) ?? decider.initialState, step)) add({ stream: { aggregate, tenant, id }, event: event as DomainEvent });
  }
  return log;
});
