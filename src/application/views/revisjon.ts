import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { ConfigurationEventType, EventType } from '../../domain/index.js';
import type { Slettegrunn } from '../../domain/innsynsmelding.js';
import type { Tjenestekode } from '../../domain/tjeneste.js';
import type { PersonId } from '../../domain/values/person-id.js';
import type { Undertjeneste } from '../../domain/values/undertjeneste.js';
import { refuseMissing } from '../commands/access.js';
import { meldingIdOf } from '../commands/melding-id.js';
import { personOf } from '../ports/actor.js';
import { Documents, type DocumentQuery } from '../ports/documents.js';
import { EksternRevisjon, type EksternRevisjonslinje, type EksternRevisjonssok } from '../ports/ekstern-revisjon.js';
import type { PageRequest } from '../ports/page.js';
import type { DocumentSet, Projection, Recorded } from '../ports/projection.js';
import { organisasjoner } from './organisasjon.js';
import { ressursId } from './ressurs-ids.js';

type Fields = Readonly<Record<string, unknown>>;

/** The effect of an event on the fields of its stream. */
type Kind =
  /** The stream begins, with the event's fields. */
  | 'begynner'
  /** The event's fields, or the named ones, get new values. */
  | { readonly endrer: readonly string[] | 'feltene' }
  /** The event adds an item to the stream's state, or takes one away. The other fields stay. */
  | 'legger til'
  | 'tar bort'
  /** The stream ends, and all its fields are removed. */
  | 'slutter'
  /** All fields stop to count. They are kept, because a later event may count them again. */
  | 'tas ned';

interface Line {
  /** The action, in Norwegian. */
  readonly handling: string;
  /** The service that the action belongs to. An event with an undertjeneste of its own overrides it. */
  readonly tjeneste: Tjenestekode | 'ORGANISASJON' | 'INTEGRASJON';
  readonly kind: Kind;
}

/** The events with a line: those of the configuration, and deletions of messages for a reason that is not the sender's own. */
type AuditedEventType = ConfigurationEventType | 'MeldingDeleted';
const slettegrunnerIRevisjon: readonly Slettegrunn[] = ['ADMINISTRATOR', 'GLEMT'];

