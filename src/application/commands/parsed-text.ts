import { z } from 'zod';
import { DomainError } from '../../domain/kernel/domain-error.js';

/** The documentation of a text field. */
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
