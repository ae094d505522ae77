import fc, { type Arbitrary } from 'fast-check';
import { DocumentedAnswers } from '../support/answers.js';
import { TestApp } from '../support/app.js';
import { OpenKommune } from '../support/open-kommune.js';
import { documentedOperations, type Operation, type Schema } from '../support/operations.js';

// Every operation of the document, with requests made from its own schemas and with nonsense beside them, as nobody, as an
// administrator, as a citizen and as an integration. No answer is a 5xx, and none is beside its schema.

const runs = 30;
const seed = 20;

const app = await TestApp.start();
const kommune = app.kommune();
const at = await OpenKommune.open(app, kommune);
const { operations, schemas } = await documentedOperations(app);
const dokumentet = await DocumentedAnswers.of(app);

const integrasjonId = await at.integrasjon();
await at.grant(at.innsyn, integrasjonId, 'INNSYN.INDEX.MAPPE');
await at.grant(at.mineEiendommer, integrasjonId, 'MATRIKKEL.QUERY');
const { body: made } = await kommune.administrator.post<{ passord: string }>(`${at.integrasjoner}/${integrasjonId}/lagPassord`)();
const fagsystem = app.bearing(app.token(`virksomhet:${at.integrasjonBody.autorisertOrgnr as string}`), { IntegrasjonId: integrasjonId, IntegrasjonPassord: made.passord });
const clients = [app.bearing(), kommune.administrator, app.as('innbygger:12818510088'), fagsystem];

/** Ids of what exists, by the name of the parameter, so that requests reach further than the look-up. */
const [melding, tjeneste, lenke] = (await Promise.all([at.driftsmelding(), at.kommunalTjeneste(), at.eiendomslenke()])).map((path) => path.split('/').at(-1)!);
const known: Readonly<Record<string, readonly string[]>> = {
  fiksOrgId: [at.fiksOrgId],
  fiksOrganisasjonId: [at.fiksOrgId],
  fiksOrganisasjonUuid: [at.fiksOrgId],
  fiksOrganisasjon: [at.fiksOrgId],
  forelderRessurs: [at.fiksOrgId, at.innsyn],
  ressursId: [at.innsyn, at.mineEiendommer],
  ressurs: [at.innsyn, at.fiksOrgId],
  integrasjonId: [at.globalIntegrasjon, await at.integrasjon()],
  aktor: [at.globalIntegrasjon],
  kontoId: [await at.svarUtKontoId()],
  id: [melding!, tjeneste!, lenke!],
};
const codes = ['MIN_KOMMUNE', 'INNSYN', 'KOMMUNALE_TJENESTER', 'MINE_EIENDOMMER', 'ADMIN', 'INNSYN.INDEX.MAPPE'];

const nonsense: Arbitrary<unknown> = fc.oneof(
  fc.constantFrom(null, '', ' ', '\u0000', '\ud800', '00000000-0000-0000-0000-000000000000', -1, 1e21, 0.5, true, [], {}, [null], { a: { b: [] } }, 'x'.repeat(3000)),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.jsonValue({ maxDepth: 2 }),
);

/** Values that the schema allows, and now and then one that it need not. */
function valueOf(given: Schema, name = ''): Arbitrary<unknown> {
  const schema = given.$ref === undefined ? given : schemas[given.$ref.split('/').at(-1)!]!;
  const some = (one: Arbitrary<unknown>) => fc.oneof({ weight: 30, arbitrary: one }, { weight: 1, arbitrary: nonsense });
  const example = schema.example === undefined ? [] : [{ weight: schema.format === undefined ? 12 : 2, arbitrary: fc.constant(schema.example) }];
  if (schema.enum) return some(fc.constantFrom(...schema.enum));
  const types = [schema.type].flat().filter((type) => type !== undefined);
  const ofType = (type: string): Arbitrary<unknown> => {
    if (type === 'null') return fc.constant(null);
    if (type === 'boolean') return fc.boolean();
    if (type === 'integer' || type === 'number') return fc.integer({ min: schema.minimum ?? -5, max: Math.min(schema.maximum ?? 1000, 2 ** 31) });
    if (type === 'array') return fc.array(valueOf(schema.items ?? {}, name), { minLength: 1, maxLength: 3 });
    if (type === 'object') {
      const fields = Object.entries(schema.properties ?? {});
      return fc.record(Object.fromEntries(fields.map(([field, of]) => [field, valueOf(of, field)])), { requiredKeys: [...(schema.required ?? [])] });
    }
    if (schema.format === 'uuid') return known[name] ? fc.oneof({ weight: 6, arbitrary: fc.constantFrom(...known[name]) }, { weight: 1, arbitrary: fc.uuid() }) : fc.uuid();
    if (schema.format === 'date-time') return fc.date({ noInvalidDate: true, min: new Date('1990-01-01'), max: new Date('2200-01-01') }).map((date) => date.toISOString());
    if (schema.pattern !== undefined) return fc.stringMatching(new RegExp(schema.pattern));
    return fc.oneof(fc.string({ maxLength: 30 }), fc.constantFrom(...codes));
  };
  return some(fc.oneof(...example, ...types.map((type) => ({ weight: type === 'null' ? 1 : 4, arbitrary: ofType(type) }))));
}

