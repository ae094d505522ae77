// `node verify.mjs <folder> [--also <folder>] [--key <key>]` checks an exported log offline. The file stands in every export, imports
// nothing but Node's own modules, and shares no code with the service, so that an auditor can read all that is trusted. The code above
// `check` imports nothing at all, so a web page can check a log with it too.

/** Computes a SHA-256. */
export type Sha256 = (bytes: Uint8Array) => Uint8Array;
/** Whether the 32-byte Ed25519 key made the signature of the bytes. */
export type VerifyEd25519 = (key: Uint8Array, bytes: Uint8Array, signature: Uint8Array) => boolean;

/** A checkpoint whose signature is good. */
export interface OpenCheckpoint {
  readonly origin: string;
  readonly size: number;
  /** The root, base64. */
  readonly root: string;
  /** The names of the known keys that signed it. */
  readonly signers: readonly string[];
  /** Where it comes from, for messages. */
  readonly source: string;
}

/** The result of a check: `HEL`, or why the log is not whole. */
export type Verdict =
  | { readonly kind: 'HEL'; readonly events: number; readonly sealed: OpenCheckpoint }
  | { readonly kind: 'ENDRET'; readonly after: number; readonly upTo: number; readonly event?: number }
  | { readonly kind: 'AVKORTET'; readonly events: number; readonly size: number }
  | { readonly kind: 'TO_HODER'; readonly size: number; readonly sources: readonly string[] };

/** The export cannot be checked. The message is Norwegian. */
export class CannotVerify extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'CannotVerify';
  }
}

const utf8 = new TextEncoder();
const bytesOf = (base64: string): Uint8Array => {
  try {
    return Uint8Array.from(atob(base64), (sign) => sign.charCodeAt(0));
  } catch {
    return new Uint8Array();
  }
};
const textOf = (bytes: Uint8Array): string => btoa(String.fromCharCode(...bytes));
const hex = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
const joined = (...parts: readonly Uint8Array[]): Uint8Array => {
  const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  parts.reduce((at, part) => (all.set(part, at), at + part.length), 0);
  return all;
};

/** The root over leaves that come one by one: the Merkle tree of RFC 9162 section 2.1.1. */
export class TreeHash {
  size = 0;
  private readonly peaks: Uint8Array[] = [];
  private readonly node = new Uint8Array(65).fill(1, 0, 1);

  constructor(private readonly sha256: Sha256) {}

  add(leafHash: Uint8Array): void {
    let top = leafHash;
    for (let n = this.size; n % 2 === 1; n = (n - 1) / 2) top = this.join(this.peaks.pop()!, top);
    this.peaks.push(top);
    this.size++;
  }

  root(): Uint8Array {
    return this.size === 0 ? this.sha256(new Uint8Array()) : this.peaks.reduceRight((right, left) => this.join(left, right));
  }

  private join(left: Uint8Array, right: Uint8Array): Uint8Array {
    this.node.set(left, 1);
    this.node.set(right, 33);
    return this.sha256(this.node);
  }
}

const equal = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, n) => byte === b[n]);
const nodeOf = (sha256: Sha256, left: Uint8Array, right: Uint8Array): Uint8Array => sha256(joined(Uint8Array.of(1), left, right));

/** Whether the proof shows that a leaf is in a tree: RFC 9162 section 2.1.3.2. `leafHash` is the SHA-256 of the byte 0 and the leaf. */
export function verifyInclusion(
  { index, size, root, leafHash, proof }: { readonly index: number; readonly size: number; readonly root: Uint8Array; readonly leafHash: Uint8Array; readonly proof: readonly Uint8Array[] },
  sha256: Sha256,
): boolean {
  if (index < 0 || index >= size) return false;
  let [own, last, hash] = [index, size - 1, leafHash];
  for (const other of proof) {
    if (last === 0) return false;
    if (own % 2 === 1 || own === last) {
      hash = nodeOf(sha256, other, hash);
      while (own % 2 === 0 && own !== 0) [own, last] = [own / 2, Math.floor(last / 2)];
    } else hash = nodeOf(sha256, hash, other);
    [own, last] = [Math.floor(own / 2), Math.floor(last / 2)];
  }
  return last === 0 && equal(hash, root);
}

