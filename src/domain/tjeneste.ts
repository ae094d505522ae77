import type { Decider, Event } from './kernel/decider.js';
import { refuse } from './kernel/domain-error.js';
import { refuseDependentRevisor, refuseUnsigned, type Context } from './organisation-status.js';
import type { PersonId } from './values/person-id.js';
import type { Undertjeneste } from './values/undertjeneste.js';

/** The platform's service code for Min kommune. The code of an undertjeneste is its name. */
export const tjenestekode = 'MIN_KOMMUNE';
export type Tjenestekode = typeof tjenestekode | Undertjeneste;

/** The ids of the resources created on adoption: one for Min kommune, and one under it per undertjeneste. */
export type Ressurser = Readonly<Record<Tjenestekode, string>>;

export type TjenesteEvent =
  | Event<'TjenesteAdopted', { readonly ressurser: Ressurser }>
  | Event<'TjenestevedleggSigningStarted', Signering & { readonly startetAv: string }>
  | Event<'TjenestevedleggSigned', Signering & { readonly signertAv: string; readonly signeringsdato: string }>
  | Event<'TjenestevedleggRejected', Signering>
  | Event<'TjenesteConfigured', { readonly kode: Tjenestekode }>
  | Event<'TjenesteadministratorAdded', Tjenesteadministrator>
  | Event<'TjenesteadministratorRemoved', Tjenesteadministrator>;

interface Signering {
  /** Our reference to the signing job. Holds no personal data. */
  readonly signeringId: string;
  /** The version of the tjenestevedlegg to be signed. */
  readonly versjon: string;
}
interface Tjenesteadministrator {
  readonly undertjeneste: Undertjeneste;
  readonly personId: PersonId;
}

interface State {
  readonly adopted: boolean;
  readonly pending?: Signering & { readonly startetAv: string };
  /** The outcome of each signing that has one, by its id. */
  readonly ended: ReadonlyMap<string, 'SIGNERT' | 'AVVIST'>;
  readonly signedVersjon?: string;
  readonly configured: ReadonlySet<Tjenestekode>;
  readonly tjenesteadministratorer: ReadonlySet<string>;
}

const keyOf = ({ undertjeneste, personId }: Tjenesteadministrator) => `${undertjeneste}/${personId}`;

/** Whether the person administers the undertjeneste. */
export const isTjenesteadministrator = (state: State, undertjeneste: Undertjeneste, personId: string): boolean =>
  state.tjenesteadministratorer.has(keyOf({ undertjeneste, personId: personId as PersonId }));

