import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import type { TestApp } from './app.js';
import type { Answer } from './http.js';
import type { Method } from './operations.js';

interface Media {
  readonly schema?: object;
}
interface Response {
  readonly $ref?: string;
  readonly content?: Readonly<Record<string, Media>>;
  readonly headers?: Readonly<Record<string, object>>;
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly responses: Readonly<Record<string, Response>> }>>>>;
  readonly components: { readonly responses: Readonly<Record<string, Response>> };
}

/** Compares answers with what the app's own document says of their operation. */
export class DocumentedAnswers {
  private readonly ajv = new Ajv2020({ strict: false, allErrors: true });
  private readonly schemas = new Map<object, ValidateFunction>();

  private constructor(private readonly document: Document) {
    // ajv-formats is CommonJS, whose default export is the function for Node and a namespace for the compiler.
    (addFormats as unknown as (ajv: Ajv2020, formats: readonly string[]) => void)(this.ajv, ['uuid', 'date', 'date-time', 'int32', 'int64', 'double']);
    this.ajv.addSchema(document, 'document');
  }

  static async of(app: TestApp): Promise<DocumentedAnswers> {
    return new DocumentedAnswers((await app.bearing().get<Document>('/api/openapi.json')()).body);
  }

  /** The faults of an answer of an operation, beside what the document says. */
  faults(method: Method, path: string, { status, headers, body, text }: Answer): readonly string[] {
    const { responses } = this.document.paths[path]![method]!;
    const told = responses[status];
    if (!told) return [`status ${status} is not in the document`];
    const { content, headers: documented } = told.$ref === undefined ? told : this.document.components.responses[told.$ref.split('/').at(-1)!]!;
    const known = Object.keys(documented ?? {}).map((name) => name.toLowerCase());
    const faults = ['etag', 'log-position', 'location', 'link'].filter((name) => headers[name] !== undefined && !known.includes(name)).map((name) => `${name} is not in the document`);
    const [[type, media] = [undefined, undefined]] = Object.entries(content ?? {});
    if (!media?.schema) return [...faults, ...(text === '' ? [] : [`a body that is not in the document: ${text.slice(0, 100)}`])];
    if (!headers['content-type']?.startsWith(type)) faults.push(`content-type ${headers['content-type']}`);
    if (!/[/+]json$/.test(type)) return faults;
    return [...faults, ...this.deviations(media.schema, body)];
  }

  /** The deviations of a value from a schema of the document, each as path and reason. */
  deviations(schema: object, value: unknown): readonly string[] {
    const validate = this.validator(schema);
    return validate(value) ? [] : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message}`);
  }

  private validator(schema: object): ValidateFunction {
    const found = this.schemas.get(schema) ?? this.ajv.compile(inDocument(schema));
    this.schemas.set(schema, found);
    return found;
  }
}

/** The schema with its references made into those of the document. */
const inDocument = (schema: object): object => JSON.parse(JSON.stringify(schema).replaceAll('"$ref":"#/', '"$ref":"document#/')) as object;
