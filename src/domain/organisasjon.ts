import { deepEqual } from './kernel/changes.js';
import type { Decider, Event } from './kernel/decider.js';
import { refuse } from './kernel/domain-error.js';
import { refuseDependentRevisor, type Context } from './organisation-status.js';
import type { Privilegium } from './privilegier.js';
import { holds, isGranted, isRevoked, utlopOf, withHolder, withoutHolder, type Bestilling, type Innehavere, type Inndragning, type MedUtlop } from './utlop.js';
import { norwegianDate } from './values/dag.js';
import { fylkesnummerOf, kommunenummerToday } from './values/inndeling.js';
import type { Kommunenummer } from './values/kommunenummer.js';
import type { Organisasjonsnummer } from './values/organisasjonsnummer.js';
import type { Organisasjonstype } from './values/organisasjonstype.js';
import type { PersonId } from './values/person-id.js';
import type { Organisasjonsnavn } from './values/text.js';
import { undertjenester } from './values/undertjeneste.js';

export interface Registrering {
  readonly type: Organisasjonstype;
  readonly navn: Organisasjonsnavn;
  readonly orgnr: Organisasjonsnummer;
  /** Required for a KOMMUNE, refused for every other type. */
  readonly kommunenr?: Kommunenummer;
}

/** The beginning of every kommunenummer in the organisation's area: its own number, or its fylkesnummer. Undefined without an area. */
export const omradeOf = ({ type, orgnr, kommunenr }: Registrering): string | undefined =>
  type === 'FYLKESKOMMUNE' ? fylkesnummerOf(orgnr) : kommunenr && (kommunenummerToday(kommunenr) ?? kommunenr);

export type OrganisasjonEvent =
  | Event<'OrganisasjonRegistered', Registrering>
  | Event<'HovedavtaleRecorded', Hovedavtale>
  | Event<'AdministratorAppointed', { readonly personId: PersonId } & MedUtlop>
  | Event<'AdministratorDismissed', { readonly personId: PersonId }>
  | Event<'RevisorAppointed', { readonly personId: PersonId } & MedUtlop>
  | Event<'RevisorDismissed', { readonly personId: PersonId }>
  | Event<'TilgangerReviewed', Tilgangsgjennomgang>;

/** A tilgang that is reviewed, by reference. */
export interface GjennomgattTilgang {
  readonly ressurs: string;
  /** The reference of a person, or the id of an integration. */
  readonly aktor: string;
  readonly privilegium: Privilegium;
}
/** The decisions of a review of tilganger. Those to remove are revoked by commands of their own. */
export interface Gjennomgangsvalg {
  readonly beholdt: readonly GjennomgattTilgang[];
  readonly fjernet: readonly GjennomgattTilgang[];
}
interface Tilgangsgjennomgang extends Gjennomgangsvalg {
  /** The day of the review, in Norway. */
  readonly dag: string;
}

interface Hovedavtale {
  readonly signeringsdato: string;
  /** The id in the agreement archive. Older logs do not have it. */
  readonly avtaleUuid?: string;
}

interface State {
  readonly registrering?: Registrering;
  readonly harHovedavtale: boolean;
  readonly administratorer: Innehavere<PersonId>;
  readonly revisorer: Innehavere<PersonId>;
  /** The last review of tilganger. */
  readonly gjennomgang?: Tilgangsgjennomgang;
}

