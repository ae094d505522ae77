import { z } from 'zod';

/** A JSON Schema, or a part of one. */
export type JsonSchema = Record<string, unknown>;

/** The keywords with which zod describes what a schema parses. Annotations such as `description` and `default` are not among them. */
const constraints = ['type', 'format', 'pattern', 'minLength', 'maxLength', 'minimum', 'maximum', 'items', 'maxItems', 'anyOf', 'enum'];

/**
 * Documents what a client sends in another way than zod does, which sees only texts in an address.
 * @param told the keywords that take the place of zod's own
 */
export const documentedAs = <T extends z.ZodType>(schema: T, told: JsonSchema): T => schema.meta({ ...schema.meta(), documented: told });

/** Describes what a client sends to a schema. */
export function jsonSchemaOf(schema: z.ZodType): JsonSchema {
  const { $schema: _, '~standard': __, ...made } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any', override: ({ jsonSchema }) => { retell(jsonSchema); } }) as JsonSchema;
  return made;
}

function retell(schema: JsonSchema): void {
  const { documented } = schema;
  if (documented === undefined) return;
  for (const keyword of ['documented', ...constraints]) Reflect.deleteProperty(schema, keyword);
  Object.assign(schema, documented);
}
