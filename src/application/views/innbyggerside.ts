import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { kategorier, meldingTyper, synlighetOf, type Driftsmelding, type Kategori } from '../../domain/driftsmelding.js';
import type { Eiendomslenke } from '../../domain/eiendomslenke.js';
import { omradeOf } from '../../domain/organisasjon.js';
import { isClosed } from '../../domain/organisation-status.js';
import { stengesFra } from '../../domain/tjeneste.js';
import type { Instant } from '../../domain/values/instant.js';
import type { Lenke } from '../../domain/values/lenke.js';
import { fillLenkemal, placeholdersOf, type LenkemalVerdier } from '../../domain/values/lenkemal.js';
import { nextBound } from '../../domain/values/tidsperiode.js';
import { refuseMissing } from '../commands/access.js';
import { OrganisationStatusReader } from '../commands/organisation-status-reader.js';
import type { Actor } from '../ports/actor.js';
import { Clock } from '../ports/clock.js';
import { Documents, type Document } from '../ports/documents.js';
import { driftsmeldingEvolution, type DriftsmeldingContent } from './driftsmelding.js';
import { eiendomslenkeEvolution } from './eiendomslenke.js';
import { kommunalTjenesteEvolution, type Tjeneste } from './kommunal-tjeneste.js';
import { existing, onEach, projection, type Evolution } from './projection.js';

type Identified<T> = T & { readonly id: string };

/** Everything that a kommune shows to citizens, on all its pages. The clock decides when each driftsmelding is visible. */
export interface InnbyggerView {
  readonly fiksOrgId: string;
  readonly navn: string;
  readonly kommunenr?: string;
  /** The area whose properties the organisation's links are shown on (`omradeOf`). */
  readonly omrade?: string;
  readonly driftsmeldinger: readonly Identified<DriftsmeldingContent>[];
  readonly tjenester: readonly Identified<Tjeneste>[];
  readonly lenker: readonly Identified<Eiendomslenke>[];
  /** The moment from which the pages are empty, because the tjenestevedlegg is terminated. Missing while nobody has. */
  readonly stenges?: Instant;
}

/** The steps that update one of the document's lists. A new item comes last, a changed one keeps its place, and a removed one is taken out. */
const listed = <L extends 'driftsmeldinger' | 'tjenester' | 'lenker'>(
  list: L,
  { types, step }: Evolution<Omit<InnbyggerView[L][number], 'id'>>,
) =>
  onEach<InnbyggerView>(types, (document, event) => {
    const page = existing(document);
    const entries: readonly InnbyggerView[L][number][] = page[list];
    const { id } = event.stream;
    const found = entries.findIndex((one) => one.id === id);
    const before = entries[found];
    const content = step(before && withoutId(before), event);
    const place = before ? found : entries.length;
    return { ...page, [list]: [...entries.slice(0, place), ...(content === undefined ? [] : [{ ...content, id }]), ...entries.slice(place + 1)] };
  });

export const innbyggersider = projection<InnbyggerView>({
  name: 'innbyggerside',
  version: 6,
  keys: ({ stream }) => [stream.tenant],
  on: {
    OrganisasjonRegistered: (_, { stream, data }) => {
      const { navn, kommunenr } = data;
      const omrade = omradeOf(data);
      return { fiksOrgId: stream.tenant, navn, ...(kommunenr && { kommunenr }), ...(omrade && { omrade }), driftsmeldinger: [], tjenester: [], lenker: [] };
    },
    TjenestevedleggTerminated: (document, { data }) => ({ ...existing(document), stenges: stengesFra(data) }),
    TjenestevedleggDeleted: (document, { metadata }) => ({ ...existing(document), stenges: metadata.time as Instant }),
    TjenestevedleggSigned: (document) => {
      const { stenges: _stenges, ...page } = existing(document);
      return page;
    },
    ...listed('driftsmeldinger', driftsmeldingEvolution),
    ...listed('tjenester', kommunalTjenesteEvolution),
    ...listed('lenker', eiendomslenkeEvolution),
  },
});

function withoutId<T>({ id: _, ...content }: Identified<T>) {
  return content;
}

/** The pages of Min kommune: the front page, and one per kategori of driftsmelding that has a page of its own. */
export type Side = 'FORSIDE' | Exclude<Kategori, 'OPPGAVE'>;
/** The page that shows driftsmeldinger of a kategori. Oppgaver have no page of their own yet. */
const sideOf = (kategori: Kategori): Side => (kategori === 'OPPGAVE' ? 'FORSIDE' : kategori);
export const sider = [...new Set<Side>(['FORSIDE', ...kategorier.map(sideOf)])] as const;

/** One page as a citizen sees it now. */
export interface Innbyggerside {
  readonly fiksOrgId: string;
  readonly navn: string;
  readonly side: Side;
  /** The page's driftsmeldinger that are visible now, most severe first. */
  readonly driftsmeldinger: readonly Identified<Driftsmelding>[];
  /** The tjenester, starred first, then by title. Empty on other pages than the front page. */
  readonly tjenester: readonly Identified<Tjeneste>[];
  /** The links under Mine eiendommer, filled for the property if one is given. Empty on other pages than EIENDOM. */
  readonly lenker: readonly { readonly id: string; readonly tittel: string; readonly lenke: Lenke }[];
}

/** The content that a kommune shows at a moment: none of it from the moment that its undertjenester are closed. */
const shownAt = (page: InnbyggerView, moment: Instant): InnbyggerView =>
  isClosed(page, moment) ? { ...page, driftsmeldinger: [], tjenester: [], lenker: [] } : page;

