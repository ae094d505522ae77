import fc from 'fast-check';
import { domain, type AggregateName } from '../../src/domain/index.js';
import { decide, evolve, fold, type AnyDecider, type Event } from '../../src/domain/kernel/decider.js';
import { DomainError } from '../../src/domain/kernel/domain-error.js';
import type { Context } from '../../src/domain/organisation-status.js';
import { commands } from '../support/commands.js';
import { openContext, openStatus } from '../support/given.js';

const contexts: fc.Arbitrary<Context> = fc
  .record({
    harHovedavtale: fc.boolean(),
    tjenestevedleggSigned: fc.oneof({ weight: 9, arbitrary: fc.constant(true) }, { weight: 1, arbitrary: fc.constant(false) }),
  })
  .map((flags) => ({ ...openContext, organisation: { ...openStatus, ...flags } }));

/** The events of the command; none when it is refused. Any other error fails the property. */
function happens(decider: AnyDecider, state: unknown, command: { type: string; data: unknown }, context: Context): readonly Event[] {
  try {
    return decide(decider, state, command as never, context) as readonly Event[];
  } catch (error) {
    if (error instanceof DomainError) return [];
    throw error;
  }
}

describe('En godtatt kommando som sendes en gang til', () => {
  it.each(Object.keys(domain) as AggregateName[])('endrer ingenting i %s, uansett hva som har skjedd før', (aggregate) => {
    const decider: AnyDecider = domain[aggregate];
    const anyCommand = fc.oneof(
      ...Object.entries<{ readonly any: fc.Arbitrary<unknown> }>(commands[aggregate]).map(([type, { any }]) =>
        fc.record({ type: fc.constant(type), data: any }),
      ),
    );
    const seen = new Set<string>();
    fc.assert(
      fc.property(fc.array(fc.tuple(anyCommand, contexts), { maxLength: 30, size: 'max' }), (sequence) => {
        const history: Event[] = [];
        let state: unknown = decider.initialState;
        for (const [command, context] of sequence) {
          for (const event of happens(decider, state, command, context)) {
            seen.add(event.type);
            history.push(event);
            state = evolve(decider, state, event);
          }
          expect(happens(decider, state, command, context)).toStrictEqual([]);
        }
        expect(fold(decider, JSON.parse(JSON.stringify(history)) as Event[])).toEqual(state);
      }),
      // A fixed seed gives the same sequences every time, because the set of events they produce must not vary.
      { numRuns: 300, seed: 20261124 },
    );
    // Every event type must have occurred, because the property says nothing about the others.
    expect([...seen].sort()).toEqual(Object.keys(decider.evolve).sort());
  });
});
