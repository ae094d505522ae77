import { readdirSync } from 'node:fs';
import { domain, type DomainEvent } from '../../src/domain/index.js';
import { decide, evolve, type AnyDecider } from '../../src/domain/kernel/decider.js';
import { cases, sample, stateBefore, type Listed } from '../support/commands.js';
import { openContext } from '../support/given.js';

const folder = 'test/domain/stored-events';

/** Decides the command of a case on the state before it. */
function play(listed: Listed) {
  const decider: AnyDecider = domain[listed.aggregate];
  const { type, data } = listed;
  const before = stateBefore(listed);
  return { decider, before, happened: decide(decider, before, { type, data } as never, openContext) as readonly DomainEvent[] };
}
const played = cases.map((one) => ({ what: one.what, ...play(one) }));
const types = Object.values(domain).flatMap(({ evolve }) => Object.keys(evolve));

describe('Lagrede hendelser', () => {
  // A setup is several commands in one.
  it.each(played)('$what: det som skjer, er én hendelse, som er den samme etter å ha vært lagret', ({ what, happened }) => {
    expect(happened.length).toBe(what.startsWith('SetUpIntegration') ? new Set(happened.map(({ type }) => type)).size : 1);
    expect(JSON.parse(JSON.stringify(happened))).toStrictEqual(happened);
  });

  it.each(types)('%s: den frosne prøven kan leses inn i en tilstand', (type) => {
    const frozen = sample(type);
    expect(frozen).toMatchObject({ type, schemaVersion: 1 });
    const origins = played.filter(({ happened: [event] }) => event?.type === type);
    expect(origins).not.toEqual([]);
    for (const { decider, before } of origins) expect(evolve(decider, before, frozen)).not.toStrictEqual(before);
  });

  it.each(types)('%s: det som skjer i dag, lagres nøyaktig som den frosne prøven', (type) => {
    const happened = played.flatMap((one) => one.happened).filter((event) => event.type === type);
    expect(happened).toContainEqual({ type, data: sample(type).data });
  });

  it('hver hendelse tilhører ett aggregat, og navnet er unikt i hele systemet', () => {
    expect(new Set(types).size).toBe(types.length);
  });

  it('hver prøve gjelder en hendelse som finnes', () => {
    const files = readdirSync(folder).sort();
    expect(files).toEqual(types.map((type) => `${type}.v1.json`).sort());
  });
});
