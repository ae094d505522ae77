import { readConfig } from '../../src/infrastructure/config.js';
import type { HealthReport } from '../../src/application/ports/health.js';
import { DevelopmentIssuer } from '../../src/infrastructure/development/development-issuer.js';
import { persona } from '../../src/infrastructure/development/personas.js';
import { ServerDatabase } from '../../src/infrastructure/postgres/server-database.js';
import { openStores } from '../../src/stores.js';
import { faultsIn } from './checks.js';
import { Client, openKommune, type OpenKommune } from './clients.js';
import { parts, type Copies, type Mixture, type Moment, type Part } from './copies.js';
import { Fleet } from './fleet.js';
import { Journal, type Entry } from './journal.js';
import type { Place } from './places.js';
import { Random } from './random.js';
import { Service, type Preload } from './service.js';
import { until } from './until.js';
import { freePort } from '../support/free-port.js';

// An operator puts parts of a service back to different moments, and starts it. Afterwards every acknowledged command that the log
// has is seen, none is seen that it has not, new ones are taken, and health has said what happened.

const alone = (part: Part, moment: Moment, others: Moment): Mixture => ({ log: others, database: others, index: others, [part]: moment });
/** One part is older or newer than the others, or empty. */
export const onePartApart: readonly Mixture[] = parts.flatMap((part) => [alone(part, 'older', 'newer'), alone(part, 'newer', 'older'), alone(part, 'empty', 'newer')]);
/** One part is of the same past as the others, and has gone on with other events. Its positions tell nothing. */
export const onePartElsewhere: readonly Mixture[] = parts.flatMap((part) => [alone(part, 'other', 'newer'), alone(part, 'newer', 'other')]);

const moments = ['empty', 'older', 'newer'] as const;
const isMixed = ({ log, database, index }: Mixture) => log !== database || log !== index;
const all = moments.flatMap((log) => moments.flatMap((database) => moments.map((index): Mixture => ({ log, database, index })))).filter(isMixed);
/**
 * The mixtures that each kind of storage can have. Where one database has the log, the views and the index, they are put back
 * together, and only a longer log can be imported: into what has its beginning, or into nothing.
 */
export const mixtures: Readonly<Record<'engines' | 'embedded', readonly Mixture[]>> = {
  engines: [...all, ...onePartElsewhere],
  embedded: [...all, ...onePartElsewhere].filter(({ log, database, index }) => database === index && includes(log, database)),
};
export const titleOf = (mixture: Mixture): string => parts.map((part) => `${part} ${mixture[part]}`).join(', ');

/** Whether a log of one moment has all that was taken from a log of another. */
function includes(one: Moment, other: Moment): boolean {
  return other === 'empty' || one === other || (other === 'older' && one !== 'empty');
}

/** The service says so when a part is put back under it. */
const signs: Readonly<Record<Part, RegExp>> = { log: /Loggen er en annen enn den som ble åpnet/, database: /Databasen er en annen enn den som ble åpnet/, index: /Bygges på nytt/ };

/** A person who becomes an auditor in each moment, so that an older database lacks one. Synthetic fødselsnumre. */
const auditors: Readonly<Record<Exclude<Moment, 'empty'>, string>> = { older: 'administrator:0301', newer: 'administrator:1103', other: 'administrator:5001' };
const administrator = 'administrator:4601';
const mark = (moment: string) => `merke ${moment}`;
/** The places where marks are seen. */
const sights = ['driftsmeldinger', 'kommunale-tjenester', 'search'] as const;

interface Settings {
  readonly seed: number;
  readonly say: (line: string) => void;
  readonly preload?: Preload;
}

/** An answer: its status, and the fields of its body that are looked at here. */
interface Answered {
  readonly status: number;
  readonly kode?: string;
  readonly token?: string;
  readonly treff?: readonly Row[];
  readonly hits?: readonly Row[];
}
interface Row {
  readonly innhold?: string;
  readonly tittel?: string;
}

/** A service that has been copied at each moment, and mixtures of the copies to start it from. */
export class Mixtures {
  private readonly journals = { empty: new Journal(), older: new Journal(), newer: new Journal(), other: new Journal() };
  private readonly ends = new Map<Moment, string>();
  private kommune!: OpenKommune;
  private runs = 0;

