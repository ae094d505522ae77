import { Innsynslogg, type Innsynslinje } from '../../application/ports/innsynslogg.js';
import type { PageRequest } from '../../application/ports/page.js';
import type { Instant } from '../../domain/values/instant.js';
import type { PersonId } from '../../domain/values/person-id.js';

/** The innsynslogg in memory, for tests. */
export class MemoryInnsynslogg extends Innsynslogg {
  private linjer: readonly Innsynslinje[] = [];

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

const newestFirst = (a: Innsynslinje, b: Innsynslinje) =>
  a.tidspunkt === b.tidspunkt ? (a.id < b.id ? -1 : 1) : a.tidspunkt > b.tidspunkt ? -1 : 1;
