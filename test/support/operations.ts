import { RequestMethod } from '@nestjs/common';
import { DevelopmentController } from '../../src/interfaces/http/drift/development.controller.js';
import { controllers } from '../../src/interfaces/http/index.js';
import type { TestApp } from './app.js';

export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly format?: string;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly enum?: readonly unknown[];
  readonly example?: unknown;
  readonly examples?: readonly unknown[];
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
}
interface Described {
  readonly operationId: string;
  readonly description?: string;
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required?: boolean; readonly schema?: Schema }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema?: Schema }>> };
}
interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Described>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';
/** One operation of the app. `operationId` is that of the code: the controller, an underscore and the handler. */
export interface Operation extends Omit<Described, 'operationId'> {
  readonly operationId: string;
  readonly method: Method;
  /** The path with parameters in braces. */
  readonly path: string;
}

/** The operations of the app's own OpenAPI document, and a function that makes an example of a schema in it. */
export async function documentedOperations(app: TestApp): Promise<{
  readonly operations: readonly Operation[];
  readonly exampleOf: (schema: Schema) => unknown;
  readonly schemas: Readonly<Record<string, Schema>>;
  /** The value of a parameter, of the type that its schema has. */
  readonly typed: (schema: Schema | undefined, value: string) => unknown;
}> {
  const { body: document } = await app.bearing().get<Document>('/api/openapi.json')();
  const resolved = (given: Schema): Schema => (given.$ref === undefined ? given : document.components.schemas[given.$ref.replace('#/components/schemas/', '')]!);
  const exampleOf = (given: Schema): unknown => {
    const schema = resolved(given);
    const [told] = [...(schema.examples ?? []), schema.example, ...(schema.enum ?? [])].filter((one) => one !== undefined);
    if (told !== undefined) return told;
    if (schema.properties) return Object.fromEntries(Object.entries(schema.properties).map(([name, field]) => [name, exampleOf(field)]));
    return schema.items ? [exampleOf(schema.items)] : 'x';
  };
  const typed = (given: Schema | undefined, value: string): unknown => {
    const { type, items } = resolved(given ?? {});
    if (type === 'array') return [typed(items, value)];
    return type === 'integer' || type === 'number' ? Number(value) : type === 'boolean' ? value === 'true' : value;
  };
  const inCode = new Map(handlers().map(({ operationId }) => [documentedId(operationId), operationId]));
  const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, described]) => ({ ...described, operationId: inCode.get(described.operationId)!, method: method as Method, path })),
  );
  return { operations, exampleOf, schemas: document.components.schemas, typed };
}

/** The id of an operation in the document, which has no underscore. */
export const documentedId = (operationId: string): string => operationId.replace(/_(.)/, (_, first: string) => first.toUpperCase());

/** The operations that the document leaves out, such as a search client's, from the decorators of the controllers. */
export const undocumentedOperations = (documented: readonly Operation[]): readonly Operation[] =>
  handlers().filter(({ operationId }) => !documented.some((one) => one.operationId === operationId));

function handlers(): readonly Operation[] {
  return [...controllers, DevelopmentController].flatMap((controller) =>
    Object.entries(Object.getOwnPropertyDescriptors(controller.prototype)).flatMap(([name, descriptor]) => {
      const handler = descriptor.value as object | undefined;
      if (typeof handler !== 'function') return [];
      const method = Reflect.getMetadata('method', handler) as RequestMethod | undefined;
      const path = Reflect.getMetadata('path', handler) as string;
      const operationId = `${controller.name.replace(/Controller$/, '')}_${name}`;
      if (method === undefined) return [];
      const whole = `/${Reflect.getMetadata('path', controller) as string}/${path}`.replace(/\/{2,}/g, '/').replace(/:(\w+)/g, '{$1}');
      return [{ operationId, method: RequestMethod[method].toLowerCase() as Method, path: whole }];
    }),
  );
}
