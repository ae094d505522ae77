import { kategorier, meldingTyper } from '../../domain/driftsmelding.js';
import type { AggregateName, ConfigurationEventType, Domain, DomainEvent } from '../../domain/index.js';
import { lagringsvalg } from '../../domain/integrasjon.js';
import type { CommandOf } from '../../domain/kernel/decider.js';
import { inField, refuse } from '../../domain/kernel/domain-error.js';
import { rettetMotVerdier } from '../../domain/kommunal-tjeneste.js';
import type { GjennomgattTilgang } from '../../domain/organisasjon.js';
import { parsePrivilegium } from '../../domain/privilegier.js';
import type { MedUtlop } from '../../domain/utlop.js';
import { parseDag } from '../../domain/values/dag.js';
import { parseInstant } from '../../domain/values/instant.js';
import { parseKommunenummer } from '../../domain/values/kommunenummer.js';
import { parseLenke } from '../../domain/values/lenke.js';
import { parseLenkemal } from '../../domain/values/lenkemal.js';
import { parseOrganisasjonsnummer } from '../../domain/values/organisasjonsnummer.js';
import { organisasjonstyper } from '../../domain/values/organisasjonstype.js';
import { parseDriftsmeldingstekst, parseFunntekst, parseIntegrasjonsbeskrivelse, parseIntegrasjonsnavn, parseKonklusjon, parseLenketekst, parseOrganisasjonsnavn, parseTittel } from '../../domain/values/text.js';
import { undertjenester } from '../../domain/values/undertjeneste.js';
import { parseUuid } from '../../domain/values/uuid.js';
import { tjenestekoder } from '../views/ressurs-ids.js';

type DataOf<T> = Extract<DomainEvent, { readonly type: T }>['data'];
type AggregateOf<T> = { [A in AggregateName]: T extends keyof Domain[A]['evolve'] ? A : never }[AggregateName];
/** The command that an event is tried again with. Its values are parsed by today's rules. Throws `DomainError` when they refuse one. */
export type Attempt<T> = (data: DataOf<T>) => CommandOf<Domain[AggregateOf<T>]>;

/** Runs the parser of each field that is given. */
function parsed<T extends object>(data: T, parsers: { readonly [K in keyof T]-?: (value: Exclude<T[K], undefined>) => T[K] }): T {
  // A stored event has no undefined fields.
  const fields = Object.entries(data) as [keyof T & string, never][];
  return Object.fromEntries(fields.map(([felt, value]) => [felt, inField(felt, () => parsers[felt](value))])) as T;
}

const oneOf =
  <T extends string>(values: readonly T[]) =>
  (value: T): T =>
    values.includes(value) ? value : refuse('invalid', 'UGYLDIG_VERDI', `«${value}» er ikke lenger en gyldig verdi.`);
const each =
  <T>(parse: (one: T) => T) =>
  (all: readonly T[]): readonly T[] =>
    all.map(parse);
const asItIs = <T>(value: T): T => value;
/** A date. Older logs have a point in time. */
const dato = (text: string): string => {
  if (/^\d{4}-\d{2}-\d{2}T/.test(text)) parseInstant(text);
  else parseDag(text);
  return text;
};

const undertjeneste = oneOf(undertjenester);
const rolle = { undertjeneste, personId: asItIs };
const tilgang = { privilegium: parsePrivilegium, undertjeneste };
/** Without a last day, the event says that there is none. A command without one says nothing of it. */
const untilUtlop = <T extends MedUtlop>({ utlop, ...data }: T) => ({ ...data, utlop: utlop === undefined ? null : dato(utlop) });
const gjennomgatt = each((one: GjennomgattTilgang) => parsed(one, { ressurs: asItIs, aktor: asItIs, privilegium: parsePrivilegium }));
const beskrivelse = { navn: parseIntegrasjonsnavn, beskrivelse: parseIntegrasjonsbeskrivelse, autorisertOrgnr: parseOrganisasjonsnummer };
const global = { kode: asItIs, forespurtePrivilegier: each(parsePrivilegium), tags: each(undertjeneste) };
const signering = { signeringId: asItIs, signeringsdato: dato };
const tjeneste = { tittel: parseTittel, lenke: parseLenke, rettetMot: oneOf(rettetMotVerdier) };
const lenke = { tittel: parseTittel, mal: parseLenkemal };
const innhold = { innhold: parseDriftsmeldingstekst, kategori: oneOf(kategorier), meldingType: oneOf(meldingTyper), url: parseLenke, urlTekst: parseLenketekst };
const periode = { startDato: parseInstant, sluttDato: parseInstant };
const konto = { kontoId: parseUuid };
const funn = { linje: parseUuid, tekst: parseFunntekst };

