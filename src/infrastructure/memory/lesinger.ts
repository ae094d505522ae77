import { isBeyond, Lesinger, maxLesere, type Lesing, type Periode, type Tidssted } from '../../application/revisjon/lesinger.js';
import type { Instant } from '../../domain/values/instant.js';

/** The readings of the record in memory, for tests. */
export class MemoryLesinger extends Lesinger {
  private lesinger: readonly Lesing[] = [];

  write(lesing: Lesing): Promise<void> {
    if (!this.lesinger.some(({ id }) => id === lesing.id)) this.lesinger = [...this.lesinger, copied(lesing)];
    return Promise.resolve();
  }

  list(fiksOrg: string, { fra = '' as Instant, til = '~' as Instant }: Periode, antall: number, beyond?: Tidssted): Promise<readonly Lesing[]> {
    const found = this.lesinger.filter((one) => one.fiksOrg === fiksOrg && one.tidspunkt >= fra && one.tidspunkt < til && (!beyond || isBeyond(one, beyond)));
    return Promise.resolve(found.sort((a, b) => (isBeyond(a, b) ? 1 : -1)).slice(0, antall).map(copied));
  }

  of(leser: string, antall: number, beyond?: Tidssted): Promise<readonly Lesing[]> {
    const found = this.lesinger.filter((one) => one.leser === leser && (!beyond || isBeyond(one, beyond)));
    return Promise.resolve(found.sort((a, b) => (isBeyond(a, b) ? 1 : -1)).slice(0, antall).map(copied));
  }

  async readers(fiksOrg: string, periode: Required<Periode>) {
    const counts = new Map<string, number>();
    for (const { leser } of await this.list(fiksOrg, periode, Infinity)) counts.set(leser, (counts.get(leser) ?? 0) + 1);
    const all = [...counts].map(([leser, antall]) => ({ leser, antall }));
    return all.sort((a, b) => b.antall - a.antall || (a.leser < b.leser ? -1 : 1)).slice(0, maxLesere);
  }

  removeBefore(moment: Instant): Promise<void> {
    this.lesinger = this.lesinger.filter(({ tidspunkt }) => tidspunkt >= moment);
    return Promise.resolve();
  }
}

/** A copy through JSON, as a real store would return it. */
const copied = (lesing: Lesing): Lesing => JSON.parse(JSON.stringify(lesing)) as Lesing;
