import { changed, isEmpty, deepEqual, type Changes } from './kernel/changes.js';
import type { Decider, Event, NoData } from './kernel/decider.js';
import { refuse } from './kernel/domain-error.js';
import { requireOpen, type Context } from './organisation-status.js';
import type { Lenkemal } from './values/lenkemal.js';
import type { Tittel } from './values/text.js';

export interface Eiendomslenke {
  readonly tittel: Tittel;
  readonly mal: Lenkemal;
}

export type EiendomslenkeEvent =
  | Event<'EiendomslenkeCreated', Eiendomslenke>
  | Event<'EiendomslenkeChanged', Partial<Eiendomslenke>>
  | Event<'EiendomslenkeRemoved', NoData>;

type State =
  | { readonly status: 'unknown' }
  | { readonly status: 'listed'; readonly innhold: Eiendomslenke }
  | { readonly status: 'removed' };

/** A link that a kommune shows on every property within it: a fixed address, or a template filled in per property. */
export const eiendomslenke = {
  name: 'eiendomslenke',
  initialState: { status: 'unknown' } as State,
  guard: (_state, context) => {
    requireOpen(context);
  },
  evolve: {
    EiendomslenkeCreated: (_state, innhold) => ({ status: 'listed', innhold }),
    EiendomslenkeChanged: (state, change) => ({ status: 'listed', innhold: { ...listed(state), ...change } }),
    EiendomslenkeRemoved: () => ({ status: 'removed' }),
  },
  decide: {
    CreateEiendomslenke(state: State, innhold: Eiendomslenke): readonly EiendomslenkeEvent[] {
      if (state.status === 'unknown') return [{ type: 'EiendomslenkeCreated', data: innhold }];
      if (state.status === 'listed' && deepEqual(state.innhold, innhold)) return [];
      return refuse('conflict', 'EIENDOMSLENKE_FINNES', 'Det finnes allerede en eiendomslenke med denne id-en.');
    },

    ChangeEiendomslenke(state: State, change: Changes<Eiendomslenke>): readonly EiendomslenkeEvent[] {
      const data = changed(listed(state), change);
      return isEmpty(data) ? [] : [{ type: 'EiendomslenkeChanged', data }];
    },

    RemoveEiendomslenke(state: State): readonly EiendomslenkeEvent[] {
      if (state.status === 'removed') return [];
      listed(state);
      return [{ type: 'EiendomslenkeRemoved', data: {} }];
    },
  },
} satisfies Decider<State, EiendomslenkeEvent, Context>;

function listed(state: State): Eiendomslenke {
  if (state.status !== 'listed') refuse('missing', 'IKKE_FUNNET', 'Fant ikke eiendomslenken.');
  return state.innhold;
}