/** Whether the proof shows that the later tree begins with the earlier one: RFC 9162 section 2.1.4.2. */
export function verifyConsistency(
  earlier: { readonly size: number; readonly root: Uint8Array },
  later: { readonly size: number; readonly root: Uint8Array },
  proof: readonly Uint8Array[],
  sha256: Sha256,
): boolean {
  if (earlier.size > later.size) return false;
  if (earlier.size === later.size) return proof.length === 0 && equal(earlier.root, later.root);
  if (earlier.size === 0) return proof.length === 0;
  let [own, last] = [earlier.size - 1, later.size - 1];
  while (own % 2 === 1) [own, last] = [(own - 1) / 2, Math.floor(last / 2)];
  // An earlier tree that is complete is itself the first hash of the path.
  const path = own === 0 ? [earlier.root, ...proof] : proof;
  const [first, ...others] = path;
  if (first === undefined) return false;
  let [earlierRoot, laterRoot] = [first, first];
  for (const other of others) {
    if (last === 0) return false;
    if (own % 2 === 1 || own === last) {
      [earlierRoot, laterRoot] = [nodeOf(sha256, other, earlierRoot), nodeOf(sha256, other, laterRoot)];
      while (own % 2 === 0 && own !== 0) [own, last] = [own / 2, Math.floor(last / 2)];
    } else laterRoot = nodeOf(sha256, laterRoot, other);
    [own, last] = [Math.floor(own / 2), Math.floor(last / 2)];
  }
  return last === 0 && equal(earlierRoot, earlier.root) && equal(laterRoot, later.root);
}

/** A key as others know it: `<name>+<id>+<base64 of type and key>` (C2SP signed-note). */
interface Key {
  readonly name: string;
  readonly id: string;
  readonly bytes: Uint8Array;
}

/** Parses a verifier key. Throws `CannotVerify` when its id is not that of the key. */
function parseKey(text: string, sha256: Sha256): Key {
  const [, name = '', id = '', coded = ''] = /^([^\s+]+)\+([0-9a-f]{8})\+(\S+)$/.exec(text) ?? [];
  const bytes = bytesOf(coded);
  if (bytes.length !== 33 || bytes[0] !== 1 || hex(sha256(joined(utf8.encode(`${name}\n`), bytes)).subarray(0, 4)) !== id)
    throw new CannotVerify(`«${text}» er ikke en nøkkel for kontrollpunkter.`);
  return { name, id, bytes: bytes.subarray(1) };
}

/**
 * Opens signed checkpoints (C2SP tlog-checkpoint). Keys that are not known are ignored. Throws `CannotVerify` when none of the known
 * keys signed one, or when a known key's signature is wrong.
 */
export function openCheckpoints(
  notes: readonly { readonly source: string; readonly note: string }[],
  keys: readonly string[],
  sha256: Sha256,
  verify: VerifyEd25519,
): readonly OpenCheckpoint[] {
  const known = keys.map((key) => parseKey(key, sha256));
  return notes.map(({ source, note }) => {
    const end = note.lastIndexOf('\n\n');
    const [origin = '', size = '', root = ''] = note.slice(0, Math.max(0, end)).split('\n');
    if (end < 0 || origin === '' || !/^(0|[1-9]\d{0,15})$/.test(size) || bytesOf(root).length !== 32) throw new CannotVerify(`${source} er ikke et kontrollpunkt.`);
    const text = utf8.encode(note.slice(0, end + 1));
    const signers = note
      .slice(end + 2)
      .split('\n')
      .flatMap((line) => {
        const [, name, coded = ''] = /^— (\S+) (\S+)$/.exec(line) ?? [];
        const signature = bytesOf(coded);
        const key = known.find((one) => one.name === name && one.id === hex(signature.subarray(0, 4)));
        if (!key) return [];
        if (!verify(key.bytes, text, signature.subarray(4))) throw new CannotVerify(`Signaturen til ${key.name} i ${source} er ikke gyldig. Noen har endret kontrollpunktet.`);
        return [`${key.name}+${key.id}`];
      });
    if (signers.length === 0) throw new CannotVerify(`${source} er ikke signert med noen av nøklene du stoler på. Oppgi nøkkelen med --key.`);
    return { origin, size: Number(size), root, signers, source };
  });
}

