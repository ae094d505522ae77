import type { SearchDocument } from '../ports/search-index.js';
import { byggesaker, fiksType } from './versjoner.js';

type Json = Readonly<Record<string, unknown>>;

/** The metadata of a hit, with its type and version in KS Fiks. */
export type Lesemodell = Json & { readonly type: string; readonly versjon: string };

/**
 * Converts indexed metadata to the form of KS Fiks's searches. Leaves out empty fields, renames texts in several languages,
 * and removes the numbers that identify parties, which an index from an earlier version still has until it is rebuilt.
 * @param versjon the version from `shownVersion`, or `byggesakV1` for a mappe.
 */
export function lesemodell(document: Pick<SearchDocument, 'type' | 'metadata' | 'dato'>, versjon: string): Lesemodell {
  const { type, metadata } = document;
  // A hit has these two fields outside the metadata.
  const { korrelasjonId: _korrelasjonId, forelder: _forelder, ...own } = withoutNulls(metadata) as Json;
  const dato = new Date(document.dato).toISOString();
  if (versjon === byggesaker.vist) return { ...byggesak(own, dato), type: 'byggesak', versjon };
  return { ...models[type](own, versjon, dato), type: fiksType[type], versjon };
}

/** Converts the metadata of one type. `dato` stands for a required date that is missing. */
type Model = (metadata: Json, versjon: string, dato: string) => Json;

const models: { readonly [T in SearchDocument['type']]: Model } = {
  mappe: ({ type: internType, minPart, ...mappe }) => ({
    ...mappe,
    ...(internType !== undefined && { internType }),
    ...(minPart !== undefined && { minPart: part(minPart) }),
    ...mapList(mappe, 'andreParter', part),
    ...mapList(mappe, 'lenker', lenke),
  }),
  journalpost: ({ journaldato, dokumentetsDato, eksponertFor, ...journalpost }) => ({
    ...journalpost,
    ...((journaldato ?? dokumentetsDato) !== undefined && { dato: journaldato ?? dokumentetsDato }),
    ...mapList({ internEksponertFor: eksponertFor }, 'internEksponertFor', part),
    ...mapList(journalpost, 'lenker', lenke),
    ...mapList(journalpost, 'korrespondanseparter', ({ korrespondanseparttype, navn, type, kontaktperson }) =>
      withoutNulls({ korrespondanseparttype, navn, type, kontaktperson }),
    ),
    ...mapList(journalpost, 'dokumenter', ({ svarUtFilnummer: _, ...dokument }) => dokument),
  }),
  post: (forsendelse, versjon) => (versjon === 'forsendelseV1' ? forsendelseV1 : forsendelseV2)(forsendelse),
  faktura: (faktura) => faktura,
  innsendtskjema: ({ innsendtdato, ...skjema }, _versjon, dato) => ({ ...skjema, innsendtdato: moment(innsendtdato) ?? dato }),
  skjemakladd: ({ endretDato, ...kladd }, _versjon, dato) => ({ ...kladd, endretdato: moment(endretDato) ?? dato }),
  kommunaltjeneste: (tjeneste) => tjeneste,
};

const part = (one: unknown): Json => {
  const { id: _, ...shown } = one as Json;
  return shown;
};

const lenke = ({ egendefinert, ...one }: Json): Json => {
  if (egendefinert === undefined) return one;
  const { utseende = 'LENKE', bokmal: nb, nynorsk: nn, engelsk: en, nordsamisk: se } = egendefinert as Json;
  return { ...one, egendefinert: withoutNulls({ utseende, nb, nn, en, se }) };
};

