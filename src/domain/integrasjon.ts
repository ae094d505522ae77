import { changed, isEmpty, deepEqual, type Changes } from './kernel/changes.js';
import { evolve, type Decider, type Event, type NoData } from './kernel/decider.js';
import { refuse } from './kernel/domain-error.js';
import { requireOpen, type Context } from './organisation-status.js';
import { oppforingOf, type Privilegium } from './privilegier.js';
import { holds as isHeld, isGranted, isRevoked, utlopOf, withHolder, withoutHolder, type Bestilling, type Innehavere, type Inndragning, type MedUtlop } from './utlop.js';
import type { Instant } from './values/instant.js';
import type { Organisasjonsnummer } from './values/organisasjonsnummer.js';
import type { Integrasjonsbeskrivelse, Integrasjonsnavn } from './values/text.js';
import { undertjenestenavn, type Undertjeneste } from './values/undertjeneste.js';
import type { Uuid } from './values/uuid.js';

/** The storage of the documents that an integration's messages refer to. */
export const lagringsvalg = ['DOKUMENTLAGER', 'FAGSYSTEM'] as const;
export type Lagringsvalg = (typeof lagringsvalg)[number];

interface Beskrivelse {
  readonly navn: Integrasjonsnavn;
  /** Tells who uses the integration, and why. */
  readonly beskrivelse?: Integrasjonsbeskrivelse;
  /** The organisation in the caller's certificate: usually the vendor, not the kommune. */
  readonly autorisertOrgnr: Organisasjonsnummer;
}
export interface Integrasjonsopplysninger extends Beskrivelse {
  /** Present on a global integration, which every organisation may attach. */
  readonly global?: {
    readonly kode: string;
    readonly forespurtePrivilegier: readonly Privilegium[];
    readonly tags: readonly Undertjeneste[];
  };
}
export interface Tilgang {
  readonly privilegium: Privilegium;
  readonly undertjeneste: Undertjeneste;
}
interface PassordHash {
  /** The hash of a generated 256-bit secret. The secret itself is shown once and stored nowhere. */
  readonly passordHash: string;
}
export interface Tilknytning {
  readonly undertjeneste: Undertjeneste;
  readonly integrasjon: { readonly eier: Uuid; readonly navn: Integrasjonsnavn; readonly global: boolean };
  /** The tilganger granted on attachment. The command drops those that do not fit the undertjeneste. */
  readonly tilganger: readonly Privilegium[];
}
export interface Tilknytningsbestilling extends Tilknytning {
  /** The tilganger to grant in any case: also when the integration is attached already. One that does not fit is refused. */
  readonly gi?: readonly Privilegium[];
  /** The only undertjenester that a global integration is made for. Missing: every undertjeneste. */
  readonly tilbysUnder?: readonly Undertjeneste[];
}

/** An integration as an administrator sets it up: what it is, where it is used, its tilganger there, and the place of its documents. */
export interface Oppsett extends Beskrivelse {
  readonly undertjeneste: Undertjeneste;
  readonly tilganger: readonly Privilegium[];
  readonly lagring?: Lagringsvalg;
}

export type IntegrationEvent =
  | Event<'IntegrationCreated', Integrasjonsopplysninger>
  | Event<'IntegrationChanged', Partial<Beskrivelse>>
  | Event<'IntegrationPasswordGenerated', PassordHash>
  | Event<'AccessGranted', Tilgang & MedUtlop>
  | Event<'AccessRevoked', Tilgang>
  | Event<'IntegrationAttached', Tilknytning>
  | Event<'IntegrationDetached', { readonly undertjeneste: Undertjeneste }>
  | Event<'DocumentStorageChosen', { readonly lagring: Lagringsvalg }>
  | Event<'IntegrationDeleted', NoData>;

