import { TestApp } from '../support/app.js';

// Rules over the whole document. Each holds off a fault that NSwag, Kiota or openapi-typescript made of a document without it.

type Schema = Readonly<Record<string, unknown>>;
interface Operation {
  readonly operationId: string;
  readonly tags?: readonly string[];
  readonly summary?: string;
  readonly description?: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly description?: string; readonly schema: Schema }[];
  readonly requestBody?: { readonly required: boolean; readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
  readonly responses: Readonly<Record<string, { readonly $ref?: string; readonly content?: object; readonly headers?: object; readonly description?: string }>>;
}
interface Document {
  readonly servers: readonly { readonly url: string }[];
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>>; readonly responses: Readonly<Record<string, object>> };
}

const app = await TestApp.start();
const { body: document } = await app.bearing().get<Document>('/api/openapi.json')();
const { schemas, responses } = document.components;
const operations = Object.entries(document.paths).flatMap(([path, methods]) => Object.entries(methods).map(([method, operation]) => ({ path, method, ...operation })));

const propertiesOf = (schema: Schema) => (schema['properties'] ?? {}) as Readonly<Record<string, Schema>>;
/** Every object of the document, with the path to it. */
function* objects(value: unknown, path = ''): Generator<readonly [path: string, object: Schema]> {
  if (typeof value !== 'object' || value === null) return;
  if (!Array.isArray(value)) yield [path, value as Schema];
  for (const [name, inner] of Object.entries(value)) yield* objects(inner, `${path}/${name}`);
}
const everywhere = [...objects(document)];
const where = (breaks: (schema: Schema, path: string) => boolean) => everywhere.filter(([path, schema]) => breaks(schema, path)).map(([path]) => path);
/** The names of the components that a schema leads to. */
function namesIn(value: unknown, found = new Set<string>()): Set<string> {
  for (const [, { $ref }] of objects(value)) {
    const name = typeof $ref === 'string' ? $ref.split('/').at(-1)! : undefined;
    if (name === undefined || found.has(name)) continue;
    found.add(name);
    namesIn(schemas[name], found);
  }
  return found;
}
const sent = namesIn(operations.flatMap(({ requestBody, parameters = [] }) => [requestBody, ...parameters]));
const received = namesIn([operations.map((one) => one.responses), responses]);

