/** How a signing job ended, or that it has not. */
export type SigningOutcome = 'SIGNERT' | 'AVVIST' | 'VENTER';

/** The signing service: sends a person away to sign and is asked afterwards how it went. */
export abstract class Signing {
  /**
   * Starts a job; safe to repeat with the same id.
   * @returns where to send the browser.
   */
  abstract start(job: {
    /** Our reference, without anything personal. */
    readonly signeringId: string;
    readonly tittel: string;
    /** Where the browser comes back. */
    readonly returUrl: string;
  }): Promise<string>;

  /** How it went, given the token that came back with the browser. The return address alone proves nothing. */
  abstract outcome(signeringId: string, statusToken: string): Promise<SigningOutcome>;
}
