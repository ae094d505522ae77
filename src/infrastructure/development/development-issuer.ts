import { jwtVerify, SignJWT } from 'jose';
import { randomUUID } from 'node:crypto';
import { withFnr, type Actor, type Innloggingsniva } from '../../application/ports/actor.js';
import { Identity, NotAuthenticated } from '../../application/ports/identity.js';
import { type Persons } from '../../application/ports/persons.js';
import { parseFodselsnummer, type Fodselsnummer } from '../../domain/values/fodselsnummer.js';
import { parseOrganisasjonsnummer, type Organisasjonsnummer } from '../../domain/values/organisasjonsnummer.js';
import type { PersonId } from '../../domain/values/person-id.js';
import type { Config } from '../config.js';
import { keyFile } from '../crypto/key-file.js';
import { VerifiedTokens } from '../identity/verified-tokens.js';
import type { Persona } from './personas.js';

const issuer = 'min-kommune-utvikling';
/** The tolerance for clock differences when a token expires, in seconds. */
const clockTolerance = 10;
/** How Maskinporten and ID-porten name a virksomhet (integrations.md 1.3), and the scope of systems that call KS Fiks. */
const authority = 'iso6523-actorid-upis';
const iso6523 = '0192:';
const fiksScope = 'ks:fiks';
const consumerClaims = (orgnr: Organisasjonsnummer) => ({ consumer: { authority, ID: `${iso6523}${orgnr}` }, scope: fiksScope });

/** ID-porten's levels of assurance, as login levels (integrations.md 1.5). All others, such as `idporten-loa-low`, give none. */
const nivaer: readonly (readonly [Innloggingsniva, acr: string])[] = [
  [3, 'idporten-loa-substantial'],
  [4, 'idporten-loa-high'],
];
const acrOf = (innloggingsniva: Innloggingsniva): string | undefined => nivaer.find(([niva]) => niva === innloggingsniva)?.[1];

/**
 * Issues and verifies tokens for development. Its key is in the data folder, so everybody who can read that can log in as
 * anybody.
 */
export class DevelopmentIssuer {
  private constructor(private readonly key: Buffer) {}

  static open({ dataDir }: Pick<Config, 'dataDir'>): DevelopmentIssuer {
    return new DevelopmentIssuer(keyFile(dataDir, 'development-issuer.key'));
  }

  /** Issues a bearer token for a persona, valid for 12 hours. */
  issue(persona: Persona): Promise<string> {
    const claims =
      persona.kind === 'plattform'
        ? { rolle: 'PLATTFORM' }
        : persona.kind === 'virksomhet'
          ? consumerClaims(persona.orgnr)
          : {
              pid: persona.fnr,
              name: persona.navn,
              acr: acrOf(persona.innloggingsniva),
              ...(persona.consumer !== undefined && consumerClaims(persona.consumer)),
            };
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
  | { readonly kind: 'virksomhet'; readonly orgnr: Organisasjonsnummer }
  | {
      readonly kind: 'person';
      readonly fnr: Fodselsnummer;
      readonly navn?: string;
      /** The actor's fields that come from the token, besides the fødselsnummer. */
      readonly claimed: Pick<Extract<Actor, { kind: 'person' }>, 'innloggingsniva' | 'consumer'>;
    };

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
    const id = await this.personId(login);
    return withFnr({ kind: 'person', id, ...login.claimed }, login.fnr);
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
  const { rolle, consumer, pid, name, acr } = claims;
  // A person's token may also have a consumer, the system that she logged in through. A system's token has no `pid`.
  const orgnr = consumer === undefined ? undefined : orgnrOf(claims);
  if (orgnr !== undefined && pid === undefined) return { kind: 'virksomhet', orgnr };
  if (rolle === 'PLATTFORM') return { kind: 'plattform' };
  const innloggingsniva = nivaer.find(([, ofPorten]) => ofPorten === acr)?.[0];
  return {
    kind: 'person',
    fnr: fnrOf(pid),
    ...(typeof name === 'string' && { navn: name }),
    claimed: {
      ...(innloggingsniva && { innloggingsniva }),
      ...(orgnr !== undefined && { consumer: orgnr }),
    },
  };
}

function fnrOf(pid: unknown): Fodselsnummer {
  try {
    return parseFodselsnummer(String(pid), { syntetiske: true });
  } catch {
    throw new NotAuthenticated();
  }
}

/** The orgnr of the consumer. Rejects another authority than the ISO 6523 one, because its ID follows other rules, and an invalid orgnr. */
function orgnrOf({ consumer, scope }: Readonly<Record<string, unknown>>): Organisasjonsnummer {
  const { authority: named, ID: id } = (consumer ?? {}) as { readonly authority?: unknown; readonly ID?: unknown };
  if (named !== authority || typeof id !== 'string' || !id.startsWith(iso6523) || !String(scope).split(' ').includes(fiksScope)) throw new NotAuthenticated();
  try {
    return parseOrganisasjonsnummer(id.slice(iso6523.length));
  } catch {
    throw new NotAuthenticated();
  }
}