/** An organisation on the platform: its registration, its hovedavtale, its administrators and its auditors. */
export const organisasjon = {
  name: 'organisasjon',
  initialState: { harHovedavtale: false, administratorer: new Map(), revisorer: new Map() } as State,
  evolve: {
    OrganisasjonRegistered: (state, registrering) => ({ ...state, registrering }),
    HovedavtaleRecorded: (state) => ({ ...state, harHovedavtale: true }),
    AdministratorAppointed: (state, { personId, ...utlop }) => ({ ...state, administratorer: withHolder(state.administratorer, personId, utlop) }),
    AdministratorDismissed: (state, { personId }) => ({ ...state, administratorer: withoutHolder(state.administratorer, personId) }),
    RevisorAppointed: (state, { personId, ...utlop }) => ({ ...state, revisorer: withHolder(state.revisorer, personId, utlop) }),
    RevisorDismissed: (state, { personId }) => ({ ...state, revisorer: withoutHolder(state.revisorer, personId) }),
    TilgangerReviewed: (state, gjennomgang) => ({ ...state, gjennomgang }),
  },
  // The orgnr is unique within a type, because Oslo is both a kommune and a fylkeskommune with one orgnr.
  claims: (event) => {
    if (event.type !== 'OrganisasjonRegistered') return [];
    const { type, orgnr, kommunenr } = event.data;
    return [
      { value: `organisasjonsnummer/${type}/${orgnr}`, refuse: refuseTaken('organisasjonsnummeret') },
      ...(kommunenr === undefined ? [] : [{ value: `kommunenummer/${kommunenr}`, refuse: refuseTaken('kommunenummeret') }]),
    ];
  },
  decide: {
    RegisterOrganisasjon(state: State, registrering: Registrering): readonly OrganisasjonEvent[] {
      if (registrering.type === 'KOMMUNE' && registrering.kommunenr === undefined)
        refuse('invalid', 'KOMMUNENUMMER_MANGLER', 'En kommune må ha kommunenummer.', 'kommunenr');
      if (registrering.type !== 'KOMMUNE' && registrering.kommunenr !== undefined)
        refuse('invalid', 'KOMMUNENUMMER_IKKE_TILLATT', 'Bare en kommune kan ha kommunenummer.', 'kommunenr');
      if (!state.registrering) return [{ type: 'OrganisasjonRegistered', data: registrering }];
      if (deepEqual(state.registrering, registrering)) return [];
      return refuse('conflict', 'ORGANISASJON_FINNES', 'Organisasjonen er allerede registrert med andre opplysninger.');
    },

    RecordHovedavtale(state: State, avtale: Hovedavtale): readonly OrganisasjonEvent[] {
      requireRegistered(state);
      return state.harHovedavtale ? [] : [{ type: 'HovedavtaleRecorded', data: avtale }];
    },

    /** Also changes the last day of a present administrator. One administrator at least has no last day. */
    AppointAdministrator(state: State, { personId, ...bestilling }: { readonly personId: PersonId } & Bestilling, { now }: Context): readonly OrganisasjonEvent[] {
      requireRegistered(state);
      if (isGranted(state.administratorer, personId, bestilling, now)) return [];
      if (holds(state.revisorer, personId, now)) refuseDependentRevisor();
      const utlop = utlopOf(bestilling);
      if (utlop.utlop !== undefined) requireAnotherAdministrator(state, personId);
      return [{ type: 'AdministratorAppointed', data: { personId, ...utlop } }];
    },

    DismissAdministrator(state: State, { personId, ...inndragning }: { readonly personId: PersonId } & Inndragning): readonly OrganisasjonEvent[] {
      requireRegistered(state);
      if (isRevoked(state.administratorer, personId, inndragning)) return [];
      if (state.administratorer.get(personId) === undefined) requireAnotherAdministrator(state, personId);
      return [{ type: 'AdministratorDismissed', data: { personId } }];
    },

    AppointRevisor(state: State, { personId, ...bestilling }: { readonly personId: PersonId } & Bestilling, { organisation, now }: Context): readonly OrganisasjonEvent[] {
      requireRegistered(state);
      if (isGranted(state.revisorer, personId, bestilling, now)) return [];
      const administers = undertjenester.some((one) => organisation.isTjenesteadministrator(personId, one));
      if (administers || holds(state.administratorer, personId, now)) refuseDependentRevisor();
      return [{ type: 'RevisorAppointed', data: { personId, ...utlopOf(bestilling) } }];
    },

    /** Also dismisses the last one: an organisation may be without an auditor. */
    DismissRevisor(state: State, { personId, ...inndragning }: { readonly personId: PersonId } & Inndragning): readonly OrganisasjonEvent[] {
      requireRegistered(state);
      return isRevoked(state.revisorer, personId, inndragning) ? [] : [{ type: 'RevisorDismissed', data: { personId } }];
    },

    /** Records a review. The same decisions again on the same day add nothing. */
    ReviewTilganger(state: State, { beholdt, fjernet }: Gjennomgangsvalg, { now }: Context): readonly OrganisasjonEvent[] {
      requireRegistered(state);
      const gjennomgang = { dag: norwegianDate(now), beholdt, fjernet };
      return deepEqual(state.gjennomgang, gjennomgang) ? [] : [{ type: 'TilgangerReviewed', data: gjennomgang }];
    },
  },
} satisfies Decider<State, OrganisasjonEvent, Context>;

/** Names the holder, which is public, because a registration that was interrupted goes on under the same fiksOrgId. */
const refuseTaken = (number: string) => (holder: string): never =>
  refuse('conflict', 'ORGANISASJON_FINNES', `Organisasjonen med fiksOrgId ${holder} har allerede ${number}.`);

/** Refuses (`conflict`) unless somebody else is an administrator without a last day, so that the clock never leaves it without any. */
function requireAnotherAdministrator({ registrering, administratorer }: State, personId: PersonId): void {
  if (![...administratorer].some(([id, utlop]) => id !== personId && utlop === undefined))
    refuse('conflict', 'SISTE_ADMINISTRATOR', `${registrering?.navn} må ha minst én administrator uten utløpsdato. Utnevn en ny først.`);
}

function requireRegistered(state: State): void {
  if (!state.registrering) refuse('missing', 'IKKE_FUNNET', 'Fant ikke organisasjonen.');
}

