import type { Decider, Event } from './kernel/decider.js';
import { deepEqual } from './kernel/changes.js';
import { refuse } from './kernel/domain-error.js';
import { isClosed, refuseDependentRevisor, requireOpen, type Context, type OpenAt } from './organisation-status.js';
import { holds, isGranted, isRevoked, utlopOf, withHolder, withoutHolder, type Bestilling, type Innehavere, type Inndragning, type MedUtlop } from './utlop.js';
import { startOfDag } from './values/dag.js';
import type { Instant } from './values/instant.js';
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
  | Event<'TjenestevedleggTerminated', Oppsigelse>
  | Event<'TjenestevedleggDateCorrected', { readonly signeringId: string; readonly signeringsdato: string }>
  | Event<'TjenestevedleggDeleted', { readonly signeringId: string }>
  | Event<'TjenesteConfigured', { readonly kode: Tjenestekode }>
  | Event<'TjenesteadministratorAdded', Tjenesteadministrator & MedUtlop>
  | Event<'TjenesteadministratorRemoved', Tjenesteadministrator>;

interface Signering {
  /** Our reference to the signing job. Holds no personal data. */
  readonly signeringId: string;
  /** The version of the tjenestevedlegg to be signed. */
  readonly versjon: string;
}
/** The envelope of a termination. Dates are `YYYY-MM-DD`. */
interface Oppsigelseskonvolutt {
  /** The signing of the tjenestevedlegg that is terminated. */
  readonly signeringId: string;
  /** The day, in Norwegian time, from which the undertjenester are closed. */
  readonly nedkoblingsdato: string;
  readonly sisteFaktureringsdato: string;
  readonly registreringsdato: string;
  readonly gyldigTilDato?: string;
  /** A keyed digest of the texts: equal for equal texts. */
  readonly avtrykk: string;
}
export interface Oppsigelse extends Oppsigelseskonvolutt {
  /** The names and free texts, encrypted under the key of the agreement (ADR 0038). */
  readonly forseglet: string;
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
  /** The tjenestevedlegg that is signed. Missing before, and after it is deleted. */
  readonly signed?: { readonly signeringId: string; readonly versjon: string; readonly signeringsdato: string };
  /** The termination of the signed tjenestevedlegg. */
  readonly oppsigelse?: Oppsigelseskonvolutt;
  readonly configured: ReadonlySet<Tjenestekode>;
  readonly tjenesteadministratorer: Innehavere;
}

/** The agreement of the organisation, as `requireOpen` takes it. */
export function agreementOf({ signed, oppsigelse }: State): OpenAt['organisation'] {
  return { tjenestevedleggSigned: signed !== undefined, ...(oppsigelse && { stenges: stengesFra(oppsigelse) }) };
}

/** The moment from which a termination closes the undertjenester. */
export const stengesFra = ({ nedkoblingsdato }: Pick<Oppsigelse, 'nedkoblingsdato'>): Instant => startOfDag(nedkoblingsdato);

const keyOf = ({ undertjeneste, personId }: Tjenesteadministrator) => `${undertjeneste}/${personId}`;

/** Whether the person administers the undertjeneste. */
export const isTjenesteadministrator = (state: State, undertjeneste: Undertjeneste, personId: string, now: Instant): boolean =>
  holds(state.tjenesteadministratorer, keyOf({ undertjeneste, personId: personId as PersonId }), now);

