import { jwtVerify, SignJWT } from 'jose';
import { createHmac } from 'node:crypto';
import { v4 as uuidv4 } from 'uuid';
import { clientIndex } from '../../application/innsyn/search-client.js';
import { withFnr } from '../../application/ports/actor.js';
import { NotAuthenticated } from '../../application/ports/identity.js';
import { SearchTokens, type SearchSubject } from '../../application/ports/search-tokens.js';
import { decrypt, encrypt } from './aes-gcm.js';

/**
 * Tokens in the format of a Meilisearch tenant token: a JWT with search rules for one index, an API key's uid and an
 * expiry. The subject is encrypted in it, so a leaked token does not reveal its owner. A token gives access to search only.
 */
export class SealedSearchTokens extends SearchTokens {
  private readonly signing: Buffer;
  private readonly sealing: Buffer;
  private readonly apiKeyUid: string;

  /** @param key 32 bytes. All keys in use are derived from it, so processes with the same key accept each other's tokens. */
  constructor(key: Buffer) {
    super();
    const derived = (purpose: string) => createHmac('sha256', key).update(`search-token/${purpose}`).digest();
    [this.signing, this.sealing] = [derived('signing'), derived('sealing')];
    this.apiKeyUid = uuidv4({ random: derived('uid').subarray(0, 16) });
  }

  issue(subject: SearchSubject, utloper: number): Promise<string> {
    return new SignJWT({ searchRules: { [clientIndex]: {} }, apiKeyUid: this.apiKeyUid, subjekt: this.seal(subject) })
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .setExpirationTime(Math.floor(utloper / 1000))
      .sign(this.signing);
  }

  async verify(token: string, now: number): Promise<SearchSubject> {
    try {
      const { payload } = await jwtVerify(token, this.signing, { algorithms: ['HS256'], requiredClaims: ['exp', 'subjekt'], currentDate: new Date(now) });
      return this.open(String(payload.subjekt));
    } catch {
      throw new NotAuthenticated();
    }
  }

  private seal({ actor, ...rest }: SearchSubject): string {
    // JSON leaves out the actor's fødselsnummer, to keep it from leaking by mistake. Here it is added on purpose.
    const fnr = actor.kind === 'person' ? actor.fnr : undefined;
    return encrypt(this.sealing, JSON.stringify({ actor, fnr, ...rest }));
  }

  private open(sealed: string): SearchSubject {
    const { fnr, ...subject } = JSON.parse(decrypt(this.sealing, sealed).toString('utf8')) as SearchSubject & { readonly fnr?: Parameters<typeof withFnr>[1] };
    return fnr === undefined ? subject : { ...subject, actor: withFnr(subject.actor, fnr) };
  }
}
