import type { LogPlace } from './event-store.js';
import type { Instant } from '../../domain/values/instant.js';

/** A postal address, in the shape of KS Fiks' searches. `addresselinje` has two d's there. */
export interface Postadresse {
  readonly navn: string;
  readonly addresselinje1?: string;
  readonly addresselinje2?: string;
  readonly addresselinje3?: string;
  readonly postnummer?: string;
  readonly poststed?: string;
}

/** A letter sent through SvarUt, with its delivery status. */
export interface Forsendelse {
  /** uuid */
  readonly id: string;
  readonly kontoId: string;
  readonly tittel: string;
  /** The sender's name as the recipient knows it. */
  readonly avsender: string;
  /** The recipients, the main recipient first: fødselsnumre (11 digits) or orgnr (9 digits). */
  readonly mottakere: readonly string[];
  readonly mottakerAdresse?: Postadresse;
  readonly returAdresse?: Postadresse;
  /** The link for a reply. */
  readonly svarLenke?: string;
  readonly sikkerhetsniva: 3 | 4;
  readonly sendt: Instant;
  /** The status in SvarUt's v3 (`MOTTATT`, `LEST`, …). The list is open. */
  readonly status: string;
  readonly eksternReferanse?: string;
  readonly korrelasjonsid?: string;
  readonly dokumenter: readonly {
    readonly tittel: string;
    /** In bytes. */
    readonly size: number;
    readonly mimeType: string;
    readonly nedlastingLenke: string;
  }[];
  readonly lenker: readonly { readonly url: string; readonly urlTekst: string; readonly ledetekst?: string }[];
}

export interface Forsendelsesside {
  /** Ordered by their latest change. Empty only on the last page. */
  readonly forsendelser: readonly Forsendelse[];
  /** The cursor of the next page: the changes after this page. */
  readonly etter: string;
}

/** SvarUt is unreachable or refuses the request. The caller retries later. */
export class SvarUtUnavailable extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'SvarUtUnavailable';
  }
}

/** The letters of SvarUt accounts, read only. Rejects with `SvarUtUnavailable` when SvarUt does not answer. */
export abstract class SvarUtForsendelser {
  /**
   * The letters that were sent from an account, or changed status, since `etter`. `etter` is the cursor of an earlier page;
   * without it, all letters are returned. A letter that changes during paging is returned again.
   */
  abstract changed(kontoId: string, etter?: string): Promise<Forsendelsesside>;
}

/** How far the letters of an account have been taken in. */
export interface SvarUtCursor {
  /** The `etter` (see `SvarUtForsendelser`) of the last page taken in. */
  readonly etter: string;
  /** The end of the log when it was. In a log without it, the letters are missing. Undefined when an earlier release kept the cursor. */
  readonly place?: LogPlace | undefined;
}

/** The stored cursor of each SvarUt account, so that a restart does not fetch all letters again. */
export abstract class SvarUtProgress {
  /** The cursor of an account; undefined before the first page. */
  abstract load(kontoId: string): Promise<SvarUtCursor | undefined>;
  /** Stores the cursor, and overwrites the previous one. */
  abstract save(kontoId: string, cursor: SvarUtCursor): Promise<void>;
}
