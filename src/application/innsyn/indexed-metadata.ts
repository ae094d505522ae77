import { maskFodselsnumre } from '../../domain/values/fodselsnummer.js';

/** The identifier of a party: a fødselsnummer, an orgnr or anything else. Nothing but parties has this field. */
const partyId = 'id';
/** References, links and numbers for payment, which are of no use when they are changed. */
const keptAsSent: ReadonlySet<string> = new Set([
  ...['mappeId', 'systemId', 'registreringsId', 'svarUtForsendelseId', 'edialogId', 'korrelasjonId', 'meldingId'],
  ...['url', 'lenke', 'nedlastingLenke', 'nedlastingslenke', 'svarLenke'],
  ...['kid', 'kontonummer', 'fakturanummer'],
]);

/**
 * The metadata that the search index holds: without the identifiers of parties, and with identity numbers in texts masked.
 * The whole metadata is in the log only, encrypted (ADR 0031).
 */
export const indexedMetadata = (metadata: object): object => withoutIdentities(metadata) as object;

function withoutIdentities(value: unknown): unknown {
  if (typeof value === 'string') return maskFodselsnumre(value);
  if (Array.isArray(value)) return value.map(withoutIdentities);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, inner]: [string, unknown]) => {
      if (name === partyId) return [];
      return [[name, keptAsSent.has(name) && typeof inner === 'string' ? inner : withoutIdentities(inner)]];
    }),
  );
}