/** The driftsmeldinger that a page shows at a moment, most severe first. */
export const driftsmeldingerOn = (page: InnbyggerView, side: Side, moment: Instant): readonly Identified<Driftsmelding>[] =>
  shownAt(page, moment)
    .driftsmeldinger.filter((melding) => sideOf(melding.kategori) === side && synlighetOf(melding, moment) === 'SYNLIG')
    .sort((a, b) => meldingTyper.indexOf(b.meldingType) - meldingTyper.indexOf(a.meldingType));

/** The own links of a kommune or fylkeskommune, filled for a property. Links that need a value which is not given are left out. */
export function lenkerFor({ omrade, lenker }: InnbyggerView, eiendom?: LenkemalVerdier): Innbyggerside['lenker'] {
  // Links are shown only on properties within the kommune or the fylke.
  if (eiendom !== undefined && (omrade === undefined || !eiendom.matrikkelnummer.kommunenummer.startsWith(omrade))) return [];
  return lenker.flatMap(({ id, tittel, mal }) => {
    const needed = placeholdersOf(mal);
    if (needed.length > 0 && !eiendom) return [];
    if (needed.includes('matrikkelenhetId') && eiendom?.matrikkelenhetId === undefined) return [];
    return [{ id, tittel, lenke: eiendom ? fillLenkemal(mal, eiendom) : (mal as string as Lenke) }];
  });
}

/** The current page. `until` is the moment at which the clock will change it next; missing when it will not. */
export interface InnbyggersideNow extends Document<Innbyggerside> {
  readonly until?: Instant;
}

/**
 * One page of one kommune, as a citizen or a representative of a virksomhet sees it now. Refused (`missing`) for an unknown
 * organisation.
 */
export class GetInnbyggerside extends Query<InnbyggersideNow> {
  constructor(
    readonly fiksOrgId: string,
    readonly side: Side,
    readonly opptrerSom: 'PERSON' | 'ORGANISASJON',
    readonly eiendom?: LenkemalVerdier,
  ) {
    super();
  }
}

/** The parts of a page that a citizen sees at a moment. */
const sideAt = (document: InnbyggerView, { side, opptrerSom, eiendom }: Pick<GetInnbyggerside, 'side' | 'opptrerSom' | 'eiendom'>, moment: Instant): Innbyggerside => {
  const page = shownAt(document, moment);
  const { fiksOrgId, navn, tjenester } = page;
  return {
    fiksOrgId,
    navn,
    side,
    driftsmeldinger: driftsmeldingerOn(page, side, moment),
    tjenester:
      side !== 'FORSIDE'
        ? []
        : tjenester
            .filter(({ rettetMot }) => rettetMot === 'PERSON_OG_ORGANISASJON' || rettetMot === opptrerSom)
            .sort((a, b) => Number(b.favoritt) - Number(a.favoritt) || a.tittel.localeCompare(b.tittel, 'nb')),
    lenker: side === 'EIENDOM' ? lenkerFor(page, eiendom) : [],
  };
};

/**
 * A page as a citizen will see it at a moment, if nothing more changes, and if a draft of a driftsmelding is published. Stores nothing.
 * Refused unless the actor may read the configuration.
 */
export class PreviewInnbyggerside extends Query<{ readonly side: Innbyggerside; readonly tidspunkt: Instant }> {
  constructor(
    readonly actor: Actor,
    readonly asked: GetInnbyggerside,
    /** Default now. */
    readonly tidspunkt?: Instant,
    /** It takes the place of the driftsmelding with its id, if there is one. */
    readonly utkast?: Identified<Driftsmelding>,
  ) {
    super();
  }
}

@QueryHandler(PreviewInnbyggerside)
export class PreviewInnbyggersideHandler implements IQueryHandler<PreviewInnbyggerside> {
  constructor(
    private readonly documents: Documents,
    private readonly organisations: OrganisationStatusReader,
    private readonly clock: Clock,
  ) {}

  async execute({ actor, asked, tidspunkt = this.clock.now(), utkast }: PreviewInnbyggerside) {
    await this.organisations.requireReading(actor, 'konfigurasjon', asked.fiksOrgId);
    const { data } = (await this.documents.get(innbyggersider, asked.fiksOrgId)) ?? refuseMissing();
    const driftsmeldinger = utkast ? [...data.driftsmeldinger.filter(({ id }) => id !== utkast.id), utkast] : data.driftsmeldinger;
    return { side: sideAt({ ...data, driftsmeldinger }, asked, tidspunkt), tidspunkt };
  }
}

@QueryHandler(GetInnbyggerside)
export class GetInnbyggersideHandler implements IQueryHandler<GetInnbyggerside> {
  constructor(
    private readonly documents: Documents,
    private readonly clock: Clock,
  ) {}

  async execute(asked: GetInnbyggerside): Promise<InnbyggersideNow> {
    const { fiksOrgId, side } = asked;
    const document = (await this.documents.get(innbyggersider, fiksOrgId)) ?? refuseMissing();
    const now = this.clock.now();
    const { driftsmeldinger, stenges } = shownAt(document.data, now);
    const closes = stenges !== undefined && stenges > now ? [stenges] : [];
    const [until] = [...closes, ...driftsmeldinger.flatMap((melding) => (sideOf(melding.kategori) === side && !melding.trukketTilbake ? (nextBound(melding, now) ?? []) : []))].sort();
    return {
      ...document,
      ...(until && { until }),
      data: sideAt(document.data, asked, now),
    };
  }
}
