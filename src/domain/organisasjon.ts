import { deepEqual } from './kernel/changes.js';
import type { Decider, Event } from './kernel/decider.js';
import { refuse } from './kernel/domain-error.js';
import { refuseDependentRevisor, type Context } from './organisation-status.js';
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
  | Event<'AdministratorAppointed', { readonly personId: PersonId }>
  | Event<'AdministratorDismissed', { readonly personId: PersonId }>
  | Event<'RevisorAppointed', { readonly personId: PersonId }>
  | Event<'RevisorDismissed', { readonly personId: PersonId }>;

interface Hovedavtale {
  readonly signeringsdato: string;
  /** The id in the agreement archive. Older logs do not have it. */
  readonly avtaleUuid?: string;
}

interface State {
  readonly registrering?: Registrering;
  readonly harHovedavtale: boolean;
  readonly administratorer: ReadonlySet<PersonId>;
  readonly revisorer: ReadonlySet<PersonId>;
}

/** An organisation on the platform: its registration, its hovedavtale, its administrators and its auditors. */
export const organisasjon = {
  name: 'organisasjon',
  initialState: { harHovedavtale: false, administratorer: new Set(), revisorer: new Set() } as State,
  evolve: {
    OrganisasjonRegistered: (state, registrering) => ({ ...state, registrering }),
    HovedavtaleRecorded: (state) => ({ ...state, harHovedavtale: true }),
    AdministratorAppointed: (state, { personId }) => ({
      ...state,
      administratorer: new Set([...state.administratorer, personId]),
    }),
    AdministratorDismissed: (state, { personId }) => ({
      ...state,
      administratorer: new Set([...state.administratorer].filter((id) => id !== personId)),
    }),
    RevisorAppointed: (state, { personId }) => ({ ...state, revisorer: new Set([...state.revisorer, personId]) }),
    RevisorDismissed: (state, { personId }) => ({
      ...state,
      revisorer: new Set([...state.revisorer].filter((id) => id !== personId)),
    }),
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

    AppointAdministrator(state: State, { personId }: { readonly personId: PersonId }): readonly OrganisasjonEvent[] {
      requireRegistered(state);
      if (state.administratorer.has(personId)) return [];
      if (state.revisorer.has(personId)) refuseDependentRevisor();
      return [{ type: 'AdministratorAppointed', data: { personId } }];
    },

    DismissAdministrator(state: State, { personId }: { readonly personId: PersonId }): readonly OrganisasjonEvent[] {
      requireRegistered(state);
      if (!state.administratorer.has(personId)) return [];
      if (state.administratorer.size === 1)
        refuse('conflict', 'SISTE_ADMINISTRATOR', `${state.registrering?.navn} må ha minst én administrator. Utnevn en ny før du fjerner den siste.`);
      return [{ type: 'AdministratorDismissed', data: { personId } }];
    },

    AppointRevisor(state: State, { personId }: { readonly personId: PersonId }, { organisation }: Context): readonly OrganisasjonEvent[] {
      requireRegistered(state);
      if (state.revisorer.has(personId)) return [];
      const administers = undertjenester.some((one) => organisation.isTjenesteadministrator(personId, one));
      if (administers || state.administratorer.has(personId)) refuseDependentRevisor();
      return [{ type: 'RevisorAppointed', data: { personId } }];
    },

    /** Also dismisses the last one: an organisation may be without an auditor. */
    DismissRevisor(state: State, { personId }: { readonly personId: PersonId }): readonly OrganisasjonEvent[] {
      requireRegistered(state);
      return state.revisorer.has(personId) ? [{ type: 'RevisorDismissed', data: { personId } }] : [];
    },
  },
} satisfies Decider<State, OrganisasjonEvent, Context>;

/** Names the holder, which is public, because a registration that was interrupted goes on under the same fiksOrgId. */
const refuseTaken = (number: string) => (holder: string): never =>
  refuse('conflict', 'ORGANISASJON_FINNES', `Organisasjonen med fiksOrgId ${holder} har allerede ${number}.`);

function requireRegistered(state: State): void {
  if (!state.registrering) refuse('missing', 'IKKE_FUNNET', 'Fant ikke organisasjonen.');
}

