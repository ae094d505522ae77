import { v5 as uuidv5 } from 'uuid';
import { streamName } from '../../src/application/ports/event-store.js';
import { kategorier, meldingTyper } from '../../src/domain/driftsmelding.js';
import { DevelopmentIssuer } from '../../src/infrastructure/development/development-issuer.js';
import { fiksOrgIdOf, organisationNumbered } from '../../src/infrastructure/development/organisasjoner.js';
import { persona } from '../../src/infrastructure/development/personas.js';
import type { Fleet } from './fleet.js';
import type { Entry, Journal } from './journal.js';
import type { Random } from './random.js';

/** The kinds of objects that clients create and change, each with its own paths and bodies. */
const kinds = {
  driftsmeldinger: {
    aggregate: 'driftsmelding',
    content: (text: string, random: Random) => ({
      innhold: text,
      kategori: random.pick(kategorier),
      meldingType: random.pick(meldingTyper),
    }),
    change: { method: 'PUT', whole: true },
  },
  'kommunale-tjenester': {
    aggregate: 'kommunalTjeneste',
    content: (text: string) => ({ tittel: text, lenke: 'https://www.kommune.no/tjeneste', rettetMot: 'PERSON' }),
    change: { method: 'PATCH', whole: false },
  },
  eiendomslenker: {
    aggregate: 'eiendomslenke',
    content: (text: string) => ({ tittel: text, mal: 'https://www.kommune.no/{gardsnummer}/{bruksnummer}' }),
    change: { method: 'PATCH', whole: false },
  },
} as const;
type Kind = keyof typeof kinds;
const kindNames = Object.keys(kinds) as Kind[];

interface Thing {
  readonly kind: Kind;
  readonly id: string;
  starred: boolean;
  /** Only for objects of the client's own, because other clients change the shared ones. */
  revision?: bigint;
}

interface Command {
  readonly method: string;
  readonly path: string;
  readonly thing: Thing;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
}

type Answer =
  | { readonly kind: 'acknowledged'; readonly revision: bigint; readonly position: bigint }
  | { readonly kind: 'refused' }
  | { readonly kind: 'unknown' };

/** A kommune with open undertjenester, and the objects in it that all its clients change. */
export interface OpenKommune {
  readonly fiksOrgId: string;
  readonly token: string;
  readonly shared: readonly Thing[];
}

/** A client sends one command after another, sometimes eight at once, and retries each until it is answered. */
export class Client {
  private readonly own: Thing[] = [];
  private count = 0;

  constructor(
    private readonly name: string,
    private readonly kommune: OpenKommune,
    private readonly fleet: Fleet,
    private readonly journal: Journal,
    private readonly random: Random,
  ) {}

  /** Sends commands until `over` aborts. Finishes the command in progress. */
  async run(over: AbortSignal): Promise<void> {
    while (!over.aborted) await this.turn();
  }

  private async turn(): Promise<void> {
    const { random, own } = this;
    if (own.length < 3) return this.create();
    if (own.length > 10) return this.remove();
    const what = random.next();
    if (what < 0.05) await Promise.all(Array.from({ length: 8 }, () => this.create()));
    else if (what < 0.2) await this.create();
    else if (what < 0.4) await this.remove();
    else if (what < 0.6) await this.change(random.pick(own));
    else if (what < 0.75) await this.special(random.pick(own));
    else await this.change(random.pick(this.kommune.shared));
  }

  private async create(): Promise<void> {
    const thing: Thing = { kind: this.random.pick(kindNames), id: idOf(`${this.name} ${this.count++}`), starred: false };
    const body = { id: thing.id, ...kinds[thing.kind].content(this.text(), this.random) };
    if ((await this.perform({ method: 'POST', path: '', thing, body })) === 'acknowledged') this.own.push(thing);
  }

  private async change(thing: Thing): Promise<void> {
    const { content, change } = kinds[thing.kind];
    const all = content(this.text(), this.random);
    const body = change.whole || this.random.chance(0.3) ? all : { tittel: (all as { tittel: string }).tittel };
    await this.perform({ method: change.method, path: `/${thing.id}`, thing, body });
  }

  /** Sends a command that only one kind has: a period for driftsmeldinger, a star for tjenester. */
  private async special(thing: Thing): Promise<void> {
    if (thing.kind === 'driftsmeldinger') {
      const startDato = new Date(Date.UTC(2026, 0, 1) + this.count++ * 60_000).toISOString();
      await this.perform({ method: 'PUT', path: `/${thing.id}/periode`, thing, body: { startDato } });
    } else if (thing.kind === 'kommunale-tjenester') {
      const method = thing.starred ? 'DELETE' : 'PUT';
      if ((await this.perform({ method, path: `/${thing.id}/stjerne`, thing })) === 'acknowledged') thing.starred = !thing.starred;
    } else await this.change(thing);
  }

  private async remove(): Promise<void> {
    const thing = this.random.pick(this.own);
    await this.perform({ method: 'DELETE', path: `/${thing.id}`, thing });
    this.forget(thing);
  }

  /** A text that is never used again, so that every command yields an event. */
  private text(): string {
    return `${this.name}, nummer ${this.count++}`;
  }

  private forget(thing: Thing): void {
    const index = this.own.indexOf(thing);
    if (index >= 0) this.own.splice(index, 1);
  }

