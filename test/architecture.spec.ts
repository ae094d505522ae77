import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, normalize, sep } from 'node:path';
import ts from 'typescript';
import { domain } from '../src/domain/index.js';

/** A source file of this project. The path is relative to the project folder, with slashes. */
interface Source {
  readonly path: string;
  readonly text: string;
}

const layers = {
  domain: 'src/domain/',
  application: 'src/application/',
  infrastructure: 'src/infrastructure/',
  http: 'src/interfaces/http/',
  web: 'src/interfaces/web/',
} as const;
type Layer = keyof typeof layers;
/** The composition roots, which may import anything. */
const compositionRoots = ['src/main.ts', 'src/app.module.ts', 'src/stores.ts', 'src/interfaces/cli/'];

/**
 * The rooms (subfolders) of each layer, and the rooms of the same layer that each may import. The longest matching path
 * applies.
 * Only composition roots import `infrastructure/development/`, and only its file `stand-ins.ts`, which refuses production.
 */
const rooms: Readonly<Record<string, readonly string[]>> = {
  'src/domain/': ['src/domain/kernel/', 'src/domain/values/', 'src/domain/meldingsformat/'],
  'src/domain/kernel/': [],
  'src/domain/values/': ['src/domain/kernel/'],
  'src/domain/meldingsformat/': ['src/domain/kernel/', 'src/domain/values/'],
  ...within('src/application/', {
    ports: [],
    commands: ['ports'],
    views: ['ports', 'commands'],
    innsyn: ['ports', 'commands', 'views'],
    proof: ['ports', 'commands'],
    konfigurasjon: ['ports', 'commands', 'views'],
    innlogging: ['ports', 'commands', 'views', 'innsyn', 'revisjon'],
    past: ['ports', 'commands', 'views', 'proof', 'konfigurasjon', 'revisjon'],
    'use-cases': ['ports', 'commands', 'views', 'innsyn', 'innlogging'],
    tilgang: ['ports', 'commands', 'views', 'use-cases', 'revisjon'],
    policies: ['ports', 'commands', 'views', 'use-cases', 'innlogging'],
    revisjon: ['ports', 'commands', 'views', 'proof', 'konfigurasjon'],
  }),
  ...within('src/infrastructure/', {
    '': [],
    crypto: [''],
    text: [],
    identity: ['', 'crypto'],
    svarut: [''],
    altinn: [''],
    eventstoredb: [''],
    meilisearch: ['', 'text'],
    memory: ['', 'crypto', 'text'],
    postgres: ['', 'crypto', 'text'],
    workers: [''],
    operations: ['', 'crypto', 'memory', 'postgres', 'workers'],
    development: ['', 'crypto', 'identity', 'svarut'],
  }),
  ...within('src/interfaces/http/', {
    '': ['server', 'forvaltning', 'tilgang', 'innsyn', 'matrikkel', 'sok', 'innbygger', 'innlogging', 'revisjon', 'drift'],
    openapi: [],
    telemetry: [],
    server: ['openapi', 'telemetry'],
    forvaltning: ['server', 'openapi'],
    tilgang: ['server', 'openapi', 'forvaltning'],
    innsyn: ['server', 'openapi', 'forvaltning'],
    matrikkel: ['server', 'openapi', 'innsyn'],
    sok: ['server', 'openapi', 'innsyn'],
    innbygger: ['server', 'openapi', 'forvaltning'],
    revisjon: ['server', 'openapi', 'innsyn', 'innbygger'],
    drift: ['server'],
    innlogging: ['server'],
  }),
  ...within('src/interfaces/web/', {
    '': ['api', 'texts', 'shell', 'min-kommune', 'forvaltning', 'revisjon'],
    texts: [],
    api: ['texts'],
    shell: ['api', 'texts'],
    'min-kommune': ['api', 'texts', 'shell'],
    forvaltning: ['api', 'texts', 'shell', 'min-kommune'],
    revisjon: ['api', 'texts', 'shell', 'min-kommune'],
  }),
};
/** Maps the rooms of a layer from names to paths. The name `''` is the layer's own folder. */
function within(folder: string, imports: Readonly<Record<string, readonly string[]>>): Record<string, string[]> {
  const path = (room: string) => (room === '' ? folder : `${folder}${room}/`);
  return Object.fromEntries(Object.entries(imports).map(([room, others]) => [path(room), others.map(path)]));
}
const roomOf = (path: string) => Object.keys(rooms).filter((room) => path.startsWith(room)).sort((a, b) => b.length - a.length)[0];

