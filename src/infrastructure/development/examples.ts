import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import { v5 as uuidv5 } from 'uuid';
import { Execute } from '../../application/commands/execute.js';
import type { Actor } from '../../application/ports/actor.js';
import { Clock } from '../../application/ports/clock.js';
import { EventStore, type StreamId } from '../../application/ports/event-store.js';
import { Persons } from '../../application/ports/persons.js';
import { SvarUtAccounts } from '../../application/ports/svarut-accounts.js';
import { IndexMeldinger, type SentMelding } from '../../application/use-cases/index-meldinger.js';
import { Tjenestevedlegg } from '../../application/use-cases/sign-tjenestevedlegg.js';
import { ressurserFor } from '../../application/views/ressurs-ids.js';
import { domain, type AggregateName, type Domain } from '../../domain/index.js';
import type { CommandOf } from '../../domain/kernel/decider.js';
import type { Privilegium } from '../../domain/privilegier.js';
import { reservation } from '../../domain/reservation.js';
import { norwegianDate } from '../../domain/values/dag.js';
import { parseInstant } from '../../domain/values/instant.js';
import { parseKommunenummer } from '../../domain/values/kommunenummer.js';
import { parseLenke } from '../../domain/values/lenke.js';
import { parseLenkemal } from '../../domain/values/lenkemal.js';
import { parseOrganisasjonsnummer } from '../../domain/values/organisasjonsnummer.js';
import {
  parseDriftsmeldingstekst,
  parseIntegrasjonsbeskrivelse,
  parseIntegrasjonsnavn,
  parseLenketekst,
  parseOrganisasjonsnavn,
  parseTittel,
} from '../../domain/values/text.js';
import { undertjenester, type Undertjeneste } from '../../domain/values/undertjeneste.js';
import { parseUuid } from '../../domain/values/uuid.js';
import { exampleMeldinger } from './example-meldinger.js';
import { fiksOrgIdOf, organisationNumbered, organisations, type RegisteredOrganisation } from './organisasjoner.js';
import { persona } from './personas.js';

const namespace = 'f1c5e0a4-6a7d-4c3f-8f0b-5e2a9b7c1d20';
const idOf = (name: string) => parseUuid(uuidv5(name, namespace));
const ks = idOf('organisasjon/KS');
const svarUt = idOf('integration/SVARUT');
const plattform: Actor = { kind: 'plattform', id: 'eksempler' };
/** Organisations registered concurrently, so that their commands share flushes. */
const maxConcurrentKommuner = 24;
/** The organisations with a complete setup. The last message of the last one marks that everything is done. */
export const guidedKommuner = ['4601', '5001', '5610', '46', '0301'];

/** Fills an empty log with the kommuner and fylkeskommuner of Norway, and sets a few of them up completely. */
@Injectable()
export class Examples implements OnModuleDestroy {
  private readonly log = new Logger('Eksempler');
  private filling: Promise<boolean> | undefined;
  private stopping = false;

  constructor(
    private readonly commands: CommandBus,
    private readonly store: EventStore,
    private readonly persons: Persons,
    private readonly accounts: SvarUtAccounts,
    private readonly tjenestevedlegg: Tjenestevedlegg,
    private readonly clock: Clock,
  ) {}

  /**
   * Fills the log. Idempotent: resumes an interrupted run, and leaves a log alone that did not begin with the examples.
   * Resolves with false when the service stops before it is done.
   */
  fill(): Promise<boolean> {
    return (this.filling = this.fillAll());
  }

  /** Waits for the commands in flight, before the stores that they need are closed. */
  async onModuleDestroy(): Promise<void> {
    this.stopping = true;
    await this.filling?.catch(() => undefined); // the caller of `fill` handles it
  }

