import { jwtVerify, SignJWT } from 'jose';
import { createHmac } from 'node:crypto';
import { v4 as uuidv4 } from 'uuid';
import { clientIndex } from '../../application/innsyn/search-client.js';
import { withFnr } from '../../application/ports/actor.js';
import { NotAuthenticated } from '../../application/ports/identity.js';
import type { Persons } from '../../application/ports/persons.js';
import { SearchTokens, type SearchSubject } from '../../application/ports/search-tokens.js';
import type { Fodselsnummer } from '../../domain/values/fodselsnummer.js';
import { decrypt, encrypt } from './aes-gcm.js';

/** The sealed content of a token: the subject, and the fødselsnummer that JSON leaves out of the actor. */
interface Sealed extends SearchSubject {
  readonly fnr?: Fodselsnummer;
  /** Whether the person's reference was stored when the token was issued. Otherwise `actor.id` is random. */
  readonly kjent?: boolean;
}

/**
 * Tokens in the format of a Meilisearch tenant token: a JWT with search rules for one index, an API key's uid and an
 * expiry. The subject is encrypted in it, so a leaked token does not reveal its owner. A token gives access to search only.
 */
export class SealedSearchTokens extends SearchTokens {
  private readonly signing: Buffer;
  private readonly sealing: Buffer;
  private readonly apiKeyUid: string;

  /** @param key 32 bytes. All keys in use are derived from it, so processes with the same key accept each other's tokens. */
  constructor(
    key: Buffer,
    private readonly persons: Persons,
  ) {
    super();
    const derived = (purpose: string) => createHmac('sha256', key).update(`search-token/${purpose}`).digest();
    [this.signing, this.sealing] = [derived('signing'), derived('sealing')];
    this.apiKeyUid = uuidv4({ random: derived('uid').subarray(0, 16) });
  }

  async issue(subject: SearchSubject, utloper: number): Promise<string> {
    const { actor } = subject;
    // JSON leaves out the actor's fødselsnummer, to keep it from leaking by mistake. Here it is added on purpose.
    const fnr = actor.kind === 'person' ? actor.fnr : undefined;
    const kjent = fnr !== undefined && (await this.persons.find(fnr)) === actor.id;
    return new SignJWT({ searchRules: { [clientIndex]: {} }, apiKeyUid: this.apiKeyUid, subjekt: encrypt(this.sealing, JSON.stringify({ ...subject, fnr, kjent })) })
      .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
      .setExpirationTime(Math.floor(utloper / 1000))
      .sign(this.signing);
  }

  async verify(token: string, now: number): Promise<SearchSubject> {
    const { fnr, kjent, actor, ...rest } = await this.open(token, now);
    if (fnr === undefined || actor.kind !== 'person') return { actor, ...rest };
    const id = await this.persons.find(fnr);
    if (kjent && id !== actor.id) throw new NotAuthenticated();
    return { actor: withFnr({ ...actor, id: id ?? actor.id }, fnr), ...rest };
  }

  private async open(token: string, now: number): Promise<Sealed> {
    try {
      const { payload } = await jwtVerify(token, this.signing, { algorithms: ['HS256'], requiredClaims: ['exp', 'subjekt'], currentDate: new Date(now) });
      return JSON.parse(decrypt(this.sealing, String(payload.subjekt)).toString('utf8')) as Sealed;
    } catch {
      throw new NotAuthenticated();
    }
  }
}
