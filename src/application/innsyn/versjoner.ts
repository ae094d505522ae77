import type { Filter, SearchDocument, SearchType } from '../ports/search-index.js';

/** The name of each document type in KS Fiks's searches (`MeldingType`). */
export const fiksType: { readonly [T in SearchType]: string } = {
  mappe: 'mappe',
  journalpost: 'journalpost',
  post: 'forsendelse',
  faktura: 'faktura',
  innsendtskjema: 'innsendtskjema',
  skjemakladd: 'skjemakladd',
  kommunaltjeneste: 'kommunaltjeneste',
};

/** The metadata versions of each type in the index, lowest first. A document can be shown in its own version or a lower one. */
const versjoner: { readonly [T in SearchType]: readonly string[] } = {
  mappe: ['MAPPE_V1'],
  journalpost: ['JOURNALPOST_V1'],
  post: ['FORSENDELSE_V1', 'FORSENDELSE_V2'],
  faktura: ['FAKTURA_V1'],
  innsendtskjema: ['INNSENDT_SKJEMA_V1'],
  skjemakladd: ['SKJEMAKLADD_V1'],
  kommunaltjeneste: ['KOMMUNALTJENESTE_V1'],
};

/** The name of a version in KS Fiks's searches (`MeldingVersjon`): `INNSENDT_SKJEMA_V1` becomes `innsendtskjemaV1`. */
export const shownName = (versjon: string): string =>
  versjon.replace(/^(.*)_V(\d+)$/, (_, name: string, number: string) => `${name.replaceAll('_', '').toLowerCase()}V${number}`);

/** The known values of `akseptertMeldingVersjon`. */
export const meldingVersjoner: readonly string[] = [...Object.values(versjoner).flat().map(shownName), 'byggesakV1', 'matrikkelenhetV1'];

/**
 * Cases about buildings in their older form, which KS Fiks has a search of its own for. Nobody can send that form, so they are
 * the mapper of that type, in another form.
 */
export const byggesaker = { types: ['mappe'], conditions: [{ field: 'mappeType', in: ['BYGGESAK'] }], vist: 'byggesakV1' } as const;

/**
 * A filter on documents of these types that can be shown in an accepted version. Other documents are neither returned nor
 * counted. Without `aksepterte`, all documents of the types match.
 * @param vist the version that all are shown in, instead of their own.
 */
export function acceptable(types: readonly SearchType[], aksepterte?: readonly string[], vist?: string): Filter {
  if (!aksepterte) return { field: 'type', in: types };
  if (vist !== undefined) return { field: 'type', in: aksepterte.includes(vist) ? types : [] };
  return {
    or: types.map((type) => {
      const lowest = versjoner[type].findIndex((versjon) => aksepterte.includes(shownName(versjon)));
      const versions = lowest < 0 ? [] : versjoner[type].slice(lowest);
      return { and: [{ field: 'type', in: [type] }, { field: 'versjon', in: versions }] };
    }),
  };
}

/**
 * The name of the version that a document is shown in: the highest accepted one that is not above its own. Its own without
 * `aksepterte`.
 */
export function shownVersion({ type, versjon }: Pick<SearchDocument, 'type' | 'versjon'>, aksepterte?: readonly string[]): string {
  const known = versjoner[type];
  const accepted = aksepterte && known.slice(0, known.indexOf(versjon) + 1).findLast((one) => aksepterte.includes(shownName(one)));
  return shownName(accepted ?? versjon);
}
