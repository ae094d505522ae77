import { Innsynslogg, maxMonsterlinjer, maxMonstre, minsteGjentakelse, type Innsynslinje, type Innsynsmonstre, type Innsynsutvalg, type SaltetLinje } from '../../application/ports/innsynslogg.js';
import type { PageRequest } from '../../application/ports/page.js';
import type { Instant } from '../../domain/values/instant.js';
import type { PersonId } from '../../domain/values/person-id.js';
import type { Uuid } from '../../domain/values/uuid.js';

/** The innsynslogg in memory, for tests. */
export class MemoryInnsynslogg extends Innsynslogg {
  private linjer: readonly Innsynslinje[] = [];
  private readonly salts = new Map<Uuid, { readonly nummer: number; readonly salt: Uint8Array }>();
  private readonly hashes: Uint8Array[] = [];

  write(linje: Innsynslinje): Promise<void> {
    if (!this.linjer.some(({ id }) => id === linje.id)) this.linjer = [...this.linjer, copied(linje)];
    return Promise.resolve();
  }

  async writeAll(linjer: readonly Innsynslinje[]): Promise<void> {
    for (const linje of linjer) await this.write(linje);
  }

  list(innbygger: PersonId, { fra, antall }: PageRequest) {
    const hers = this.linjer.filter((linje) => linje.innbygger === innbygger).sort(newestFirst);
    return Promise.resolve({ linjer: hers.slice(fra, fra + antall).map(copied), antall: hers.length });
  }

  find(utvalg: Innsynsutvalg, antall: number, beyond?: Pick<Innsynslinje, 'tidspunkt' | 'id'>): Promise<readonly Innsynslinje[]> {
    const found = this.selected(utvalg).filter((linje) => !beyond || newestFirst(beyond, linje) < 0);
    return Promise.resolve(found.slice(0, antall).map(copied));
  }

  patterns(utvalg: Innsynsutvalg): Promise<Innsynsmonstre> {
    const all = this.selected(utvalg);
    const linjer = all.slice(0, maxMonsterlinjer);
    const integrasjoner = [...grouped(linjer, ({ integrasjonId }) => integrasjonId)].map(([integrasjonId, hers]) => ({
      integrasjonId,
      antall: hers.length,
      avslatt: hers.filter(({ resultat }) => resultat === 'AVSLATT').length,
      innbyggere: new Set(hers.map(({ innbygger }) => innbygger)).size,
      utenforArbeidstid: hers.filter(({ tidspunkt }) => !isWorkingTime(tidspunkt)).length,
    }));
    const gjentakelser = [...grouped(linjer, ({ innbygger, integrasjonId }) => `${innbygger} ${integrasjonId}`).values()]
      .filter((hers) => hers.length >= minsteGjentakelse)
      .map((hers) => ({ innbygger: hers[0]!.innbygger, integrasjonId: hers[0]!.integrasjonId, antall: hers.length, forste: hers.at(-1)!.tidspunkt, siste: hers[0]!.tidspunkt }));
    const timer = Array.from({ length: 24 }, (_, hour) => linjer.filter(({ tidspunkt }) => norwegian(tidspunkt).getUTCHours() === hour).length);
    const mostFirst = <T extends { readonly antall: number }>(many: T[], id: (one: T) => string) => many.sort((a, b) => b.antall - a.antall || (id(a) < id(b) ? -1 : 1)).slice(0, maxMonstre);
    return Promise.resolve({
      antall: linjer.length,
      avkortet: all.length > linjer.length,
      integrasjoner: mostFirst(integrasjoner, (one) => one.integrasjonId),
      timer,
      gjentakelser: mostFirst(gjentakelser, (one) => `${one.innbygger} ${one.integrasjonId}`),
    });
  }