interface State {
  readonly status: 'unknown' | 'known' | 'deleted';
  /** Missing when the organisation has only attached another organisation's integration. */
  readonly integrasjon?: Integrasjonsopplysninger;
  /** The reference of the actor that created it. */
  readonly createdBy?: string;
  readonly passordHash?: string;
  readonly lagring?: Lagringsvalg;
  /** Every undertjeneste that uses it. A tilgang attaches, so an integration holds tilganger only where it is attached. */
  readonly attached: ReadonlySet<Undertjeneste>;
  readonly tilganger: Innehavere;
}

const unknownState: State = { status: 'unknown', attached: new Set(), tilganger: new Map() };
const keyOf = ({ undertjeneste, privilegium }: Tilgang) => `${undertjeneste}/${privilegium}`;

/**
 * An integration within one organisation. The owner's stream holds its description and the owner's own use of it.
 * Another organisation's stream holds only how that organisation uses a global integration.
 */
export const integration = {
  name: 'integration',
  initialState: unknownState,
  evolve: {
    IntegrationCreated: (state, integrasjon, actor) => ({ ...state, status: 'known', integrasjon, ...(actor !== undefined && { createdBy: actor }) }),
    IntegrationChanged: (state, change) => ({ ...state, integrasjon: { ...owned(state), ...change } }),
    IntegrationPasswordGenerated: (state, { passordHash }) => ({ ...state, passordHash }),
    // Older logs grant a tilgang without attaching the integration first.
    AccessGranted: (state, tilgang) => ({
      ...state,
      attached: new Set([...state.attached, tilgang.undertjeneste]),
      tilganger: withHolder(state.tilganger, keyOf(tilgang), tilgang),
    }),
    AccessRevoked: (state, tilgang) => ({ ...state, tilganger: withoutHolder(state.tilganger, keyOf(tilgang)) }),
    IntegrationAttached: (state, { undertjeneste, tilganger }) => ({
      ...state,
      status: 'known',
      attached: new Set([...state.attached, undertjeneste]),
      tilganger: new Map([...state.tilganger, ...tilganger.map((privilegium) => [keyOf({ undertjeneste, privilegium }), undefined] as const)]),
    }),
    IntegrationDetached: (state, { undertjeneste }) => ({
      ...state,
      attached: new Set([...state.attached].filter((attached) => attached !== undertjeneste)),
      tilganger: new Map([...state.tilganger].filter(([key]) => !key.startsWith(`${undertjeneste}/`))),
    }),
    DocumentStorageChosen: (state, { lagring }) => ({ ...state, lagring }),
    IntegrationDeleted: ({ integrasjon }) => ({ ...unknownState, status: 'deleted', ...(integrasjon && { integrasjon }) }),
  },
  // The id, because paths and logins name an integration by its id alone. The code, because others find a global one by it.
  claims: (event, id) =>
    event.type !== 'IntegrationCreated'
      ? []
      : [
          { value: `integrasjon/${id}`, refuse: refuseTaken },
          ...(event.data.global ? [{ value: `integrasjonskode/${event.data.global.kode}`, refuse: refuseTakenCode }] : []),
        ],
  decide: {
    CreateIntegration(state: State, integrasjon: Integrasjonsopplysninger, context: Context): readonly IntegrationEvent[] {
      requireOpenUnlessGlobal(integrasjon, context);
      if (state.status === 'unknown') return [{ type: 'IntegrationCreated', data: integrasjon }];
      if (state.status === 'deleted') refuseMissing();
      if (deepEqual(state.integrasjon, integrasjon)) return [];
      return refuseTaken();
    },

    /**
     * Creates the organisation's own integration and takes it in use, wholly or not at all. Repeated, it completes what is missing and
     * corrects the description. It takes no tilgang away.
     */
    SetUpIntegration(state: State, { undertjeneste, tilganger, lagring, ...beskrivelse }: Oppsett, context: Context): readonly IntegrationEvent[] {
      const { decide } = integration;
      const integrasjon = { eier: context.tenant as Uuid, navn: beskrivelse.navn, global: false };
      const steps: readonly ((state: State) => readonly IntegrationEvent[])[] = [
        (before) => (before.status === 'known' ? decide.ChangeIntegration(before, beskrivelse, context) : decide.CreateIntegration(before, beskrivelse, context)),
        (before) => decide.AttachIntegration(before, { undertjeneste, integrasjon, tilganger: [], gi: tilganger }, context),
        (before) => (lagring === undefined ? [] : decide.ChooseDocumentStorage(before, { lagring }, context)),
      ];
      return steps.reduce<readonly IntegrationEvent[]>((events, step) => [...events, ...step(events.reduce((before, event) => evolve(integration, before, event), state))], []);
    },

    ChangeIntegration(state: State, change: Changes<Beskrivelse>, context: Context): readonly IntegrationEvent[] {
      requireOpenUnlessGlobal(state.integrasjon, context);
      const data = changed<Beskrivelse>(owned(state), change);
      return isEmpty(data) ? [] : [{ type: 'IntegrationChanged', data }];
    },

    /** Replaces the password. The previous one stops working at once. */
    GenerateIntegrationPassword(
      state: State,
      { passordHash }: PassordHash,
      context: Context,
    ): readonly IntegrationEvent[] {
      requireOpenUnlessGlobal(state.integrasjon, context);
      owned(state);
      return state.passordHash === passordHash ? [] : [{ type: 'IntegrationPasswordGenerated', data: { passordHash } }];
    },

    /** Also attaches the organisation's own integration to the undertjeneste, and changes the last day of a present tilgang. */
    GrantAccess(state: State, { undertjeneste, privilegium, ...bestilling }: Tilgang & Bestilling, context: Context): readonly IntegrationEvent[] {
      requireOpen(context);
      requireOwnedOrAttached(state);
      const tilgang = { undertjeneste, privilegium };
      requireFit(tilgang);
      if (isGranted(state.tilganger, keyOf(tilgang), bestilling, context.now)) return [];
      const granted = { type: 'AccessGranted', data: { ...tilgang, ...utlopOf(bestilling) } } as const;
      if (state.attached.has(undertjeneste)) return [granted];
      if (!state.integrasjon)
        refuse('conflict', 'INTEGRASJON_IKKE_TILKNYTTET', 'Legg til integrasjonen i undertjenesten før du gir den tilganger der.');
      const { navn, global } = state.integrasjon;
      const integrasjon = { eier: context.tenant as Uuid, navn, global: global !== undefined };
      return [{ type: 'IntegrationAttached', data: { undertjeneste, integrasjon, tilganger: [] } }, granted];
    },

    RevokeAccess(state: State, { undertjeneste, privilegium, ...inndragning }: Tilgang & Inndragning): readonly IntegrationEvent[] {
      requireOwnedOrAttached(state);
      const tilgang = { undertjeneste, privilegium };
      return isRevoked(state.tilganger, keyOf(tilgang), inndragning) ? [] : [{ type: 'AccessRevoked', data: tilgang }];
    },

    AttachIntegration(state: State, bestilling: Tilknytningsbestilling, context: Context): readonly IntegrationEvent[] {
      requireOpen(context);
      const { undertjeneste, integrasjon, tilganger, gi = [], tilbysUnder } = bestilling;
      const own = state.integrasjon !== undefined;
      if (state.status === 'deleted' || (!own && !integrasjon.global)) refuseMissing();
      const given = [...new Set(gi)].map((privilegium) => ({ undertjeneste, privilegium }));
      given.forEach(requireFit);
      if (state.attached.has(undertjeneste))
        return given.filter((tilgang) => !isHeld(state.tilganger, keyOf(tilgang), context.now)).map((data) => ({ type: 'AccessGranted', data }));
      if (tilbysUnder && !tilbysUnder.includes(undertjeneste)) refuseElsewhere(tilbysUnder);
      const fitting = tilganger.filter((privilegium) => allowsAktor({ undertjeneste, privilegium }));
      return [{ type: 'IntegrationAttached', data: { undertjeneste, integrasjon, tilganger: [...new Set([...fitting, ...gi])] } }];
    },

    DetachIntegration(
      state: State,
      { undertjeneste }: { readonly undertjeneste: Undertjeneste },
    ): readonly IntegrationEvent[] {
      if (state.status !== 'known') refuseMissing();
      return state.attached.has(undertjeneste) ? [{ type: 'IntegrationDetached', data: { undertjeneste } }] : [];
    },

    ChooseDocumentStorage(
      state: State,
      { lagring }: { readonly lagring: Lagringsvalg },
      context: Context,
    ): readonly IntegrationEvent[] {
      requireOpen(context);
      requireOwnedOrAttached(state);
      return state.lagring === lagring ? [] : [{ type: 'DocumentStorageChosen', data: { lagring } }];
    },

    DeleteIntegration(state: State): readonly IntegrationEvent[] {
      if (state.status === 'deleted') return [];
      owned(state);
      return [{ type: 'IntegrationDeleted', data: {} }];
    },
  },
} satisfies Decider<State, IntegrationEvent, Context>;

