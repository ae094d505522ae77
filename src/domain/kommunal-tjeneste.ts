import { changed, isEmpty, deepEqual, type Changes } from './kernel/changes.js';
import type { Decider, Event, NoData } from './kernel/decider.js';
import { refuse } from './kernel/domain-error.js';
import { requireOpen, type Context } from './organisation-status.js';
import type { Lenke } from './values/lenke.js';
import type { Tittel } from './values/text.js';

/** The audience of a service. An ORGANISASJON service is shown only to users who act for an organisation. */
export const rettetMotVerdier = ['PERSON', 'ORGANISASJON', 'PERSON_OG_ORGANISASJON'] as const;
export type RettetMot = (typeof rettetMotVerdier)[number];

export interface KommunalTjeneste {
  readonly tittel: Tittel;
  readonly lenke: Lenke;
  readonly rettetMot: RettetMot;
}

export type KommunalTjenesteEvent =
  | Event<'KommunalTjenesteCreated', KommunalTjeneste>
  | Event<'KommunalTjenesteChanged', Partial<KommunalTjeneste>>
  | Event<'KommunalTjenesteStarred', NoData>
  | Event<'KommunalTjenesteUnstarred', NoData>
  | Event<'KommunalTjenesteRemoved', NoData>;

type State =
  | { readonly status: 'unknown' }
  | { readonly status: 'listed'; readonly innhold: KommunalTjeneste; readonly starred: boolean }
  | { readonly status: 'removed' };

/** A link to one of the kommune's own services. Starred services come first on the front page. */
export const kommunalTjeneste = {
  name: 'kommunalTjeneste',
  initialState: { status: 'unknown' } as State,
  guard: (_state, context) => {
    requireOpen(context);
  },
  evolve: {
    KommunalTjenesteCreated: (_state, innhold) => ({ status: 'listed', innhold, starred: false }),
    KommunalTjenesteChanged: (state, change) => {
      const current = listed(state);
      return { ...current, innhold: { ...current.innhold, ...change } };
    },
    KommunalTjenesteStarred: (state) => ({ ...listed(state), starred: true }),
    KommunalTjenesteUnstarred: (state) => ({ ...listed(state), starred: false }),
    KommunalTjenesteRemoved: () => ({ status: 'removed' }),
  },
  decide: {
    CreateKommunalTjeneste(state: State, innhold: KommunalTjeneste): readonly KommunalTjenesteEvent[] {
      if (state.status === 'unknown') return [{ type: 'KommunalTjenesteCreated', data: innhold }];
      if (state.status === 'listed' && deepEqual(state.innhold, innhold)) return [];
      return refuse('conflict', 'KOMMUNAL_TJENESTE_FINNES', 'Det finnes allerede en kommunal tjeneste med denne id-en.');
    },

    ChangeKommunalTjeneste(state: State, change: Changes<KommunalTjeneste>): readonly KommunalTjenesteEvent[] {
      const data = changed(listed(state).innhold, change);
      return isEmpty(data) ? [] : [{ type: 'KommunalTjenesteChanged', data }];
    },

    StarKommunalTjeneste(state: State): readonly KommunalTjenesteEvent[] {
      return listed(state).starred ? [] : [{ type: 'KommunalTjenesteStarred', data: {} }];
    },

    UnstarKommunalTjeneste(state: State): readonly KommunalTjenesteEvent[] {
      return listed(state).starred ? [{ type: 'KommunalTjenesteUnstarred', data: {} }] : [];
    },

    RemoveKommunalTjeneste(state: State): readonly KommunalTjenesteEvent[] {
      if (state.status === 'removed') return [];
      listed(state);
      return [{ type: 'KommunalTjenesteRemoved', data: {} }];
    },
  },
} satisfies Decider<State, KommunalTjenesteEvent, Context>;

function listed(state: State): Extract<State, { status: 'listed' }> {
  if (state.status !== 'listed') refuse('missing', 'IKKE_FUNNET', 'Fant ikke den kommunale tjenesten.');
  return state;
}
