import { callers, callersExtension, type Callers } from './callers.js';
import { examples } from './examples.js';
import type { JsonSchema } from './json-schema.js';
import { valueTypeOf, valueTypes } from './value-types.js';

// Rules over the whole OpenAPI document, for the clients that are generated from it. Each rule cures something that NSwag, Kiota
// or openapi-typescript makes of a document without it (ADR 0040).

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  description?: string;
  schema: JsonSchema;
  example?: unknown;
}
type Content = Readonly<Record<string, { schema: JsonSchema; example?: unknown }>>;
interface Response {
  readonly $ref?: string;
  readonly content?: Content;
}
interface Operation {
  readonly operationId: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: { required?: boolean; readonly content: Content };
  readonly responses: Record<string, Response>;
  description?: string;
  security?: unknown;
  readonly [callersExtension]?: Callers;
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
  readonly components: { readonly schemas: Record<string, JsonSchema>; responses?: Record<string, Response> };
}

/** The keyword that marks the schema of a body that may be absent. The document does not show it. */
export const mayBeAbsent = 'x-may-be-absent';

/** The use of a schema: its field, the name of a component that is made of it, and whether a client sends or gets it. */
interface Place {
  readonly field: string;
  readonly component: string;
  readonly side: 'request' | 'answer';
  readonly optional: boolean;
}

/** Applies the rules to a document that Nest has made, in place. */
export function publish(made: object): void {
  const document = made as Document;
  const { schemas } = document.components;
  renameClasses(document);
  for (const [name, schema] of Object.entries(schemas)) schemas[name] = withoutEnum(schema, 'answer');
  for (const { properties, required } of Object.values(schemas)) retellFields(properties, required, { component: '', side: 'answer' }, schemas);
  for (const { name, schema } of Object.values(valueTypes)) schemas[name] = schema;
  for (const operations of Object.values(document.paths))
    for (const [method, operation] of Object.entries(operations)) publishOperation(method, operation, document.components);
}

function publishOperation(method: string, operation: Operation, components: Document['components']): void {
  const { operationId, parameters = [], requestBody, responses } = operation;
  for (const parameter of parameters) publishParameter(parameter, operationId, components.schemas);
  const body = requestBody?.content['application/json'];
  if (requestBody && body) {
    requestBody.required = body.schema[mayBeAbsent] !== true;
    Reflect.deleteProperty(body.schema, mayBeAbsent);
    body.schema = retold(body.schema, { field: '', component: `${operationId}Body`, side: 'request', optional: false }, components.schemas);
  }
  const who = operation[callersExtension];
  Reflect.deleteProperty(operation, callersExtension);
  if (who === 'alle') {
    Reflect.deleteProperty(responses, '401');
    operation.security = [];
  }
  // A GET has no body that the server would read.
  if (method === 'get') for (const status of ['413', '415']) Reflect.deleteProperty(responses, status);
  shareErrors(responses, components);
  exemplify(operation, components);
  const headers = parameters.filter((one) => one.in === 'header' && one.required).map(({ name }) => `\`${name}\``);
  operation.description = [
    who && callers[who],
    operation.description,
    headers.length > 0 ? `Headerne ${headers.join(' og ')} må være med.` : undefined,
  ]
    .filter((one) => one !== undefined)
    .join('\n\n');
}

/** The description of a parameter whose schema says no more than what it is. */
const parameterDescriptions: Readonly<Record<string, string>> = {
  fiksOrgId: 'Id-en til organisasjonen',
  fiksOrg: 'Id-en til organisasjonen',
  id: 'Id-en til det operasjonen gjelder',
  integrasjonId: 'Id-en til integrasjonen',
  ressursId: 'Id-en til ressursen',
  ressurs: 'Id-en til ressursen',
  linje: 'Id-en til linjen i innsynsloggen',
  meldingId: 'Id-en til meldingen hos avsenderen',
  kontoId: 'Id-en til SvarUt-kontoen',
  avtaleSignertId: 'Id-en til den signerte avtalen',
  kode: 'Koden til tjenesten',
  tjenesteKode: 'Koden til tjenesten',
  tjenestekode: 'Koden til tjenesten',
  tag: 'Koden til tjenesten',
  avsender: 'Avsenderen i SvarUt',
  niva: 'Nivået i treet, fra 0',
  nummer: 'Nummeret på flisen, fra 0',
  ressursType: 'Ressurstypen',
  tjenester: 'Kodene til tjenestene',
  requestIder: 'Id-ene til forespørslene (X-Request-Id)',
  sortering: 'Rekkefølgen på treffene',
  type: 'Typen',
  integrasjonKode: 'Kodene til globale integrasjoner',
  organisasjonsNummer: 'Organisasjonsnummeret',
  landingssideUrl: 'Siden nettleseren sendes til etterpå. Den må ligge på en adresse som er godkjent for tjenesten.',
  signeringId: 'Id-en til signeringen',
  status: 'Utfallet, slik signeringstjenesten oppgir det',
  korrelasjonId: 'Korrelasjons-id-en som dokumentene har felles',
};

