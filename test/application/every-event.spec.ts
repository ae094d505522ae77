import type { Recorded } from '../../src/application/ports/projection.js';
import { projections } from '../../src/application/views/index.js';
import { revisjon } from '../../src/application/views/revisjon.js';
import { configuration, domain, type EventType } from '../../src/domain/index.js';
import { decode } from '../../src/infrastructure/codec.js';
import { sakssystem } from '../domain/examples.js';
import { everything, foldView, idOf, logOf, nesseby, samples, thing } from '../support/views.js';

const typesOf = (aggregates: object) =>
  Object.values(aggregates as typeof domain).flatMap(({ evolve }) => Object.keys(evolve)) as EventType[];
const types = typesOf(domain);
/** A policy follows that a person is forgotten. Commands read the reservations of values. */
const unshown: readonly EventType[] = ['PersonForgotten', 'ValueReserved'];
/** Every stored schema version of each event type, with its frozen sample. */
const stored = [...samples()].flatMap(([type, versions]) => versions.map((sample) => [type, sample.schemaVersion, sample] as const));

describe('Every event', () => {
  it('of the configuration has a line in the audit trail, and no other but deletions of messages', () => {
    expect([...revisjon.types].sort()).toEqual([...typesOf(configuration), 'MeldingDeleted'].sort());
  });

  it('is shown by a view besides the audit trail, except what only policies and commands read', () => {
    const shown = new Set<EventType>([...unshown, ...projections.filter((view) => view !== revisjon).flatMap((view) => view.types)]);
    expect(types.filter((type) => !shown.has(type))).toEqual([]);
  });

  it('has a frozen sample', () => {
    expect([...samples().keys()].sort()).toEqual([...types].sort());
  });

  it.each(stored)('%s, as version %d was stored, is taken by every view', (type, schemaVersion, { data }) => {
    const log = logOf(everything(nesseby)).map((event) => {
      if (event.type !== type) return event;
      return decode({ ...event, data, metadata: { ...event.metadata, schemaVersion } }) as Recorded;
    });
    const at = log.findIndex((event) => event.type === type);
    const leavesATrace = projections.filter((one) => one.types.includes(type)).filter((view) => {
      const [before, after] = [foldView(view, log.slice(0, at)), foldView(view, log.slice(0, at + 1))];
      const keys = view.keys(log[at]!);
      const all = new Set([...before.keys(), ...after.keys()]);
      const touched = [...all].filter((key) => before.get(key)?.position !== after.get(key)?.position);
      expect(touched.filter((key) => !keys.includes(key))).toEqual([]);
      return touched.length > 0;
    });
    // The sample of a deleted message is of one that its sender has deleted.
    expect(leavesATrace.includes(revisjon)).toBe(revisjon.types.includes(type) && type !== 'MeldingDeleted');
    expect(leavesATrace.filter((view) => view !== revisjon).length > 0).toBe(!unshown.includes(type));
  });
});

describe('Every view', () => {
  it('has a name of its own, letters only, and knows only events that exist', () => {
    const names = projections.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const view of projections) {
      expect(view.name).toMatch(/^[a-z][a-zA-Z]*$/);
      expect(view.types.filter((type) => !types.includes(type))).toEqual([]);
      expect(view.types).not.toEqual([]);
    }
  });

  it('has in its documents the fields that it is indexed by', () => {
    // Only commands that the system sends for a person are sent on behalf of somebody, and only some tilganger have a last day.
    const other = thing('integration', idOf('med utløp'));
    const ending = [other({ type: 'IntegrationCreated', data: sakssystem }), other({ type: 'AccessGranted', data: { undertjeneste: 'INNSYN', privilegium: 'INNSYN.SOK', utlop: '2027-06-30' } })];
    const log = logOf([...everything(nesseby), ...ending]).map((event) => ({ ...event, metadata: { ...event.metadata, onBehalfOf: 'person:kari' } }));
    for (const view of projections) {
      const fields = new Set<string>();
      for (let end = 1; end <= log.length; end++)
        for (const { data } of foldView(view, log.slice(0, end)).values()) for (const name of Object.keys(data as object)) fields.add(name);
      expect(view.indexes.flat().filter((name) => !fields.has(name))).toEqual([]);
    }
  });
});
