import { NestFactory } from '@nestjs/core';
import { CommandBus } from '@nestjs/cqrs';
import { randomUUID } from 'node:crypto';
import { v5 as uuidv5 } from 'uuid';
import { AppModule } from '../../src/app.module.js';
import { Execute } from '../../src/application/commands/execute.js';
import type { Actor } from '../../src/application/ports/actor.js';
import { Documents } from '../../src/application/ports/documents.js';
import { EventStore } from '../../src/application/ports/event-store.js';
import { Persons } from '../../src/application/ports/persons.js';
import { IndexMeldinger, type SentMelding } from '../../src/application/use-cases/index-meldinger.js';
import { projections } from '../../src/application/views/index.js';
import { innsynssok } from '../../src/application/views/innsynssok.js';
import { ressurserFor } from '../../src/application/views/ressurs-ids.js';
import { kategorier } from '../../src/domain/driftsmelding.js';
import type { AggregateName, Domain } from '../../src/domain/index.js';
import type { CommandOf } from '../../src/domain/kernel/decider.js';
import { parseFodselsnummer, type Fodselsnummer } from '../../src/domain/values/fodselsnummer.js';
import { parseLenke } from '../../src/domain/values/lenke.js';
import { parseLenkemal } from '../../src/domain/values/lenkemal.js';
import { parseOrganisasjonsnummer } from '../../src/domain/values/organisasjonsnummer.js';
import { parseDriftsmeldingstekst, parseIntegrasjonsbeskrivelse, parseIntegrasjonsnavn, parseTittel } from '../../src/domain/values/text.js';
import { undertjenester } from '../../src/domain/values/undertjeneste.js';
import { parseUuid } from '../../src/domain/values/uuid.js';
import { readConfig } from '../../src/infrastructure/config.js';
import { fiksOrgIdOf, organisations, type RegisteredOrganisation } from '../../src/infrastructure/development/organisasjoner.js';
import { persona, syntheticFnr } from '../../src/infrastructure/development/personas.js';
import { fillWithExamples } from '../../src/infrastructure/development/stand-ins.js';
import { openStores } from '../../src/stores.js';
import { chance, message } from './messages.js';
import { vendor } from './requests.js';
import type { Storage } from './service.js';

const citizenCount = 2_000;
/** The messages in the country, besides those of the examples. */
export const countryMessages = Number(process.env['BENCH_COUNTRY_MESSAGES'] ?? 59_000);
/** The share of messages that are public mapper. */
const publicShare = 0.053;
const perOrganisation = { tjenester: 30, lenker: 8, integrasjoner: 3, driftsmeldinger: 5 };

const idOf = (name: string) => parseUuid(uuidv5(name, '6f4b3e0a-55f8-4f0c-a1de-1b0d7c1f9a52'));
/** Citizen number `n` of the country. */
export const citizen = (n: number): Fodselsnummer => parseFodselsnummer(syntheticFnr(`landet ${n}`), { syntetiske: true });
/** The persona of an adviser (rådgiver) who is tjenesteadministrator of every undertjeneste in every organisation. */
export const adviser = `innbygger:${syntheticFnr('landets rådgiver')}`;

/**
 * Fills empty storage with the examples, and with all organisations of Norway, each with the service in use, and messages for
 * two thousand citizens. The content follows from a seed. Resolves when the views and the search index have it.
 */
export async function fillCountry({ dataDir, databaseUrl }: Storage): Promise<void> {
  const config = readConfig({ NODE_ENV: 'test', DATA_DIR: dataDir, DATABASE_URL: databaseUrl });
  const stores = await openStores(config);
  const app = await NestFactory.createApplicationContext(AppModule.with(config, stores), { logger: false, abortOnError: false });
  try {
    await fillWithExamples(config, app);
    await new Country(app.get(CommandBus), app.get(EventStore), app.get(Persons)).fill();
    if (!(await app.get<Documents>(Documents).waitFor([...projections, innsynssok], await stores.events.head(), 3_600_000)))
      throw new Error('The views do not follow');
  } finally {
    await app.close();
  }
}

class Country {
  constructor(
    private readonly commands: CommandBus,
    private readonly events: EventStore,
    private readonly persons: Persons,
  ) {}