/**
 * Checks a log against checkpoints. Call `leaf` for each line with the bytes `00` and the line, then `verdict`. Memory does not grow
 * with the log.
 */
export class LogCheck {
  private readonly tree: TreeHash;
  /** The tree over the hashes that were kept in tiles, for as long as there are any. */
  private readonly kept: TreeHash;
  private readonly sorted: readonly OpenCheckpoint[];
  private next = 0;
  private good = 0;
  private firstDifference: number | undefined;
  private found: Verdict | undefined;

  /** @param keptLeaf the hash of a leaf, by its number from 0, as the service kept it in a tile. */
  constructor(
    checkpoints: readonly OpenCheckpoint[],
    private readonly sha256: Sha256,
    private readonly keptLeaf: (index: number) => Uint8Array | undefined = () => undefined,
  ) {
    this.tree = new TreeHash(sha256);
    this.kept = new TreeHash(sha256);
    this.sorted = [...checkpoints].sort((a, b) => a.size - b.size);
    const origins = new Set(this.sorted.map(({ origin }) => origin));
    if (origins.size !== 1) throw new CannotVerify(origins.size === 0 ? 'Det er ingen kontrollpunkter å kontrollere mot.' : `Kontrollpunktene er fra ulike logger: ${[...origins].join(', ')}.`);
    this.sorted.forEach((one, n) => {
      const other = this.sorted[n - 1];
      if (other?.size === one.size && other.root !== one.root) this.found ??= { kind: 'TO_HODER', size: one.size, sources: [other.source, one.source] };
    });
    this.compare();
  }

  /** The number of events so far. */
  get events(): number {
    return this.tree.size;
  }

  /** Adds a line. @param prefixed the byte 0 and the bytes of the line. */
  leaf(prefixed: Uint8Array): void {
    if (this.found) return;
    const hash = this.sha256(prefixed);
    const kept = this.kept.size === this.tree.size ? this.keptLeaf(this.tree.size) : undefined;
    if (kept) {
      this.kept.add(kept);
      if (this.firstDifference === undefined && hash.some((byte, n) => byte !== kept[n])) this.firstDifference = this.tree.size + 1;
    }
    this.tree.add(hash);
    this.compare();
  }

  verdict(): Verdict {
    if (this.found) return this.found;
    const missing = this.sorted[this.next];
    if (missing) return { kind: 'AVKORTET', events: this.events, size: this.sorted.at(-1)!.size };
    return { kind: 'HEL', events: this.events, sealed: this.sorted.at(-1)! };
  }

  private compare(): void {
    for (; !this.found && this.sorted[this.next]?.size === this.tree.size; this.next++) {
      const { root, size } = this.sorted[this.next]!;
      if (textOf(this.tree.root()) === root) {
        this.good = size;
        continue;
      }
      // The tiles name the event only when they are what was signed.
      const authentic = this.kept.size === size && textOf(this.kept.root()) === root && this.firstDifference !== undefined;
      this.found = { kind: 'ENDRET', after: this.good, upTo: size, ...(authentic && { event: this.firstDifference! }) };
    }
  }
}

const count = (n: number): string => n.toLocaleString('nb-NO').replace(/\u00a0/g, ' ');

/** The verdict in words, and the exit code: 0 for a whole log, 3 for one that is not. */
export function inWords(verdict: Verdict): { readonly text: string; readonly code: 0 | 3 } {
  switch (verdict.kind) {
    case 'HEL': {
      const { events, sealed } = verdict;
      const newer = events > sealed.size ? `\n     ${count(events - sealed.size)} nyere hendelser er ikke forseglet ennå.` : '';
      return { text: `HEL. Loggen er uendret fram til kontrollpunkt ${count(sealed.size)} (signert av ${sealed.signers.join(', ')}).${newer}`, code: 0 };
    }
    case 'ENDRET':
      return verdict.event === undefined
        ? { text: `IKKE HEL: et sted mellom hendelse ${count(verdict.after + 1)} og ${count(verdict.upTo)} er noe endret (ENDRET). Oppgi tile/ fra den gang for å få vite hvilken.`, code: 3 }
        : { text: `IKKE HEL: hendelse ${count(verdict.event)} er endret (ENDRET).${verdict.event > 1 ? ` Hendelse 1–${count(verdict.event - 1)} er uendret.` : ''}`, code: 3 };
    case 'AVKORTET':
      return { text: `IKKE HEL: loggen har ${count(verdict.events)} hendelser, kontrollpunktet ${count(verdict.size)} (AVKORTET).`, code: 3 };
    case 'TO_HODER':
      return { text: `IKKE HEL: to ulike kontrollpunkter for ${count(verdict.size)} hendelser (TO_HODER). Ta vare på begge filene: ${verdict.sources.join(' og ')}.`, code: 3 };
  }
}

