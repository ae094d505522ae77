import type { JsonSchema } from './json-schema.js';

/** A value type of the domain, as the document tells it to clients. */
interface ValueType {
  readonly name: string;
  readonly schema: JsonSchema;
}
const text = (name: string, description: string, pattern: string, example: string, more: JsonSchema = {}): ValueType => ({
  name,
  schema: { type: 'string', ...more, pattern, description, example },
});

/** The value types by the `format` of a field. Only the formats `uuid`, `date` and `date-time` are those of OpenAPI. */
export const valueTypes: Readonly<Record<string, ValueType>> = {
  uuid: text('Uuid', 'En UUID', '^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$', '3f1c2a9e-7b64-4d0f-9a51-0c8e5d2b7f10', { format: 'uuid' }),
  'date-time': text(
    'Tidspunkt',
    'Et tidspunkt med tidssone',
    String.raw`^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})$`,
    '2026-11-23T08:00:00+01:00',
    { format: 'date-time' },
  ),
  date: text('Dato', 'En dato', String.raw`^\d{4}-\d{2}-\d{2}$`, '2026-11-23', { format: 'date' }),
  organisasjonsnummer: text('Organisasjonsnummer', 'Et organisasjonsnummer: ni siffer, med gyldig kontrollsiffer', '^[0-9]{9}$', '910753614'),
  kommunenummer: text('Kommunenummer', 'Et kommunenummer: fire siffer, med nullen foran', '^[0-9]{4}$', '4601'),
  fodselsnummer: text('Fodselsnummer', 'Et fødselsnummer eller d-nummer: elleve siffer, med gyldige kontrollsifre', '^[0-9]{11}$', '12818510088'),
  matrikkelnummer: text(
    'Matrikkelnummer',
    'Et matrikkelnummer: <kommunenr>-<gardsnr>/<bruksnr>/<festenr>/<seksjonsnr>. De to siste kan utelates.',
    String.raw`^(\d{4}-\d+/\d+(/\d+(/\d+)?)?|\d{4}-\d{5}-\d{4}-\d{4}-\d{4})$`,
    '4601-60/38/0/0',
  ),
  lenke: text('Lenke', 'En lenke: https, med fullt domenenavn', '^[hH][tT][tT][pP][sS]://', 'https://www.bergen.kommune.no/drift', { maxLength: 2000 }),
};

/** The format of a field, by its name. A field of one of these names has the same type everywhere, unless it says otherwise itself. */
const formatsByName: readonly (readonly [RegExp, string])[] = [
  [/^(autorisertOrgnr|orgn[rR]|orgNo|organisasjonsNummer)$/, 'organisasjonsnummer'],
  [/^kommunen(r|ummer)$/, 'kommunenummer'],
  [/^fnr$/, 'fodselsnummer'],
  [/^matrikkelnummer$/, 'matrikkelnummer'],
  [/^lenke$/, 'lenke'],
];

/** The value type of a schema of a text, by its format or the name of its field; undefined for none. */
export function valueTypeOf({ type, format, pattern, enum: values }: JsonSchema, name: string): ValueType | undefined {
  if (type !== 'string' || values !== undefined) return undefined;
  if (typeof format === 'string') return valueTypes[format];
  const found = valueTypes[formatsByName.find(([names]) => names.test(name))?.[1] ?? ''];
  // A text with a pattern of its own is another type.
  return pattern === undefined || pattern === found?.schema['pattern'] || pattern === String.raw`^\d{4}$` || pattern === String.raw`^\d{9}$` ? found : undefined;
}
