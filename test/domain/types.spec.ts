import type { driftsmelding } from '../../src/domain/driftsmelding.js';
import { domain, type DomainEvent, type EventType } from '../../src/domain/index.js';
import { decide, evolve, fold, type CommandOf, type Decider, type Event } from '../../src/domain/kernel/decider.js';
import type { kommunalTjeneste } from '../../src/domain/kommunal-tjeneste.js';
import { svarUt } from '../../src/domain/svarut.js';
import type { Organisasjonsnummer } from '../../src/domain/values/organisasjonsnummer.js';
import type { Tittel } from '../../src/domain/values/text.js';
import { openContext } from '../support/given.js';
import { kulturskole } from './examples.js';

// Code that the compiler must refuse. `tsc` reports an `@ts-expect-error` whose next line compiles.

type LampEvent = Event<'LampLit', { readonly watt: number }> | Event<'LampPutOut', Record<string, never>>;

export const lamp = {
  name: 'lamp',
  initialState: { lit: false },
  evolve: {
    LampLit: () => ({ lit: true }),
    LampPutOut: () => ({ lit: false }),
  },
  decide: {
    LightLamp: ({ lit }: { lit: boolean }, { watt }: { watt: number }): readonly LampEvent[] =>
      lit ? [] : [{ type: 'LampLit', data: { watt } }],
  },
} satisfies Decider<{ lit: boolean }, LampEvent>;

export const withoutStep = {
  ...lamp,
  // @ts-expect-error LampPutOut has no step
  evolve: { LampLit: () => ({ lit: true }) },
} satisfies Decider<{ lit: boolean }, LampEvent>;

export const withUnknownStep = {
  ...lamp,
  // @ts-expect-error LampStolen is no event of the lamp
  evolve: { ...lamp.evolve, LampStolen: () => ({ lit: false }) },
} satisfies Decider<{ lit: boolean }, LampEvent>;

export const withUnknownEvent = {
  ...lamp,
  // @ts-expect-error LampStolen is no event of the lamp
  decide: { StealLamp: () => [{ type: 'LampStolen', data: {} }] },
} satisfies Decider<{ lit: boolean }, LampEvent>;

export const withWrongEventData = {
  ...lamp,
  // @ts-expect-error watt is a number
  decide: { LightLamp: () => [{ type: 'LampLit', data: { watt: 'many' } }] },
} satisfies Decider<{ lit: boolean }, LampEvent>;

export const rightCommand: CommandOf<typeof lamp> = { type: 'LightLamp', data: { watt: 40 } };
// @ts-expect-error watt is a number
export const wrongPayload: CommandOf<typeof lamp> = { type: 'LightLamp', data: { watt: 'many' } };
// @ts-expect-error the lamp has no such command
export const unknownCommand: CommandOf<typeof lamp> = { type: 'StealLamp', data: {} };
// @ts-expect-error WithdrawDriftsmelding takes no data
export const superfluousData: CommandOf<typeof driftsmelding> = { type: 'WithdrawDriftsmelding', data: { id: '1' } };
// @ts-expect-error Tittel must be parsed
export const unparsedTitle: CommandOf<typeof kommunalTjeneste> = { type: 'CreateKommunalTjeneste', data: { ...kulturskole, tittel: 'Kulturskole' } };
// @ts-expect-error a brand is not another brand
export const otherBrand: Organisasjonsnummer = '' as Tittel;
// @ts-expect-error no such event in the domain
export const unknownEventType: EventType = 'SomethingElse';
// @ts-expect-error SvarUtAccountEnabled has a kontoId
export const wrongEvent: DomainEvent = { type: 'SvarUtAccountEnabled', data: {} };

describe('En beslutning er en funksjon', () => {
  it.each(Object.entries(domain))('aggregatet %s heter det samme som det står under', (name, aggregate) => {
    expect(aggregate.name).toBe(name);
  });

  it('en hendelse som aggregatet ikke kjenner, er en feil og hoppes aldri over', () => {
    expect(() => fold(svarUt, [{ type: 'DriftsmeldingWithdrawn', data: {} }])).toThrow('does not know the event');
    expect(() => evolve(svarUt, svarUt.initialState, { type: 'toString', data: {} })).toThrow('does not know the event');
  });

  it.each(['StealLamp', 'constructor', 'toString'])('kommandoen «%s» finnes ikke, og er en feil', (type) => {
    expect(() => decide(lamp, lamp.initialState, { type, data: {} } as never, openContext)).toThrow('has no command');
  });
});