/** The place of a tile in a folder (C2SP tlog-tiles): `tile/<level>/x001/234`, and `.p/<width>` for one that is not full. */
export function tilePath(level: number, index: number, width = 256): string {
  let path = String(index % 1000).padStart(3, '0');
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000)) path = `x${String(rest % 1000).padStart(3, '0')}/${path}`;
  return `tile/${level}/${path}${width === 256 ? '' : `.p/${width}`}`;
}

/** The verdict on an export, in words. */
export interface Checked {
  readonly text: string;
  /** 0 for a whole log, 3 for one that is not. */
  readonly code: 0 | 3;
  /** The last checkpoint of a whole log. */
  readonly sealed?: OpenCheckpoint;
}

/**
 * Checks the export in a folder, with the arguments of `main`. Throws `CannotVerify`.
 * @param onLine called with the bytes of each line that is checked, in order. They are valid until it returns.
 */
export async function check(argv: readonly string[], onLine?: (line: Uint8Array) => void): Promise<Checked> {
  const crypto = await import('node:crypto');
  const { closeSync, existsSync, fstatSync, openSync, readdirSync, readFileSync, readSync } = await import('node:fs');
  const path = await import('node:path');
  const join = (...parts: readonly string[]) => path.join(...parts);
  const { parseArgs } = await import('node:util');
  const sha256: Sha256 = (bytes) => crypto.hash('sha256', bytes, 'buffer');
  const spki = Buffer.from('302a300506032b6570032100', 'hex');
  const verifyEd25519: VerifyEd25519 = (key, bytes, signature) =>
    signature.length === 64 && crypto.verify(null, bytes, crypto.createPublicKey({ key: Buffer.concat([spki, key]), format: 'der', type: 'spki' }), signature);

  const { values, positionals } = parseArgs({
    args: [...argv],
    allowPositionals: true,
    options: { also: { type: 'string', multiple: true }, key: { type: 'string', multiple: true } },
  });
  const [folder] = positionals;
  if (folder === undefined || positionals.length > 1) throw new CannotVerify('Bruk: node verify.mjs <mappe> [--also <mappe med kontrollpunkter>] [--key <nøkkel>]');
  const read = (file: string): string => {
    try {
      return readFileSync(file, 'utf8');
    } catch {
      throw new CannotVerify(`${file} kan ikke leses.`);
    }
  };
  const noteOf = (file: string) => ({ source: file, note: read(file) });
  const notesIn = (of: string) => (existsSync(of) ? readdirSync(of).map((name) => noteOf(join(of, name))) : []);
  for (const of of values.also ?? []) if (!existsSync(of)) throw new CannotVerify(`Mappen ${of} finnes ikke.`);
  const keys = values.key ?? read(join(folder, 'nokler')).split('\n').filter((line) => line !== '');
  const notes = [noteOf(join(folder, 'kontrollpunkt')), ...notesIn(join(folder, 'kontrollpunkter')), ...(values.also ?? []).flatMap(notesIn)];
  const checkpoints = openCheckpoints(notes, keys, sha256, verifyEd25519);

  let tile: { readonly index: number; readonly hashes: Uint8Array | undefined } | undefined;
  const tileOf = (index: number): Uint8Array | undefined => {
    const full = join(folder, tilePath(0, index));
    if (existsSync(full)) return readFileSync(full);
    const partial = `${full}.p`;
    const widest = existsSync(partial) ? Math.max(...readdirSync(partial).map(Number)) : 0;
    return widest > 0 ? readFileSync(join(partial, String(widest))) : undefined;
  };
  const keptLeaf = (leaf: number): Uint8Array | undefined => {
    const index = Math.floor(leaf / 256);
    if (tile?.index !== index) tile = { index, hashes: tileOf(index) };
    const at = (leaf % 256) * 32;
    return tile.hashes && tile.hashes.length >= at + 32 ? tile.hashes.subarray(at, at + 32) : undefined;
  };

  const progress = new LogCheck(checkpoints, sha256, keptLeaf);
  const log = join(folder, 'logg.ndjson');
  if (!existsSync(log)) throw new CannotVerify(`${log} finnes ikke.`);
  const file = openSync(log, 'r');
  const total = fstatSync(file).size;
  const started = performance.now();
  let told = started;
  const tell = (done: number) => {
    if (!process.stderr.isTTY || performance.now() - told < 200) return;
    told = performance.now();
    process.stderr.write(`\rKontrollerer  ${Math.floor((100 * done) / total)} %  ${count(Math.round((progress.events * 1000) / (told - started)))} hendelser/s `);
  };
  const sealedSize = checkpoints.reduce((most, { size }) => (size > most ? size : most), 0);
  let sealedLast = '';
  // A line is hashed where it lies, with the byte 0 over the line break before it.
  let buffer = Buffer.alloc(1 << 20);
  let [end, done] = [1, 0];
  for (;;) {
    if (end === buffer.length) buffer = Buffer.concat([buffer, Buffer.alloc(buffer.length)]);
    const got = readSync(file, buffer, end, buffer.length - end, null);
    if (got === 0) break;
    done += got;
    let from = 1;
    const filled = end + got;
    for (let at = buffer.indexOf(10, end); at >= 0 && at < filled; at = buffer.indexOf(10, from)) {
      // The first and the last line of a file are no events.
      if (buffer.subarray(from, from + 12).toString('latin1') === '{"position":') {
        buffer[from - 1] = 0;
        progress.leaf(buffer.subarray(from - 1, at));
        if (progress.events === sealedSize) sealedLast = buffer.toString('utf8', from, at);
        onLine?.(buffer.subarray(from, at));
      }
      from = at + 1;
    }
    buffer.copyWithin(1, from, filled);
    end = 1 + filled - from;
    tell(done);
  }
  closeSync(file);
  if (process.stderr.isTTY) process.stderr.write('\r\u001b[K');
  if (end > 1) process.stderr.write('Den siste linjen er ikke hel, og er ikke tatt med.\n');
  const verdict = progress.verdict();
  const { text, code } = inWords(verdict);
  return verdict.kind === 'HEL' ? { text: `${text}${ageOf(sealedLast)}`, code, sealed: verdict.sealed } : { text, code };
}

