import { refuse } from '../../../domain/kernel/domain-error.js';

/** Where a browser may be sent after signing: to the service itself, and to the origins that are configured. */
export class LandingPages {
  private readonly origins: ReadonlySet<string>;

  constructor(
    private readonly publicUrl: string,
    origins: readonly string[],
  ) {
    this.origins = new Set([new URL(publicUrl).origin, ...origins]);
  }

  /** The address when it is allowed; the service's own front page when none is given. */
  allowed(url: string | undefined): string {
    if (url === undefined) return `${this.publicUrl}/`;
    const parsed = URL.canParse(url) ? new URL(url) : undefined;
    if (!parsed || !this.origins.has(parsed.origin))
      refuse('invalid', 'UGYLDIG_LANDINGSSIDE', 'Landingssiden må ligge på en adresse som er godkjent for tjenesten.');
    return parsed.toString();
  }

  /** Where the signing service sends the browser back. */
  returnUrl(signeringId: string, landingssideUrl: string): string {
    const query = new URLSearchParams({ signeringId, landingssideUrl });
    return `${this.publicUrl}/avtale/api/v1/avtaler/signering/mottak?${query.toString()}`;
  }
}
