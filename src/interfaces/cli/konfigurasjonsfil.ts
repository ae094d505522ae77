import { parse as parseCsv } from 'csv-parse/sync';
import { Document, isMap, isNode, isPair, isScalar, isSeq, LineCounter, parseDocument, visit, type Node, type Scalar, type YAMLMap, type YAMLSeq } from 'yaml';
import { z } from 'zod';
import { Konfigurasjon } from '../../application/konfigurasjon/konfigurasjon.js';
import { ServiceError } from './service-client.js';

z.config(z.locales.no());

/** The most characters of a file. The largest configuration has far fewer. */
const maxLength = 5_000_000;
const maxShown = 20;

interface FileProblem {
  /** From 1. */
  readonly line: number;
  readonly column: number;
  readonly message: string;
}
/** The file cannot be used. The message is Norwegian, and has a line for each problem: `<file>:<line>:<column>: …`. */
export class FileRefused extends ServiceError {
  constructor(name: string, problems: readonly FileProblem[]) {
    const inOrder = problems.toSorted((a, b) => a.line - b.line || a.column - b.column);
    const lines = inOrder.slice(0, maxShown).map(({ line, column, message }) => `${name}:${line}:${column}: ${message}`);
    super('UGYLDIG_FIL', [...lines, ...(problems.length > maxShown ? [`… og ${problems.length - maxShown} feil til.`] : [])].join('\n'));
    this.name = 'FileRefused';
  }
}

/** The address of the schema at a service. */
export const schemaAt = (url: string): string => `${url.replace(/\/$/, '')}/min-kommune/api/v1/konfigurasjonsfil/skjema`;

/** Writes a configuration as YAML. `schema` is the address of its schema, for editors. `heading` is a comment above it. */
export function formatKonfigurasjon(konfigurasjon: Konfigurasjon, { schema, heading }: { readonly schema: string; readonly heading: string }): string {
  const document = new Document(konfigurasjon);
  visit(document, {
    // A list of texts stands on one line.
    Seq: (_, list) => {
      list.flow = list.items.every(isScalar);
    },
    Scalar: (_, node) => {
      if (typeof node.value === 'string') node.value = node.value.replaceAll('${', () => '$${');
    },
  });
  // Other readers of YAML take a text such as `no` for something else when it has no quotes.
  const text = document.toString({ defaultStringType: 'QUOTE_DOUBLE', defaultKeyType: 'PLAIN', lineWidth: 0, flowCollectionPadding: false });
  return `# yaml-language-server: $schema=${schema}\n# ${heading}\n${text}`;
}

/** A file whose YAML is good. What it says is not checked yet. */
export class Konfigurasjonsfil {
  private readonly lines = new LineCounter();
  private readonly document: Document.Parsed;

  /** Throws `FileRefused`. */
  constructor(
    private readonly name: string,
    text: string,
  ) {
    if (text.length > maxLength) throw new FileRefused(name, [{ line: 1, column: 1, message: `Filen har flere enn ${maxLength} tegn.` }]);
    this.document = parseDocument(text, { lineCounter: this.lines, prettyErrors: false, stringKeys: true });
    const problems = [...this.document.errors, ...this.document.warnings].map(({ code, pos }) => this.at(pos[0], syntaxProblems[code] ?? `Filen er ikke gyldig YAML (${code}).`));
    const anchored = ({ anchor, range }: Scalar | YAMLMap | YAMLSeq) => {
      if (anchor !== undefined) problems.push(this.at(range?.[0], 'En fil kan ikke ha ankere (&). Skriv verdien på nytt der den brukes.'));
    };
    visit(this.document, {
      Alias: (_, node) => void problems.push(this.at(node.range?.[0], 'En fil kan ikke ha aliaser (*). Skriv verdien på nytt.')),
      Collection: (_, node) => { anchored(node); },
      Scalar: (key, node, path) => {
        anchored(node);
        if (key === 'key') return;
        const field = path.filter(isPair).map((pair) => String(pair.key)).at(-1) ?? 'verdien';
        if (typeof node.value === 'number' || typeof node.value === 'bigint') problems.push(this.at(node.range?.[0], `${field} må stå i anførselstegn: "${node.source}".`));
        else if (node.value === null) problems.push(this.at(node.range?.[0], `${field} mangler verdi. Skriv ${field === 'utlop' ? '{}' : '[]'} for ingen, eller ta bort linjen.`));
      },
    });
    if (this.document.errors.length === 0 && !isMap(this.document.contents)) problems.push(this.at(0, 'Filen er tom, eller er ikke en konfigurasjon.'));
    if (problems.length > 0) throw new FileRefused(name, problems);
  }

  /** The configuration, with `${name}` replaced by the variables. `$${` stands for `${` itself. Throws `FileRefused`. */
  read(variables?: Readonly<Record<string, string>>): Konfigurasjon {
    const document = this.document.clone() as Document.Parsed;
    const problems: FileProblem[] = [];
    visit(document, { Scalar: (_, node) => void problems.push(...this.fill(node, variables)) });
    if (problems.length > 0) throw new FileRefused(this.name, problems);
    const { data, error } = Konfigurasjon.safeParse(document.toJS({ maxAliasCount: 0 }));
    if (error) throw new FileRefused(this.name, error.issues.flatMap((issue) => this.told(issue)));
    return data;
  }