/** The age of a checkpoint: the time of its last event, in Norway. Empty for a line that tells no time. */
function ageOf(line: string): string {
  const [, time] = /"time":"([^"]+)"/.exec(line.slice(line.indexOf('"metadata":'))) ?? [];
  if (time === undefined || Number.isNaN(Date.parse(time))) return '';
  return `\n     Den siste hendelsen i kontrollpunktet er fra ${new Date(time).toLocaleString('nb-NO', { timeZone: 'Europe/Oslo', dateStyle: 'short', timeStyle: 'short' })}.`;
}

/** Checks the export in a folder. Prints the verdict, and returns the exit code. Throws `CannotVerify`. */
export async function main(argv: readonly string[]): Promise<number> {
  const { text, code } = await check(argv);
  process.stdout.write(`${text}\n`);
  return code;
}

/** Whether Node runs this file, rather than a program or a page that imports it. */
const isMain = typeof process !== 'undefined' && /verify\.m?js$/.test(process.argv[1] ?? '') && import.meta.url.endsWith(encodeURI(process.argv[1]!.replaceAll('\\', '/').split('/').at(-1)!));
if (isMain)
  main(process.argv.slice(2)).then(
    (code) => {
      process.exitCode = code;
    },
    (error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
      process.exitCode = 1;
    },
  );