  /**
   * Retries the command, with one idempotency key, until it is answered. Now and then sends it twice at once, or gives up after
   * the first try. Throws after 100 tries.
   */
  private async perform(command: Command): Promise<Entry['outcome']> {
    const { random, fleet } = this;
    const { thing } = command;
    const key = `${this.name}-${this.count++}`;
    const { aggregate } = kinds[thing.kind];
    const shared = this.kommune.shared.includes(thing);
    const entry = this.journal.begin(key, streamName({ aggregate, tenant: this.kommune.fiksOrgId, id: thing.id }), shared);
    const conditional = thing.revision !== undefined && random.chance(0.3);
    const asked: Command = conditional ? { ...command, headers: { 'If-Match': `"${thing.revision}"` } } : command;
    const givesUp = random.chance(0.1);
    const asking = random.chance(0.15) ? 2 : 1;
    for (let attempt = 1; ; attempt++) {
      const answers = await Promise.all(Array.from({ length: asking }, () => this.send(key, asked)));
      const known = answers.filter(({ kind }) => kind !== 'unknown');
      if (new Set(known.map((one) => (one.kind === 'acknowledged' ? `${one.position} ${shared ? '' : one.revision}` : one.kind))).size > 1)
        this.journal.faults.push(`${key}, sent twice at once, was answered in two ways`);
      if (known[0]) {
        const { kind: outcome, ...where } = known[0];
        Object.assign(entry, { outcome, ...where });
        if (known[0].kind === 'acknowledged') {
          this.journal.acknowledged++;
          if (!shared) thing.revision = known[0].revision;
        }
        return entry.outcome;
      }
      if (givesUp) {
        this.forget(thing); // its state is unknown from now on
        return 'unknown';
      }
      if (attempt === 100) throw new Error(`${key} was sent ${attempt} times and never answered`);
      await fleet.healthy();
    }
  }

  private async send(key: string, { method, path, thing, body, headers }: Command): Promise<Answer> {
    const { journal } = this;
    let response: Response;
    let problem: { readonly kode?: string } = {};
    try {
      response = await fetch(`${await this.fleet.address()}${ownPath(this.kommune.fiksOrgId, thing.kind)}${path}`, {
        method,
        headers: {
          Authorization: `Bearer ${this.kommune.token}`,
          'Idempotency-Key': key,
          'X-Request-Id': key,
          ...(body && { 'Content-Type': 'application/json' }),
          ...headers,
        },
        ...(body && { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(20_000),
      });
      const text = await response.text();
      if (!response.ok) problem = JSON.parse(text) as typeof problem;
    } catch (error) {
      const { name, cause } = error as Error;
      journal.count(name === 'TypeError' ? `connection: ${(cause as { code?: string } | undefined)?.code ?? String(cause)}` : name);
      if (!['TypeError', 'TimeoutError'].includes(name)) throw error;
      journal.unanswered++;
      return { kind: 'unknown' };
    }
    const [revision, position] = [response.headers.get('etag'), response.headers.get('log-position')];
    if (response.ok && revision && position) return { kind: 'acknowledged', revision: BigInt(revision.slice(1, -1)), position: BigInt(position) };
    const answer = `${response.status} ${problem.kode}`;
    journal.count(answer);
    if (answer === '409 SAMTIDIGE_ENDRINGER') return { kind: 'refused' };
    if (response.status !== 503) journal.faults.push(`${method} ${thing.kind}${path} (${key}) was answered with ${answer}`);
    if (response.status < 500) return { kind: 'refused' };
    journal.unanswered++;
    return { kind: 'unknown' };
  }
}

const ownPath = (fiksOrgId: string, kind: Kind) => `/min-kommune/api/v1/${fiksOrgId}/${kind}`;
const idOf = (name: string) => uuidv5(name, 'c6e7d9b4-0e0f-4a53-9b1d-3a2c7f5e8d10');

/** Opens the undertjenester of a kommune through the API, and creates the shared objects. */
export async function openKommune(fleet: Fleet, dataDir: string, nummer: string): Promise<OpenKommune> {
  const issuer = DevelopmentIssuer.open({ dataDir });
  const who = persona(`administrator:${nummer}`);
  if (who.kind !== 'person') throw new Error('An administrator is a person');
  const [plattform, token] = await Promise.all([issuer.issue(persona('plattform')), issuer.issue(who)]);
  const organisation = organisationNumbered(nummer)!;
  const { type, navn, orgnr } = organisation;
  const fiksOrgId = fiksOrgIdOf(organisation);
  const url = await fleet.address();
  const post = async (bearer: string, path: string, body?: object) => {
    const answer = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${bearer}`, ...(body && { 'Content-Type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${path} was answered with ${answer.status}: ${await answer.text()}`);
  };
  const avtale = { avtaleUuid: 'd2f1a3c4-2b0e-4c55-9a64-0d8b7a1e6f10', fiksOrgId };
  await post(plattform, '/min-kommune/api/v1/organisasjoner', { fiksOrgId, type, navn, orgnr, kommunenr: nummer });
  await post(plattform, '/avtale/api/v1/avtaler', { ...avtale, tjenestekode: 'HOVEDAVTALE' });
  await post(plattform, `/autorisasjon-update/api/v1/ressurs/${fiksOrgId}/tilganger`, { aktor: who.fnr, privilegium: 'ADMIN' });
  await post(token, `/konfigurasjon/api/v1/organisasjoner/${fiksOrgId}/tjenester/MIN_KOMMUNE/initialiser`);
  await post(plattform, '/avtale/api/v1/avtaler', { ...avtale, tjenestekode: 'MIN_KOMMUNE' });
  const shared = kindNames.map((kind): Thing => ({ kind, id: idOf(`${nummer} ${kind}`), starred: false }));
  for (const { kind, id } of shared) {
    const content = kind === 'driftsmeldinger' ? { innhold: 'Felles', kategori: 'SAK', meldingType: 'FEIL' } : kinds[kind].content('Felles');
    await post(token, ownPath(fiksOrgId, kind), { id, ...content });
  }
  return { fiksOrgId, token, shared };
}
