import { NIL } from 'uuid';
import { z } from 'zod';
import { parsedText } from '../../../application/commands/parsed-text.js';
import type { Cursor } from '../../../application/ports/page.js';
import { refuse } from '../../../domain/kernel/domain-error.js';
import { parseUuid, type Uuid } from '../../../domain/values/uuid.js';
import { documentedAs, jsonSchemaOf } from '../openapi/json-schema.js';

z.config(z.locales.no());

/** Refuses the UUID of nothing but zeros, which generated clients send for an id that is not set. */
function parseGivenUuid(text: string): Uuid {
  return text === NIL ? refuse('invalid', 'UGYLDIG_UUID', 'Id-en kan ikke bare ha nuller. Oppgi id-en, eller utelat feltet hvis det ikke er påkrevd.') : parseUuid(text);
}

export const uuid = (description: string) =>
  parsedText(parseGivenUuid, { description, example: '3f1c2a9e-7b64-4d0f-9a51-0c8e5d2b7f10', format: 'uuid' });

/** The schema of a path parameter that is a UUID. */
export const uuidParam = uuid('UUID');

/** A query parameter with a whole number of at most five digits. */
const wholeNumberText = (min: number, max: number) =>
  z
    .string()
    .regex(/^\d{1,5}$/, `Må være et helt tall fra ${min} til ${max}`)
    .transform(Number)
    .pipe(z.number().min(min).max(max));
const integer = (minimum: number, maximum: number) => ({ type: 'integer', format: 'int32', minimum, maximum });

/** A query parameter with a whole number of at most five digits, and its default. */
export const wholeNumber = (min: number, max: number, fallback: number, description: string) =>
  documentedAs(wholeNumberText(min, max).default(fallback), { ...integer(min, max), default: fallback, description, example: fallback });

/** As `wholeNumber`, without a default. */
export const optionalWholeNumber = (min: number, max: number, description: string) =>
  documentedAs(wholeNumberText(min, max).optional(), { ...integer(min, max), description, example: min });

/** A query parameter that is `true` or `false`, and its default. */
export const flag = (fallback: boolean, description: string) =>
  documentedAs(
    z.enum(['true', 'false']).transform((text) => text === 'true').default(fallback),
    { type: 'boolean', default: fallback, description, example: fallback },
  );

/** KS Fiks' paging parameters: `fra` is the offset of the first hit, `antall` the page size (default as given, at most 500). */
export const pageFieldsOf = (antall: number) => ({
  fra: wholeNumber(0, 9999, 0, 'Nummeret på det første treffet, fra 0'),
  antall: wholeNumber(1, 500, antall, 'Antall treff du ber om, høyst 500'),
});
export const pageFields = pageFieldsOf(50);

/** The paging parameters of a list over organisations: the place that the page begins at, and the page size. */
export const cursorFieldsOf = (antall: number) => ({
  fortsettFra: z
    .string()
    .regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}_[\w.-]{1,200}$/, 'Må være hentet fra adressen i Link')
    .transform((text): Cursor => ({ fiksOrgId: text.slice(0, 36), key: text.slice(37) }))
    .optional()
    .meta({ description: 'Stedet i listen der siden begynner, slik Link på siden før har det' }),
  antall: pageFieldsOf(antall).antall,
});
export const formatCursor = ({ fiksOrgId, key }: Cursor): string => `${fiksOrgId}_${key}`;
export const pageQuery = z.strictObject(pageFields);

/** A query parameter that may be repeated, at most 100 times. One value and several both become a list. */
export const repeatable = <T extends z.ZodType>(one: T) => {
  const several = z.array(one).max(100);
  return documentedAs(z.union([several, one.transform((value) => [value])]), jsonSchemaOf(several)).optional();
};

/** The problem with a number that JSON has rounded. */
export const tooLargeNumber = `Tallet må være fra ${-Number.MAX_SAFE_INTEGER} til ${Number.MAX_SAFE_INTEGER}. Større tall ville blitt rundet av.`;

/** Drops fields that are `undefined`, so an absent field is never present with the value `undefined`. */
export const withoutUndefined = <T extends object>(input: T): { [K in keyof T]: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined)) as never;
