import type { Instant } from '../../domain/values/instant.js';
import type { PersonId } from '../../domain/values/person-id.js';
import type { Uuid } from '../../domain/values/uuid.js';
import type { PageRequest } from './page.js';

/** What became of a look: something was shown, nothing was found, or it was refused. */
export const innsynsresultater = ['OK', 'TOMT', 'AVSLATT'] as const;
export type Innsynsresultat = (typeof innsynsresultater)[number];

/** That somebody looked, on behalf of a citizen. Never what was looked for, nor what was shown. */
export interface Innsynslinje {
  readonly id: Uuid;
  /** The citizen who was looked for. */
  readonly innbygger: PersonId;
  readonly tidspunkt: Instant;
  /** The integration that looked. */
  readonly integrasjonId: string;
  /** The organisations that it looked for, and whose documents it could get; none when it was refused. */
  readonly fiksOrgIder: readonly string[];
  /** The organisation (orgnr) that the citizen acted for. */
  readonly onBehalfOf?: string;
  /** Which search: `mappe`, `multi`, `oppslag/dokument` … */
  readonly sok: string;
  /** Why: purpose and legal basis. */
  readonly formal: string;
  readonly resultat: Innsynsresultat;
  readonly requestId: string;
}

/**
 * The log of looks into what concerns a citizen, which she can read (docs/adr/0021). Beside the event log, not in it: it
 * is about persons, has an end, and is forgotten with the person.
 */
export abstract class Innsynslogg {
  /** Resolves when the line is kept. Safe to repeat: a line with the same id is kept once. */
  abstract write(linje: Innsynslinje): Promise<void>;
  /** The lines of one citizen, newest first, and how many there are in all pages. */
  abstract list(innbygger: PersonId, page: PageRequest): Promise<{ readonly linjer: readonly Innsynslinje[]; readonly antall: number }>;
  /** Removes every line of a citizen. Safe to repeat. */
  abstract forget(innbygger: PersonId): Promise<void>;
  /** Removes the lines from before a moment. Safe to repeat. */
  abstract removeBefore(moment: Instant): Promise<void>;
}
