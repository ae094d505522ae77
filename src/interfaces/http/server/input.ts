import { z } from 'zod';
import type { Cursor } from '../../../application/ports/page.js';
import { DomainError } from '../../../domain/kernel/domain-error.js';
import { parseUuid } from '../../../domain/values/uuid.js';

z.config(z.locales.no());

/** The OpenAPI documentation of a text field. */
interface TextFieldOptions {
  readonly description: string;
  readonly example: string;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly format?: string;
}

/**
 * Runs a parser of the domain. A `DomainError` becomes a zod issue with the error's code and detail; other errors pass.
 * @param path the field that is parsed, below the value. A field that the error names is below it.
 */
export function parseOrIssue<T>(context: z.core.$RefinementCtx, parse: () => T, path: string[] = []): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    context.addIssue({ code: 'custom', message: error.detail, path: [...path, ...(error.felt?.split('.') ?? [])], params: { code: error.code } });
    return z.NEVER;
  }
}

/** A string schema whose output is the value that the domain's parser returns. */
export const parsedText = <T>(parse: (text: string) => T, { description, example, ...told }: TextFieldOptions) =>
  z
    .string()
    .meta({ description, examples: [example], ...told })
    .transform((text, context) => parseOrIssue(context, () => parse(text)));

export const uuid = (description: string) =>
  parsedText(parseUuid, { description, example: '3f1c2a9e-7b64-4d0f-9a51-0c8e5d2b7f10', format: 'uuid' });

/** The schema of a path parameter that is a UUID. */
export const uuidParam = uuid('UUID');

/** A query parameter with a whole number of at most five digits. */
export const wholeNumber = (min: number, max: number, fallback: number, description: string) =>
  z
    .string()
    .regex(/^\d{1,5}$/, `Må være et helt tall fra ${min} til ${max}`)
    .transform(Number)
    .pipe(z.number().min(min).max(max))
    .default(fallback)
    .meta({ description, examples: [String(fallback)] });

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
    .regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}_\d{1,6}$/, 'Må være hentet fra adressen i Link')
    .transform((text): Cursor => ({ fiksOrgId: text.slice(0, 36), skip: Number(text.slice(37)) }))
    .optional()
    .meta({ description: 'Stedet i listen der siden begynner, slik Link på siden før har det' }),
  antall: pageFieldsOf(antall).antall,
});
export const formatCursor = ({ fiksOrgId, skip }: Cursor): string => `${fiksOrgId}_${skip}`;
export const pageQuery = z.strictObject(pageFields);

/** A query parameter that may be repeated, at most 100 times. One value and several both become a list. */
export const repeatable = <T extends z.ZodType>(one: T) =>
  z.union([z.array(one).max(100), one.transform((value) => [value])]).optional();

/** The problem with a number that JSON has rounded. */
export const tooLargeNumber = `Tallet må være fra ${-Number.MAX_SAFE_INTEGER} til ${Number.MAX_SAFE_INTEGER}. Større tall ville blitt rundet av.`;

/** Drops fields that are `undefined`, so an absent field is never present with the value `undefined`. */
export const withoutUndefined = <T extends object>(input: T): { [K in keyof T]: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined)) as never;
