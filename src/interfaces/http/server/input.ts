import { z } from 'zod';
import { DomainError } from '../../../domain/kernel/domain-error.js';
import { parseUuid } from '../../../domain/values/uuid.js';

z.config(z.locales.no());

/** What a text field is, for the one who reads the API. */
interface TextFieldOptions {
  readonly description: string;
  readonly example: string;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly format?: string;
}

/** Lets the domain parse: its refusal becomes the issue, with the domain's own code and words. */
export function parseOrIssue<T>(context: z.core.$RefinementCtx, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof DomainError)) throw error;
    context.addIssue({ code: 'custom', message: error.detail, params: { code: error.code } });
    return z.NEVER;
  }
}

/** A text that the domain parses. */
export const parsedText = <T>(parse: (text: string) => T, { description, example, ...told }: TextFieldOptions) =>
  z
    .string()
    .meta({ description, examples: [example], ...told })
    .transform((text, context) => parseOrIssue(context, () => parse(text)));

/** A UUID. */
export const uuid = (description: string) =>
  parsedText(parseUuid, { description, example: '3f1c2a9e-7b64-4d0f-9a51-0c8e5d2b7f10', format: 'uuid' });

/** A path parameter that is a UUID. */
export const uuidParam = uuid('UUID');

const wholeNumber = (min: number, max: number, fallback: number, description: string) =>
  z
    .string()
    .regex(/^\d{1,5}$/, `Må være et helt tall fra ${min} til ${max}`)
    .transform(Number)
    .pipe(z.number().min(min).max(max))
    .default(fallback)
    .meta({ description, examples: [String(fallback)] });

/** The paging parameters of KS Fiks: which hit is the first, and how many. */
export const pageFieldsOf = (antall: number) => ({
  fra: wholeNumber(0, 9999, 0, 'Nummeret på det første treffet, fra 0'),
  antall: wholeNumber(1, 500, antall, 'Hvor mange treff som ønskes, høyst 500'),
});
export const pageFields = pageFieldsOf(50);
export const pageQuery = z.strictObject(pageFields);

/** A query parameter that may be repeated. */
export const repeatable = <T extends z.ZodType>(one: T) =>
  z.union([z.array(one).max(100), one.transform((value) => [value])]).optional();

/** Drops the fields that were not given, so that "not given" and "given as nothing" cannot be mixed up. */
export const withoutUndefined = <T extends object>(input: T): { [K in keyof T]: Exclude<T[K], undefined> } =>
  Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined)) as never;
