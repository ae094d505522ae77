import type { Filter, SearchDocument, SearchType } from '../ports/search-index.js';

/** What KS Fiks calls each type of document in a search (`MeldingType`). */
export const fiksType: { readonly [T in SearchType]: string } = {
  mappe: 'mappe',
  journalpost: 'journalpost',
  post: 'forsendelse',
  faktura: 'faktura',
  innsendtskjema: 'innsendtskjema',
  skjemakladd: 'skjemakladd',
  kommunaltjeneste: 'kommunaltjeneste',
};

/** The versions of each type, lowest first, as the index has them. One can be shown as any before it. */
const versjoner: { readonly [T in SearchType]: readonly string[] } = {
  mappe: ['MAPPE_V1'],
  journalpost: ['JOURNALPOST_V1'],
  post: ['FORSENDELSE_V1', 'FORSENDELSE_V2'],
  faktura: ['FAKTURA_V1'],
  innsendtskjema: ['INNSENDT_SKJEMA_V1'],
  skjemakladd: ['SKJEMAKLADD_V1'],
  kommunaltjeneste: ['KOMMUNALTJENESTE_V1'],
};

/** The name that a version has in a search (`MeldingVersjon`): `INNSENDT_SKJEMA_V1` is `innsendtskjemaV1`. */
export const shownName = (versjon: string): string =>
  versjon.replace(/^(.*)_V(\d+)$/, (_, name: string, number: string) => `${name.replaceAll('_', '').toLowerCase()}V${number}`);

/** The names that `akseptertMeldingVersjon` is known to have. */
export const meldingVersjoner: readonly string[] = Object.values(versjoner).flat().map(shownName);

/**
 * The documents of these types that can be shown in an accepted version. With `aksepterte` only accepted versions are
 * shown: a document of which there is none is not a hit, and not counted. Without: every document, as it is.
 */
export function acceptable(types: readonly SearchType[], aksepterte?: readonly string[]): Filter {
  if (!aksepterte) return { field: 'type', in: types };
  return {
    or: types.map((type) => {
      const lowest = versjoner[type].findIndex((versjon) => aksepterte.includes(shownName(versjon)));
      const versions = lowest < 0 ? [] : versjoner[type].slice(lowest);
      return { and: [{ field: 'type', in: [type] }, { field: 'versjon', in: versions }] };
    }),
  };
}

/** The version that a document is shown in: its own, or the highest accepted one that is not above it. */
export function shownVersion({ type, versjon }: Pick<SearchDocument, 'type' | 'versjon'>, aksepterte?: readonly string[]): string {
  const known = versjoner[type];
  const accepted = aksepterte && known.slice(0, known.indexOf(versjon) + 1).findLast((one) => aksepterte.includes(shownName(one)));
  return shownName(accepted ?? versjon);
}
