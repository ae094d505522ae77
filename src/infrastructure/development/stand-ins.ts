import type { INestApplicationContext, Provider } from '@nestjs/common';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { fodselsnumre } from '../../application/commands/fodselsnumre.js';
import { Eiendomsregister } from '../../application/ports/eiendomsregister.js';
import { PersonLogin } from '../../application/innlogging/person-login.js';
import { Representasjon } from '../../application/ports/representasjon.js';
import { Signing } from '../../application/ports/signing.js';
import type { Config } from '../config.js';
import { keyFile } from '../crypto/key-file.js';
import { SealedValues } from '../crypto/sealed-values.js';
import type { TokenVerifier } from '../identity/access-tokens.js';
import { OidcLogin } from '../identity/oidc-login.js';
import { SvarUtApi } from '../svarut/svarut-api.js';
import { developmentVerifier, DevelopmentIssuer } from './development-issuer.js';
import { DevelopmentSigning } from './development-signing.js';
import { ExampleEiendommer } from './example-eiendommer.js';
import { exampleForsendelser } from './example-forsendelser.js';
import { ExampleRepresentasjon } from './example-representasjon.js';
import { ExampleSvarUtAccounts } from './example-svarut-accounts.js';
import { Examples } from './examples.js';
import { persona, type Persona } from './personas.js';
import { developmentPorter, mountIssuers, OwnCalls } from './porter/mount.js';
import { SvarUtSimulator } from './svarut-simulator.js';

interface StandIn {
  /** The part of the world that it stands in for, and what it does there, in Norwegian. */
  readonly what: string;
  /** The settings that replace it, in Norwegian. */
  readonly instead: string;
  /** Whether a service with these settings uses it. */
  readonly usedBy: (config: Config) => boolean;
  readonly providers: (config: Config, calls: OwnCalls) => readonly Provider[];
}

const outsideProduction = ({ environment }: Config) => environment !== 'production';

/** Every stand-in for the world outside. The service gets them only from here, so each of them refuses production. */
const all = {
  innlogging: {
    what: 'Innlogging: tokener og innlogginger som hvem som helst kan lage, for personer, systemer og plattformen',
    instead: 'Sett IDPORTEN_CLIENT_ID og IDPORTEN_KEY.',
    usedBy: outsideProduction,
    providers: (config, calls) => (config.developmentIssuer ? loginAtIssuers(config, calls) : []),
  },
  signering: {
    what: 'Signering: en side der ingenting blir signert på ordentlig',
    instead: 'Avtaler som er signert på papir, kan registreres.',
    usedBy: outsideProduction,
    providers: ({ dataDir, publicUrl }) => [
      { provide: Signing, useFactory: () => new DevelopmentSigning(keyFile(dataDir, 'development-signing.key'), publicUrl) },
    ],
  },
  eiendomsregister: {
    what: 'Eiendomsregisteret: oppdiktede eiere',
    instead: 'Det finnes ingen innstilling for det ennå.',
    usedBy: outsideProduction,
    providers: () => [{ provide: Eiendomsregister, useFactory: () => new ExampleEiendommer() }],
  },
  representasjon: {
    what: 'Rolleregisteret: oppdiktede roller i virksomheter',
    instead: 'Sett ALTINN_URL.',
    usedBy: (config) => outsideProduction(config) && config.altinn === undefined,
    providers: () => [{ provide: Representasjon, useFactory: () => new ExampleRepresentasjon() }],
  },
  svarUt: {
    what: 'SvarUt: oppdiktede kontoer og forsendelser',
    instead: 'Sett SVARUT_URL.',
    usedBy: (config) => outsideProduction(config) && config.svarUt === undefined,
    providers: () => [
      {
        provide: SvarUtSimulator,
        useFactory: () => {
          const accounts = new ExampleSvarUtAccounts();
          return SvarUtSimulator.start(accounts, exampleForsendelser(accounts));
        },
      },
      { provide: SvarUtApi, useFactory: (simulator: SvarUtSimulator) => new SvarUtApi(simulator.access), inject: [SvarUtSimulator] },
    ],
  },
  eksempler: {
    what: 'Eksemplene: kommuner med oppdiktede personer i loggen',
    instead: 'Sett EXAMPLES=false.',
    usedBy: ({ examples }) => examples,
    providers: () => [Examples],
  },
} satisfies Readonly<Record<string, StandIn>>;

