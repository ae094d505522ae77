import type { Decider, Event } from './kernel/decider.js';
import { requireOpen, type Context } from './organisation-status.js';
import type { Uuid } from './values/uuid.js';

interface Konto {
  readonly kontoId: Uuid;
}

export type SvarUtEvent = Event<'SvarUtAccountEnabled', Konto> | Event<'SvarUtAccountDisabled', Konto>;

interface State {
  readonly enabled: ReadonlySet<Uuid>;
}

/**
 * The built-in integration "SvarUt" in one organisation: the accounts whose letters citizens see in Innsyn. Whether an
 * account can send at all is `aktivert` in SvarUt, and not decided here.
 */
export const svarUt = {
  name: 'svarUt',
  initialState: { enabled: new Set() } as State,
  guard: (_state, context) => {
    requireOpen(context);
  },
  evolve: {
    SvarUtAccountEnabled: ({ enabled }, { kontoId }) => ({ enabled: new Set([...enabled, kontoId]) }),
    SvarUtAccountDisabled: ({ enabled }, { kontoId }) => ({
      enabled: new Set([...enabled].filter((id) => id !== kontoId)),
    }),
  },
  decide: {
    EnableSvarUtAccount(state: State, { kontoId }: Konto): readonly SvarUtEvent[] {
      return state.enabled.has(kontoId) ? [] : [{ type: 'SvarUtAccountEnabled', data: { kontoId } }];
    },

    DisableSvarUtAccount(state: State, { kontoId }: Konto): readonly SvarUtEvent[] {
      return state.enabled.has(kontoId) ? [{ type: 'SvarUtAccountDisabled', data: { kontoId } }] : [];
    },
  },
} satisfies Decider<State, SvarUtEvent, Context>;
