import { jwtVerify, SignJWT } from 'jose';
import { randomUUID } from 'node:crypto';
import { withFnr, type Actor, type Innloggingsniva } from '../../application/ports/actor.js';
import { Identity, NotAuthenticated } from '../../application/ports/identity.js';
import { type Persons } from '../../application/ports/persons.js';
import { parseFodselsnummer, type Fodselsnummer } from '../../domain/values/fodselsnummer.js';
import type { PersonId } from '../../domain/values/person-id.js';
import type { Config } from '../config.js';
import { keyFile } from '../crypto/key-file.js';
import { VerifiedTokens } from '../identity/verified-tokens.js';
import type { Persona } from './personas.js';

const issuer = 'min-kommune-utvikling';
/** The tolerance for clock differences when a token expires, in seconds. */
const clockTolerance = 10;
/** The prefix of an orgnr in Maskinporten's tokens, and the scope of systems that call KS Fiks. */
const iso6523 = '0192:';
const systemScope = 'ks:fiks';

/** ID-porten's levels of assurance, as login levels (integrations.md 1.5). All others, such as `idporten-loa-low`, give none. */
const nivaer: readonly (readonly [Innloggingsniva, acr: string])[] = [
  [3, 'idporten-loa-substantial'],
  [4, 'idporten-loa-high'],
];
const acrOf = (innloggingsniva: Innloggingsniva): string | undefined => nivaer.find(([niva]) => niva === innloggingsniva)?.[1];

/**
 * Issues and verifies tokens for development. Its key is in the data folder, so everybody who can read that can log in as
 * anybody. Therefore `open` throws in production.
 */
export class DevelopmentIssuer {
  private constructor(private readonly key: Buffer) {}

  static open({ environment, dataDir }: Pick<Config, 'environment' | 'dataDir'>): DevelopmentIssuer {
    if (environment === 'production')
      throw new Error('Utviklingsutstederen av tokener kan ikke brukes i produksjon (NODE_ENV=production).');
    return new DevelopmentIssuer(keyFile(dataDir, 'development-issuer.key'));
  }

  /** Issues a bearer token for a persona, valid for 12 hours. */
  issue(persona: Persona): Promise<string> {
    const claims =
      persona.kind === 'plattform'
        ? { rolle: 'PLATTFORM' }
        : persona.kind === 'virksomhet'
          ? // The claims of a Maskinporten token (integrations.md 1.3).
            { consumer: { authority: 'iso6523-actorid-upis', ID: `${iso6523}${persona.orgnr}` }, scope: systemScope }
          : { pid: persona.fnr, name: persona.navn, revisorFor: persona.revisorFor, acr: acrOf(persona.innloggingsniva) };
    return new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer(issuer)
      .setIssuedAt()
      .setExpirationTime('12h')
      .sign(this.key);
  }

  /** The claims of a valid token of this issuer. Rejects any other token. */
  async verify(token: string): Promise<Readonly<Record<string, unknown>>> {
    const { payload } = await jwtVerify(token, this.key, { issuer, algorithms: ['HS256'], clockTolerance });
    return payload;
  }
}

/** The login that a token stands for. */
type Login =
  | { readonly kind: 'plattform' }
  | { readonly kind: 'virksomhet'; readonly orgnr: string }
  | { readonly kind: 'person'; readonly fnr: Fodselsnummer; readonly navn?: string; readonly revisorFor?: readonly string[]; readonly innloggingsniva?: Innloggingsniva };

/** Authenticates actors by the development issuer's tokens. */
export class DevelopmentIdentity extends Identity {
  private readonly verified = new VerifiedTokens<Login>();

  constructor(
    private readonly issuer: DevelopmentIssuer,
    private readonly persons: Persons,
  ) {
    super();
  }

  async authenticate(bearer: string): Promise<Actor> {
    const login = this.verified.get(bearer) ?? (await this.verify(bearer));
    if (login.kind === 'plattform') return { kind: 'plattform', id: 'utvikling' };
    if (login.kind === 'virksomhet') return { kind: 'virksomhet', id: login.orgnr };
    const { fnr, revisorFor, innloggingsniva } = login;
    const id = await this.personId(login);
    return withFnr({ kind: 'person', id, ...(revisorFor && { revisorFor }), ...(innloggingsniva && { innloggingsniva }) }, fnr);
  }

  recognises(bearer: string): boolean {
    return this.verified.get(bearer) !== undefined;
  }

  private async verify(bearer: string): Promise<Login> {
    const claims = await this.issuer.verify(bearer).catch(() => {
      throw new NotAuthenticated();
    });
    const login = loginOf(claims);
    // A token without an expiry is not cached.
    if (typeof claims['exp'] === 'number') this.verified.set(bearer, login, claims['exp'] + clockTolerance);
    return login;
  }

  /**
   * The reference to a person. A person without a stored reference gets a random one, which is not stored. For a known
   * person, stores the name from the login.
   */
  private async personId({ fnr, navn }: Extract<Login, { kind: 'person' }>): Promise<PersonId> {
    if ((await this.persons.find(fnr)) === undefined) return randomUUID() as string as PersonId;
    return this.persons.identify({ fnr, ...(navn !== undefined && { navn }) });
  }
}

function loginOf(claims: Readonly<Record<string, unknown>>): Login {
  const { rolle, consumer, pid, name, revisorFor, acr } = claims;
  // A person's token may also have a consumer, the system that she logged in through. A system's token has no `pid`.
  if (consumer !== undefined && pid === undefined) return { kind: 'virksomhet', orgnr: orgnrOf(claims) };
  if (rolle === 'PLATTFORM') return { kind: 'plattform' };
  const innloggingsniva = nivaer.find(([, ofPorten]) => ofPorten === acr)?.[0];
  return {
    kind: 'person',
    fnr: fnrOf(pid),
    ...(typeof name === 'string' && { navn: name }),
    ...(Array.isArray(revisorFor) && { revisorFor: revisorFor.map(String) }),
    ...(innloggingsniva && { innloggingsniva }),
  };
}

function fnrOf(pid: unknown): Fodselsnummer {
  try {
    return parseFodselsnummer(String(pid), { syntetiske: true });
  } catch {
    throw new NotAuthenticated();
  }
}

function orgnrOf({ consumer, scope }: Readonly<Record<string, unknown>>): string {
  const id = (consumer as { readonly ID?: unknown } | null)?.ID;
  if (typeof id !== 'string' || !id.startsWith(iso6523) || !String(scope).split(' ').includes(systemScope)) throw new NotAuthenticated();
  return id.slice(iso6523.length);
}
