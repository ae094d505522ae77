/** The outcome of a signing job. VENTER: it has not ended yet. */
export type SigningOutcome = 'SIGNERT' | 'AVVIST' | 'VENTER';

/** The external signing service. The service sends the person there, and asks for the outcome afterwards. */
export abstract class Signing {
  /**
   * Starts a signing job. Idempotent by `signeringId`.
   * @returns the URL to send the browser to.
   */
  abstract start(job: {
    /** Our reference to the job. Holds no personal data. */
    readonly signeringId: string;
    readonly tittel: string;
    /** The URL that the signing service sends the browser back to. */
    readonly returUrl: string;
  }): Promise<string>;

  /**
   * The outcome of the job. `statusToken` comes back with the browser. The redirect alone proves nothing, so the signing
   * service verifies the token.
   */
  abstract outcome(signeringId: string, statusToken: string): Promise<SigningOutcome>;
}
