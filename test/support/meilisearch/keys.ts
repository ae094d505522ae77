import { createHmac, randomUUID, timingSafeEqual } from 'node:crypto';
import { fail, isObject, isText, isTexts, type Json } from './errors.js';

export interface Key {
  readonly uid: string;
  readonly key: string;
  readonly actions: readonly string[];
  readonly indexes: readonly string[];
  readonly expiresAt: string | null;
}

const actions = [
  'search', 'version', '*',
  ...['add', 'get', 'delete', '*'].map((one) => `documents.${one}`),
  ...['create', 'get', 'update', 'delete', 'swap', '*'].map((one) => `indexes.${one}`),
  ...['get', 'cancel', 'delete', '*'].map((one) => `tasks.${one}`),
  ...['get', 'update', '*'].map((one) => `settings.${one}`),
  ...['get', '*'].map((one) => `stats.${one}`),
  ...['create', 'get', 'update', 'delete'].map((one) => `keys.${one}`),
];
const covers = (patterns: readonly string[], name: string): boolean =>
  patterns.some((pattern) => pattern === name || (pattern.endsWith('*') && name.startsWith(pattern.slice(0, -1))));

/** The permissions of a caller. */
export interface Grant {
  allows(indexUid: string): boolean;
  /** The filter that a tenant token adds to searches in an index. */
  rule(indexUid: string): unknown;
}
const everything: Grant = { allows: () => true, rule: () => undefined };

/** The API keys of a server, and the tenant tokens signed with them. Without a master key, all but the keys is open. */
export class Keys {
  private readonly keys = new Map<string, Key>();

  constructor(private readonly master: string | undefined) {}

  create(body: Json): Key {
    const { uid = randomUUID(), actions: asked, indexes, expiresAt = null } = body;
    if (!isTexts(asked) || !asked.every((one) => actions.includes(one))) return fail('invalid_api_key_actions', 'Unknown value at `.actions[0]`');
    if (!isTexts(indexes)) return fail('invalid_api_key_indexes', 'Invalid value at `.indexes`');
    const key = createHmac('sha256', this.master ?? '').update(String(uid)).digest('hex');
    if (this.keys.has(key)) fail('api_key_already_exists', `\`uid\` field value \`${String(uid)}\` is already an existing API key.`);
    const made: Key = { uid: String(uid), key, actions: asked, indexes, expiresAt: isText(expiresAt) ? expiresAt : null };
    this.keys.set(key, made);
    return made;
  }

  /** The key with this uid or value. Fails when there is none. */
  get(named: string): Key {
    return this.list().find(({ uid, key }) => uid === named || key === named) ?? fail('api_key_not_found', `API key \`${named}\` not found.`);
  }

  /** Removes a key by its uid or its value. */
  remove(named: string): void {
    for (const [value, { uid }] of this.keys) if (uid === named || value === named) this.keys.delete(value);
  }

  list(): readonly Key[] {
    return [...this.keys.values()];
  }

  /** The permissions of an Authorization header for an action. Fails when it does not allow the action on any index. */
  grant(authorization: string | undefined, action: string): Grant {
    if (this.master === undefined) return action.startsWith('keys.') ? fail('missing_master_key', 'Meilisearch is running without a master key. To access this API endpoint, you must have set a master key at launch.') : everything;
    const [, bearer] = /^Bearer (.+)$/.exec(authorization ?? '') ?? [];
    if (bearer === undefined) return fail('missing_authorization_header', 'The Authorization header is missing. It must use the bearer authorization method.');
    if (bearer === this.master) return everything;
    const key = this.keys.get(bearer);
    if (key) return isLive(key) && may(key, action) ? { allows: (uid) => covers(key.indexes, uid), rule: () => undefined } : invalid();
    return this.tenant(bearer, action);
  }

  private tenant(token: string, action: string): Grant {
    const [header = '', payload = '', signature = ''] = token.split('.');
    const [{ alg }, claims] = [decoded(header), decoded(payload)];
    const key = this.list().find(({ uid }) => uid === claims.apiKeyUid);
    const hash = isText(alg) ? /^HS(256|384|512)$/.exec(alg)?.[1] : undefined;
    if (action !== 'search' || !key || hash === undefined || !isLive(key) || !may(key, 'search')) return invalid();
    const expected = createHmac(`sha${hash}`, key.key).update(`${header}.${payload}`).digest();
    const given = Buffer.from(signature, 'base64url');
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) return invalid();
    if (claims.exp !== undefined && claims.exp !== null && !(Number(claims.exp) >= Date.now() / 1000)) return invalid('Tenant token expired.');
    const rules = rulesOf(claims.searchRules);
    const best = (uid: string) => [...rules].filter(([pattern]) => covers([pattern], uid)).sort(([a], [b]) => Number(b === uid) - Number(a === uid) || b.length - a.length)[0];
    return {
      allows: (uid) => covers(key.indexes, uid) && best(uid) !== undefined,
      rule: (uid) => {
        const rule = best(uid)?.[1];
        return isObject(rule) ? rule.filter : undefined;
      },
    };
  }
}

export const invalid = (why = ''): never => fail('invalid_api_key', `The provided API key is invalid.${why && ` ${why}`}`);
const isLive = ({ expiresAt }: Key) => expiresAt === null || Date.parse(expiresAt) > Date.now();
const may = (key: Key, action: string) => covers(key.actions, action);

const rulesOf = (rules: unknown): ReadonlyMap<string, unknown> => {
  if (isTexts(rules)) return new Map(rules.map((pattern) => [pattern, null]));
  return isObject(rules) ? new Map(Object.entries(rules)) : invalid();
};

function decoded(part: string): Json {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    return isObject(value) ? value : invalid();
  } catch {
    return invalid();
  }
}