interface Request {
  readonly who: number;
  readonly path: Readonly<Record<string, unknown>>;
  readonly query: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}
const headers: Readonly<Record<string, Arbitrary<string>>> = {
  'If-Match': fc.constantFrom('"0"', 'W/"0"', '*', 'x'),
  'Log-Position': fc.constantFrom('0', '1', '99999999999999999', 'x'),
  'Idempotency-Key': fc.oneof({ weight: 5, arbitrary: fc.uuid() }, { weight: 1, arbitrary: fc.constant('a b') }),
  'Innsyn-Formal': fc.constantFrom('Saksbehandling', '123456'),
};

function requestsTo({ parameters = [], requestBody }: Operation): Arbitrary<Request> {
  const inThe = (place: string) => parameters.filter((one) => one.in === place);
  const record = (place: string, value: (schema: Schema, name: string) => Arbitrary<unknown>) =>
    fc.record(Object.fromEntries(inThe(place).map(({ name, schema = {} }) => [name, value(schema, name)])), { requiredKeys: inThe(place).filter(({ required }) => required).map(({ name }) => name) });
  const schema = requestBody?.content['application/json']?.schema;
  return fc.record({
    who: fc.constantFrom(0, 1, 1, 1, 2, 2, 3, 3),
    path: record('path', (one, name) => (one.$ref ? valueOf(one, name) : fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...codes) }, { weight: 1, arbitrary: valueOf(one) }))),
    query: fc.oneof({ weight: 8, arbitrary: record('query', valueOf) }, { weight: 1, arbitrary: fc.dictionary(fc.string({ minLength: 1, maxLength: 8 }), fc.string()) }),
    headers: fc.oneof(
      { weight: 3, arbitrary: fc.constant({}) },
      { weight: 1, arbitrary: fc.record(Object.fromEntries(inThe('header').flatMap(({ name }) => (headers[name] ? [[name, headers[name]]] : []))), { requiredKeys: [] }) as Arbitrary<Record<string, string>> },
    ),
    body: schema ? fc.oneof({ weight: 15, arbitrary: valueOf(schema) }, { weight: 1, arbitrary: nonsense }) : fc.constant(undefined),
  });
}

/** A text without lone surrogates, which no address can have. */
const wellFormed = (given: string) => given.replace(/\p{Cs}/gu, '\ufffd');
const text = (value: unknown): string => wellFormed(typeof value === 'string' ? value : JSON.stringify(value));

async function faultsOf(operation: Operation, { who, path, query, headers, body }: Request): Promise<readonly string[]> {
  const filled = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => encodeURIComponent(text(path[name])) || '-');
  const asked = new URLSearchParams(Object.entries(query).flatMap(([name, value]) => [value].flat().map((one) => [wellFormed(name), text(one)] as [string, string])));
  const sent = body === undefined ? undefined : JSON.stringify(body);
  const answer = await clients[who]!.call(operation.method, `${filled}?${asked.toString()}`, sent, { ...headers, ...(sent !== undefined && { 'Content-Type': 'application/json' }) })();
  const faults = dokumentet.faults(operation.method, operation.path, answer);
  return answer.status >= 500 ? [`${answer.status} ${answer.text}`, ...faults] : faults;
}

/** Forgetting takes the roles of those who are forgotten, so it comes last. */
const forgets = ({ operationId }: Operation) => /forget/.test(operationId);
it.each([...operations.filter((one) => !forgets(one)), ...operations.filter(forgets)])('$method $path', async (operation) => {
  await fc.assert(
    fc.asyncProperty(requestsTo(operation), async (request) => {
      expect(await faultsOf(operation, request)).toEqual([]);
    }),
    { seed, numRuns: runs, interruptAfterTimeLimit: 60_000 },
  );
});
