import type { Instant } from '../../domain/values/instant.js';
import type { PersonId } from '../../domain/values/person-id.js';
import type { Uuid } from '../../domain/values/uuid.js';
import type { PageRequest } from './page.js';

/** The result of a search or lookup: OK (something was shown), TOMT (nothing found) or AVSLATT (refused). */
export const innsynsresultater = ['OK', 'TOMT', 'AVSLATT'] as const;
export type Innsynsresultat = (typeof innsynsresultater)[number];

/** One search by an integration on behalf of a citizen, or its lookup about her. Holds neither the search term nor the hits. */
export interface Innsynslinje {
  readonly id: Uuid;
  /** The citizen that the integration searched on behalf of, or looked up. */
  readonly innbygger: PersonId;
  readonly tidspunkt: Instant;
  /** The integration that searched. */
  readonly integrasjonId: string;
  /** fiksOrgIds of the organisations that let the integration search. Empty when it had the tilgang in none. */
  readonly fiksOrgIder: readonly string[];
  /** The orgnr of the organisation that the citizen acted for. */
  readonly onBehalfOf?: string;
  /** The kind of search: `mappe`, `multi`, `oppslag/dokument`, `matrikkel/finn-eiere` … */
  readonly sok: string;
  /** The purpose and legal basis, as the integration states them. */
  readonly formal: string;
  readonly resultat: Innsynsresultat;
  readonly requestId: string;
}

/**
 * A citizen's access log: it lists who has searched her documents or looked her up, and she can read it (docs/adr/0021, 0034).
 * It is kept outside the event log, because its lines are about persons, expire, and are deleted when the person is forgotten.
 */
export abstract class Innsynslogg {
  /** Resolves when the line is stored. Idempotent by the line's id. */
  abstract write(linje: Innsynslinje): Promise<void>;
  /** As `write`, for many lines in one round trip: all are stored, or none. */
  abstract writeAll(linjer: readonly Innsynslinje[]): Promise<void>;
  /** The citizen's lines, newest first, and their number over all pages. */
  abstract list(innbygger: PersonId, page: PageRequest): Promise<{ readonly linjer: readonly Innsynslinje[]; readonly antall: number }>;
  /** Deletes all lines of a citizen. Safe to repeat. */
  abstract forget(innbygger: PersonId): Promise<void>;
  /** Deletes the lines older than a moment. Safe to repeat. */
  abstract removeBefore(moment: Instant): Promise<void>;
}
