import { fail, isObject, isText, isWhole, type Json } from './errors.js';
import { changed, defaults, type Settings } from './settings.js';

export interface Index {
  readonly uid: string;
  primaryKey: string | null;
  settings: Settings;
  readonly documents: Map<string, Json>;
  readonly createdAt: string;
  updatedAt: string;
}

export const notFound = (uid: string): never => fail('index_not_found', `Index \`${uid}\` not found.`);

export function requireUid(uid: unknown): string {
  if (isText(uid) && /^[A-Za-z0-9_-]{1,400}$/.test(uid)) return uid;
  return fail('invalid_index_uid', `\`${String(uid)}\` is not a valid index uid. Index uid can be an integer or a string containing only alphanumeric characters, hyphens (-) and underscores (_), and can not be more than 400 bytes.`);
}

/** The indexes of the server. Tasks call the writing methods, and fail with the error that a method throws. */
export class Indexes {
  private readonly all = new Map<string, Index>();

  get(uid: string): Index {
    return this.all.get(uid) ?? notFound(uid);
  }

  list(): readonly Index[] {
    return [...this.all.values()].sort((a, b) => (a.uid < b.uid ? -1 : 1));
  }

  /** A copy that later writes do not change. */
  copy(): Indexes {
    const copy = new Indexes();
    for (const index of this.all.values()) copy.all.set(index.uid, { ...index, documents: new Map(index.documents) });
    return copy;
  }

  create(uid: string, primaryKey: string | null): void {
    if (this.all.has(uid)) fail('index_already_exists', `Index \`${uid}\` already exists.`);
    this.make(uid).primaryKey = primaryKey;
  }

  /** The index with this uid. Creates a missing one with `mayCreate`, and fails with `index_not_found` without. */
  private open(uid: string, mayCreate: boolean): Index {
    return this.all.get(uid) ?? (mayCreate ? this.make(uid) : notFound(uid));
  }

  private make(uid: string): Index {
    const now = new Date().toISOString();
    const index: Index = { uid, primaryKey: null, settings: defaults, documents: new Map(), createdAt: now, updatedAt: now };
    this.all.set(uid, index);
    return index;
  }

  delete(uid: string): number {
    const { documents } = this.get(uid);
    this.all.delete(uid);
    return documents.size;
  }

  /** Swaps all pairs, or none. */
  swap(pairs: readonly { readonly indexes: readonly [string, string]; readonly rename: boolean }[]): void {
    for (const { indexes: [a, b], rename } of pairs) {
      this.get(a);
      if (rename && this.all.has(b)) fail('index_already_exists', `Index \`${b}\` already exists.`);
      if (!rename) this.get(b);
    }
    for (const { indexes: [a, b], rename } of pairs) {
      const [one, other] = [this.get(a), this.all.get(b)];
      this.all.set(b, { ...one, uid: b });
      if (rename || !other) this.all.delete(a);
      else this.all.set(a, { ...other, uid: a });
    }
  }

  change(uid: string, settings: Json, mayCreate: boolean): void {
    const index = this.open(uid, mayCreate);
    index.settings = changed(index.settings, settings);
    index.updatedAt = new Date().toISOString();
  }

  /** Puts all documents by primary key, or none when one is invalid. Returns their number. */
  put(uid: string, documents: readonly Json[], { primaryKey, merge, mayCreate }: { primaryKey: string | null; merge: boolean; mayCreate: boolean }): number {
    const index = this.open(uid, mayCreate);
    if (primaryKey && index.primaryKey && primaryKey !== index.primaryKey)
      fail('index_primary_key_already_exists', `Index \`${uid}\` already has a primary key: \`${index.primaryKey}\`.`);
    const key = index.primaryKey ?? primaryKey ?? (documents[0] ? guessKey(uid, documents[0]) : null);
    if (!key) return 0;
    const known = documents.map((document) => [idOf(document, key), document] as const);
    index.primaryKey = key;
    for (const [id, document] of known) index.documents.set(id, merge ? { ...index.documents.get(id), ...document } : document);
    index.updatedAt = new Date().toISOString();
    return known.length;
  }

  /** Removes the matching documents. Returns their number. */
  remove(uid: string, which: (document: Json, id: string) => boolean): number {
    const { documents } = this.get(uid);
    const ids = [...documents].filter(([id, document]) => which(document, id)).map(([id]) => id);
    for (const id of ids) documents.delete(id);
    return ids.length;
  }
}

function guessKey(uid: string, document: Json): string {
  const candidates = Object.keys(document).filter((name) => /id$/i.test(name));
  const [only] = candidates;
  if (only === undefined)
    fail('index_primary_key_no_candidate_found', 'The primary key inference failed as the engine did not find any field ending with `id` in its name. Please specify the primary key manually using the `primaryKey` query parameter.');
  if (candidates.length > 1)
    fail('index_primary_key_multiple_candidates_found', `The primary key inference failed as the engine found ${candidates.length} fields ending with \`id\` in their names: '${candidates.slice(0, 2).join("' and '")}'. Please specify the primary key manually using the \`primaryKey\` query parameter (index \`${uid}\`).`);
  return only;
}

function idOf(document: Json, key: string): string {
  const id = document[key];
  if (id === undefined) fail('missing_document_id', `Document doesn't have a \`${key}\` attribute: \`${JSON.stringify(document).slice(0, 80)}\`.`);
  if (isWhole(id) || (isText(id) && /^[A-Za-z0-9_-]{1,511}$/.test(id))) return String(id);
  return fail('invalid_document_id', `Document identifier \`${JSON.stringify(id)}\` is invalid. A document identifier can be of type integer or string, only composed of alphanumeric characters (a-z A-Z 0-9), hyphens (-) and underscores (_), and can not be more than 511 bytes.`);
}

/** The documents in a request body: one document, or a list. */
export function documentsOf(body: unknown): readonly Json[] {
  const list: readonly unknown[] = Array.isArray(body) ? body : [body];
  return list.every(isObject) ? list : fail('malformed_payload', 'The `json` payload provided is malformed. `Couldn\'t serialize document value: invalid type, expected a map.`');
}
