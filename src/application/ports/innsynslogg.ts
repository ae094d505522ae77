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

/** A selection of the lines about one organisation. All conditions must be met. `fra` is inclusive, `til` exclusive. */
export interface Innsynsutvalg {
  /** The organisation that a line names. */
  readonly fiksOrgId: string;
  /** The organisation's own integrations, because a refused search names no organisation. */
  readonly egneIntegrasjoner: readonly string[];
  readonly fra: Instant;
  readonly til: Instant;
  readonly integrasjonId?: string;
  readonly innbygger?: string;
  readonly resultat?: Innsynsresultat;
}

/** The use of one integration. */
export interface Integrasjonsbruk {
  readonly integrasjonId: string;
  readonly antall: number;
  readonly avslatt: number;
  /** The number of different citizens. */
  readonly innbyggere: number;
  /** The number outside of 07–17 on weekdays in Norway. */
  readonly utenforArbeidstid: number;
}

/** A citizen whom the same integration has searched for several times. */
export interface Gjentakelse {
  readonly innbygger: PersonId;
  readonly integrasjonId: string;
  readonly antall: number;
  readonly forste: Instant;
  readonly siste: Instant;
}

/** Patterns in a selection. */
export interface Innsynsmonstre {
  readonly antall: number;
  /** Whether the selection has more lines than are looked at. The newest ones are. */
  readonly avkortet: boolean;
  /** The integrations with the most lines. */
  readonly integrasjoner: readonly Integrasjonsbruk[];
  /** The number of lines in each hour of the day in Norway, from 0 to 23. */
  readonly timer: readonly number[];
  /** The citizens that came back most often. */
  readonly gjentakelser: readonly Gjentakelse[];
}

/** The most lines that patterns are looked for in, and the most integrations and citizens that are listed. */
export const maxMonsterlinjer = 200_000;
export const maxMonstre = 50;
/** The number of lines of an integration about the same citizen that makes a pattern. */
export const minsteGjentakelse = 5;

/** A line whose leaf is in the tree over the innsynslogg, with what connects the two. */
export interface SaltetLinje {
  /** The number of the leaf, from 0. */
  readonly nummer: number;
  readonly salt: Uint8Array;
  readonly linje: Innsynslinje;
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
  /** The lines of a selection, newest first, beyond a place. */
  abstract find(utvalg: Innsynsutvalg, antall: number, beyond?: Pick<Innsynslinje, 'tidspunkt' | 'id'>): Promise<readonly Innsynslinje[]>;
  /** The patterns in a selection: of at most its `maxMonsterlinjer` newest lines. */
  abstract patterns(utvalg: Innsynsutvalg): Promise<Innsynsmonstre>;
  /** The oldest lines before a moment that have no leaf. */
  abstract unsealed(before: Instant, limit: number): Promise<readonly Innsynslinje[]>;
  /** Stores the leaves of lines that have none, in order of the lines' time, and each salt with its line. A deleted line gets none. */
  abstract seal(leaves: readonly { readonly id: Uuid; readonly salt: Uint8Array; readonly hash: Uint8Array }[]): Promise<void>;
  /** The hashes of the leaves from a number on. Leaves are kept when their lines are deleted. */
  abstract leaves(from: number, limit: number): Promise<readonly Uint8Array[]>;
  /** A line with its leaf's number and salt; undefined when there is no such line or it has no leaf. */
  abstract sealedLine(id: Uuid): Promise<SaltetLinje | undefined>;
  /** Deletes all lines of a citizen, with their salts. Safe to repeat. */
  abstract forget(innbygger: PersonId): Promise<void>;
  /** Deletes the lines older than a moment. Safe to repeat. */
  abstract removeBefore(moment: Instant): Promise<void>;
}