/** The audit text of every event with a line. A configuration event that is missing here does not compile. */
const lines: Readonly<Record<AuditedEventType, Line>> = {
  OrganisasjonRegistered: { handling: 'Registrerte organisasjonen', tjeneste: 'ORGANISASJON', kind: 'begynner' },
  HovedavtaleRecorded: { handling: 'Registrerte hovedavtale', tjeneste: 'ORGANISASJON', kind: 'legger til' },
  AdministratorAppointed: { handling: 'Utnevnte administrator', tjeneste: 'ORGANISASJON', kind: 'legger til' },
  AdministratorDismissed: { handling: 'Fjernet administrator', tjeneste: 'ORGANISASJON', kind: 'tar bort' },
  RevisorAppointed: { handling: 'Utnevnte revisor', tjeneste: 'ORGANISASJON', kind: 'legger til' },
  RevisorDismissed: { handling: 'Fjernet revisor', tjeneste: 'ORGANISASJON', kind: 'tar bort' },
  TilgangerReviewed: { handling: 'Gjennomgikk tilganger', tjeneste: 'ORGANISASJON', kind: 'legger til' },
  TjenesteAdopted: { handling: 'Tok Min kommune i bruk', tjeneste: 'MIN_KOMMUNE', kind: 'begynner' },
  TjenestevedleggSigningStarted: { handling: 'Startet signering av tjenestevedlegg', tjeneste: 'MIN_KOMMUNE', kind: 'legger til' },
  TjenestevedleggSigned: { handling: 'Signerte tjenestevedlegg', tjeneste: 'MIN_KOMMUNE', kind: 'legger til' },
  TjenestevedleggRejected: { handling: 'Avviste å signere tjenestevedlegg', tjeneste: 'MIN_KOMMUNE', kind: 'legger til' },
  TjenestevedleggTerminated: { handling: 'Sa opp tjenestevedlegg', tjeneste: 'MIN_KOMMUNE', kind: 'legger til' },
  TjenestevedleggDateCorrected: { handling: 'Rettet signeringsdatoen til tjenestevedlegg', tjeneste: 'MIN_KOMMUNE', kind: 'legger til' },
  TjenestevedleggDeleted: { handling: 'Slettet tjenestevedlegg', tjeneste: 'MIN_KOMMUNE', kind: 'tar bort' },
  TjenesteConfigured: { handling: 'Satte tjenesten som konfigurert', tjeneste: 'MIN_KOMMUNE', kind: 'legger til' },
  TjenesteadministratorAdded: { handling: 'La til tjenesteadministrator', tjeneste: 'MIN_KOMMUNE', kind: 'legger til' },
  TjenesteadministratorRemoved: { handling: 'Fjernet tjenesteadministrator', tjeneste: 'MIN_KOMMUNE', kind: 'tar bort' },
  IntegrationCreated: { handling: 'Opprettet integrasjon', tjeneste: 'INTEGRASJON', kind: 'begynner' },
  IntegrationChanged: { handling: 'Endret integrasjon', tjeneste: 'INTEGRASJON', kind: { endrer: 'feltene' } },
  IntegrationPasswordGenerated: { handling: 'Laget nytt passord for integrasjon', tjeneste: 'INTEGRASJON', kind: 'legger til' },
  AccessGranted: { handling: 'Ga integrasjon tilgang', tjeneste: 'INTEGRASJON', kind: 'legger til' },
  AccessRevoked: { handling: 'Tok tilgang fra integrasjon', tjeneste: 'INTEGRASJON', kind: 'tar bort' },
  IntegrationAttached: { handling: 'La til integrasjon under tjenesten', tjeneste: 'INTEGRASJON', kind: 'legger til' },
  IntegrationDetached: { handling: 'Fjernet integrasjon fra tjenesten', tjeneste: 'INTEGRASJON', kind: 'tar bort' },
  DocumentStorageChosen: { handling: 'Valgte dokumentlagring', tjeneste: 'INNSYN', kind: { endrer: 'feltene' } },
  IntegrationDeleted: { handling: 'Slettet integrasjon', tjeneste: 'INTEGRASJON', kind: 'slutter' },
  SvarUtAccountEnabled: { handling: 'Gjorde post fra SvarUt-konto synlig', tjeneste: 'INNSYN', kind: 'legger til' },
  SvarUtAccountDisabled: { handling: 'Skjulte post fra SvarUt-konto', tjeneste: 'INNSYN', kind: 'tar bort' },
  KommunalTjenesteCreated: { handling: 'Opprettet kommunal tjeneste', tjeneste: 'KOMMUNALE_TJENESTER', kind: 'begynner' },
  KommunalTjenesteChanged: { handling: 'Endret kommunal tjeneste', tjeneste: 'KOMMUNALE_TJENESTER', kind: { endrer: 'feltene' } },
  KommunalTjenesteStarred: { handling: 'Stjernemerket kommunal tjeneste', tjeneste: 'KOMMUNALE_TJENESTER', kind: 'legger til' },
  KommunalTjenesteUnstarred: { handling: 'Fjernet stjerne fra kommunal tjeneste', tjeneste: 'KOMMUNALE_TJENESTER', kind: 'tar bort' },
  KommunalTjenesteRemoved: { handling: 'Slettet kommunal tjeneste', tjeneste: 'KOMMUNALE_TJENESTER', kind: 'slutter' },
  EiendomslenkeCreated: { handling: 'Opprettet eiendomslenke', tjeneste: 'MINE_EIENDOMMER', kind: 'begynner' },
  EiendomslenkeChanged: { handling: 'Endret eiendomslenke', tjeneste: 'MINE_EIENDOMMER', kind: { endrer: 'feltene' } },
  EiendomslenkeRemoved: { handling: 'Slettet eiendomslenke', tjeneste: 'MINE_EIENDOMMER', kind: 'slutter' },
  DriftsmeldingPublished: { handling: 'Publiserte driftsmelding', tjeneste: 'INNSYN', kind: 'begynner' },
  DriftsmeldingChanged: {
    handling: 'Endret driftsmelding',
    tjeneste: 'INNSYN',
    kind: { endrer: ['innhold', 'kategori', 'meldingType', 'url', 'urlTekst'] },
  },
  DriftsmeldingPeriodChanged: {
    handling: 'Endret periode for driftsmelding',
    tjeneste: 'INNSYN',
    kind: { endrer: ['startDato', 'sluttDato'] },
  },
  DriftsmeldingWithdrawn: { handling: 'Trakk tilbake driftsmelding', tjeneste: 'INNSYN', kind: 'tas ned' },
  InnsynsloggReviewed: { handling: 'Gjennomgikk innsynsloggen', tjeneste: 'ORGANISASJON', kind: 'begynner' },
  MeldingDeleted: { handling: 'Slettet melding i Innsyn', tjeneste: 'INNSYN', kind: 'tar bort' },
};