  async fill(): Promise<void> {
    const known = await this.person(adviser);
    let done = 0;
    await concurrently(24, organisations, async (one) => {
      await this.takeInUse(one, known.id);
      process.stderr.write(`\rthe country: ${++done} of ${organisations.length} organisations`.padEnd(80));
    });
    await this.index();
  }

  /** Sends the commands that an administrator sends when following the configuration guide. */
  private async takeInUse(org: RegisteredOrganisation, radgiver: Extract<Actor, { kind: 'person' }>['id']): Promise<void> {
    const tenant = fiksOrgIdOf(org);
    const administrator = await this.person(`administrator:${org.nummer}`);
    const id = (name: string) => idOf(`${org.nummer}/${name}`);
    const act = <A extends AggregateName>(aggregate: A, one: string, command: CommandOf<Domain[A]>) => this.send(administrator, aggregate, tenant, one, command);
    // The examples have taken a few organisations all the way already.
    if (!(await this.inUse(tenant))) {
      const signeringId = `${tenant}_${id('signering')}`;
      await act('tjeneste', tenant, { type: 'AdoptTjeneste', data: { ressurser: ressurserFor(tenant) } });
      await act('tjeneste', tenant, { type: 'StartTjenestevedleggSigning', data: { signeringId, versjon: '1.0' } });
      await this.send({ kind: 'system', id: 'signering' }, 'tjeneste', tenant, tenant, { type: 'RecordTjenestevedleggSigned', data: { signeringId, signeringsdato: '2026-01-01' } });
    }
    for (const undertjeneste of undertjenester) await act('tjeneste', tenant, { type: 'AddTjenesteadministrator', data: { personId: radgiver, undertjeneste } });
    const host = `https://www.kommune${org.nummer}.no`;
    const next = chance(Number(org.nummer));
    for (let n = 0; n < perOrganisation.tjenester; n++)
      await act('kommunalTjeneste', id(`tjeneste/${n}`), {
        type: 'CreateKommunalTjeneste',
        data: { tittel: parseTittel(message(n, next).tittel), lenke: parseLenke(`${host}/${n}`), rettetMot: 'PERSON_OG_ORGANISASJON' },
      });
    for (let n = 0; n < perOrganisation.lenker; n++)
      await act('eiendomslenke', id(`lenke/${n}`), { type: 'CreateEiendomslenke', data: { tittel: parseTittel(`Lenke nummer ${n}`), mal: parseLenkemal(`${host}/eiendom/${n}`) } });
    for (let n = 0; n < perOrganisation.integrasjoner; n++) {
      await act('integration', id(`integrasjon/${n}`), {
        type: 'CreateIntegration',
        data: { navn: parseIntegrasjonsnavn(`Fagsystem ${n}`), beskrivelse: parseIntegrasjonsbeskrivelse('Et fagsystem.'), autorisertOrgnr: parseOrganisasjonsnummer(vendor) },
      });
      await act('integration', id(`integrasjon/${n}`), { type: 'GrantAccess', data: { privilegium: 'INNSYN.INDEX.MAPPE', undertjeneste: 'INNSYN' } });
    }
    for (let n = 0; n < perOrganisation.driftsmeldinger; n++) await act('driftsmelding', id(`melding/${n}`), driftsmelding(n, `Melding nummer ${n} fra ${org.navn}.`));
  }

  private async index(): Promise<void> {
    const next = chance(7);
    const batch = 1_000;
    for (let n = 0; n < countryMessages; n += batch) {
      process.stderr.write(`\rthe country: ${n} of ${countryMessages} messages`.padEnd(80));
      const meldinger = Array.from({ length: Math.min(batch, countryMessages - n) }, (_, i) => melding(n + i, next));
      await this.commands.execute(
        new IndexMeldinger(idOf('arkiv'), meldinger, { actor: { kind: 'system', id: 'bench' }, commandId: randomUUID(), correlationId: 'bench' }),
      );
    }
  }

  private async inUse(tenant: string): Promise<boolean> {
    for await (const _ of this.events.readStream({ aggregate: 'tjeneste', tenant, id: tenant }, { limit: 1 })) return true;
    return false;
  }

