import { createHash, createPrivateKey, createPublicKey, sign, verify, type KeyObject } from 'node:crypto';

/**
 * Signed notes (C2SP signed-note v1.0.0) with Ed25519: a text, an empty line, and a line for each signature. And checkpoints
 * (C2SP tlog-checkpoint v1.0.0), which are notes about a log.
 */

/** A log's size and root, and the name of the log. */
export interface Checkpoint {
  /** The name of the log, and of the key that it signs with. */
  readonly origin: string;
  /** The number of leaves. */
  readonly size: number;
  readonly root: Uint8Array;
}

/** The note is malformed, or not signed by the key. The message is Norwegian. */
export class NoteRefused extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'NoteRefused';
  }
}

/** The types of an Ed25519 key in ids and verifier keys: of a log, and of a witness. */
const ed25519 = 1;
const cosignature = 4;
/** The bytes before the 32 of an Ed25519 key in PKCS #8 and in SPKI. */
const pkcs8Prefix = Buffer.from('302e020100300506032b657004220420', 'hex');
const spkiPrefix = Buffer.from('302a300506032b6570032100', 'hex');

/** An Ed25519 key with a name, as signatures of notes refer to it. */
abstract class NoteKey {
  protected readonly key: KeyObject;
  protected readonly id: Buffer;
  /** The 32 bytes of the public key, base64. */
  readonly publicKey: string;
  /** The public key as others know it: `<name>+<id in hex>+<base64 of type and key>`. */
  readonly verifierKey: string;

  /**
   * @param name the name in the signature, without spaces and plus signs.
   * @param seed the 32 bytes of the private key.
   */
  protected constructor(
    readonly name: string,
    seed: Uint8Array,
    type: number,
  ) {
    if (!isName(name)) throw new RangeError(`Not a name for a key: ${name}`);
    this.key = createPrivateKey({ key: Buffer.concat([pkcs8Prefix, seed]), format: 'der', type: 'pkcs8' });
    const publicKey = createPublicKey(this.key).export({ format: 'der', type: 'spki' }).subarray(spkiPrefix.length);
    this.id = keyIdOf(name, publicKey, type);
    this.publicKey = publicKey.toString('base64');
    this.verifierKey = verifierKeyOf(name, publicKey, type);
  }
}

/** A key that signs notes. */
export class NoteSigner extends NoteKey {
  constructor(name: string, seed: Uint8Array) {
    super(name, seed, ed25519);
  }

  /** The note with one more signature. `note` is a text that ends with a line break, or a note with signatures. */
  sign(note: string): string {
    const end = note.lastIndexOf('\n\n');
    const [text, signatures] = end < 0 ? [note, ''] : [note.slice(0, end + 1), note.slice(end + 2)];
    const signature = Buffer.concat([this.id, sign(null, Buffer.from(text), this.key)]).toString('base64');
    return `${text}\n${signatures}— ${this.name} ${signature}\n`;
  }
}

/** A key that cosigns checkpoints with a time, as a witness (C2SP tlog-cosignature, Ed25519). */
export class Witness extends NoteKey {
  constructor(name: string, seed: Uint8Array) {
    super(name, seed, cosignature);
  }

  /** The note with a cosignature. `time` is in whole seconds since 1970. */
  cosign(note: string, time: number): string {
    const text = note.slice(0, note.lastIndexOf('\n\n') + 1);
    const stamp = Buffer.alloc(8);
    stamp.writeBigUInt64BE(BigInt(time));
    const signature = sign(null, Buffer.from(`cosignature/v1\ntime ${time}\n${text}`), this.key);
    return `${note}— ${this.name} ${Buffer.concat([this.id, stamp, signature]).toString('base64')}\n`;
  }
}

/** A public key as others know it, with the name that it signs with. */
export const verifierKeyOf = (name: string, publicKey: Uint8Array, type = ed25519): string =>
  `${name}+${keyIdOf(name, publicKey, type).toString('hex')}+${Buffer.concat([Buffer.of(type), publicKey]).toString('base64')}`;