/** Min kommune in one organisation: its adoption, the signing of its tjenestevedlegg, and its tjenesteadministratorer. */
export const tjeneste = {
  name: 'tjeneste',
  initialState: {
    adopted: false,
    ended: new Map(),
    configured: new Set(),
    tjenesteadministratorer: new Map(),
  } as State,
  evolve: {
    TjenesteAdopted: (state) => ({ ...state, adopted: true }),
    TjenestevedleggSigningStarted: (state, pending) => ({ ...state, pending }),
    TjenestevedleggSigned: (state, { signeringId, versjon, signeringsdato }) => ({
      ...withoutAgreement(ended(state, signeringId, 'SIGNERT')),
      signed: { signeringId, versjon, signeringsdato },
    }),
    TjenestevedleggRejected: (state, { signeringId }) => ended(state, signeringId, 'AVVIST'),
    TjenestevedleggTerminated: (state, { forseglet: _sealed, ...oppsigelse }) => ({ ...state, oppsigelse }),
    TjenestevedleggDateCorrected: (state, { signeringsdato }) => ({ ...state, ...(state.signed && { signed: { ...state.signed, signeringsdato } }) }),
    TjenestevedleggDeleted: (state) => withoutAgreement(state),
    TjenesteConfigured: (state, { kode }) => ({ ...state, configured: new Set([...state.configured, kode]) }),
    TjenesteadministratorAdded: (state, added) => ({
      ...state,
      tjenesteadministratorer: withHolder(state.tjenesteadministratorer, keyOf(added), added),
    }),
    TjenesteadministratorRemoved: (state, removed) => ({
      ...state,
      tjenesteadministratorer: withoutHolder(state.tjenesteadministratorer, keyOf(removed)),
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
      if (state.signed?.versjon === signering.versjon && !state.oppsigelse)
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

    /** Terminates the signed tjenestevedlegg. The clock closes the undertjenester later. Another date may be given until then. */
    TerminateTjenestevedlegg(state: State, oppsigelse: Oppsigelse, { now }: Context): readonly TjenesteEvent[] {
      requireSigned(state, oppsigelse.signeringId);
      const { forseglet: _sealed, ...konvolutt } = oppsigelse;
      if (deepEqual(state.oppsigelse, konvolutt)) return [];
      if (isClosed(agreementOf(state), now))
        refuse('conflict', 'AVTALE_OPPHORT', 'Avtalen har opphørt. Oppsigelsen kan ikke endres. Organisasjonen kan signere på nytt.');
      return [{ type: 'TjenestevedleggTerminated', data: oppsigelse }];
    },

    CorrectTjenestevedleggDate(state: State, data: { readonly signeringId: string; readonly signeringsdato: string }): readonly TjenesteEvent[] {
      const { signeringsdato } = requireSigned(state, data.signeringId);
      return signeringsdato === data.signeringsdato ? [] : [{ type: 'TjenestevedleggDateCorrected', data }];
    },

    /** Deletes an agreement that was registered by mistake. The undertjenester are closed at once. */
    DeleteTjenestevedlegg(state: State, { signeringId }: { readonly signeringId: string }): readonly TjenesteEvent[] {
      if (!state.signed && state.ended.has(signeringId)) return [];
      requireSigned(state, signeringId);
      return [{ type: 'TjenestevedleggDeleted', data: { signeringId } }];
    },

    /** Sets the second of the platform's two flags: configured. Adoption sets the first: initialised. */
    ConfigureTjeneste(state: State, { kode }: { readonly kode: Tjenestekode }, { now }: Context): readonly TjenesteEvent[] {
      requireOpen({ organisation: agreementOf(state), now });
      return state.configured.has(kode) ? [] : [{ type: 'TjenesteConfigured', data: { kode } }];
    },

    AddTjenesteadministrator(state: State, { undertjeneste, personId, ...bestilling }: Tjenesteadministrator & Bestilling, { organisation, now }: Context): readonly TjenesteEvent[] {
      requireOpen({ organisation: agreementOf(state), now });
      const added = { undertjeneste, personId };
      if (isGranted(state.tjenesteadministratorer, keyOf(added), bestilling, now)) return [];
      if (organisation.isRevisor(personId)) refuseDependentRevisor();
      return [{ type: 'TjenesteadministratorAdded', data: { ...added, ...utlopOf(bestilling) } }];
    },

    RemoveTjenesteadministrator(state: State, { undertjeneste, personId, ...inndragning }: Tjenesteadministrator & Inndragning): readonly TjenesteEvent[] {
      const removed = { undertjeneste, personId };
      return isRevoked(state.tjenesteadministratorer, keyOf(removed), inndragning) ? [] : [{ type: 'TjenesteadministratorRemoved', data: removed }];
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

/** The signed tjenestevedlegg. Refuses (`missing`) another one, and an earlier one that it has replaced. */
function requireSigned({ signed }: State, signeringId: string): NonNullable<State['signed']> {
  if (signed?.signeringId !== signeringId) refuse('missing', 'IKKE_FUNNET', 'Fant ikke avtalen, eller den er erstattet av en nyere.');
  return signed;
}

function withoutAgreement({ signed: _signed, oppsigelse: _terminated, ...state }: State): State {
  return state;
}
