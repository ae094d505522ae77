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
/** How long after its time a token is still good, in seconds: clocks differ. */
const clockTolerance = 10;
/** How Maskinporten writes an orgnr, and the scope that systems call KS Fiks with. */
const iso6523 = '0192:';
const systemScope = 'ks:fiks';

/** ID-porten's words for how sure a login is (integrations.md 1.5). `idporten-loa-low` and the rest are not sure enough. */
const nivaer: readonly (readonly [Innloggingsniva, acr: string])[] = [
  [3, 'idporten-loa-substantial'],
  [4, 'idporten-loa-high'],
];
const acrOf = (innloggingsniva: Innloggingsniva): string | undefined => nivaer.find(([niva]) => niva === innloggingsniva)?.[1];

/**
 * Issues and verifies tokens for development: anybody who can read the data folder can be anybody. It therefore refuses
 * to exist in production.
 */
export class DevelopmentIssuer {
  private constructor(private readonly key: Buffer) {}

  static open({ environment, dataDir }: Pick<Config, 'environment' | 'dataDir'>): DevelopmentIssuer {
    if (environment === 'production')
      throw new Error('Utviklingsutstederen av tokener kan ikke brukes i produksjon (NODE_ENV=production).');
    return new DevelopmentIssuer(keyFile(dataDir, 'development-issuer.key'));
  }

  /** A bearer token for a persona, good for 12 hours. */
  issue(persona: Persona): Promise<string> {
    const claims =
      persona.kind === 'plattform'
        ? { rolle: 'PLATTFORM' }
        : persona.kind === 'virksomhet'
          ? // As Maskinporten has it (integrations.md 1.3).
            { consumer: { authority: 'iso6523-actorid-upis', ID: `${iso6523}${persona.orgnr}` }, scope: systemScope }
          : { pid: persona.fnr, name: persona.navn, revisorFor: persona.revisorFor, acr: acrOf(persona.innloggingsniva) };
    return new SignJWT(claims)
      .setProtectedHeader({ alg: 'HS256' })
      .setIssuer(issuer)
      .setIssuedAt()
      .setExpirationTime('12h')
      .sign(this.key);
  }

  /** The claims of a token of ours that is still good. */
  async verify(token: string): Promise<Readonly<Record<string, unknown>>> {
    const { payload } = await jwtVerify(token, this.key, { issuer, algorithms: ['HS256'], clockTolerance });
    return payload;
  }
}

/** Whom a token says that it is for. */
type Login =
  | { readonly kind: 'plattform' }
  | { readonly kind: 'virksomhet'; readonly orgnr: string }
  | { readonly kind: 'person'; readonly fnr: Fodselsnummer; readonly navn?: string; readonly revisorFor?: readonly string[]; readonly innloggingsniva?: Innloggingsniva };

/** Tells actors from the development issuer's tokens. */
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
    // Without a time at which it is too old it is verified every time.
    if (typeof claims['exp'] === 'number') this.verified.remember(bearer, login, claims['exp'] + clockTolerance);
    return login;
  }

  /** Who logs in is not kept, unless somebody has given that person something: then by the name that the login says. */
  private async personId({ fnr, navn }: Extract<Login, { kind: 'person' }>): Promise<PersonId> {
    if ((await this.persons.find(fnr)) === undefined) return randomUUID() as string as PersonId;
    return this.persons.identify({ fnr, ...(navn !== undefined && { navn }) });
  }
}

function loginOf(claims: Readonly<Record<string, unknown>>): Login {
  const { rolle, consumer, pid, name, revisorFor, acr } = claims;
  // A person's token has the consumer that she logged in through; a system's has nobody.
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