  private constructor(
    private readonly place: Place,
    private readonly copies: Copies,
    private readonly random: Random,
    private settings: Settings,
  ) {}

  /** Runs a service with clients from moment to moment, and copies it at each. The storage must be empty. */
  static async make(place: Place, copies: Copies, settings: Settings): Promise<Mixtures> {
    const made = new Mixtures(place, copies, new Random(settings.seed), settings);
    const { random } = made;
    await copies.keep('empty');
    const more = random.between(20, 60);
    await made.goOn('older', 'empty', random.between(20, 60));
    await made.goOn('newer', 'older', more);
    await made.goOn('other', 'older', more + random.between(20, 40));
    return made;
  }

  /** The same copies, with a service that has this preloaded. */
  with(preload: Preload): Mixtures {
    return Object.assign(Object.create(this) as Mixtures, { settings: { ...this.settings, preload } });
  }

  /** Starts the service from a mixture. Resolves with one text per fault. Kills the service at the first ones. */
  async faultsOf(mixture: Mixture): Promise<readonly string[]> {
    await this.copies.putBack(mixture);
    const service = this.service(this.settings.preload);
    // Nothing is built anew before the release, so the health and the lists of that time can be seen.
    const release = await holdBuilding(this.place);
    try {
      await service.start();
      const faults = release ? await this.faultsBefore(service, mixture) : [];
      if (faults.length > 0) return faults;
      await release?.();
      return await this.faultsAfter(service, mixture);
    } finally {
      await release?.();
      await service.end();
    }
  }

  /** Puts one part back while the service runs on what is newer. Resolves with one text per fault. */
  async faultsUnderway(part: Part, moment: Moment): Promise<readonly string[]> {
    const now = { log: 'newer', database: 'newer', index: 'newer' } as const;
    const then: Mixture = { ...now, [part]: moment };
    await this.copies.putBack(now);
    // The same port, because a process that begins anew listens anew.
    const service = this.service(this.settings.preload, { PORT: String(await freePort()) });
    try {
      await service.start();
      await this.followed(service);
      await this.copies.putBack(then, part);
      let told = part === 'database' && moment !== 'empty';
      await until(`the service sees that its ${part} is put back`, async () => {
        const seen = await Promise.all(sights.map((sight) => this.seen(service, sight).catch(() => undefined)));
        // Remembered, because only the last lines of the process are kept.
        told ||= service.hasSaid(signs[part]);
        // An empty log has no kommune, and an empty database no administrator: their lists are refused.
        const isRefused = then.log === 'empty' || then.database === 'empty';
        return told && seen.every((marks) => (marks === undefined ? isRefused : marks.join() === this.marksOf(then.log).join()));
      });
      return await this.faultsAfter(service, then);
    } finally {
      await service.end();
    }
  }

  private service(preload?: Preload, more: Readonly<Record<string, string>> = {}): Service {
    return new Service({ ...this.place.env, SEAL_INTERVAL: '200', ...more }, preload);
  }

  /** Runs clients from one moment to another, and copies it. */
  private async goOn(moment: Exclude<Moment, 'empty'>, from: Moment, commands: number): Promise<void> {
    if (moment !== 'older') await this.copies.putBack({ log: from, database: from, index: from });
    const service = this.service();
    try {
      await service.start();
      if (moment === 'older') this.kommune = await openKommune(new Fleet([service]), this.place.dataDir, '4601');
      await this.post(service, administrator, `/autorisasjon-update/api/v1/ressurs/${this.kommune.fiksOrgId}/tilganger`, { aktor: fnrOf(auditors[moment]), privilegium: 'REVISOR' });
      await this.publish(service, moment);
      await this.run(service, this.journals[moment], commands);
      const { loggposisjon, visninger } = await this.followed(service);
      this.ends.set(moment, loggposisjon!);
      this.settings.say(`${moment}: ${commands} commands more, the log ends at ${loggposisjon}, ${visninger.length} views`);
      await service.stop();
      await this.copies.keep(moment);
    } finally {
      await service.end();
    }
  }