function publishParameter(parameter: Parameter, operationId: string, schemas: Record<string, JsonSchema>): void {
  const { name, description, schema } = parameter;
  const said = description ?? schema['description'] ?? (schema['items'] as JsonSchema | undefined)?.['description'];
  parameter.description = said === undefined || said === 'UUID' ? (parameterDescriptions[name] ?? name) : (said as string);
  Reflect.deleteProperty(schema, 'description');
  parameter.schema = retold(schema, { field: name, component: `${operationId}${pascal(name)}`, side: 'request', optional: false }, schemas);
}

/** Retells each field. A field that is not required may be null, which every body reads as absent. */
function retellFields(properties: unknown, required: unknown, place: Omit<Place, 'field' | 'optional'>, schemas: Record<string, JsonSchema>): void {
  const fields = (properties ?? {}) as Record<string, JsonSchema>;
  for (const [field, schema] of Object.entries(fields)) {
    const optional = !((required ?? []) as readonly string[]).includes(field);
    fields[field] = retold(schema, { ...place, field, component: place.component + pascal(field), optional }, schemas);
  }
}

/** The schema as clients read it. What a client sends and has a structure of its own becomes a component. */
function retold({ allOf, ...schema }: JsonSchema, place: Place, schemas: Record<string, JsonSchema>): JsonSchema {
  // Nest wraps a reference that has a description.
  if (Array.isArray(allOf)) return { ...(allOf[0] as JsonSchema), ...schema };
  if (schema['$ref'] !== undefined) return referred(schema, place, schemas);
  if (schema['oneOf'] !== undefined) return either(schema, schemas);
  const valueType = valueTypeOf(schema, place.field);
  if (valueType) {
    const { description } = schema;
    if (!place.optional) return { ...refTo(valueType.name), ...(description !== undefined && { description }) };
    const { format, ...own } = schema;
    return nullable({ ...valueType.schema, ...own, ...(format !== undefined && format === valueType.schema['format'] && { format }) });
  }
  const { items, properties, required } = schema;
  if (schema['type'] === 'array') {
    const isBody = place.component.endsWith('Body');
    const element = { ...place, component: isBody ? `${place.component}Element` : place.component, optional: false };
    const list = { ...schema, items: retold(withoutEnum(items as JsonSchema, place.side), element, schemas) };
    return isBody ? named(list, place, schemas) : place.optional ? nullable(list) : list;
  }
  if (properties !== undefined) {
    retellFields(properties, required, place, schemas);
    return named(place.optional ? nullable(schema) : schema, place, schemas);
  }
  if (schema['enum'] !== undefined) {
    if (place.side === 'answer') return place.optional ? nullable(withoutEnum(schema, place.side)) : withoutEnum(schema, place.side);
    const { type, enum: values, title, ...annotations } = schema;
    const field = { ...place, component: pascal(place.field) };
    if (!place.optional) return { ...named({ type, title, enum: values }, field, schemas, place.component), ...annotations };
    const choice = named({ type: [type, 'null'], title, enum: [...(values as unknown[]), null] }, { ...field, component: `Valgfri${field.component}` }, schemas, place.component);
    return { ...choice, ...annotations };
  }
  const counted = schema['type'] === 'number' ? asNumber(schema) : schema['type'] === 'integer' ? asInteger(schema) : schema;
  return place.optional ? nullable(counted) : counted;
}

/** A reference. One to a text that may be null becomes the text itself, because a reference cannot be null. */
function referred(schema: JsonSchema, { optional }: Place, schemas: Record<string, JsonSchema>): JsonSchema {
  const { $ref, ...annotations } = schema;
  const target = schemas[String($ref).split('/').at(-1)!];
  return optional && target?.['type'] === 'string' ? nullable({ ...target, ...annotations }) : schema;
}

/** One of several objects, told apart by `versjon`. It is an object too, for clients that know no such choice. */
function either({ oneOf, ...schema }: JsonSchema, schemas: Record<string, JsonSchema>): JsonSchema {
  const models = oneOf as readonly { readonly $ref: string }[];
  const versionOf = ({ $ref }: (typeof models)[number]) => (schemas[$ref.split('/').at(-1)!]!['properties'] as Record<string, JsonSchema>)['versjon']?.['example'] as string;
  return { type: 'object', ...schema, anyOf: models, discriminator: { propertyName: 'versjon', mapping: Object.fromEntries(models.map((one) => [versionOf(one), one.$ref])) } };
}