/** Fields that are hidden from everyone, auditors too. */
const secret = new Set(['passordHash', 'avtrykk', 'forseglet']);

/** The tilganger that an integration has, by the undertjeneste that uses it. */
export type Tilknyttet = { readonly [U in Undertjeneste]?: readonly string[] };

/** One line of the audit trail: who did what, when, on whose behalf, the values before and after, and the request. */
export interface Revisjonslinje {
  /** Whether the line is about the configuration, which audit-sok searches, or about a message. */
  readonly slag: 'linje' | 'melding';
  readonly tidspunkt: string;
  /** The reference of the actor. */
  readonly principal: string;
  readonly onBehalfOf?: string;
  readonly fiksOrg: string;
  readonly orgNo?: string;
  readonly tjeneste: string;
  /** The id of the service's resource. Missing when the action belongs to no service. */
  readonly underRessurs?: string;
  readonly handling: string;
  readonly hendelse: EventType;
  readonly hendelseId: string;
  /** The thing that the action changed: its aggregate and id, and its name at that time. A message has its sender's name. */
  readonly gjelder: { readonly type: string; readonly id: string; readonly navn?: string };
  /** The person that the action concerns, such as a new administrator. */
  readonly person?: PersonId;
  /** The references of the actor and of the one on whose behalf it was, for filters. */
  readonly aktorer: readonly string[];
  /** The ids of the thing and the person that the action concerns, and of a SvarUt account, for filters. */
  readonly omhandler: readonly string[];
  readonly for?: Fields;
  readonly etter?: Fields;
  /** The tilganger that an integration lost because it was detached or deleted. */
  readonly mistet?: Tilknyttet;
  readonly requestId: string;
  /** The line's values as text, for search. */
  readonly tekst: string;
}

/**
 * A document of the audit trail. `linje` and `melding` are lines. `stand` holds the latest fields of a stream, so that the next line can
 * show the values before. An organisation's `stand` also gives the orgnr. `nevnt` is somebody or something that an organisation's
 * lines name: a reference of an actor (`person:<id>` of any person), or the id of a thing with all names that it has had.
 */
export interface RevisjonView extends Partial<Omit<Revisjonslinje, 'slag'>> {
  readonly slag: Revisjonslinje['slag'] | 'stand' | 'nevnt';
  readonly felt?: Fields;
  readonly tilknyttet?: Tilknyttet;
  /** The organisation whose lines name it. Not `fiksOrg`, so that only lines have that. */
  readonly nevntI?: string;
  readonly referanse?: string;
  readonly navn?: readonly string[];
}

const standKey = ({ aggregate, tenant, id }: Recorded['stream']) => `stand/${aggregate}/${tenant}/${id}`;
/** Sorts as the position, so that lines of the same moment are in the order of the log. */
const lineKey = ({ position }: Recorded) => `linje/${position.toString().padStart(19, '0')}`;
const orgKey = ({ tenant }: Recorded['stream']) => standKey({ aggregate: 'organisasjon', tenant, id: tenant });
/** The name of a global integration, for the lines of those who use it. */
const globalKey = (integrasjonId: string) => `global/${integrasjonId}`;
const nevntKey = (tenant: string, referanse: string) => `nevnt/${tenant}/${referanse}`;