  private async fillAll(): Promise<boolean> {
    const first = await this.first();
    if (first && first.tenant !== ks) return true;
    const last = guidedKommuner.at(-1)!;
    if (await this.has({ aggregate: 'driftsmelding', tenant: orgNumbered(last).id, id: idOf(`${last}/melding/ferdig`) })) return true;

    this.log.log(`Registrerer ${organisations.length} kommuner og fylkeskommuner …`);
    await this.registerPlatform();
    for (let n = 0; n < organisations.length && !this.stopping; n += maxConcurrentKommuner)
      await Promise.all(organisations.slice(n, n + maxConcurrentKommuner).map((one) => this.register(one)));
    for (const nummer of guidedKommuner) if (!this.stopping) await this.walk(nummer);
    if (this.stopping) return false;
    this.log.log(`Ferdig. Eksempler med alt satt opp: ${guidedKommuner.map((nummer) => `${orgNumbered(nummer).org.navn} (${nummer})`).join(', ')}`);
    return true;
  }

  private async registerPlatform(): Promise<void> {
    await this.send(plattform, 'organisasjon', ks, ks, {
      type: 'RegisterOrganisasjon',
      data: { type: 'LEVERANDOR', navn: parseOrganisasjonsnavn('KS'), orgnr: parseOrganisasjonsnummer('971032146') },
    });
    await this.send(plattform, 'integration', ks, svarUt, {
      type: 'CreateIntegration',
      data: {
        navn: parseIntegrasjonsnavn('SvarUt'),
        beskrivelse: parseIntegrasjonsbeskrivelse('Gjør post som kommunen sender gjennom SvarUt synlig i Innsyn.'),
        autorisertOrgnr: parseOrganisasjonsnummer('971032146'),
        global: { kode: 'SVARUT', forespurtePrivilegier: ['INNSYN.INDEX.MAPPE'], tags: ['INNSYN'] },
      },
    });
  }

  private async register(org: RegisteredOrganisation): Promise<void> {
    const id = fiksOrgIdOf(org);
    const { type, navn, orgnr, nummer } = org;
    await this.send(plattform, 'organisasjon', id, id, {
      type: 'RegisterOrganisasjon',
      data: {
        type,
        navn: parseOrganisasjonsnavn(navn),
        orgnr: parseOrganisasjonsnummer(orgnr),
        ...(type === 'KOMMUNE' && { kommunenr: parseKommunenummer(nummer) }),
      },
    });
    await this.send(plattform, 'organisasjon', id, id, { type: 'RecordHovedavtale', data: { signeringsdato: '2024-01-01' } });
    const { id: personId } = await this.person(`administrator:${nummer}`);
    await this.send(plattform, 'organisasjon', id, id, { type: 'AppointAdministrator', data: { personId } });
    const { id: revisorId } = await this.person(`revisor:${nummer}`);
    await this.send(plattform, 'organisasjon', id, id, { type: 'AppointRevisor', data: { personId: revisorId } });
  }