  private async person(text: string): Promise<Extract<Actor, { kind: 'person' }>> {
    const who = persona(text);
    if (who.kind !== 'person') throw new Error(`${text} is not a person`);
    return { kind: 'person', id: await this.persons.identify({ fnr: who.fnr, navn: who.navn }), innloggingsniva: who.innloggingsniva };
  }

  private async send<A extends AggregateName>(actor: Actor, aggregate: A, tenant: string, id: string, command: CommandOf<Domain[A]>): Promise<void> {
    await this.commands.execute(new Execute(aggregate, tenant, id, command, { actor, commandId: randomUUID(), correlationId: 'bench' }));
  }
}

const driftsmelding = (n: number, text: string): CommandOf<Domain['driftsmelding']> => ({
  type: 'PublishDriftsmelding',
  data: { innhold: parseDriftsmeldingstekst(text), kategori: kategorier[n % kategorier.length]!, meldingType: 'INFORMASJON' },
});

/** Message number `n`: a public mappe, or a mappe, faktura or journalpost for one of the citizens. */
function melding(n: number, next: () => number): SentMelding {
  const { tittel, tekst } = message(n, next);
  const org = organisations[Math.floor(next() * organisations.length)]!;
  const addressee = citizen(Math.floor(next() * citizenCount));
  const kind = next();
  const day = new Date(Date.UTC(2020, 0, 1) + Math.floor(next() * 2_400) * 86_400_000).toISOString().slice(0, 10);
  const sent = {
    fiksOrgId: parseUuid(fiksOrgIdOf(org)),
    meldingId: idOf(`melding/${n}`),
    sikkerhetsniva: 3,
    eksponertFor: { type: 'FODSELSNUMMER', verdi: addressee },
  } as const;
  const mappe = { type: n % 4 === 0 ? 'BYGGESAK' : 'SAK', tittel: n % 9 === 0 ? `Søknad om ${tittel}` : tittel, beskrivelse: tekst, saksdato: `${day}T08:00:00+01:00` };
  if (kind < publicShare) return { ...sent, versjon: 'MAPPE_V1', eksponertFor: { type: 'OFFENTLIG' }, metadata: mappe };
  if (kind < 0.6) return { ...sent, versjon: 'MAPPE_V1', metadata: mappe };
  if (kind < 0.85)
    return {
      ...sent,
      versjon: 'FAKTURA_V1',
      metadata: {
        tittel, fakturaDato: day, forfallDato: day, fakturaMottaker: 'Syntetisk Innbygger', betalesTil: org.navn, belop: 100 + n,
        status: n % 2 === 0 ? 'BETALT' : 'IKKE_BETALT', kid: '1843453108003525', kontonummer: '52100539187',
      },
    };
  return {
    ...sent,
    versjon: 'JOURNALPOST_V1',
    metadata: {
      journalposttype: 'U', tittel, journaldato: `${day}T10:00:00+01:00`,
      korrespondanseparter: [{ type: 'PERSON', navn: 'Syntetisk Innbygger', korrespondanseparttype: 'EM' }],
      dokumenter: [{ filnavn: 'brev.pdf', mimeType: 'application/pdf', tittel: 'Brev', lenke: 'https://www.kommune.no/brev.pdf' }],
    },
  };
}

/** The number of the citizen with the most mapper among those with nine fakturaer, or with the count nearest to nine. */
export function searchingCitizen(): number {
  const next = chance(7);
  const has = Array.from({ length: citizenCount }, () => ({ MAPPE_V1: 0, FAKTURA_V1: 0, JOURNALPOST_V1: 0 }));
  const numbers = new Map<string, number>(has.map((_, n) => [citizen(n), n]));
  for (let n = 0; n < countryMessages; n++) {
    const { eksponertFor, versjon } = melding(n, next);
    if (eksponertFor.type === 'FODSELSNUMMER') has[numbers.get(eksponertFor.verdi)!]![versjon as 'MAPPE_V1']++;
  }
  const fromNine = (n: number) => Math.abs(has[n]!.FAKTURA_V1 - 9);
  return [...has.keys()].sort((a, b) => fromNine(a) - fromNine(b) || has[b]!.MAPPE_V1 - has[a]!.MAPPE_V1)[0]!;
}

async function concurrently<T>(limit: number, all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  const left = all.values();
  await Promise.all(
    Array.from({ length: limit }, async () => {
      for (const one of left) await work(one);
    }),
  );
}