/** The command of every event. The content of messages is encrypted, so the rules for it cannot be tried. An event without a line here does not compile. */
export const attempts: { readonly [T in ConfigurationEventType]: Attempt<T> } = {
  OrganisasjonRegistered: (data) => ({
    type: 'RegisterOrganisasjon',
    data: parsed(data, { type: oneOf(organisasjonstyper), navn: parseOrganisasjonsnavn, orgnr: parseOrganisasjonsnummer, kommunenr: parseKommunenummer }),
  }),
  HovedavtaleRecorded: (data) => ({ type: 'RecordHovedavtale', data: parsed(data, { signeringsdato: dato, avtaleUuid: parseUuid }) }),
  AdministratorAppointed: (data) => ({ type: 'AppointAdministrator', data: untilUtlop(data) }),
  AdministratorDismissed: (data) => ({ type: 'DismissAdministrator', data }),
  RevisorAppointed: (data) => ({ type: 'AppointRevisor', data: untilUtlop(data) }),
  RevisorDismissed: (data) => ({ type: 'DismissRevisor', data }),
  TilgangerReviewed: ({ beholdt, fjernet }) => ({ type: 'ReviewTilganger', data: { beholdt: gjennomgatt(beholdt), fjernet: gjennomgatt(fjernet) } }),
  TjenesteAdopted: (data) => ({ type: 'AdoptTjeneste', data }),
  TjenestevedleggSigningStarted: ({ startetAv: _, ...data }) => ({ type: 'StartTjenestevedleggSigning', data }),
  TjenestevedleggSigned: ({ signeringId, signeringsdato }) => ({ type: 'RecordTjenestevedleggSigned', data: parsed({ signeringId, signeringsdato }, signering) }),
  TjenestevedleggRejected: ({ signeringId }) => ({ type: 'RecordTjenestevedleggRejected', data: { signeringId } }),
  TjenestevedleggTerminated: (data) => ({
    type: 'TerminateTjenestevedlegg',
    data: parsed(data, { signeringId: asItIs, nedkoblingsdato: dato, sisteFaktureringsdato: dato, registreringsdato: dato, gyldigTilDato: dato, avtrykk: asItIs, forseglet: asItIs }),
  }),
  TjenestevedleggDateCorrected: (data) => ({ type: 'CorrectTjenestevedleggDate', data: parsed(data, signering) }),
  TjenestevedleggDeleted: (data) => ({ type: 'DeleteTjenestevedlegg', data }),
  TjenesteConfigured: (data) => ({ type: 'ConfigureTjeneste', data: parsed(data, { kode: oneOf(tjenestekoder) }) }),
  TjenesteadministratorAdded: ({ utlop, ...data }) => ({ type: 'AddTjenesteadministrator', data: untilUtlop({ ...parsed(data, rolle), ...(utlop !== undefined && { utlop }) }) }),
  TjenesteadministratorRemoved: (data) => ({ type: 'RemoveTjenesteadministrator', data: parsed(data, rolle) }),
  IntegrationCreated: (data) => ({ type: 'CreateIntegration', data: parsed(data, { ...beskrivelse, global: (of) => parsed(of, global) }) }),
  IntegrationChanged: (data) => ({ type: 'ChangeIntegration', data: parsed(data, beskrivelse) }),
  IntegrationPasswordGenerated: (data) => ({ type: 'GenerateIntegrationPassword', data }),
  AccessGranted: ({ utlop, ...data }) => ({ type: 'GrantAccess', data: untilUtlop({ ...parsed(data, tilgang), ...(utlop !== undefined && { utlop }) }) }),
  AccessRevoked: (data) => ({ type: 'RevokeAccess', data: parsed(data, tilgang) }),
  IntegrationAttached: (data) => ({ type: 'AttachIntegration', data: parsed(data, { undertjeneste, integrasjon: asItIs, tilganger: each(parsePrivilegium) }) }),
  IntegrationDetached: (data) => ({ type: 'DetachIntegration', data: parsed(data, { undertjeneste }) }),
  DocumentStorageChosen: (data) => ({ type: 'ChooseDocumentStorage', data: parsed(data, { lagring: oneOf(lagringsvalg) }) }),
  IntegrationDeleted: (data) => ({ type: 'DeleteIntegration', data }),
  SvarUtAccountEnabled: (data) => ({ type: 'EnableSvarUtAccount', data: parsed(data, konto) }),
  SvarUtAccountDisabled: (data) => ({ type: 'DisableSvarUtAccount', data: parsed(data, konto) }),
  KommunalTjenesteCreated: (data) => ({ type: 'CreateKommunalTjeneste', data: parsed(data, tjeneste) }),
  KommunalTjenesteChanged: (data) => ({ type: 'ChangeKommunalTjeneste', data: parsed(data, tjeneste) }),
  KommunalTjenesteStarred: (data) => ({ type: 'StarKommunalTjeneste', data }),
  KommunalTjenesteUnstarred: (data) => ({ type: 'UnstarKommunalTjeneste', data }),
  KommunalTjenesteRemoved: (data) => ({ type: 'RemoveKommunalTjeneste', data }),
  EiendomslenkeCreated: (data) => ({ type: 'CreateEiendomslenke', data: parsed(data, lenke) }),
  EiendomslenkeChanged: (data) => ({ type: 'ChangeEiendomslenke', data: parsed(data, lenke) }),
  EiendomslenkeRemoved: (data) => ({ type: 'RemoveEiendomslenke', data }),
  DriftsmeldingPublished: (data) => ({ type: 'PublishDriftsmelding', data: parsed(data, { ...innhold, ...periode }) }),
  DriftsmeldingChanged: (data) => ({ type: 'ChangeDriftsmelding', data: parsed(data, innhold) }),
  DriftsmeldingPeriodChanged: (data) => ({ type: 'ChangeDriftsmeldingPeriod', data: parsed(data, periode) }),
  DriftsmeldingWithdrawn: (data) => ({ type: 'WithdrawDriftsmelding', data }),
  InnsynsloggReviewed: (data) => ({ type: 'ReviewInnsynslogg', data: parsed(data, { fra: parseInstant, til: parseInstant, konklusjon: parseKonklusjon, funn: each((one) => parsed(one, funn)) }) }),
};