/** The behaviour of the design system's elements, each a script of its own, so that the first page loads no more than it needs. */
const elements = ['clickdelegatefor', 'details', 'dialog', 'ds-field', 'fieldset', 'focusgroup', 'invokers', 'readonly', 'toggle-group'];

/** The permitted imports of each layer: folders of this project, and packages (or all packages). */
const allowed: Readonly<Record<Layer, { readonly folders: readonly string[]; readonly packages: readonly string[] | 'all' }>> = {
  domain: { folders: ['src/domain/'], packages: [] },
  application: {
    folders: ['src/domain/', 'src/application/'],
    packages: ['@nestjs/common', '@nestjs/cqrs', 'rxjs', 'uuid', 'lru-cache', 'p-limit', 'zod', 'node:crypto', 'node:timers/promises', 'node:v8'],
  },
  infrastructure: { folders: ['src/domain/', 'src/application/', 'src/infrastructure/'], packages: 'all' },
  http: { folders: ['src/domain/', 'src/application/', 'src/interfaces/http/'], packages: 'all' },
  // The pages know the service by its API alone.
  web: {
    folders: ['src/interfaces/web/'],
    packages: [
      'react',
      'react-dom',
      'react-dom/client',
      '@digdir/designsystemet-react',
      ...elements.map((one) => `@digdir/designsystemet-web/${one}`),
      '@navikt/aksel-icons',
      '@tanstack/react-query',
      '@tanstack/react-router',
      '@noble/curves/ed25519.js',
      '@noble/hashes/sha2.js',
      '/verify.mjs',
      'openapi-fetch',
      'openapi-react-query',
    ],
  },
};
/** Adapters of services that are called over HTTP, and the simulator of one. */
const httpClients = ['src/infrastructure/svarut/', 'src/infrastructure/development/svarut-simulator.ts'];
/** The only package that the domain may import, by the file that needs it. */
const exceptions: Readonly<Record<string, readonly string[]>> = { 'src/domain/values/fodselsnummer.ts': ['@navikt/fnrvalidator'] };

const layerOf = (path: string) => (Object.keys(layers) as Layer[]).find((layer) => path.startsWith(layers[layer]));
const isBelowInterfaces = (path: string) => ['domain', 'application', 'infrastructure'].includes(layerOf(path) ?? '');

function nodesOf({ path, text }: Source): ts.Node[] {
  const all: ts.Node[] = [];
  const visit = (node: ts.Node): void => {
    all.push(node);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, text, ts.ScriptTarget.ES2023, true));
  return all;
}

/** The specifiers of every module that a file imports, by any import syntax. */
function importsOf(source: Source): string[] {
  return nodesOf(source).flatMap((node) => {
    if ((ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) && node.moduleSpecifier) return [textOf(node.moduleSpecifier)];
    if (ts.isImportTypeNode(node)) return [textOf(node.argument)];
    if (ts.isExternalModuleReference(node)) return [textOf(node.expression)];
    const isCall = ts.isCallExpression(node) && (node.expression.kind === ts.SyntaxKind.ImportKeyword || node.expression.getText() === 'require');
    return isCall ? [textOf(node.arguments[0])] : [];
  });
}
/** The path of an imported file of this project, with the extension in the specifier; undefined for a package. */
const targetOf = (path: string, specifier: string): string | undefined =>
  /^\.{1,2}\//.test(specifier) ? normalize(join(dirname(path), specifier)).split(sep).join('/') : undefined;