/** Min kommune in one organisation: its adoption, the signing of its tjenestevedlegg, and its tjenesteadministratorer. */
export const tjeneste = {
  name: 'tjeneste',
  initialState: {
    adopted: false,
    ended: new Map(),
    configured: new Set(),
    tjenesteadministratorer: new Set(),
  } as State,
  evolve: {
    TjenesteAdopted: (state) => ({ ...state, adopted: true }),
    TjenestevedleggSigningStarted: (state, pending) => ({ ...state, pending }),
    TjenestevedleggSigned: (state, { signeringId, versjon }) => ({
      ...ended(state, signeringId, 'SIGNERT'),
      signedVersjon: versjon,
    }),
    TjenestevedleggRejected: (state, { signeringId }) => ended(state, signeringId, 'AVVIST'),
    TjenesteConfigured: (state, { kode }) => ({ ...state, configured: new Set([...state.configured, kode]) }),
    TjenesteadministratorAdded: (state, added) => ({
      ...state,
      tjenesteadministratorer: new Set([...state.tjenesteadministratorer, keyOf(added)]),
    }),
    TjenesteadministratorRemoved: (state, removed) => ({
      ...state,
      tjenesteadministratorer: new Set([...state.tjenesteadministratorer].filter((key) => key !== keyOf(removed))),
    }),
  },
  decide: {
    AdoptTjeneste(
      state: State,
      { ressurser }: { readonly ressurser: Ressurser },
      { organisation }: Context,
    ): readonly TjenesteEvent[] {
      if (state.adopted) return [];
      if (organisation.type !== 'KOMMUNE' && organisation.type !== 'FYLKESKOMMUNE')
        refuse('conflict', 'TJENESTE_IKKE_TILGJENGELIG', 'Bare kommuner og fylkeskommuner kan ta Min kommune i bruk.');
      if (!organisation.harHovedavtale)
        refuse('conflict', 'HOVEDAVTALE_MANGLER', 'Organisasjonen må ha hovedavtale før den kan ta Min kommune i bruk.');
      return [{ type: 'TjenesteAdopted', data: { ressurser } }];
    },

    StartTjenestevedleggSigning(state: State, signering: Signering, { actor }: Context): readonly TjenesteEvent[] {
      if (!state.adopted)
        refuse('conflict', 'TJENESTE_IKKE_TATT_I_BRUK', 'Ta Min kommune i bruk før tjenestevedlegget signeres.');
      if (state.signedVersjon === signering.versjon)
        refuse('conflict', 'TJENESTEVEDLEGG_ALLEREDE_SIGNERT', 'Gjeldende versjon av tjenestevedlegget er allerede signert.');
      const { signeringId, versjon } = signering;
      if (state.ended.has(signeringId))
        refuse('conflict', 'SIGNERING_AVSLUTTET', 'Denne signeringen er avsluttet. Start en ny.');
      return state.pending?.signeringId === signeringId
        ? []
        : [{ type: 'TjenestevedleggSigningStarted', data: { signeringId, versjon, startetAv: actor } }];
    },

    RecordTjenestevedleggSigned(
      state: State,
      { signeringId, signeringsdato }: { readonly signeringId: string; readonly signeringsdato: string },
    ): readonly TjenesteEvent[] {
      if (hasEnded(state, signeringId, 'SIGNERT')) return [];
      const { versjon, startetAv } = requirePending(state, signeringId);
      return [{ type: 'TjenestevedleggSigned', data: { signeringId, versjon, signertAv: startetAv, signeringsdato } }];
    },

    RecordTjenestevedleggRejected(
      state: State,
      { signeringId }: { readonly signeringId: string },
    ): readonly TjenesteEvent[] {
      if (hasEnded(state, signeringId, 'AVVIST')) return [];
      const { versjon } = requirePending(state, signeringId);
      return [{ type: 'TjenestevedleggRejected', data: { signeringId, versjon } }];
    },

    /** Sets the second of the platform's two flags: configured. Adoption sets the first: initialised. */
    ConfigureTjeneste(state: State, { kode }: { readonly kode: Tjenestekode }): readonly TjenesteEvent[] {
      requireSigned(state);
      return state.configured.has(kode) ? [] : [{ type: 'TjenesteConfigured', data: { kode } }];
    },

    AddTjenesteadministrator(state: State, added: Tjenesteadministrator, { organisation }: Context): readonly TjenesteEvent[] {
      requireSigned(state);
      if (state.tjenesteadministratorer.has(keyOf(added))) return [];
      if (organisation.isRevisor(added.personId)) refuseDependentRevisor();
      return [{ type: 'TjenesteadministratorAdded', data: added }];
    },

    RemoveTjenesteadministrator(state: State, removed: Tjenesteadministrator): readonly TjenesteEvent[] {
      requireSigned(state);
      return state.tjenesteadministratorer.has(keyOf(removed))
        ? [{ type: 'TjenesteadministratorRemoved', data: removed }]
        : [];
    },
  },
} satisfies Decider<State, TjenesteEvent, Context>;

function ended({ pending, ...state }: State, signeringId: string, outcome: 'SIGNERT' | 'AVVIST'): State {
  const others = pending && pending.signeringId !== signeringId ? { pending } : {};
  return { ...state, ...others, ended: new Map([...state.ended, [signeringId, outcome]]) };
}

/** Whether the signing has ended with this outcome. Refuses (`conflict`) when it has ended with the other one. */
function hasEnded({ ended }: State, signeringId: string, outcome: 'SIGNERT' | 'AVVIST'): boolean {
  const recorded = ended.get(signeringId);
  if (recorded !== undefined && recorded !== outcome)
    refuse('conflict', 'SIGNERING_AVSLUTTET', `Signeringen er avsluttet: Tjenestevedlegget ble ${recorded === 'AVVIST' ? 'avvist. Start en ny signering' : 'signert'}.`);
  return recorded !== undefined;
}

function requirePending(state: State, signeringId: string): NonNullable<State['pending']> {
  if (state.pending?.signeringId !== signeringId)
    refuse('missing', 'SIGNERING_IKKE_FUNNET', 'Fant ikke signeringen, eller den er erstattet av en nyere.');
  return state.pending;
}

function requireSigned(state: State): void {
  if (state.signedVersjon === undefined) refuseUnsigned();
}