  /** While nothing is built yet: health tells what is going to be, and nothing is shown that the log has not. */
  private async faultsBefore(service: Service, { log, database, index }: Mixture): Promise<string[]> {
    const faults: string[] = [];
    const report = await service.health();
    if (!report) return ['health says that the service is down'];
    const indexIsOlder = database !== 'empty' && index !== database && includes(database, index);
    const foreign = { views: !includes(log, database), index: !includes(log, database) || !includes(log, index) || indexIsOlder };
    for (const { navn, bygges } of report.visninger) {
      const expected = navn === 'innsynssok' ? foreign.index : foreign.views;
      if (expected !== (bygges !== undefined)) faults.push(`health says of ${navn} that it is ${bygges ? `built anew (${bygges.grunn})` : 'as it was'}`);
    }
    if ((foreign.views || foreign.index) && (report.status !== 'svekket' || !service.hasSaid(/Bygges på nytt, fordi det ikke er av denne loggen/))) faults.push(`nobody is told that something is built anew: ${report.status}`);
    for (const sight of sights) {
      const unwanted = ((await this.seen(service, sight)) ?? []).filter((one) => !this.marksOf(log).includes(one));
      if (unwanted.length > 0) faults.push(`${sight} shows ${unwanted.join()}, before anything is built`);
    }
    return faults;
  }

  /** Once all is built: what is seen, what health tells of the rest, and what a new command does. */
  private async faultsAfter(service: Service, { log, database }: Mixture): Promise<readonly string[]> {
    const faults: string[] = [];
    const expect = (what: string, expected: unknown, got: unknown) => { if (JSON.stringify(expected) !== JSON.stringify(got)) faults.push(`${what} is ${JSON.stringify(got)} instead of ${JSON.stringify(expected)}`); };
    const { forsegling, kontroll } = await this.followed(service);
    const nobody = database === 'empty' && log !== 'empty';
    expect('health: the sealing has stopped', database !== 'empty' && !includes(log, database), forsegling?.stoppet !== undefined);
    expect('health: persons are missing', log !== 'empty' && !includes(database, log), kontroll!.personerSomMangler > 0);
    expect('health: nobody administers', nobody ? [this.kommune.fiksOrgId] : [], kontroll!.utenAdministrator);
    if (!includes(log, 'newer') && log !== 'other') {
      const { status, kode } = await this.ask(service, 'plattform', 'GET', '/min-kommune/api/v1/organisasjoner', undefined, { 'Log-Position': this.ends.get('newer')! });
      expect('a Log-Position that this log has not', [422, 'UKJENT_LOG_POSITION'], [status, kode]);
    }
    if (nobody) await this.post(service, 'plattform', `/autorisasjon-update/api/v1/ressurs/${this.kommune.fiksOrgId}/tilganger`, { aktor: fnrOf(administrator), privilegium: 'ADMIN' });
    // An empty log has no kommune. The same one is opened in it.
    if (log === 'empty') await openKommune(new Fleet([service]), this.place.dataDir, '4601');
    for (const sight of sights) expect(sight, this.marksOf(log), await this.seen(service, sight));
    const journal = new Journal();
    await this.publish(service, 'nytt');
    await this.run(service, journal, 5);
    await this.followed(service);
    for (const sight of sights) expect(`${sight} after new commands`, [...this.marksOf(log), mark('nytt')].sort(), await this.seen(service, sight));
    await service.stop();
    const stores = await openStores(readConfig({ NODE_ENV: 'test', ...this.place.env }));
    try {
      const byClients = `s${this.settings.seed}-`;
      const deep = await faultsIn(stores, [...this.entriesOf(log), ...journal.entries], ({ metadata }) => metadata.correlationId.startsWith(byClients));
      return [...faults, ...journal.faults, ...deep.faults];
    } finally {
      await stores.close();
    }
  }

  /** The commands of the clients up to a moment. */
  private entriesOf(moment: Moment): readonly Entry[] {
    return [...(includes(moment, 'older') ? this.journals.older.entries : []), ...(moment === 'older' ? [] : this.journals[moment].entries)];
  }

  private marksOf(moment: Moment): readonly string[] {
    return (['newer', 'older', 'other'] as const).filter((one) => includes(moment, one)).map(mark);
  }