/** The id of the integration that the event concerns: a message's sender, or the integration itself. */
const integrasjonOf = ({ stream }: Recorded): string | undefined =>
  stream.aggregate === 'integration' ? stream.id : stream.aggregate === 'innsynsmelding' ? meldingIdOf(stream).integrasjonId : undefined;

const isLine = (event: Recorded): boolean => event.type !== 'MeldingDeleted' || slettegrunnerIRevisjon.includes(event.data.grunn);

/** The person that the event concerns: who gets or loses a role, or signs. */
function personConcerned({ data }: Recorded): PersonId | undefined {
  if ('personId' in data) return data.personId;
  if ('signertAv' in data) return personOf(data.signertAv);
  return 'startetAv' in data ? personOf(data.startetAv) : undefined;
}

/** Everybody and everything that the line of an event names, as `nevnt` refers to it. Messages are too many to be listed. */
function mentioned(event: Recorded): readonly string[] {
  const { stream, metadata } = event;
  const person = personConcerned(event);
  const references = [metadata.actor, metadata.onBehalfOf, person && `person:${person}`, stream.aggregate === 'innsynsmelding' ? undefined : stream.id];
  return [...new Set(references.filter((one) => one !== undefined))];
}

const pick = (fields: Fields, names: readonly string[]): Fields =>
  Object.fromEntries(names.filter((name) => name in fields).map((name) => [name, fields[name]]));

/**
 * The values in a value as text, without field names. Fields are sorted by name, because the store does not preserve their
 * order.
 */
const textOf = (value: unknown): string =>
  typeof value === 'object' && value !== null
    ? Object.entries(value)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([, inner]) => textOf(inner))
        .join('\n')
    : String(value);

/** The tilganger that an integration has after the event, and those that the event takes away with its use. */
function tilgangerAfter(event: Recorded, tilknyttet: Tilknyttet): { readonly tilknyttet: Tilknyttet; readonly mistet?: Tilknyttet } {
  const held = (undertjeneste: Undertjeneste) => tilknyttet[undertjeneste] ?? [];
  const holding = (undertjeneste: Undertjeneste, tilganger: readonly string[]) => ({ tilknyttet: { ...tilknyttet, [undertjeneste]: [...new Set(tilganger)] } });
  switch (event.type) {
    case 'IntegrationAttached':
      return holding(event.data.undertjeneste, [...held(event.data.undertjeneste), ...event.data.tilganger]);
    case 'AccessGranted':
      return holding(event.data.undertjeneste, [...held(event.data.undertjeneste), event.data.privilegium]);
    case 'AccessRevoked':
      return holding(event.data.undertjeneste, held(event.data.undertjeneste).filter((one) => one !== event.data.privilegium));
    case 'IntegrationDetached': {
      const { [event.data.undertjeneste]: tilganger = [], ...others } = tilknyttet;
      return { tilknyttet: others, mistet: { [event.data.undertjeneste]: tilganger } };
    }
    case 'IntegrationDeleted':
      return { tilknyttet: {}, ...(Object.keys(tilknyttet).length > 0 && { mistet: tilknyttet }) };
    default:
      return { tilknyttet };
  }
}

/** The fields that name a thing, by its aggregate. */
const navnefelt: Readonly<Record<string, string>> = { organisasjon: 'navn', integration: 'navn', kommunalTjeneste: 'tittel', eiendomslenke: 'tittel', driftsmelding: 'innhold' };
/** The longest name of a thing, in characters: a driftsmelding has no shorter name than its text. */
const maxNavn = 60;

function navnIn(aggregate: string, fields: Fields | undefined): string | undefined {
  const name = fields?.[navnefelt[aggregate] ?? ''];
  if (typeof name !== 'string') return undefined;
  const characters = Array.from(name);
  return characters.length > maxNavn ? `${characters.slice(0, maxNavn).join('').trimEnd()} …` : name;
}