/** Whether the integration has the tilgang, in any undertjeneste, in the organisation of the stream. */
export const holds = ({ tilganger }: State, privilegium: Privilegium, now: Instant): boolean =>
  [...tilganger.keys()].some((key) => key.endsWith(`/${privilegium}`) && isHeld(tilganger, key, now));

/** Exempts a global integration, because its owner need not use Min kommune itself. */
function requireOpenUnlessGlobal(integrasjon: Integrasjonsopplysninger | undefined, context: Context): void {
  if (!integrasjon?.global) requireOpen(context);
}

/** Refuses (`missing`) unless the organisation owns the integration or has it attached. */
function requireOwnedOrAttached(state: State): void {
  if (state.status !== 'known' || (!state.integrasjon && state.attached.size === 0)) refuseMissing();
}

/** The organisation's own integration. Refuses: `missing` when unknown here, `conflict` when another organisation owns it. */
function owned(state: State): Integrasjonsopplysninger {
  if (state.status === 'known' && state.integrasjon) return state.integrasjon;
  requireOwnedOrAttached(state);
  return refuse('conflict', 'INTEGRASJON_EIES_AV_ANDRE', 'Integrasjonen eies av en annen organisasjon. Du kan koble den fra, men ikke endre eller slette den.');
}

function refuseElsewhere(tilbysUnder: readonly Undertjeneste[]): never {
  const names = tilbysUnder.map((one) => undertjenestenavn[one]).join(' og ');
  refuse('conflict', 'INTEGRASJON_PASSER_IKKE_UNDERTJENESTE', `Integrasjonen er laget for ${names}, og kan ikke legges til under en annen undertjeneste.`);
}

