import type { ConfigurationEventType, DomainEvent } from '../../domain/index.js';
import { tjenestekode } from '../../domain/tjeneste.js';
import { privilegier } from '../../domain/privilegier.js';
import type { Undertjeneste } from '../../domain/values/undertjeneste.js';
import { fieldsIn, lastDayField, type Endring, type Felt } from '../konfigurasjon/changes.js';
import { rollenavn } from '../konfigurasjon/konfigurasjon.js';
import type { Recorded } from '../ports/projection.js';

type DataOf<T> = Extract<DomainEvent, { readonly type: T }>['data'];
/** A part of a configuration: a field of a thing, or the thing itself, as `<id>/<field>`. */
type Trace = string;

const itself = (id: string): Trace => `${id}/`;
const part = (id: string, felt: Felt, member?: string): Trace => [id, felt, ...(member === undefined ? [] : [member])].join('/');
const named = (id: string, ...names: readonly Felt[]): readonly Trace[] => names.map((felt) => part(id, felt));
// An event of a thing has the thing's fields.
const fields = (id: string, data: object): readonly Trace[] => named(id, ...(Object.keys(data) as Felt[]));
const created = (data: object, id: string): readonly Trace[] => [itself(id), ...fields(id, data)];
const changed = (data: object, id: string): readonly Trace[] => fields(id, data);
const ended = (_: object, id: string): readonly Trace[] => [itself(id)];
const starred = (_: object, id: string): readonly Trace[] => named(id, 'favoritt');
const use = (id: string, undertjeneste: Undertjeneste): Trace => part(id, 'undertjenester', undertjeneste);
const tilgang = (id: string, privilegium: string): Trace => part(id, 'tilganger', privilegium);
/** The last day of a tilgang or of a role, by the name of either. */
const lastDay = (id: string, navn: string): Trace => part(id, lastDayField(navn));
const role = (navn: string) => ({ personId }: { readonly personId: string }): readonly Trace[] => [part(personId, 'rolle', navn), lastDay(personId, navn)];
const roleUnder = ({ personId, undertjeneste }: { readonly personId: string; readonly undertjeneste: Undertjeneste }): readonly Trace[] =>
  role(rollenavn.tjenesteadministrator(undertjeneste))({ personId });
const konto = ({ kontoId }: { readonly kontoId: string }): readonly Trace[] => named(kontoId, 'synlig');
/** Whether the tjenestevedlegg is in force. It can be signed anew, or terminated later, without a difference. */
export const agreement: Trace = part(tjenestekode, 'signert');
const signert = (): readonly Trace[] => [agreement];
const nothing = (): readonly Trace[] => [];
const innhold: readonly Felt[] = ['innhold', 'kategori', 'meldingType', 'url', 'urlTekst'];

/** The parts of the configuration that each event can have changed, by its data and the id of its stream. An event without a line here does not compile. */
const traces: { readonly [T in ConfigurationEventType]: (data: DataOf<T>, id: string) => readonly Trace[] } = {
  OrganisasjonRegistered: nothing,
  HovedavtaleRecorded: nothing,
  AdministratorAppointed: role(rollenavn.administrator),
  AdministratorDismissed: role(rollenavn.administrator),
  RevisorAppointed: role(rollenavn.revisor),
  RevisorDismissed: role(rollenavn.revisor),
  TjenesteAdopted: () => named(tjenestekode, 'tattIBruk'),
  TjenestevedleggSigningStarted: nothing,
  TjenestevedleggSigned: signert,
  TjenestevedleggRejected: nothing,
  TjenestevedleggTerminated: signert,
  TjenestevedleggDateCorrected: nothing,
  TjenestevedleggDeleted: signert,
  TjenesteConfigured: ({ kode }) => named(kode, 'konfigurert'),
  TjenesteadministratorAdded: roleUnder,
  TjenesteadministratorRemoved: roleUnder,
  IntegrationCreated: created,
  IntegrationChanged: changed,
  IntegrationPasswordGenerated: nothing,
  // Older logs grant a tilgang without attaching the integration first.
  AccessGranted: ({ privilegium, undertjeneste }, id) => [tilgang(id, privilegium), use(id, undertjeneste), lastDay(id, privilegium)],
  AccessRevoked: ({ privilegium }, id) => [tilgang(id, privilegium)],
  IntegrationAttached: ({ undertjeneste, tilganger }, id) => [use(id, undertjeneste), ...tilganger.map((one) => tilgang(id, one))],
  IntegrationDetached: ({ undertjeneste }, id) => [
    use(id, undertjeneste),
    ...privilegier.flatMap((one) => ('undertjeneste' in one && one.undertjeneste === undertjeneste ? [tilgang(id, one.navn)] : [])),
  ],
  DocumentStorageChosen: changed,
  IntegrationDeleted: ended,
  SvarUtAccountEnabled: konto,
  SvarUtAccountDisabled: konto,
  KommunalTjenesteCreated: created,
  KommunalTjenesteChanged: changed,
  KommunalTjenesteStarred: starred,
  KommunalTjenesteUnstarred: starred,
  KommunalTjenesteRemoved: ended,
  EiendomslenkeCreated: created,
  EiendomslenkeChanged: changed,
  EiendomslenkeRemoved: ended,
  // A period can show a message, or end it. Fields that a change does not have are taken away by it.
  DriftsmeldingPublished: created,
  DriftsmeldingChanged: (_, id) => named(id, ...innhold),
  DriftsmeldingPeriodChanged: (_, id) => [itself(id), ...named(id, 'startDato', 'sluttDato')],
  DriftsmeldingWithdrawn: ended,
  InnsynsloggReviewed: nothing,
  TilgangerReviewed: nothing,
};

/** The parts of the configuration that an event can have changed. */
export const tracesOf = ({ type, data, stream }: Recorded): readonly Trace[] =>
  ((traces as Readonly<Record<string, ((data: object, id: string) => readonly Trace[]) | undefined>>)[type] ?? nothing)(data, stream.id);

/** The fields whose members are parts of their own. */
const lists: ReadonlySet<Felt> = new Set(['undertjenester', 'tilganger', 'rolle']);

/** The parts of the configuration that a difference is in. */
export function tracesIn({ ting: { id }, felter }: Endring): readonly Trace[] {
  const parts = fieldsIn(felter).flatMap(([felt, { fra, til }]): readonly Trace[] =>
    lists.has(felt) ? [til ?? fra].flat().map((value) => part(id, felt, value as string)) : [part(id, felt)],
  );
  return parts.length === 0 ? [itself(id)] : parts;
}

/** The events that give. One that gives what is held already changes only its last day. */
export const grants: ReadonlySet<string> = new Set<ConfigurationEventType>(['AdministratorAppointed', 'RevisorAppointed', 'TjenesteadministratorAdded', 'IntegrationAttached', 'AccessGranted']);
/** Whether a part is a last day. */
export const isLastDay = (trace: Trace): boolean => trace.includes('/utlop ');
/** The thing that a part belongs to, as a part. */
export const thingOf = (trace: Trace): Trace => itself(trace.slice(0, trace.indexOf('/')));
