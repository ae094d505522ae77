import { readFileSync, writeFileSync } from 'node:fs';
import type { Example } from '../../src/interfaces/http/openapi/examples.js';
import type { Answer } from './http.js';
import { documentedId, type Operation, type Schema } from './operations.js';

/** The parts of a request that was sent, beside its headers. */
export interface Sent {
  readonly path: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
  readonly body?: object;
}
type Examples = Readonly<Record<string, Example>>;

const id = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/;
const committed = 'src/interfaces/http/openapi/examples.json';

/** Collects the examples of the OpenAPI document: the first request and answer of each operation. */
export class RunExamples {
  private readonly run: Record<string, Example> = {};

  constructor(private readonly typed: (schema: Schema | undefined, value: string) => unknown) {}

  note({ operationId, parameters = [] }: Operation, { path, query, body }: Sent, { status, headers, body: json, text }: Answer): void {
    const valuesOf = (values: Sent['path']) =>
      Object.fromEntries(Object.entries(values).map(([name, value]) => [name, this.typed(parameters.find((one) => one.name === name)?.schema, value)]));
    const type = headers['content-type'] ?? '';
    const streamed = type.startsWith('text/event-stream') ? text.replace(/^id: \d+/m, 'id: 4711') : type.startsWith('application/x-ndjson') ? text.split('\n')[0] : undefined;
    const answer = text === '' ? undefined : (streamed ?? shortened(json));
    this.run[documentedId(operationId)] ??= {
      ...(Object.keys(path).length > 0 && { path: valuesOf(path) }),
      ...(Object.keys(query).length > 0 && { query: valuesOf(query) }),
      ...(body !== undefined && { body }),
      status,
      ...(answer !== undefined && { answer }),
    };
  }

  /**
   * Compares with the committed file, without what is new in every run (ids, secrets, the time of an error), how much there is, and the
   * elements of lists, whose order is often by chance. Those follow the schemas, as openapi.spec says. JSON in a text is not compared.
   * Leaves a newer file in `build/examples.json`, which keeps the examples that still hold.
   * @returns the operations whose example is out of date
   */
  outdated(): readonly string[] {
    const before = JSON.parse(readFileSync(committed, 'utf8')) as Examples;
    const outdated = [...new Set([...Object.keys(before), ...Object.keys(this.run)])].filter((id) => stable(before[id]) !== stable(this.run[id]));
    const now = Object.fromEntries(Object.entries(this.run).map(([id, example]) => [id, outdated.includes(id) ? example : before[id]]));
    writeFileSync('build/examples.json', `${JSON.stringify(now, undefined, 2)}\n`);
    return outdated;
  }
}

/** The value with each field, and each list, made into another. */
function retold(value: unknown, list: (elements: readonly unknown[]) => unknown, leaf: (value: unknown) => unknown): unknown {
  if (Array.isArray(value)) return list(value);
  if (typeof value !== 'object' || value === null) return leaf(value);
  const entries = Object.entries(value);
  // An object whose names are ids is a list as well.
  const shown = entries.some(([name]) => id.test(name)) ? entries.slice(0, 1) : entries;
  return Object.fromEntries(shown.map(([name, inner]) => [name, retold(inner, list, leaf)]));
}
/** The value with at most one element in each list. */
const shortened = (value: unknown): unknown => retold(value, (elements) => elements.slice(0, 1).map(shortened), (one) => one);
const comparable = (value: unknown): unknown => retold(value, (elements) => elements.length > 0, (one) => (typeof one === 'string' && one.startsWith('{') ? '{…}' : one));

/** The example as text. Each new id is a number, in the order that they stand in. */
function stable(example: Example | undefined): string {
  const ids = new Map<string, string>();
  return JSON.stringify(comparable(example ?? {}))
    .replace(/"(bevis|notat|nokkel|hasher|linje|salt)":("(\\.|[^"\\])*"|\[[^\]]*\])/g, '"$1":"*"')
    .replace(new RegExp(id, 'g'), (one) => ids.get(one) ?? ids.set(one, `#${ids.size}`).get(one)!)
    .replace(/"[^"]*#\d+":"\d+"/g, '*')
    .replace(/[\w+/-]{32,}=*/g, '*')
    // Lines of NDJSON are one text.
    .replace(/(\\"\w+\\":)\d+/g, '$10')
    .replace(/"(timestamp|antall\w*|storrelse|posisjon|fra|til)":"?\d+"?/g, '"$1":0');
}
