import type { SearchDocument } from '../ports/search-index.js';
import { fiksType } from './versjoner.js';

type Json = Readonly<Record<string, unknown>>;

/**
 * Converts indexed metadata to the form of KS Fiks's searches. Leaves out empty fields, renames texts in several languages,
 * and removes the numbers that identify parties, which an index from an earlier version still has until it is rebuilt.
 * @param versjon the version from `shownVersion`.
 */
export function lesemodell({ type, metadata }: Pick<SearchDocument, 'type' | 'metadata'>, versjon: string): Json {
  // A hit has these two fields outside the metadata.
  const { korrelasjonId: _korrelasjonId, forelder: _forelder, ...own } = withoutNulls(metadata) as Json;
  return { ...models[type](own, versjon), type: fiksType[type], versjon };
}

const models: { readonly [T in SearchDocument['type']]: (metadata: Json, versjon: string) => Json } = {
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
  post: (forsendelse, versjon) => (versjon === 'forsendelseV1' ? forsendelseV1(forsendelse) : forsendelse),
  faktura: (faktura) => faktura,
  innsendtskjema: ({ innsendtdato, ...skjema }) => ({ ...skjema, ...(innsendtdato !== undefined && { innsendtdato: moment(innsendtdato) }) }),
  skjemakladd: ({ endretDato, ...kladd }) => ({ ...kladd, ...(endretDato !== undefined && { endretdato: moment(endretDato) }) }),
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

/** The metadata of a forsendelse in version 1, which has no return address and only one link. */
function forsendelseV1({ mottakerAdresse, returAdresse: _, lenker, dokumenter, ...forsendelse }: Json): Json {
  const [first] = (lenker ?? []) as readonly Json[];
  return withoutNulls({
    ...forsendelse,
    mottaker: mottakerAdresse,
    eksternLenke: first?.url,
    eksternLenkeTekst: first?.urlTekst,
    dokumenter: (dokumenter as readonly Json[] | undefined)?.map(({ tittel, size, nedlastingLenke }) =>
      withoutNulls({ tittel, size, nedlastingslenke: nedlastingLenke }),
    ),
  }) as Json;
}

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