  /** Sends all commands that an administrator sends when following the configuration guide. */
  private async walk(nummer: string): Promise<void> {
    const { id, org } = orgNumbered(nummer);
    const nettsted = `https://www.${nummer === '46' ? 'vestlandfylke' : hostName(org.navn)}.no`;
    const administrator = await this.person(`administrator:${nummer}`);
    const signeringId = `${id}_${idOf(`${nummer}/signering`)}`;
    const act = <A extends AggregateName>(aggregate: A, one: string, command: CommandOf<Domain[A]>) =>
      this.send(administrator, aggregate, id, one, command);

    await act('tjeneste', id, { type: 'AdoptTjeneste', data: { ressurser: ressurserFor(id) } });
    const versjon = this.tjenestevedlegg.versjon;
    await act('tjeneste', id, { type: 'StartTjenestevedleggSigning', data: { signeringId, versjon } });
    await this.send({ kind: 'system', id: 'signering' }, 'tjeneste', id, id, {
      type: 'RecordTjenestevedleggSigned',
      data: { signeringId, signeringsdato: norwegianDate(this.clock.now()) },
    });
    for (const undertjeneste of undertjenester) {
      const { id: personId } = await this.person(`tjenesteadministrator:${nummer}:${undertjeneste}`);
      await act('tjeneste', id, { type: 'AddTjenesteadministrator', data: { personId, undertjeneste } });
    }

    const integration = async (navn: string, beskrivelse: string, undertjeneste: Undertjeneste, tilganger: Privilegium[]) => {
      const one = idOf(`${nummer}/integration/${navn}`);
      await act('integration', one, {
        type: 'CreateIntegration',
        data: {
          navn: parseIntegrasjonsnavn(navn),
          beskrivelse: parseIntegrasjonsbeskrivelse(beskrivelse),
          autorisertOrgnr: parseOrganisasjonsnummer('910753614'),
        },
      });
      for (const privilegium of tilganger)
        await act('integration', one, { type: 'GrantAccess', data: { privilegium, undertjeneste } });
      return one;
    };
    const sak = await integration(
      'Indeksering: Mappe',
      'Brukes av sakssystemet til å vise byggesaker og andre saker under Mine saker.',
      'INNSYN',
      ['INNSYN.INDEX.MAPPE'],
    );
    await act('integration', sak, { type: 'ChooseDocumentStorage', data: { lagring: 'DOKUMENTLAGER' } });
    const faktura = await integration('Indeksering: Faktura', 'Brukes av økonomisystemet til å vise fakturaer.', 'INNSYN', ['INNSYN.INDEX.FAKTURA']);
    await integration('Eiendomsoppslag', 'Brukes av byggesakssystemet til å slå opp eiere.', 'MINE_EIENDOMMER', ['MATRIKKEL.QUERY']);
    await act('integration', svarUt, {
      type: 'AttachIntegration',
      data: {
        undertjeneste: 'INNSYN',
        integrasjon: { eier: ks, navn: parseIntegrasjonsnavn('SvarUt'), global: true },
        tilganger: ['INNSYN.INDEX.MAPPE'],
      },
    });
    const [postmottak] = await this.accounts.list(id);
    if (postmottak) await act('svarUt', id, { type: 'EnableSvarUtAccount', data: { kontoId: parseUuid(postmottak.id) } });

    const tjenester = [
      ['Kulturskole', 'kulturskole', 'PERSON', true],
      ['Foresattportal barnehage', 'barnehage', 'PERSON', true],
      ['Søk om skjenkebevilling', 'skjenkebevilling', 'ORGANISASJON', false],
      ['Ønsker du å melde feil på vei?', 'meld-feil', 'PERSON_OG_ORGANISASJON', false],
    ] as const;
    for (const [tittel, path, rettetMot, starred] of tjenester) {
      const one = idOf(`${nummer}/tjeneste/${path}`);
      await act('kommunalTjeneste', one, {
        type: 'CreateKommunalTjeneste',
        data: { tittel: parseTittel(tittel), lenke: parseLenke(`${nettsted}/${path}`), rettetMot },
      });
      if (starred) await act('kommunalTjeneste', one, { type: 'StarKommunalTjeneste', data: {} });
    }
    await act('eiendomslenke', idOf(`${nummer}/lenke/gebyr`), {
      type: 'CreateEiendomslenke',
      data: { tittel: parseTittel('Om kommunale gebyrer'), mal: parseLenkemal(`${nettsted}/gebyrer`) },
    });
    await act('eiendomslenke', idOf(`${nummer}/lenke/byggesak`), {
      type: 'CreateEiendomslenke',
      data: {
        tittel: parseTittel('Byggesaker på eiendommen'),
        mal: parseLenkemal(`${nettsted}/byggesaker/{gardsnummer}/{bruksnummer}?feste={festenummer}&seksjon={seksjonsnummer}`),
      },
    });

    const meldinger = exampleMeldinger(parseUuid(id), org.navn, nettsted, this.clock.now(), idOf);
    await this.index(sak, meldinger.sak);
    await this.index(faktura, meldinger.faktura);

    const day = (days: number) => parseInstant(new Date(Date.parse(this.clock.now()) + days * 86_400_000).toISOString());
    const message = (name: string, data: Extract<CommandOf<Domain['driftsmelding']>, { type: 'PublishDriftsmelding' }>['data']) =>
      act('driftsmelding', idOf(`${nummer}/melding/${name}`), { type: 'PublishDriftsmelding', data });
    await message('idporten', {
      innhold: parseDriftsmeldingstekst('Noen får ikke logget inn med ID-porten. Vi jobber med saken.'),
      kategori: 'FORSENDELSE',
      meldingType: 'ADVARSEL',
      startDato: day(-1),
      sluttDato: day(30),
      url: parseLenke(`${nettsted}/drift`),
      urlTekst: parseLenketekst('Følg med på driftsstatus'),
    });
    await message('planlagt', {
      innhold: parseDriftsmeldingstekst('Eiendomssiden er nede for vedlikehold neste måned, natt til onsdag.'),
      kategori: 'EIENDOM',
      meldingType: 'INFORMASJON',
      startDato: day(30),
      sluttDato: day(31),
    });
    await message('ferdig', {
      innhold: parseDriftsmeldingstekst('Fakturaer fra før 2024 finner du i nettbanken.'),
      kategori: 'FAKTURA',
      meldingType: 'INFORMASJON',
    });
  }