/** The metadata of a mappe about a building, in the older form. Its documents are in the journalposter. */
function byggesak(mappe: Json, dato: string): Json {
  const { tittel, beskrivelse, mappeId, saksdato = dato, saksansvarlig, avsluttet, saksaar, sakssekvensnummer, navaerendeMilepel } = mappe;
  const [{ adresse, matrikkel } = {}] = listOf(mappe.eiendommer);
  const { kommunenummer, gardsnummer, bruksnummer, festenummer = '0', seksjonsnummer = '0' } = objectOf(matrikkel);
  const { adresselinje1, adresselinje2, adresselinje3, postnummer, poststed } = objectOf(adresse);
  return withoutNulls({
    tittel,
    beskrivelse,
    mappeId,
    sakstatus: objectOf(navaerendeMilepel).navn,
    saksdato,
    saksansvarlig,
    avsluttetDato: avsluttet,
    adresse: line(adresselinje1, adresselinje2, adresselinje3, [postnummer, poststed].filter(Boolean).join(' ')),
    saksnummer: typeof saksaar === 'number' && typeof sakssekvensnummer === 'number' ? { saksnummerSaksaar: String(saksaar), saksnummerSakssekvensnummer: String(sakssekvensnummer) } : undefined,
    matrikkelnummer: kommunenummer !== undefined && gardsnummer !== undefined && bruksnummer !== undefined ? { kommunenummer, gardsnummer, bruksnummer, festenummer, seksjonsnummer } : undefined,
    dokumenter: [],
  }) as Json;
}

/** The metadata of a forsendelse. A document without a link that may be shown is left out. */
const forsendelseV2 = ({ mottakerAdresse, returAdresse, dokumenter, ...forsendelse }: Json): Json => ({
  ...forsendelse,
  ...(mottakerAdresse !== undefined && { mottakerAdresse: adresseOf(mottakerAdresse) }),
  ...(returAdresse !== undefined && { returAdresse: adresseOf(returAdresse) }),
  dokumenter: listOf(dokumenter).filter(({ nedlastingLenke }) => nedlastingLenke !== undefined),
});

/** The metadata of a forsendelse in version 1, which has no return address and only one link. */
function forsendelseV1(sent: Json): Json {
  const { mottakerAdresse, returAdresse: _, lenker, dokumenter, ...forsendelse } = forsendelseV2(sent);
  const [first] = listOf(lenker);
  const { navn, addresselinje1, addresselinje2, addresselinje3, postnummer, poststed } = objectOf(mottakerAdresse);
  return withoutNulls({
    ...forsendelse,
    mottaker: line(navn, addresselinje1, addresselinje2, addresselinje3, [postnummer, poststed].filter(Boolean).join(' ')) ?? '',
    eksternLenke: first?.url,
    eksternLenkeTekst: first?.urlTekst,
    dokumenter: listOf(dokumenter).map(({ tittel, size, nedlastingLenke }) => ({ tittel, size, nedlastingslenke: nedlastingLenke })),
  }) as Json;
}

/** An address. Letters that were taken in earlier have it on one line: `Kari, Åsveien 1, 5003 Bergen`. */
function adresseOf(adresse: unknown): unknown {
  if (typeof adresse !== 'string') return adresse;
  const [navn, ...lines] = adresse.split(', ');
  const [, postnummer, poststed] = /^(\d{4}) (.+)$/.exec(lines.at(-1) ?? '') ?? [];
  const [addresselinje1, addresselinje2, addresselinje3] = postnummer === undefined ? lines : lines.slice(0, -1);
  return withoutNulls({ navn, addresselinje1, addresselinje2, addresselinje3, postnummer, poststed });
}

const line = (...parts: readonly unknown[]): string | undefined => parts.filter(Boolean).join(', ') || undefined;
const objectOf = (value: unknown): Json => (typeof value === 'object' && value !== null ? (value as Json) : {});
const listOf = (value: unknown): readonly Json[] => (Array.isArray(value) ? value.map(objectOf) : []);

/** Formats ms since 1970 as ISO 8601. Returns a text unchanged, and undefined for a number that is not a valid time. */
function moment(value: unknown): unknown {
  if (typeof value !== 'number') return value;
  const time = new Date(value);
  return Number.isNaN(time.getTime()) ? undefined : time.toISOString();
}

function mapList(of: Json, field: string, model: (one: Json) => unknown): Json {
  const list = of[field];
  return Array.isArray(list) ? { [field]: list.map((one) => model(one as Json)) } : {};
}

/** Removes null and undefined, at any depth. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.filter((one) => one !== null && one !== undefined).map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(([, one]) => one !== null && one !== undefined);
  return Object.fromEntries(entries.map(([name, one]) => [name, withoutNulls(one)]));
}
