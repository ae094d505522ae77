import { EksternRevisjon, searchTextOf, wordsOf, type EksternRevisjonslinje, type EksternRevisjonsside, type EksternRevisjonssok } from '../../application/ports/ekstern-revisjon.js';
import type { Instant } from '../../domain/values/instant.js';
import type { PersonId } from '../../domain/values/person-id.js';

/** The audit lines of other systems in memory, for tests. */
export class MemoryEksternRevisjon extends EksternRevisjon {
  private linjer: readonly EksternRevisjonslinje[] = [];

  write(linje: EksternRevisjonslinje): Promise<void> {
    if (!this.linjer.some(({ id }) => id === linje.id)) this.linjer = [...this.linjer, linje];
    return Promise.resolve();
  }

  find(sok: EksternRevisjonssok, { offset, limit, eldsteForst, skipCount }: EksternRevisjonsside) {
    const oldestFirst = this.found(sok).sort((a, b) => (`${a.tidspunkt}${a.id}` < `${b.tidspunkt}${b.id}` ? -1 : 1));
    const ordered = eldsteForst ? oldestFirst : oldestFirst.reverse();
    const linjer = ordered.slice(offset, offset + limit);
    return Promise.resolve({ linjer, antall: skipCount ? offset + linjer.length : ordered.length });
  }

  facet(sok: EksternRevisjonssok, field: 'tjeneste' | 'underRessurs') {
    const counts = new Map<string, number>();
    for (const { [field]: verdi } of this.found(sok)) if (verdi !== undefined) counts.set(verdi, (counts.get(verdi) ?? 0) + 1);
    return Promise.resolve([...counts].map(([verdi, antall]) => ({ verdi, antall })));
  }

  forget(person: PersonId): Promise<void> {
    this.linjer = this.linjer.filter(({ principal, onBehalfOf }) => ![principal, onBehalfOf].includes(`person:${person}`));
    return Promise.resolve();
  }

  removeBefore(moment: Instant): Promise<void> {
    this.linjer = this.linjer.filter(({ tidspunkt }) => tidspunkt >= moment);
    return Promise.resolve();
  }

  private found({ fiksOrg, term, fraDato = '', tilDato = '~', tjenester, underRessurser, requestIder }: EksternRevisjonssok) {
    const among = (values: readonly string[] | undefined, value: string | undefined) => !values || (value !== undefined && values.includes(value));
    return this.linjer.filter(
      (linje) =>
        linje.fiksOrg === fiksOrg &&
        linje.tidspunkt >= fraDato &&
        linje.tidspunkt < tilDato &&
        among(tjenester, linje.tjeneste) &&
        among(underRessurser, linje.underRessurs) &&
        among(requestIder, linje.requestId) &&
        wordsOf(term).every((word) => searchTextOf(linje).includes(word)),
    );
  }
}