function refuseTaken(): never {
  refuse('conflict', 'INTEGRASJON_FINNES', 'Det finnes allerede en integrasjon med denne id-en.');
}

function refuseTakenCode(): never {
  refuse('conflict', 'INTEGRASJON_FINNES', 'En annen organisasjon har allerede en global integrasjon med denne koden.');
}

function refuseMissing(): never {
  refuse('missing', 'IKKE_FUNNET', 'Fant ikke integrasjonen.');
}

const fitsAktor = ({ privilegium }: Tilgang) => oppforingOf(privilegium).aktorer.includes('INTEGRASJON');
const fitsUndertjeneste = ({ privilegium, undertjeneste }: Tilgang) => oppforingOf(privilegium).undertjeneste === undertjeneste;
const allowsAktor = (tilgang: Tilgang) => fitsAktor(tilgang) && fitsUndertjeneste(tilgang);

function requireFit(tilgang: Tilgang): void {
  if (!fitsAktor(tilgang))
    refuse('conflict', 'TILGANG_PASSER_IKKE_AKTOR', 'Denne tilgangen kan bare gis til en person, ikke til en integrasjon.');
  if (!fitsUndertjeneste(tilgang))
    refuse('conflict', 'TILGANG_PASSER_IKKE_UNDERTJENESTE', 'Denne tilgangen hører ikke til undertjenesten.');
}