/** A component of the schema. @param other the name of the component when another schema has its name already */
function named({ title, ...schema }: JsonSchema, { component }: Place, schemas: Record<string, JsonSchema>, other = component): JsonSchema {
  const prefix = /^Valgfri/.test(component) ? 'Valgfri' : '';
  const wanted = typeof title === 'string' ? prefix + title : component;
  const name = wanted in schemas && JSON.stringify(schemas[wanted]) !== JSON.stringify(schema) ? other : wanted;
  schemas[name] = schema;
  return refTo(name);
}

const refTo = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` });
const pascal = (name: string): string => name.replace(/(?:^|[^A-Za-z0-9]+)([A-Za-z0-9])/g, (_, first: string) => first.toUpperCase());
const nullable = (schema: JsonSchema): JsonSchema => (schema['type'] === undefined ? schema : { ...schema, type: [schema['type'], 'null'].flat() });

/**
 * Tells the values in the description. NSwag cannot read a list of an enum, and a client that is generated from an enum
 * refuses the whole answer when it gets a value that is new.
 */
function withoutEnum(schema: JsonSchema, side: Place['side']): JsonSchema {
  const { enum: values, description, title: _, ...rest } = schema;
  if (!Array.isArray(values)) return schema;
  const said = typeof description === 'string' ? `${description.replace(/\.?$/, '.')} ` : '';
  return { ...rest, description: `${said}Verdier: ${values.join(', ')}.${side === 'answer' ? ' Det kan komme flere.' : ''}`, example: rest['example'] ?? (values[0] as unknown), 'x-extensible-enum': values };
}

/** A number of an answer is whole, unless it is a double or its example is not whole. */
function asNumber(schema: JsonSchema): JsonSchema {
  const { example, format } = schema;
  return format === 'double' || (typeof example === 'number' && !Number.isInteger(example)) ? { ...schema, format: 'double' } : asInteger({ ...schema, type: 'integer' });
}
const maxInt32 = 2 ** 31 - 1;
function asInteger(schema: JsonSchema): JsonSchema {
  const { format, example, maximum } = schema;
  return { ...schema, format: format ?? (Number(maximum ?? example ?? 0) > maxInt32 ? 'int64' : 'int32') };
}

/** Gives every component a name that is a class's in every language. C# refuses a property with the name of its class. */
function renameClasses(document: Document): void {
  const { schemas } = document.components;
  const names = new Map(
    Object.entries(schemas).map(([name, { properties = {} }]) => [name, pascal(name) + (Object.keys(properties as object).some((field) => pascal(field) === pascal(name)) ? 'Svar' : '')]),
  );
  for (const [name, better] of names) {
    if (name === better) continue;
    schemas[better] = schemas[name]!;
    Reflect.deleteProperty(schemas, name);
  }
  const rename = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    const found = value as { $ref?: unknown };
    const better = typeof found.$ref === 'string' ? names.get(found.$ref.split('/').at(-1)!) : undefined;
    if (better !== undefined) Object.assign(found, refTo(better));
    Object.values(value).forEach(rename);
  };
  rename(document);
}

/** Moves the error responses to components, because every operation has the same. */
function shareErrors(responses: Operation['responses'], components: Document['components']): void {
  const shared = (components.responses ??= {});
  for (const [status, response] of Object.entries(responses)) {
    const [schema] = Object.values(response.content ?? {}).map((one) => one.schema['$ref']);
    if (typeof schema !== 'string' || !/\/(ErrorMessage|Problem)$/.test(schema) || (status !== 'default' && Number(status) < 400)) continue;
    const name = `${schema.split('/').at(-1)!}${pascal(status)}`;
    if (name in shared && JSON.stringify(shared[name]) !== JSON.stringify(response)) continue;
    shared[name] = response;
    responses[status] = { $ref: `#/components/responses/${name}` };
  }
}

/** Shows a request that was run and the answer that it got. An operation that is always refused shows its refusal. */
function exemplify({ operationId, parameters = [], requestBody, responses }: Operation, components: Document['components']): void {
  const example = examples[operationId];
  if (!example) return;
  const sent: Readonly<Record<string, Readonly<Record<string, unknown>> | undefined>> = { path: example.path, query: example.query };
  for (const parameter of parameters) {
    const value = sent[parameter.in]?.[parameter.name];
    if (value !== undefined) parameter.example = value;
  }
  const body = requestBody?.content['application/json'];
  if (body && example.body !== undefined) body.example = example.body;
  const told = responses[example.status];
  const { content, ...response } = told?.$ref === undefined ? (told ?? {}) : components.responses![told.$ref.split('/').at(-1)!]!;
  if (!content || example.answer === undefined) return;
  const media = Object.entries(content).map(([type, one]) => [type, { ...one, example: example.answer }] as const);
  responses[example.status] = { ...response, content: Object.fromEntries(media) };
}
