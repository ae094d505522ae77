import { Ajv, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(process.cwd(), '../shared/data/fiks-openapi');
/** Whether KS Fiks' published documents are here. Specs that compare with them skip themselves without. */
export const publishedHere = existsSync(folder);
/** The end of a test's name that says that it compares nothing. Empty when the documents are here. */
export const notCompared = publishedHere ? '' : ` – NOT COMPARED: ${folder} is not here`;

interface Operation {
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, { readonly schema?: object }>> }>>;
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

const errorFile = 'fiks-error-message.schema.json';
const ajv = new Ajv({ strict: false, allErrors: true });
(addFormats as unknown as (to: Ajv) => void)(ajv);

const validators = new Map<string, ValidateFunction>();
/** Compiles the schema at a JSON pointer of a published file, once. */
function validatorAt(file: string, pointer: string): ValidateFunction {
  const $ref = `${file}#${pointer}`;
  const made = validators.get($ref);
  if (made) return made;
  if (!ajv.getSchema(file)) ajv.addSchema(readPublished(file), file);
  const validate = ajv.compile({ $ref });
  validators.set($ref, validate);
  return validate;
}

/** A published file, parsed. Throws when it is not here. */
export const readPublished = (file: string): object => JSON.parse(readFileSync(join(folder, file), 'utf8')) as object;

const part = (text: string): string => encodeURIComponent(text.replaceAll('~', '~0').replaceAll('/', '~1'));

/**
 * Checks values against the published schema of one answer of an operation. An error that the document does not name has KS
 * Fiks' error body. A success that it does not name follows `default`.
 * @param path the path as the document writes it, with parameters in braces.
 * @returns a function from a value to its deviations, each as path and reason. Undefined when the answer has no body.
 */
export function publishedSchema(file: string, method: string, path: string, status: number): ((value: unknown) => readonly string[]) | undefined {
  const operation = (readPublished(file) as Document).paths[path]?.[method];
  if (!operation) throw new Error(`${file} has no ${method} ${path}`);
  const named = String(status) in operation.responses ? String(status) : status < 400 ? 'default' : undefined;
  const answer = named === undefined ? undefined : operation.responses[named];
  if (named !== undefined && !answer) throw new Error(`${method} ${path} answers no ${status}`);
  if (answer && !answer.content?.['application/json']?.schema) return undefined;
  const validate = named === undefined ? validatorAt(errorFile, '') : validatorAt(file, ['/paths', part(path), method, 'responses', named, 'content', part('application/json'), 'schema'].join('/'));
  return (value) => (validate(value) ? [] : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? ''}`));
}
