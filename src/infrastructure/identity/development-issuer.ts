import { randomUUID } from 'node:crypto';
import { jwtVerify, SignJWT } from 'jose';
import { withFnr, type Actor, type Innloggingsniva } from '../../application/actor.js';
import { Identity, NotAuthenticated } from '../../application/identity.js';
import { type Persons } from '../../application/persons.js';
import { parseFodselsnummer, type Fodselsnummer } from '../../domain/values/fodselsnummer.js';
import type { PersonId } from '../../domain/values/person-id.js';
import type { Config } from '../config.js';
import { keyFile } from '../crypto/key-file.js';
import type { Persona } from './personas.js';

const issuer = 'min-kommune-utvikling';
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
    const { payload } = await jwtVerify(token, this.key, { issuer, algorithms: ['HS256'], clockTolerance: 10 });
    return payload;
  }
}

/** Tells actors from the development issuer's tokens. */
export class DevelopmentIdentity extends Identity {
  constructor(
    private readonly issuer: DevelopmentIssuer,
    private readonly persons: Persons,
  ) {
    super();
  }

  async authenticate(bearer: string): Promise<Actor> {
    const claims = await this.issuer.verify(bearer).catch(() => {
      throw new NotAuthenticated();
    });
    // A person's token has the consumer that she logged in through; a system's has nobody.
    if (claims.consumer !== undefined && claims.pid === undefined) return { kind: 'virksomhet', id: orgnrOf(claims) };
    if (claims.rolle === 'PLATTFORM') return { kind: 'plattform', id: 'utvikling' };
    const fnr = fnrOf(claims.pid);
    const id = await this.personId(fnr, claims.name);
    const revisorFor = Array.isArray(claims.revisorFor) ? claims.revisorFor.map(String) : undefined;
    const innloggingsniva = nivaer.find(([, acr]) => acr === claims.acr)?.[0];
    return withFnr({ kind: 'person', id, ...(revisorFor && { revisorFor }), ...(innloggingsniva && { innloggingsniva }) }, fnr);
  }

  /** Who logs in is not kept, unless somebody has given that person something: then by the name that the login says. */
  private async personId(fnr: Fodselsnummer, name: unknown): Promise<PersonId> {
    if ((await this.persons.find(fnr)) === undefined) return randomUUID() as string as PersonId;
    return this.persons.identify({ fnr, ...(typeof name === 'string' && { navn: name }) });
  }
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
