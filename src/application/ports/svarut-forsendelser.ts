import type { Instant } from '../../domain/values/instant.js';

/** A letter that was sent through SvarUt, and how far it has come. */
export interface Forsendelse {
  /** uuid */
  readonly id: string;
  readonly kontoId: string;
  readonly tittel: string;
  /** The sender's name as the recipient knows it. */
  readonly avsender: string;
  /** Those it is for, the recipient first: fødselsnumre (11 digits) and orgnr (9 digits). */
  readonly mottakere: readonly string[];
  readonly mottakerAdresse?: string;
  readonly returAdresse?: string;
  /** Where the recipient can answer. */
  readonly svarLenke?: string;
  readonly sikkerhetsniva: 3 | 4;
  readonly sendt: Instant;
  /** A status of SvarUt's v3 (`MOTTATT`, `LEST`, …): an open list. */
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
  /** In the order in which they changed last. Never empty unless there are no more. */
  readonly forsendelser: readonly Forsendelse[];
  /** What the next page is asked for with: everything that has changed after this page. */
  readonly etter: string;
}

/** SvarUt is out of reach, or refuses. What asks tries again later. */
export class SvarUtUnavailable extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'SvarUtUnavailable';
  }
}

/** The letters of SvarUt's accounts; not ours to change. Rejects with `SvarUtUnavailable`. */
export abstract class SvarUtForsendelser {
  /**
   * What has been sent from an account, or has got another status, since `etter`: a page's own `etter`, or nothing for
   * all there has ever been. A letter that changes while pages are read comes again.
   */
  abstract changed(kontoId: string, etter?: string): Promise<Forsendelsesside>;
}