  private selected({ fiksOrgId, egneIntegrasjoner, fra, til, integrasjonId, innbygger, resultat }: Innsynsutvalg): readonly Innsynslinje[] {
    const isAbout = (linje: Innsynslinje) => linje.fiksOrgIder.includes(fiksOrgId) || (linje.fiksOrgIder.length === 0 && egneIntegrasjoner.includes(linje.integrasjonId));
    const among = (wanted: string | undefined, value: string) => wanted === undefined || wanted === value;
    return this.linjer
      .filter((linje) => isAbout(linje) && linje.tidspunkt >= fra && linje.tidspunkt < til && among(integrasjonId, linje.integrasjonId) && among(innbygger, linje.innbygger) && among(resultat, linje.resultat))
      .sort(newestFirst);
  }

  unsealed(before: Instant, limit: number): Promise<readonly Innsynslinje[]> {
    const found = this.linjer.filter(({ id, tidspunkt }) => tidspunkt < before && !this.salts.has(id));
    return Promise.resolve(found.sort((a, b) => (`${a.tidspunkt}${a.id}` < `${b.tidspunkt}${b.id}` ? -1 : 1)).slice(0, limit).map(copied));
  }

  seal(leaves: readonly { readonly id: Uuid; readonly salt: Uint8Array; readonly hash: Uint8Array }[]): Promise<void> {
    const given = new Map(leaves.map((one) => [one.id, one]));
    const found = this.linjer.filter(({ id }) => given.has(id) && !this.salts.has(id));
    for (const { id } of found.sort((a, b) => (`${a.tidspunkt}${a.id}` < `${b.tidspunkt}${b.id}` ? -1 : 1))) {
      this.salts.set(id, { nummer: this.hashes.length, salt: given.get(id)!.salt });
      this.hashes.push(given.get(id)!.hash);
    }
    return Promise.resolve();
  }

  leaves(from: number, limit: number): Promise<readonly Uint8Array[]> {
    return Promise.resolve(this.hashes.slice(from, from + limit));
  }

  sealedLine(id: Uuid): Promise<SaltetLinje | undefined> {
    const [linje, salted] = [this.linjer.find((one) => one.id === id), this.salts.get(id)];
    return Promise.resolve(linje && salted && { ...salted, linje: copied(linje) });
  }

  forget(innbygger: PersonId): Promise<void> {
    this.linjer = this.linjer.filter((linje) => linje.innbygger !== innbygger);
    return Promise.resolve();
  }

  removeBefore(moment: Instant): Promise<void> {
    this.linjer = this.linjer.filter(({ tidspunkt }) => tidspunkt >= moment);
    return Promise.resolve();
  }
}

/** A copy through JSON, as a real store would return it. */
const copied = (linje: Innsynslinje) => JSON.parse(JSON.stringify(linje)) as Innsynslinje;

const inOslo = new Intl.DateTimeFormat('sv', { timeZone: 'Europe/Oslo', dateStyle: 'short', timeStyle: 'medium' });
/** The time in Norway, as if it were UTC. */
const norwegian = (moment: Instant): Date => new Date(`${inOslo.format(Date.parse(moment)).replace(' ', 'T')}Z`);

function isWorkingTime(moment: Instant): boolean {
  const local = norwegian(moment);
  return local.getUTCDay() % 6 !== 0 && local.getUTCHours() >= 7 && local.getUTCHours() < 17;
}

function grouped(linjer: readonly Innsynslinje[], keyOf: (linje: Innsynslinje) => string): ReadonlyMap<string, readonly Innsynslinje[]> {
  const groups = new Map<string, Innsynslinje[]>();
  for (const linje of linjer) groups.set(keyOf(linje), [...(groups.get(keyOf(linje)) ?? []), linje]);
  return groups;
}

const newestFirst = (a: Pick<Innsynslinje, 'tidspunkt' | 'id'>, b: Pick<Innsynslinje, 'tidspunkt' | 'id'>) =>
  a.tidspunkt === b.tidspunkt ? (a.id < b.id ? -1 : 1) : a.tidspunkt > b.tidspunkt ? -1 : 1;