  /** The problem of a place in the file, such as one that a plan has found. */
  refusal(problems: readonly { readonly path: readonly (string | number)[]; readonly message: string }[]): FileRefused {
    return new FileRefused(this.name, problems.map(({ path, message }) => this.atPath(path, message)));
  }

  private fill(node: Scalar, variables: Readonly<Record<string, string>> | undefined): FileProblem[] {
    if (typeof node.value !== 'string') return [];
    const unknown: string[] = [];
    node.value = node.value.replace(/\$(\$\{)|\$\{([^{}]*)\}/g, (whole, literal: string | undefined, name: string) => {
      if (literal !== undefined) return literal;
      if (variables && Object.hasOwn(variables, name)) return variables[name]!;
      unknown.push(whole);
      return whole;
    });
    const why = variables ? 'CSV-filen har ingen slik kolonne.' : 'Oppgi en CSV-fil med --for.';
    return unknown.map((whole) => this.at(node.range?.[0], `${whole} har ingen verdi. ${why}`));
  }

  private told(issue: z.core.$ZodIssue): FileProblem[] {
    const path = issue.path as (string | number)[];
    if (issue.code === 'unrecognized_keys') return issue.keys.map((key) => this.atPath([...path, key], `Ukjent felt «${key}».`, true));
    if (issue.code === 'invalid_key') return issue.issues.map(({ message }) => this.atPath(path, message, true));
    const field = path.filter((part) => typeof part === 'string').at(-1) ?? 'filen';
    if (issue.code === 'invalid_type' && !this.document.hasIn(path)) return [this.atPath(path, `Feltet «${field}» mangler.`)];
    return [this.atPath(path, issue.code === 'custom' ? issue.message : `${field}: ${issue.message.replace(/\.?$/, '.')}`)];
  }

  /** The problem at the value with the path, or at its name. A missing one is at the value around it. */
  private atPath(path: readonly (string | number)[], message: string, atName = false): FileProblem {
    for (let length = path.length; length >= 0; length--) {
      const around: unknown = this.document.getIn(path.slice(0, length), true) ?? (length === 0 ? this.document.contents : undefined);
      if (!isNode(around)) continue;
      const parent: unknown = length > 0 ? (this.document.getIn(path.slice(0, length - 1), true) ?? this.document.contents) : undefined;
      const key = isMap(parent) ? (parent.items.find((pair) => isScalar(pair.key) && pair.key.value === path[length - 1])?.key as Node | undefined) : undefined;
      const isNamed = atName || isMap(around) || isSeq(around);
      return this.at((isNamed && key ? key : around).range?.[0], message);
    }
    return this.at(0, message);
  }

  private at(offset: number | undefined, message: string): FileProblem {
    const { line, col } = this.lines.linePos(offset ?? 0);
    return { line: Math.max(line, 1), column: Math.max(col, 1), message };
  }
}

/** The problems of the syntax that a person meets, by the parser's code. */
const syntaxProblems: Readonly<Record<string, string>> = {
  DUPLICATE_KEY: 'Feltet står to ganger.',
  MULTIPLE_DOCS: 'Filen har flere dokumenter (---). Bruk en fil for hvert.',
  TAB_AS_INDENT: 'Linjen begynner med tabulator. Bruk mellomrom.',
  BAD_INDENT: 'Innrykket stemmer ikke med linjene over.',
  MISSING_CHAR: 'Det mangler et tegn her, for eksempel et anførselstegn eller en klamme.',
  UNEXPECTED_TOKEN: 'Filen er ikke gyldig YAML her.',
  BLOCK_AS_IMPLICIT_KEY: 'Linjen hører ikke hjemme her. Se etter kolon og innrykk.',
  TAG_RESOLVE_FAILED: 'En fil kan ikke ha tagger (!).',
  NON_STRING_KEY: 'Et feltnavn må være en tekst.',
};

/** The rows of a list of organisations in CSV, by heading. One heading is `kommunenummer` or `fiksOrgId`. Throws `ServiceError`. */
export function readListe(name: string, text: string): readonly Readonly<Record<string, string>>[] {
  const refuse = (message: string): never => {
    throw new ServiceError('UGYLDIG_CSV', `${name} ${message}`);
  };
  const [headings = ''] = text.split(/[\r\n]/, 1);
  // A value may have the sign that is not the delimiter.
  const delimiter = headings.includes(';') ? ';' : ',';
  let rows: Record<string, string>[] = [];
  try {
    rows = parseCsv(text, { columns: true, bom: true, delimiter, trim: true, skip_empty_lines: true });
  } catch {
    refuse('er ikke en CSV-fil med like mange felt på hver linje.');
  }
  const first = rows[0] ?? refuse('har ingen linjer under overskriftene.');
  if (!('kommunenummer' in first) && !('fiksOrgId' in first)) refuse('må ha en kolonne som heter kommunenummer eller fiksOrgId.');
  return rows;
}
