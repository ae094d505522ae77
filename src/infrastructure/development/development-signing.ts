import { createHmac, timingSafeEqual } from 'node:crypto';
import { Signing, type SigningOutcome } from '../../application/ports/signing.js';

/**
 * A stand-in for Posten signering. Its portal is a page of this service (`/utvikling/signering`), where the person
 * chooses to sign or reject. The choice returns through the browser with an HMAC, so that it cannot be forged.
 */
export class DevelopmentSigning extends Signing {
  constructor(
    private readonly key: Buffer,
    private readonly publicUrl: string,
  ) {
    super();
  }

  start({ signeringId, tittel, returUrl }: { signeringId: string; tittel: string; returUrl: string }): Promise<string> {
    const back = (outcome: 'SIGNERT' | 'AVVIST') => {
      const url = new URL(returUrl);
      url.searchParams.set('status', this.seal(signeringId, outcome));
      return url.toString();
    };
    const query = new URLSearchParams({ tittel, signer: back('SIGNERT'), avvis: back('AVVIST') });
    return Promise.resolve(`${this.publicUrl}/utvikling/signering?${query.toString()}`);
  }

  outcome(signeringId: string, statusToken: string): Promise<SigningOutcome> {
    for (const outcome of ['SIGNERT', 'AVVIST'] as const) {
      const [given, sealed] = [Buffer.from(statusToken), Buffer.from(this.seal(signeringId, outcome))];
      if (given.length === sealed.length && timingSafeEqual(given, sealed)) return Promise.resolve(outcome);
    }
    return Promise.resolve('VENTER');
  }

  private seal(signeringId: string, outcome: 'SIGNERT' | 'AVVIST'): string {
    return `${outcome}.${createHmac('sha256', this.key).update(`${signeringId}/${outcome}`).digest('base64url')}`;
  }
}