  private async index(integrasjonId: string, meldinger: readonly SentMelding[]): Promise<void> {
    const request = { actor: { kind: 'integrasjon', id: integrasjonId }, commandId: idOf(`command/index/${integrasjonId}`), correlationId: 'eksempler' } as const;
    await this.commands.execute(new IndexMeldinger(integrasjonId, meldinger, request));
  }

  private async person(text: string): Promise<Extract<Actor, { kind: 'person' }>> {
    const who = persona(text);
    if (who.kind !== 'person') throw new Error(`${text} is not a person`);
    return { kind: 'person', id: await this.persons.identify({ fnr: who.fnr, navn: who.navn }), innloggingsniva: who.innloggingsniva };
  }

  /** The stream of the first event in the log. Reservations do not count, because they come before what they are for. */
  private async first(): Promise<StreamId | undefined> {
    const aggregates = Object.keys(domain).filter((name) => name !== reservation.name);
    for await (const [event] of this.store.readAll({ filter: { aggregates }, pageSize: 1 })) return event?.stream;
    return undefined;
  }

  private async has(stream: StreamId): Promise<boolean> {
    for await (const _ of this.store.readStream(stream, { limit: 1 })) return true;
    return false;
  }

  private async send<A extends AggregateName>(
    actor: Actor,
    aggregate: A,
    tenant: string,
    id: string,
    command: CommandOf<Domain[A]>,
  ): Promise<void> {
    const data = JSON.stringify(command.data).replace(/"\d{4}-\d\d-\d\d[^"]*"/g, '""');
    const commandId = idOf(`command/${aggregate}/${tenant}/${id}/${command.type}/${data}`);
    // Times are left out of the fingerprint, because a resumed run sends other times in the same commands.
    await this.commands.execute(
      new Execute(aggregate, tenant, id, command, { actor, commandId, correlationId: 'eksempler' }, undefined, data),
    );
  }
}

function orgNumbered(nummer: string): { readonly id: string; readonly org: RegisteredOrganisation } {
  const org = organisationNumbered(nummer);
  if (!org) throw new Error(`No organisation is numbered ${nummer}`);
  return { id: fiksOrgIdOf(org), org };
}

/** An example host name made from a kommune's name. */
const hostName = (navn: string) =>
  `${navn
    .split(' - ')[0]!
    .toLowerCase()
    .replace(/[æøå]/g, (letter) => ({ æ: 'ae', ø: 'o', å: 'a' })[letter]!)
    .normalize('NFD')
    .replace(/[^a-z0-9]/g, '')}.kommune`;