/** The 32 bytes of a verifier key's public key, base64. Throws `NoteRefused`. */
export const publicKeyOf = (verifierKey: string): string =>
  parseVerifierKey(verifierKey).key.export({ format: 'der', type: 'spki' }).subarray(spkiPrefix.length).toString('base64');

/** The text of a note that the key has signed. Throws `NoteRefused`. Signatures of other keys are ignored. */
export function openNote(note: string, verifierKey: string): string {
  const { name, id, key } = parseVerifierKey(verifierKey);
  const end = note.lastIndexOf('\n\n');
  if (end < 0 || !note.endsWith('\n')) throw new NoteRefused('Kontrollpunktet er ikke et signert notat.');
  const text = note.slice(0, end + 1);
  const signatures = note.slice(end + 2, -1).split('\n').map((line) => {
    const [, signer, signature] = /^— (\S+) ([A-Za-z0-9+/=]+)$/.exec(line) ?? [];
    if (signer === undefined) throw new NoteRefused('Kontrollpunktet har en linje som ikke er en signatur.');
    return { signer, bytes: Buffer.from(signature!, 'base64') };
  });
  const own = signatures.filter(({ signer, bytes }) => signer === name && bytes.subarray(0, 4).equals(id));
  if (own.length === 0) throw new NoteRefused(`Kontrollpunktet er ikke signert med nøkkelen ${name}+${id.toString('hex')}.`);
  if (!own.every(({ bytes }) => verify(null, Buffer.from(text), key, bytes.subarray(4)))) throw new NoteRefused('Signaturen på kontrollpunktet er ikke gyldig.');
  return text;
}

/** Whether the key has signed the note. */
export function isSignedBy(note: string, verifierKey: string): boolean {
  try {
    openNote(note, verifierKey);
    return true;
  } catch (error) {
    if (error instanceof NoteRefused) return false;
    throw error;
  }
}

/** Parses `<name>+<id>+<key>`. Throws `NoteRefused` when it is malformed or the id is another key's. */
function parseVerifierKey(text: string): { readonly name: string; readonly id: Buffer; readonly key: KeyObject } {
  const [, name, id, coded] = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(text.trim()) ?? [];
  const bytes = Buffer.from(coded ?? '', 'base64');
  if (name === undefined || bytes[0] !== ed25519 || bytes.length !== 33 || keyIdOf(name, bytes.subarray(1), ed25519).toString('hex') !== id)
    throw new NoteRefused('Dette er ikke en nøkkel som kan kontrollere kontrollpunkter.');
  return { name, id: Buffer.from(id, 'hex'), key: createPublicKey({ key: Buffer.concat([spkiPrefix, bytes.subarray(1)]), format: 'der', type: 'spki' }) };
}

const isName = (name: string): boolean => /^[^\s+]+$/u.test(name);
const keyIdOf = (name: string, publicKey: Uint8Array, type: number): Buffer =>
  createHash('sha256').update(`${name}\n`).update(Uint8Array.of(type)).update(publicKey).digest().subarray(0, 4);

/** The text of a checkpoint, to be signed. */
export const checkpointText = ({ origin, size, root }: Checkpoint): string => `${origin}\n${size}\n${Buffer.from(root).toString('base64')}\n`;

/** The checkpoint in a note's text. Throws `NoteRefused`. Lines after the third are extensions and ignored. */
export function parseCheckpoint(text: string): Checkpoint {
  const [origin = '', size = '', root = ''] = text.split('\n');
  const bytes = Buffer.from(root, 'base64');
  if (origin === '' || !/^(0|[1-9]\d{0,15})$/.test(size) || bytes.length !== 32 || bytes.toString('base64') !== root)
    throw new NoteRefused('Notatet er ikke et kontrollpunkt.');
  return { origin, size: Number(size), root: bytes };
}
