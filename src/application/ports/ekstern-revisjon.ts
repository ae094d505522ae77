import type { Instant } from '../../domain/values/instant.js';
import type { PersonId } from '../../domain/values/person-id.js';
import type { Uuid } from '../../domain/values/uuid.js';

/** One action in another system, as that system tells it. */
export interface EksternRevisjonslinje {
  readonly id: Uuid;
  readonly tidspunkt: Instant;
  readonly fiksOrg: string;
  /** The code of the service, as the other system writes it. */
  readonly tjeneste: string;
  readonly underRessurs?: string;
  readonly requestId?: string;
  /** A reference to the actor: `person:<id>`, `integrasjon:<id>`, `virksomhet:<orgnr>` or `klient:<text>`. */
  readonly principal: string;
  readonly onBehalfOf?: string;
  readonly handling: string;
  readonly payload?: string;
}

/** A filter of one organisation's lines. All conditions must be met. `fraDato` is inclusive, `tilDato` exclusive. */
export interface EksternRevisjonssok {
  readonly fiksOrg: string;
  /** Space-separated words that the line's texts must contain, in any letter case. */
  readonly term?: string;
  readonly fraDato?: string;
  readonly tilDato?: string;
  readonly tjenester?: readonly string[];
  readonly underRessurser?: readonly string[];
  readonly requestIder?: readonly string[];
}

/** A part of the lines that a filter finds, ordered by time. */
export interface EksternRevisjonsside {
  readonly offset: number;
  readonly limit: number;
  readonly eldsteForst: boolean;
  /** Skips the count of all lines. `antall` is then a lower bound, as in `DocumentQuery`. */
  readonly skipCount?: boolean;
}

/**
 * The audit lines that other systems have written about an organisation (docs/adr/0039). They are kept outside the event log,
 * because they are free text of others, expire, and are deleted with the persons that they name.
 */
export abstract class EksternRevisjon {
  /** Resolves when the line is stored. Idempotent by the line's id. */
  abstract write(linje: EksternRevisjonslinje): Promise<void>;
  /** A part of the lines found, and their number in all, unless the count is skipped. */
  abstract find(sok: EksternRevisjonssok, side: EksternRevisjonsside): Promise<{ readonly linjer: readonly EksternRevisjonslinje[]; readonly antall: number }>;
  /** The number of lines found for each value of a field. */
  abstract facet(sok: EksternRevisjonssok, field: 'tjeneste' | 'underRessurs'): Promise<readonly { readonly verdi: string; readonly antall: number }[]>;
  /** Deletes all lines that name the person as actor, or as the one that she acted for. Safe to repeat. */
  abstract forget(person: PersonId): Promise<void>;
  /** Deletes the lines older than a moment. Safe to repeat. */
  abstract removeBefore(moment: Instant): Promise<void>;
}

/** The words of a term, in lower case. */
export const wordsOf = (term = ''): readonly string[] => term.toLocaleLowerCase('nb').split(/\s+/).filter(Boolean);

/** The texts of a line that its words are searched in, in lower case. */
export const searchTextOf = ({ tjeneste, requestId = '', principal, onBehalfOf = '', handling, payload = '' }: EksternRevisjonslinje): string =>
  [tjeneste, requestId, principal, onBehalfOf, handling, payload].join('\n').toLocaleLowerCase('nb');