/** The values before and after the event, and the stream's resulting fields. */
function difference(kind: Kind, stand: Fields, data: Fields): { for?: Fields; etter?: Fields; stand: Fields } {
  switch (kind) {
    case 'begynner':
      return { etter: data, stand: data };
    case 'legger til':
      return { etter: data, stand };
    case 'tar bort':
      return { for: data, stand };
    case 'slutter':
      return { for: stand, stand: {} };
    case 'tas ned':
      return { for: stand, stand };
    default: {
      const names = kind.endrer === 'feltene' ? Object.keys(data) : kind.endrer;
      const rest = Object.fromEntries(Object.entries(stand).filter(([name]) => !names.includes(name)));
      return { for: pick(stand, names), etter: data, stand: { ...rest, ...data } };
    }
  }
}

export const revisjon: Projection<RevisjonView> = {
  name: 'revisjon',
  version: 7,
  indexes: [['fiksOrg'], ['fiksOrg', 'tidspunkt'], ['requestId'], ['principal'], ['onBehalfOf'], ['person'], ['nevntI']],
  types: Object.keys(lines) as EventType[],
  keys(event) {
    if (!isLine(event)) return [];
    const { tenant } = event.stream;
    const integrasjon = integrasjonOf(event);
    return [
      ...new Set([
        standKey(integrasjon === undefined ? event.stream : { aggregate: 'integration', tenant, id: integrasjon }),
        orgKey(event.stream),
        lineKey(event),
        ...(integrasjon === undefined ? [] : [globalKey(integrasjon)]),
        ...mentioned(event).map((one) => nevntKey(tenant, one)),
      ]),
    ];
  },
  apply(event: Recorded<AuditedEventType>, pages: DocumentSet<RevisjonView>) {
    if (!isLine(event)) return;
    const { stream, type, metadata } = event;
    const line = lines[type];
    const data = Object.fromEntries(Object.entries(event.data).filter(([name]) => !secret.has(name)));
    const integrasjon = integrasjonOf(event);
    const thing = integrasjon === undefined ? stream : { aggregate: 'integration', tenant: stream.tenant, id: integrasjon };
    const { felt: before = {}, tilknyttet: held = {} } = pages.get(standKey(thing)) ?? {};
    const { tilknyttet, mistet } = tilgangerAfter(event, held);
    // Who uses another's integration knows its name only from there.
    const known = event.type === 'IntegrationAttached' ? { ...before, navn: event.data.integrasjon.navn } : before;
    const { stand, ...change } = difference(line.kind, known, data);
    // The name before the action, because it was the name then. What begins gets its name by it. Of a global integration, the stream
    // of who uses it has the name at that time only.
    const owned = 'autorisertOrgnr' in before || 'autorisertOrgnr' in stand;
    const globalName = integrasjon === undefined || owned ? undefined : navnIn('integration', pages.get(globalKey(integrasjon))?.felt);
    const navn = globalName ?? navnIn(thing.aggregate, before) ?? navnIn(thing.aggregate, stand);
    if (thing.aggregate === stream.aggregate) pages.set(standKey(stream), { slag: 'stand', felt: stand, ...(Object.keys(tilknyttet).length > 0 && { tilknyttet }) });
    if (type === 'IntegrationCreated' || type === 'IntegrationChanged') keepGlobalName(stream.id, stand, pages);
    const person = personConcerned(event);
    for (const one of mentioned(event)) mention(pages, stream.tenant, one, one === stream.id ? [navn, navnIn(thing.aggregate, stand)] : []);

    const orgNo = pages.get(orgKey(stream))?.felt?.orgnr;
    const named = 'undertjeneste' in event.data ? (event.data.undertjeneste) : undefined;
    const tjeneste = named ?? line.tjeneste;
    const underRessurs =
      tjeneste === 'ORGANISASJON' || tjeneste === 'INTEGRASJON' ? undefined : ressursId(stream.tenant, tjeneste);
    const linje = {
      slag: stream.aggregate === 'innsynsmelding' ? ('melding' as const) : ('linje' as const),
      tidspunkt: metadata.time,
      principal: metadata.actor,
      ...(metadata.onBehalfOf !== undefined && { onBehalfOf: metadata.onBehalfOf }),
      fiksOrg: stream.tenant,
      ...(typeof orgNo === 'string' && { orgNo }),
      tjeneste,
      ...(underRessurs && { underRessurs }),
      handling: line.handling,
      hendelse: type,
      hendelseId: event.id,
      gjelder: { type: stream.aggregate, id: stream.id, ...(navn !== undefined && { navn }) },
      ...(person !== undefined && { person }),
      ...change,
      ...(mistet && { mistet }),
      requestId: metadata.correlationId,
    };
    const aktorer = [metadata.actor, ...(metadata.onBehalfOf === undefined ? [] : [metadata.onBehalfOf])];
    const omhandler = [stream.id, person, 'kontoId' in event.data ? event.data.kontoId : undefined].filter((id) => id !== undefined);
    pages.set(lineKey(event), { ...linje, tekst: textOf(linje), aktorer, omhandler });
  },
};