describe('the document for clients that are generated from it', () => {
  it('has names that are names in every language', () => {
    expect(operations.map(({ operationId }) => operationId).filter((id) => !/^[A-Z][A-Za-z0-9]+$/.test(id))).toEqual([]);
    expect(Object.keys(schemas).filter((name) => !/^[A-Z][A-Za-z0-9]+$/.test(name))).toEqual([]);
    // NSwag can make a class of each tag.
    expect(operations.flatMap(({ tags = [] }) => tags).filter((tag) => !/^[A-Z][\p{L} ]+$/u.test(tag))).toEqual([]);
    const lower = Object.keys(schemas).map((name) => name.toLowerCase());
    expect(new Set(lower).size).toBe(lower.length);
    // C# refuses a property with the name of its class.
    expect(Object.entries(schemas).filter(([name, schema]) => Object.keys(propertiesOf(schema)).some((field) => field.toLowerCase() === name.toLowerCase()))).toEqual([]);
    expect(document.servers).toEqual([{ url: '/' }]);
  });

  it('has every structure and every choice that is sent as a component', () => {
    expect(where((schema, path) => 'properties' in schema && 'type' in schema && !/^\/components\/schemas\/\w+$/.test(path))).toEqual([]);
    for (const { requestBody } of operations) if (requestBody) expect(requestBody.content).toEqual({ 'application/json': { schema: { $ref: expect.any(String) as string }, example: expect.anything() as unknown } });
    expect(where((schema, path) => Array.isArray(schema['enum']) && !/^\/components\/schemas\/\w+$/.test(path))).toEqual([]);
  });

  it('has no choice between schemas, and no list of an enum', () => {
    expect(where((schema) => ['oneOf', 'allOf', '$schema', '$defs', 'definitions'].some((keyword) => keyword in schema))).toEqual([]);
    // An answer may be one of several objects, told apart by a field.
    const choices = everywhere.filter(([, schema]) => 'anyOf' in schema);
    expect(choices.filter(([path, { type, anyOf, discriminator }]) => type !== 'object' || discriminator === undefined || JSON.stringify(anyOf).includes('null') || sent.has(path.split('/')[3]!))).toEqual([]);
    const isEnum = ({ $ref, enum: values }: Schema): boolean => values !== undefined || (typeof $ref === 'string' && schemas[$ref.split('/').at(-1)!]!['enum'] !== undefined);
    expect(where(({ items }) => items !== undefined && isEnum(items as Schema))).toEqual([]);
  });

  it('lets a value that is new into an answer', () => {
    expect([...received].filter((name) => schemas[name]?.['enum'] !== undefined)).toEqual([]);
    expect(where(({ 'x-extensible-enum': values, description }) => Array.isArray(values) && !values.every((value) => String(description).includes(String(value))))).toEqual([]);
    expect(where((schema) => 'x-extensible-enum' in schema).length).toBeGreaterThan(10);
  });

  it('lets every field that is not required be null', () => {
    const nullable = (schema: Schema, component: string): boolean => {
      if (typeof schema['$ref'] !== 'string') return [schema['type']].flat().includes('null');
      const name = schema['$ref'].split('/').at(-1)!;
      // An object that an answer leaves out is no fact in any language.
      return nullable(schemas[name]!, name) || (received.has(component) && !sent.has(component) && 'properties' in schemas[name]!);
    };
    const fields = Object.entries(schemas).flatMap(([component, schema]) =>
      Object.entries(propertiesOf(schema))
        .filter(([name]) => !((schema['required'] ?? []) as readonly string[]).includes(name))
        .map(([name, field]) => [`${component}.${name}`, nullable(field, component)] as const),
    );
    expect(fields.length).toBeGreaterThan(60);
    expect(fields.filter(([, isNullable]) => !isNullable)).toEqual([]);
  });

  it('has a type for every schema, and whole numbers as such', () => {
    const typed = (schema: Schema) => schema['$ref'] !== undefined || schema['type'] !== undefined;
    const untyped = Object.entries(schemas).flatMap(([name, schema]) => Object.entries(propertiesOf(schema)).filter(([, field]) => !typed(field)).map(([field]) => `${name}.${field}`));
    expect(untyped).toEqual([]);
    expect(operations.flatMap(({ operationId, parameters = [] }) => parameters.filter(({ schema }) => !typed(schema)).map(({ name }) => `${operationId} ${name}`))).toEqual([]);
    const numbers = everywhere.filter(([, { type }]) => [type].flat().some((one) => one === 'number' || one === 'integer'));
    expect(numbers.filter(([, { format }]) => !['int32', 'int64', 'double'].includes(format as string))).toEqual([]);
    expect(numbers.filter(([, { type, format }]) => [type].flat().includes('number') !== (format === 'double')).map(([path]) => path)).toEqual([]);
    // Only amounts of money and the score of a hit have fractions.
    const fractions = numbers.filter(([, { format }]) => format === 'double').map(([path]) => path.split('/').at(-1)!);
    expect(fractions).toContain('score');
    expect(fractions.filter((name) => !/^(score|.*[bB]elop|gebyr|renter|andreOmkostninger)$/.test(name))).toEqual([]);
  });

  it('names the value types, with a pattern and an example that fits it', () => {
    for (const name of ['Uuid', 'Tidspunkt', 'Dato', 'Organisasjonsnummer', 'Kommunenummer', 'Fodselsnummer', 'Matrikkelnummer', 'Lenke']) {
      const { type, pattern, example } = schemas[name] as Readonly<Record<string, string>>;
      expect([name, type]).toEqual([name, 'string']);
      expect(example).toMatch(new RegExp(pattern!));
    }
    expect(where(({ type, format }, path) => type === 'string' && format === 'uuid' && path !== '/components/schemas/Uuid')).toEqual([]);
  });

  it.each(operations)('$method $path has one kind of success with a body, and errors for what it does not tell', ({ responses: told, summary, description, method }) => {
    expect(summary).toMatch(/^\p{Lu}.{5,}/u);
    expect(description).toMatch(/\p{L}.{10,}\./u);
    const withBody = Object.entries(told).filter(([status, { content }]) => Number(status) < 300 && content !== undefined);
    expect(withBody.length).toBeLessThanOrEqual(1);
    if (Object.keys(told).some((status) => status === '200' || status === '201')) expect(told['202']?.content).toBeUndefined();
    expect(Object.keys(told)).toEqual(expect.arrayContaining(['405', '408', '414', '429', '431', 'default', ...(method === 'get' ? [] : ['413', '415'])]));
  });

  it('describes every parameter, and demands a body only where it is needed', () => {
    expect(operations.flatMap(({ operationId, parameters = [] }) => parameters.filter(({ name, description }) => !description || description === name).map(({ name }) => `${operationId} ${name}`))).toEqual([]);
    const optional = operations.filter(({ requestBody }) => requestBody?.required === false).map(({ operationId }) => operationId);
    expect(optional.length).toBeGreaterThan(0);
    for (const id of optional) expect(id).toMatch(/^InnsynSok/);
  });
});