  /** Clients send commands until this many are acknowledged. */
  private async run(service: Service, journal: Journal, commands: number): Promise<void> {
    const over = new AbortController();
    const fleet = new Fleet([service]);
    const name = `s${this.settings.seed}-${++this.runs}`;
    const running = Promise.all(Array.from({ length: 3 }, (_, n) => new Client(`${name}-k${n}`, this.kommune, fleet, journal, this.random.fork()).run(over.signal)));
    await Promise.race([journal.more(commands), running]);
    over.abort();
    await running;
  }

  private async publish(service: Service, moment: string): Promise<void> {
    const own = `/min-kommune/api/v1/${this.kommune.fiksOrgId}`;
    await this.post(service, administrator, `${own}/driftsmeldinger`, { innhold: mark(moment), kategori: 'SAK', meldingType: 'FEIL' });
    await this.post(service, administrator, `${own}/kommunale-tjenester`, { tittel: mark(moment), lenke: 'https://www.kommune.no/merke', rettetMot: 'PERSON' });
  }

  /** Waits until the views, the search and the sealing have followed the log, and the log has been checked. */
  private async followed(service: Service): Promise<HealthReport> {
    let report: HealthReport | undefined;
    await until('all that stands beside the log has followed it', async () => {
      report = await service.health();
      const { kontroll, sok, visninger = [], forsegling } = report ?? {};
      return kontroll !== undefined && sok === 'oppe' && visninger.every(({ etterslep, bygges }) => etterslep === 0 && !bygges) && (forsegling?.stoppet !== undefined || forsegling?.etterslep === 0);
    });
    return report!;
  }

  /** The marks that a list or the search shows, sorted. Undefined when it is not answered, or this person may not see it. */
  private async seen(service: Service, sight: (typeof sights)[number]): Promise<readonly string[] | undefined> {
    const found = sight === 'search' ? await this.search(service) : await this.ask(service, administrator, 'GET', `/min-kommune/api/v1/${this.kommune.fiksOrgId}/${sight}?antall=500`);
    const rows = found.treff ?? found.hits;
    return rows?.map(({ innhold, tittel }) => innhold ?? tittel ?? '').filter((text) => text.startsWith('merke ')).sort();
  }

  private async search(service: Service): Promise<Answered> {
    const { token = '' } = await this.ask(service, 'innbygger:12818510088', 'POST', '/innsyn-sok/api/v1/token');
    return this.ask(service, { token }, 'POST', '/sok/indexes/innsyn/search', { q: 'merke', limit: 100 });
  }

  private async post(service: Service, who: string, path: string, body: object): Promise<void> {
    const { status, ...answer } = await this.ask(service, who, 'POST', path, body);
    if (status >= 300) throw new Error(`${path} was answered with ${status} ${JSON.stringify(answer)}`);
  }

  /** Asks as a person of the development issuer, or with a token. Resolves with the status, and the fields of the body. */
  private async ask(service: Service, who: string | { readonly token: string }, method: string, path: string, body?: object, headers: Readonly<Record<string, string>> = {}): Promise<Answered> {
    const token = typeof who === 'string' ? await DevelopmentIssuer.open({ dataDir: this.place.dataDir }).issue(persona(who)) : who.token;
    const answer = await fetch(`${await service.address()}${path}`, {
      method,
      headers: { Authorization: `Bearer ${token}`, ...(body && { 'Content-Type': 'application/json' }), ...headers },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { ...(text === '' ? {} : (JSON.parse(text) as object)), status: answer.status };
  }
}

const fnrOf = (who: string): string => (persona(who) as { readonly fnr: string }).fnr;

/** Holds the leases of the views and of the search index, as another process does. Resolves with their release. Not possible on the embedded database, which one process has. */
async function holdBuilding({ env }: Place): Promise<(() => Promise<void>) | undefined> {
  const url = env['DATABASE_URL'];
  if (url === undefined) return undefined;
  const database = new ServerDatabase(url);
  for (const name of ['views', 'innsynssok']) if (!(await database.tryLock(`keeps ${name}`))) throw new Error(`Another process holds ${name}`);
  let released: Promise<void> | undefined;
  return () => (released ??= database.close());
}