/** Logins at the issuers that `mountStandIns` mounts. */
const loginAtIssuers = (config: Config, calls: OwnCalls): readonly Provider[] => [
  { provide: OwnCalls, useValue: calls },
  {
    provide: PersonLogin,
    useFactory: ({ fetch }: OwnCalls) =>
      new OidcLogin({
        publicUrl: config.publicUrl,
        porter: { ...developmentPorter(config), ...config.porter },
        sealing: new SealedValues(keyFile(config.dataDir, 'development-issuer.key'), 'innlogging'),
        fetch,
        isPlatform: ({ rolle }) => rolle === 'PLATTFORM',
      }),
    inject: [OwnCalls],
  },
];

const usedBy = (config: Config) => Object.entries<StandIn>(all).filter(([, one]) => one.usedBy(config));

/** Throws one error that lists every stand-in that a service with these settings would use, when it is in production. */
export function refuseInProduction(config: Config): void {
  const used = usedBy(config);
  if (config.environment !== 'production' || used.length === 0) return;
  const lines = used.map(([, { what, instead }]) => `  ${what}.\n    I stedet: ${instead}`);
  throw new Error(`Tjenesten er satt opp med det som bare er til utvikling, og som ikke kan brukes i produksjon (NODE_ENV=production):\n${lines.join('\n')}`);
}

interface StandIns {
  /** The stand-ins that are used. */
  readonly used: ReadonlySet<string>;
  readonly providers: readonly Provider[];
  /** The issuers of tokens that anybody with the data folder can make. Opens their keys. */
  readonly issuers: () => readonly TokenVerifier[];
  /** Calls the issuers, also those that this service plays itself. */
  readonly fetch: typeof fetch;
}

/** The stand-ins of a service with these settings. Accepts synthetic persons from now on, outside production. */
export function standIns(config: Config): StandIns {
  refuseInProduction(config);
  fodselsnumre.acceptSynthetic(outsideProduction(config));
  const used = usedBy(config);
  const calls = new OwnCalls(config.publicUrl);
  return {
    used: new Set(used.map(([name]) => name)),
    providers: used.flatMap(([, { providers }]) => providers(config, calls)),
    issuers: () => (outsideProduction(config) ? [developmentVerifier(DevelopmentIssuer.open(config))] : []),
    fetch: outsideProduction(config) ? calls.fetch : fetch,
  };
}

/** Fills an empty log with the examples, if the settings ask for them. Resolves with false when the service stops meanwhile. */
export async function fillWithExamples(config: Config, app: INestApplicationContext): Promise<boolean> {
  refuseInProduction(config);
  return !config.examples || app.get(Examples).fill();
}

/** Mounts the routes of the stand-ins, before the server listens: the issuers of ID-porten, Ansattporten and Maskinporten. */
export async function mountStandIns(config: Config, app: Pick<NestFastifyApplication, 'get' | 'getHttpAdapter'>): Promise<void> {
  refuseInProduction(config);
  if (usedBy(config).some(([name]) => name === 'innlogging') && config.developmentIssuer) await mountIssuers(app.getHttpAdapter().getInstance(), config, app.get(OwnCalls));
}

/** Issues a token for the persona that the text names. Throws an error that lists the valid forms. */
export async function issueToken(config: Config, text: string): Promise<{ readonly who: Persona; readonly token: string }> {
  if (!outsideProduction(config)) throw new Error('Tokener til utvikling kan ikke lages i produksjon (NODE_ENV=production). Hent et token fra Maskinporten.');
  const who = persona(text);
  return { who, token: await DevelopmentIssuer.open(config).issue(who) };
}