/** Keeps the name of a global integration, which other organisations see. Theirs alone tells nobody else. */
function keepGlobalName(integrasjonId: string, stand: Fields, pages: DocumentSet<RevisjonView>): void {
  if (stand['global'] !== undefined) pages.set(globalKey(integrasjonId), { slag: 'stand', felt: { navn: stand['navn'] } });
}

/** Notes that an organisation's lines name somebody or something, under these names too. */
function mention(pages: DocumentSet<RevisjonView>, tenant: string, referanse: string, names: readonly (string | undefined)[]): void {
  const key = nevntKey(tenant, referanse);
  const known = pages.get(key);
  const navn = [...new Set([...(known?.navn ?? []), ...names.filter((name) => name !== undefined)])];
  if (known && navn.length === (known.navn?.length ?? 0)) return;
  pages.set(key, { slag: 'nevnt', nevntI: tenant, referanse, ...(navn.length > 0 && { navn }) });
}

/**
 * A search of one organisation's audit trail. All filters must be met. Times are ISO 8601; `fraDato` is inclusive,
 * `tilDato` exclusive.
 */
export interface RevisjonsSok {
  readonly term?: string;
  readonly fraDato?: string;
  readonly tilDato?: string;
  readonly orgNo?: string;
  readonly tjenester?: readonly string[];
  readonly underRessurser?: readonly string[];
  readonly requestIder?: readonly string[];
  readonly eldsteForst?: boolean;
}

/** A line of the audit trail: of this service, or of another system. */
export type Sporlinje = Revisjonslinje | EksternRevisjonslinje;
type Facet = readonly { readonly verdi: string; readonly antall: number }[];
export interface Revisjonsspor {
  readonly linjer: readonly Sporlinje[];
  /** The name of the organisation. */
  readonly navn: string;
  /** The number of matching lines over all pages. */
  readonly antall: number;
  readonly fasetter: { readonly fiksOrg: Facet; readonly tjeneste: Facet; readonly underRessurs: Facet };
}

/** Searches the audit trail: the configuration, and what other systems have told. Checks no access. */
export class SearchRevisjon extends Query<Revisjonsspor> {
  constructor(
    readonly fiksOrgId: string,
    readonly sok: RevisjonsSok,
    readonly page: PageRequest,
  ) {
    super();
  }
}

@QueryHandler(SearchRevisjon)
export class SearchRevisjonHandler implements IQueryHandler<SearchRevisjon> {
  constructor(
    private readonly documents: Documents,
    private readonly ekstern: EksternRevisjon,
  ) {}

