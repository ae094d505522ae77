import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { NIL, v5 as uuidv5 } from 'uuid';
import { formatFiks, formatKey, parseMatrikkelnummer, type Matrikkelnummer } from '../../domain/values/matrikkelnummer.js';
import { Clock } from '../ports/clock.js';
import { adressetekst, type Eiendom } from '../ports/eiendomsregister.js';
import { lenkerFor, type InnbyggerView } from '../views/innbyggerside.js';
import type { Sporring } from './delsok.js';
import { Innsyn, type Innsynssporsmal } from './innsyn.js';
import { Oversikter, type Oversikt, type SynligDriftsmelding } from './oversikt.js';
import type { KnownSearcher } from './searchers.js';
import { dokumentIdOf, type Treff } from './treff.js';

const versjon = 'matrikkelenhetV1';
const type = 'matrikkelenhet';
const namespace = '5f0a9f0e-6d44-4c53-9b8a-2b1d0f0e7a31';

/**
 * The last part of a property's `dokumentId`. Properties come from the register, not from the search index, and only their
 * owner sees them.
 */
const lastPart = /^(?:.*_)?matrikkelenhet(?:V1)?_([^_]*)$/;

/** Parses the `dokumentId` of a property, also the older form with the type first. Refuses (`invalid`) another format. */
export const matrikkelnummerOf = (dokumentId: string): Matrikkelnummer => parseMatrikkelnummer(dokumentId.replace(lastPart, '$1'));

/** Whether this is the `dokumentId` of the property, in either form. */
export const isDokumentIdOf = (dokumentId: string, { meldingMetadata }: Treff): boolean =>
  lastPart.exec(dokumentId)?.[1] === formatKey(meldingMetadata['matrikkelnummer'] as Matrikkelnummer);

/** The searcher's properties, as hits. `antallTreff` counts all pages. */
export interface Eiendomssvar {
  readonly antallTreff: number;
  readonly treff: readonly Treff[];
  readonly driftsmeldinger: readonly SynligDriftsmelding[];
}

/** Limits a search to the kommune with this number, and to the kommuner with these fiksOrgIds. Missing: no limit. */
export interface Eiendomsfilter {
  readonly kommunenummer?: string;
  readonly fiksOrgIder?: readonly string[];
}

/** Searches the properties of the searcher. */
export class SearchEiendommer extends Query<Eiendomssvar> {
  constructor(
    readonly sporsmal: Innsynssporsmal,
    readonly sporring: Sporring,
    readonly filter: Eiendomsfilter,
  ) {
    super();
  }
}

@QueryHandler(SearchEiendommer)
export class SearchEiendommerHandler implements IQueryHandler<SearchEiendommer> {
  constructor(
    private readonly innsyn: Innsyn,
    private readonly oversikter: Oversikter,
    private readonly clock: Clock,
  ) {}

  async execute({ sporsmal, sporring, filter }: SearchEiendommer): Promise<Eiendomssvar> {
    const oversikt = await this.oversikter.now();
    const { found, hers } = await this.innsyn.runAs(
      sporsmal,
      'eiendom',
      (searcher) =>
        searcher.utenRegister
          ? Promise.reject(searcher.utenRegister)
          : Promise.resolve({ found: eiendommerOf(searcher, oversikt, sporring, filter), hers: eiendommerOf(searcher, oversikt, { term: '' }, filter) }),
      (answer) => answer.found.length > 0,
    );
    return {
      antallTreff: found.length,
      treff: found.slice(sporring.fra, sporring.fra + sporring.antall),
      driftsmeldinger: oversikt.driftsmeldinger(hers.map(({ fiksOrganisasjon }) => fiksOrganisasjon.id), 'EIENDOM', this.clock.now()),
    };
  }
}

/**
 * The searcher's properties that contain every word in number, address or kommune, in any letter case. Empty when the
 * client does not accept `matrikkelenhetV1`.
 */
export function eiendommerOf(
  searcher: KnownSearcher,
  oversikt: Oversikt,
  { term, aksepterte }: Pick<Sporring, 'term' | 'aksepterte'>,
  { kommunenummer, fiksOrgIder }: Eiendomsfilter = {},
): readonly Treff[] {
  if (aksepterte && !aksepterte.includes(versjon)) return [];
  // An address is written with commas, and so is the title of a hit.
  const words = folded(term).split(/[\s,]+/).filter(Boolean);
  return searcher.eiendommer.flatMap((eiendom) => {
    const { matrikkelnummer, adresser } = eiendom;
    const kommune = oversikt.kommune(matrikkelnummer.kommunenummer);
    const within = [searcher.fiksOrgIder, fiksOrgIder].every((ids) => !ids || (kommune && ids.includes(kommune.fiksOrgId)));
    if (!within || (kommunenummer !== undefined && matrikkelnummer.kommunenummer !== kommunenummer)) return [];
    const text = folded([formatFiks(matrikkelnummer), ...adresser.map(adressetekst), kommune?.navn].join(' '));
    return words.every((word) => text.includes(word)) ? [treffOf(eiendom, kommune, oversikt, searcher)] : [];
  });
}

function treffOf({ matrikkelnummer, matrikkelenhetId, adresser }: Eiendom, kommune: InnbyggerView | undefined, oversikt: Oversikt, { fiksOrgIder, stengte = [] }: KnownSearcher): Treff {
  const id = Number(matrikkelenhetId);
  const { kommunenummer } = matrikkelnummer;
  const sider = [kommune, oversikt.fylkeskommune(kommunenummer)].filter((side) => side !== undefined && !stengte.includes(side.fiksOrgId) && (fiksOrgIder?.includes(side.fiksOrgId) ?? true));
  // KS Fiks requires an organisation, and one that is not registered has no id.
  const fiksOrganisasjon = kommune ? oversikt.organisasjon(kommune.fiksOrgId) : { id: NIL, visningsnavn: `Kommune ${kommunenummer}`, kommunenummer };
  return {
    meldingId: uuidv5(formatFiks(matrikkelnummer), namespace),
    dokumentId: dokumentIdOf(fiksOrganisasjon.id, undefined, type, formatKey(matrikkelnummer)),
    sikkerhetsniva: 3,
    fiksOrganisasjon,
    meldingMetadata: {
      matrikkelnummer,
      // Omit an id that JavaScript would round.
      ...(Number.isSafeInteger(id) && { matrikkelenhetId: id }),
      adresser: adresser.map(adressetekst),
      kommuneNavn: fiksOrganisasjon.visningsnavn,
      kommunenummer,
      // An addition to KS Fiks's fields: the own links of the kommune and the fylkeskommune, filled for the property.
      lenker: sider.flatMap((side) => lenkerFor(side!, { matrikkelnummer, matrikkelenhetId }).map(({ tittel, lenke }) => ({ tittel, lenke }))),
      type,
      versjon,
    },
    score: 1,
  };
}

const folded = (text: string) => text.toLocaleLowerCase('nb');