/** The text of a literal. Other code is returned in parentheses, which no rule allows. */
const textOf = (node: ts.Node | undefined): string => {
  if (node && ts.isLiteralTypeNode(node)) return textOf(node.literal);
  return node && ts.isStringLiteralLike(node) ? node.text : `(${node?.getText() ?? 'nothing'})`;
};

/** The declared name, for declarations whose name this project chooses; else undefined. */
const declaredName = (node: ts.Node): string | undefined => {
  const declares =
    ts.isClassDeclaration(node) ||
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node) ||
    ts.isEnumDeclaration(node) ||
    ts.isFunctionDeclaration(node) ||
    ts.isVariableDeclaration(node);
  return declares && node.name && ts.isIdentifier(node.name) ? node.name.text : undefined;
};
const wordsOf = (name: string) => name.split(/[^\p{L}]+|(?<=[\p{Ll}\d])(?=\p{Lu})/u).map((word) => word.toLowerCase());

interface Rule {
  readonly name: string;
  /** The places in the file that break the rule. */
  check(source: Source): readonly string[];
}

const rules: readonly Rule[] = [
  {
    name: 'every file of src belongs to a layer or is a composition root',
    check: ({ path }) =>
      path.startsWith('src/') && !layerOf(path) && !compositionRoots.some((root) => path.startsWith(root)) ? ['belongs nowhere'] : [],
  },
  {
    name: 'a layer imports only what it may',
    check: (source) => {
      const layer = layerOf(source.path);
      if (!layer) return [];
      const { folders, packages } = allowed[layer];
      return importsOf(source).filter((specifier) => {
        const target = targetOf(source.path, specifier);
        if (target !== undefined) return !folders.some((folder) => target.startsWith(folder));
        const isPackage = /^(@[\w-]+\/)?[\w:-]/.test(specifier);
        if (packages === 'all') return !isPackage;
        return ![...packages, ...(exceptions[source.path] ?? [])].includes(specifier);
      });
    },
  },
  {
    name: 'a room imports only the rooms of its layer that it may',
    check: (source) => {
      const room = roomOf(source.path);
      if (room === undefined) return [];
      return importsOf(source).filter((specifier) => {
        const target = targetOf(source.path, specifier);
        const other = target === undefined ? undefined : roomOf(target);
        if (other === undefined || other === room || layerOf(other) !== layerOf(room)) return false; // covered by the rule above
        return !rooms[room]!.includes(other);
      });
    },
  },
  {
    name: 'the domain asks nobody for time, chance, identity or configuration',
    check: (source) =>
      source.path.startsWith(layers.domain)
        ? nodesOf(source).flatMap((node) => {
            const text = node.getText();
            if (ts.isNewExpression(node)) return node.expression.getText() === 'Date' && !node.arguments?.length ? [text] : [];
            if (ts.isCallExpression(node)) return node.expression.getText() === 'Date' ? [text] : [];
            if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node))
              return /^(Date\b.*\bnow|Math\b.*\brandom)\b/.test(text) ? [text] : [];
            if (!ts.isIdentifier(node) || !/^(randomUUID|process|crypto|performance|globalThis|setTimeout|fetch)$/.test(text)) return [];
            const isOwnField =
              (ts.isPropertyAccessExpression(node.parent) && node.parent.name === node) || ts.isPropertyAssignment(node.parent) || ts.isPropertySignature(node.parent);
            return isOwnField && text !== 'randomUUID' ? [] : [text];
          })
        : [],
  },
  {
    name: 'only config.ts reads the environment',
    check: (source) =>
      source.path.startsWith('src/') && source.path !== 'src/infrastructure/config.ts'
        ? nodesOf(source)
            .filter((node) => ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node) || ts.isBindingElement(node) || ts.isImportSpecifier(node))
            .map((node) => node.getText())
            .filter((text) => /^process\s*(\?\.|\.|\[\s*['"`])\s*env\b|^env\b/.test(text))
        : [],
  },
  {
    name: 'below interfaces nobody knows HTTP’s status numbers but those who call others over HTTP',
    check: (source) =>
      isBelowInterfaces(source.path) && !httpClients.some((folder) => source.path.startsWith(folder))
        ? nodesOf(source).flatMap((node) => {
            if (ts.isIdentifier(node)) return /^(HttpStatus|\w*HttpException)$/.test(node.text) ? [node.text] : [];
            if (ts.isImportSpecifier(node)) return /Exception$/.test(node.name.text) ? [node.name.text] : [];
            if (!ts.isNumericLiteral(node)) return [];
            // Numbers that can only be HTTP statuses, and any number that is assigned to a status.
            if (/^(401|403|404|405|409|410|412|413|415|422|428|429|502|503|504)$/.test(node.text)) return [node.parent.getText()];
            return /\bstatus(code)?\b["'\]]*\s*[:=]/i.test(node.parent.getText()) && /^[1-5]\d\d$/.test(node.text) ? [node.parent.getText()] : [];
          })
        : [],
  },
  {
    name: 'nothing is called Manager, Helper, Util, Base or Impl, and no interface begins with I',
    check: (source) =>
      nodesOf(source).flatMap((node) => {
        const name = declaredName(node);
        if (name === undefined) return [];
        const isPrefixed = ts.isInterfaceDeclaration(node) && /^I\p{Lu}\p{Ll}/u.test(name);
        return isPrefixed || wordsOf(name).some((word) => unwanted.has(word)) ? [name] : [];
      }),
  },
  {
    name: 'no file or folder is called shared, common, helper, util, manager, base or impl',
    check: ({ path }) => path.replace(/\.tsx?$/, '').split('/').flatMap(wordsOf).filter((word) => unwanted.has(word) || ['shared', 'common'].includes(word)),
  },
  {
    name: 'no file does nothing but pass on what others export',
    check: ({ path, text }) => {
      const { statements } = ts.createSourceFile(path, text, ts.ScriptTarget.ES2023);
      const passesOn = statements.every((one) => ts.isExportDeclaration(one) && one.moduleSpecifier !== undefined);
      return path.startsWith('src/') && passesOn ? ['only passes on'] : [];
    },
  },
  {
    name: 'no doc comment begins with a relative clause or a riddle',
    check: ({ text }) => [...text.matchAll(/^[ \t]*\/\*\*[\s*]*((?:What|Who|Whom|Whose|Whoever|Of|Those|So many|One who)\b[^\n]*)/gm)].map(([, beginning]) => beginning!),
  },
  {
    name: 'only its own folder knows the client of an engine',
    check: (source) =>
      importsOf(source).filter((specifier) => {
        const home = Object.entries(engineFolders).find(([client]) => specifier === client || specifier.startsWith(`${client}/`))?.[1];
        return home !== undefined && source.path.startsWith('src/') && !source.path.startsWith(home);
      }),
  },
  {
    name: 'the stand-ins are reached only through the file that refuses them in production',
    check: ({ path, text }) =>
      compositionRoots.some((root) => path.startsWith(root)) // the rooms of a layer are kept away by the rule of rooms
        ? importsOf({ path, text }).filter((specifier) => {
            const target = targetOf(path, specifier);
            return target?.startsWith(development) && target !== `${development}stand-ins.js`;
          })
        : [],
  },
  {
    name: 'only the process’s choice decides which fødselsnumre it accepts from outside',
    check: (source) =>
      /^src\/(application|interfaces)\//.test(source.path) && source.path !== 'src/application/commands/fodselsnumre.ts'
        ? nodesOf(source).filter((node) => ts.isCallExpression(node) && node.expression.getText() === 'parseFodselsnummer').map((node) => node.getText())
        : [],
  },
];
const development = 'src/infrastructure/development/';
/** The client package of each engine, with the only folder that may import it. */
const engineFolders: Readonly<Record<string, string>> = {
  '@eventstore/db-client': 'src/infrastructure/eventstoredb/',
};
const unwanted = new Set(['manager', 'managers', 'helper', 'helpers', 'util', 'utils', 'utility', 'utilities', 'base', 'impl']);

const filesIn = (folder: string): Source[] =>
  readdirSync(join(process.cwd(), folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ path: path.slice(process.cwd().length + 1).split(sep).join('/'), text: readFileSync(path, 'utf8') }));

const violations = (rule: Rule, sources: readonly Source[]) =>
  sources.flatMap((source) => rule.check(source).map((what) => `${source.path}: ${what}`));

/** Groups of two or more nodes that reach each other: Tarjan's strongly connected components. */
function circlesOf(edges: ReadonlyMap<string, readonly string[]>): string[][] {
  const [order, low, open, circles] = [new Map<string, number>(), new Map<string, number>(), new Set<string>(), [] as string[][]];
  const visit = (node: string): void => {
    order.set(node, order.size);
    low.set(node, order.get(node)!);
    open.add(node);
    for (const next of edges.get(node) ?? []) {
      if (!order.has(next)) visit(next);
      if (open.has(next)) low.set(node, Math.min(low.get(node)!, low.get(next)!));
    }
    if (low.get(node) !== order.get(node)) return;
    const opened = [...open];
    const circle = opened.slice(opened.indexOf(node));
    for (const one of circle) open.delete(one);
    if (circle.length > 1) circles.push(circle);
  };
  for (const node of edges.keys()) if (!order.has(node)) visit(node);
  return circles;
}
/** Which files of `src` import which. */
const importGraph = (sources: readonly Source[]): ReadonlyMap<string, readonly string[]> =>
  new Map(
    sources.map((source) => [
      source.path,
      importsOf(source).flatMap((specifier) => targetOf(source.path, specifier)?.replace(/\.js$/, '.ts') ?? []),
    ]),
  );

/** Throws when a layer has no files, because an empty layer would pass every rule. */
function requireFiles(sources: readonly Source[]): void {
  for (const [layer, folder] of Object.entries(layers)) {
    const count = sources.filter(({ path }) => path.startsWith(folder)).length;
    if (count < 5) throw new Error(`The layer ${layer} has ${count} files: the rules are not looking at the code`);
  }
}

describe('The architecture', () => {
  const sources = [...filesIn('src'), ...filesIn('test')];

  it('has files in every layer', () => {
    requireFiles(sources);
    expect(sources.length).toBeGreaterThan(100);
  });

  it.each(rules.map((rule) => [rule.name, rule] as const))('%s', (_, rule) => {
    expect(violations(rule, sources)).toEqual([]);
  });

  it('no two prepared statements have the same name, which the database would take for one', () => {
    const names = sources
      .filter(({ path }) => path.startsWith('src/infrastructure/postgres/'))
      .flatMap(({ text }) => [...text.matchAll(/\bname: '(\w+)',\s*text\b/g)].map(([, name]) => name!));
    expect(names.length).toBeGreaterThan(20);
    expect(names.filter((name, n) => names.indexOf(name) !== n)).toEqual([]);
  });

  it('no files import each other in a circle, and no rooms do', () => {
    const files = importGraph(sources.filter(({ path }) => path.startsWith('src/')));
    expect(circlesOf(files)).toEqual([]);
    const byRoom = new Map<string, string[]>();
    for (const [file, imports] of files) {
      const room = roomOf(file);
      if (room === undefined) continue;
      const others = imports.map(roomOf).filter((other) => other !== undefined && other !== room) as string[];
      byRoom.set(room, [...(byRoom.get(room) ?? []), ...others]);
    }
    expect(circlesOf(byRoom)).toEqual([]);
    expect([...byRoom.values()].flat().length).toBeGreaterThan(300);
  });

  it('no folder of src has more than about twenty files, or a dozen folders', () => {
    const folders = new Map<string, { files: number; folders: Set<string> }>();
    const folder = (path: string) => folders.get(path) ?? folders.set(path, { files: 0, folders: new Set() }).get(path)!;
    for (const { path } of sources.filter((source) => source.path.startsWith('src/'))) {
      folder(dirname(path)).files++;
      for (let [inner, outer] = [dirname(path), dirname(dirname(path))]; outer !== '.'; [inner, outer] = [outer, dirname(outer)]) folder(outer).folders.add(inner);
    }
    const tooLarge = [...folders].filter(([, one]) => one.files > 22 || one.folders.size > 12).map(([path]) => path);
    expect(tooLarge).toEqual([]);
  });

  it('aggregates have names that a stream can begin with: camelCase without a dash, the same as their key', () => {
    for (const [key, { name }] of Object.entries(domain)) {
      expect(name).toBe(key);
      expect(name).toMatch(/^[a-z][a-zA-Z]*$/);
    }
  });

  it('a stored event name is unique in the system', () => {
    const names = Object.values(domain).flatMap(({ evolve }) => Object.keys(evolve));
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
    expect(names.length).toBeGreaterThan(30);
  });

  it('the domain’s commands and events are an English verb and a noun, in PascalCase', () => {
    for (const { decide, evolve } of Object.values(domain))
      for (const name of [...Object.keys(decide), ...Object.keys(evolve)]) expect(name).toMatch(/^([A-Z][a-z]+){2,}$/);
  });
});

describe('The rules of the architecture', () => {
  const of = (layer: Layer | 'root') => (layer === 'root' ? 'src/main.ts' : `${layers[layer]}ting.ts`);
  const broken = (source: Source) => rules.filter((rule) => rule.check(source).length > 0).map(({ name }) => rules.findIndex((rule) => rule.name === name));

  it.each<[rule: number, path: string, text: string]>([
    [0, 'src/ting.ts', 'export const a = 1;'],
    [0, 'src/services/ting.ts', 'export const a = 1;'],
    [0, 'src/interfaces/ting.ts', 'export const a = 1;'],
    [1, of('domain'), `import { x } from '../application/x.js';`],
    [1, of('domain'), `import type { X } from '../infrastructure/x.js';`],
    [1, of('domain'), `export { x } from '../interfaces/http/x.js'; const a = 1;`],
    [1, of('domain'), `type X = import('../application/x.js').X;`],
    [1, of('domain'), `const x = await import('../application/x.js');`],
    [1, of('domain'), `const x = await import(somewhere);`],
    [1, of('domain'), `const x = require('node:fs');`],
    [1, of('domain'), `import { v4 } from 'uuid';`],
    [1, of('domain'), `import { createHash } from 'node:crypto';`],
    [1, of('domain'), `import { idnr } from '@navikt/fnrvalidator';`],
    [1, 'src/domain/values/fodselsnummer.ts', `import { x } from '@navikt/fnrvalidator/other';`],
    [1, 'src/domain/values/deep.ts', `import { x } from '../../application/x.js';`],
    [1, of('application'), `import { x } from '../infrastructure/x.js';`],
    [1, of('application'), `import type { X } from '../interfaces/http/x.js';`],
    [1, of('application'), `import { x } from '../main.js';`],
    [1, of('application'), `import { x } from 'kysely';`],
    [1, of('application'), `import { Controller } from '@nestjs/core';`],
    [1, of('application'), `import { readFileSync } from 'node:fs';`],
    [1, of('infrastructure'), `import { x } from '../interfaces/http/x.js';`],
    [1, of('infrastructure'), `import { x } from '../app.module.js';`],
    [1, of('http'), `import { x } from '../../infrastructure/x.js';`],
    [1, of('http'), `import type { X } from '../../infrastructure/x.js';`],
    [1, of('http'), `import { x } from '../../app.module.js';`],
    [1, of('http'), `import { x } from '/etc/x.js';`],
    [1, of('http'), `import { x } from '../web/x.js';`],
    [1, of('web'), `import type { X } from '../http/x.js';`],
    [1, of('web'), `import { readFileSync } from 'node:fs';`],
    [2, 'src/interfaces/web/shell/ting.ts', `import { x } from '../min-kommune/x.js';`],
    [2, 'src/domain/kernel/ting.ts', `import type { X } from '../ting.js';`],
    [2, 'src/domain/values/ting.ts', `import { x } from '../meldingsformat/x.js';`],
    [2, 'src/application/ports/ting.ts', `import type { X } from '../views/x.js';`],
    [2, 'src/application/views/ting.ts', `import { x } from '../use-cases/x.js';`],
    [2, 'src/infrastructure/postgres/log/ting.ts', `import { x } from '../../workers/x.js';`],
    [2, 'src/infrastructure/workers/ting.ts', `import { x } from '../development/x.js';`],
    [2, 'src/infrastructure/config.ts', `import { x } from './crypto/x.js';`],
    [2, 'src/interfaces/http/server/ting.ts', `import { x } from '../sok/x.js';`],
    [2, 'src/interfaces/http/forvaltning/ting.ts', `import { x } from '../innsyn/x.js';`],
    [3, of('domain'), 'const now = new Date();'],
    [3, of('domain'), 'const now = new Date;'],
    [3, of('domain'), 'const now = Date();'],
    [3, of('domain'), 'const now = Date.now();'],
    [3, of('domain'), `const now = Date['now']();`],
    [3, of('domain'), 'const { now } = { now: Date.now };'],
    [3, of('domain'), 'const dice = Math.random();'],
    [3, of('domain'), 'const id = crypto.randomUUID();'],
    [3, of('domain'), 'const id = randomUUID();'],
    [3, of('domain'), 'const argv = process.argv;'],
    [3, of('domain'), 'setTimeout(() => undefined, 1);'],
    [4, of('infrastructure'), 'const a = process.env.PORT;'],
    [4, of('http'), `const a = process['env']['PORT'];`],
    [4, of('root'), 'const { PORT } = process.env;'],
    [4, of('application'), 'const { env } = process;'],
    [4, of('infrastructure'), `import { env } from 'node:process'; const a = env;`],
    [5, of('domain'), 'const code = 404;'],
    [5, of('application'), 'refuse(409);'],
    [5, of('infrastructure'), 'const answer = { status: 200 };'],
    [5, of('infrastructure'), 'const statusCode = 500;'],
    [5, of('application'), `import { HttpStatus } from '@nestjs/common'; const a = HttpStatus.OK;`],
    [5, of('application'), `import { NotFoundException } from '@nestjs/common'; throw new NotFoundException();`],
    [6, of('domain'), 'export class ViewManager {}'],
    [6, of('infrastructure'), 'export abstract class BaseStore {}'],
    [6, of('http'), 'export class StoreImpl {}'],
    [6, of('http'), 'export const dateUtils = {};'],
    [6, 'test/support/x.ts', 'export function testHelper() { return 1; }'],
    [6, of('application'), 'export interface IStore { a: 1 }'],
    [7, 'src/domain/shared/x.ts', 'export const a = 1;'],
    [7, 'src/infrastructure/common/x.ts', 'export const a = 1;'],
    [7, 'src/application/helpers.ts', 'export const a = 1;'],
    [7, 'test/support/test-utils.ts', 'export const a = 1;'],
    [10, of('infrastructure'), `import { EventStoreDBClient } from '@eventstore/db-client';`],
    [10, 'src/app.module.ts', `import type { X } from '@eventstore/db-client/generated/streams_pb.js';`],
    [9, of('domain'), '/** What a kommune has. */ export const a = 1;'],
    [9, of('http'), '/**\n * Whoever asks.\n */\nexport const a = 1;'],
    [9, 'test/support/x.ts', '/** Of a stream. */ export const a = 1;'],
    [11, 'src/app.module.ts', `import { ExampleEiendommer } from './infrastructure/development/example-eiendommer.js';`],
    [11, 'src/interfaces/cli/token.ts', `import { persona } from '../../infrastructure/development/personas.js';`],
    [12, of('http'), `const fnr = parseFodselsnummer(text, { syntetiske: true });`],
    [8, 'src/application/index.ts', `export * from './a.js';\nexport { b } from './b.js';`],
  ])('%d is broken by %s: %s', (rule, path, text) => {
    expect(broken({ path, text })).toEqual([rule]);
  });

  it.each<[path: string, text: string]>([
    [of('domain'), `import { x } from './values/x.js'; const then = new Date(text); const one = { process: 1 };`],
    [of('domain'), `const told = context.now; const parsed = Date.parse(text); const max = Math.max(1, 2);`],
    ['src/domain/values/fodselsnummer.ts', `import { idnr } from '@navikt/fnrvalidator';`],
    [of('application'), `import { Injectable } from '@nestjs/common'; import { v5 } from 'uuid'; import { x } from '../domain/x.js'; const now = new Date();`],
    [of('infrastructure'), `import { Kysely } from 'kysely'; import { x } from '../application/x.js'; const pageSize = 400; const database = 500; const pid = process.pid;`],
    ['src/infrastructure/config.ts', 'const a = process.env;'],
    ['src/infrastructure/eventstoredb/ting.ts', `import { START } from '@eventstore/db-client';`],
    [of('http'), `import { x } from '../../application/x.js'; import { y } from './y.js'; const status = 404;`],
    [of('root'), `import { x } from './infrastructure/x.js'; process.exit(1);`],
    [of('root'), `import { x } from './infrastructure/development/stand-ins.js';`],
    ['src/infrastructure/development/stand-ins.ts', `import { x } from './x.js'; const fnr = parseFodselsnummer(text, { syntetiske: true });`],
    ['src/interfaces/cli/token.ts', `import { x } from '../../infrastructure/x.js';`],
    [of('application'), '/** The status. What it was. */ export const a = 1; // What for'],
    [of('http'), 'export interface Innhold { id: string } export interface ID { a: 1 } export class Database {}'],
    ['src/domain/index.ts', `import { a } from './a.js'; export const domain = { a };`],
  ])('none is broken by %s: %s', (path, text) => {
    expect(broken({ path, text })).toEqual([]);
  });

  it('see circles', () => {
    expect(circlesOf(new Map([['a', ['b']], ['b', ['c']], ['c', ['b', 'd']], ['d', []]]))).toEqual([['b', 'c']]);
    expect(circlesOf(new Map([['a', ['b', 'c']], ['b', ['c']], ['c', []]]))).toEqual([]);
    expect(circlesOf(new Map([['a', ['b']], ['b', ['c']], ['c', ['a']]]))).toEqual([['a', 'b', 'c']]);
  });

  it('say so when a layer has nothing to look at', () => {
    const all = Object.values(layers).flatMap((folder) => Array.from({ length: 6 }, (_, n) => ({ path: `${folder}${n}.ts`, text: '' })));
    expect(() => {
      requireFiles(all);
    }).not.toThrow();
    for (const folder of Object.values(layers))
      expect(() => {
        requireFiles(all.filter(({ path }) => !path.startsWith(folder)));
      }).toThrow(basename(folder));
  });
});