  async execute({ fiksOrgId, sok, page }: SearchRevisjon): Promise<Revisjonsspor> {
    const { navn, orgnr } = (await this.documents.get(organisasjoner, fiksOrgId))?.data ?? refuseMissing();
    const { eldsteForst = false } = sok;
    const search: Pick<DocumentQuery<RevisjonView>, 'where' | 'contains'> = {
      where: {
        fiksOrg: fiksOrgId,
        slag: 'linje',
        ...((sok.fraDato ?? sok.tilDato) && {
          tidspunkt: { ...(sok.fraDato && { from: sok.fraDato }), ...(sok.tilDato && { until: sok.tilDato }) },
        }),
        ...(sok.orgNo && { orgNo: sok.orgNo }),
        ...(sok.tjenester && { tjeneste: sok.tjenester }),
        ...(sok.underRessurser && { underRessurs: sok.underRessurser }),
        ...(sok.requestIder && { requestId: sok.requestIder }),
      },
      ...(sok.term && { contains: { field: 'tekst' as const, words: sok.term } }),
    };
    const others: EksternRevisjonssok | undefined = sok.orgNo === undefined || sok.orgNo === orgnr ? { ...sok, fiksOrg: fiksOrgId } : undefined;
    const own: Source<Revisjonslinje> = async (offset, limit, skipCount) => {
      const { documents, total } = await this.documents.find(revisjon, { ...search, orderBy: 'tidspunkt', descending: !eldsteForst, offset, limit, skipCount });
      return { linjer: documents.map(({ data }) => data as Revisjonslinje), antall: total };
    };
    const theirs: Source<EksternRevisjonslinje> = (offset, limit, skipCount) =>
      others ? this.ekstern.find(others, { offset, limit, eldsteForst, skipCount }) : Promise.resolve({ linjer: [], antall: 0 });
    const facet = async (field: 'tjeneste' | 'underRessurs') =>
      summed(await this.documents.facet(revisjon, search, field), others ? await this.ekstern.facet(others, field) : []);
    const [funnet, tjeneste, underRessurs] = await Promise.all([mergedPage<Sporlinje>(own, theirs, eldsteForst, page), facet('tjeneste'), facet('underRessurs')]);
    return { ...funnet, navn, fasetter: { fiksOrg: [{ verdi: fiksOrgId, antall: funnet.antall }], tjeneste, underRessurs } };
  }
}

/** The counts of two facets, value by value. */
function summed(...facets: readonly Facet[]): Facet {
  const counts = new Map<string, number>();
  for (const { verdi, antall } of facets.flat()) counts.set(verdi, (counts.get(verdi) ?? 0) + antall);
  return [...counts].map(([verdi, antall]) => ({ verdi, antall })).sort((a, b) => b.antall - a.antall || (a.verdi < b.verdi ? -1 : 1));
}

/** A part of a list that is ordered by time, and the length of the whole list unless the count is skipped. */
type Source<T> = (offset: number, limit: number, skipCount: boolean) => Promise<{ readonly linjer: readonly T[]; readonly antall: number }>;

/**
 * One page of two lists as one, ordered by time; at the same moment, the first list's lines come first. Finds by bisection how
 * many lines of the second list come before the page, so a page far in reads no more than its own lines. Counts each list once.
 */
async function mergedPage<T extends { readonly tidspunkt: string }>(first: Source<T>, second: Source<T>, oldestFirst: boolean, { fra, antall }: PageRequest): Promise<{ readonly linjer: readonly T[]; readonly antall: number }> {
  const [{ antall: a }, { antall: b }] = await Promise.all([first(0, 0, false), second(0, 0, false)]);
  const before = (one: T, other: T) => (oldestFirst ? one.tidspunkt < other.tidspunkt : one.tidspunkt > other.tidspunkt);
  let [low, high] = [Math.max(0, fra - a), Math.min(fra, b)];
  while (low < high) {
    const middle = (low + high) >> 1;
    const [mine, theirs] = await Promise.all([first(fra - middle - 1, 1, true), second(middle, 1, true)]);
    const [next, other] = [mine.linjer[0], theirs.linjer[0]];
    // A line may have been deleted since it was counted.
    if (next !== undefined && other !== undefined && before(other, next)) low = middle + 1;
    else high = middle;
  }
  const [mine, theirs] = await Promise.all([first(fra - low, antall, true), second(low, antall, true)]);
  const linjer: T[] = [];
  for (let i = 0, j = 0; linjer.length < antall && (i < mine.linjer.length || j < theirs.linjer.length); ) {
    const [next, other] = [mine.linjer[i], theirs.linjer[j]];
    if (other === undefined || (next !== undefined && !before(other, next))) linjer.push(mine.linjer[i++]!);
    else linjer.push(theirs.linjer[j++]!);
  }
  return { linjer, antall: a + b };
}
