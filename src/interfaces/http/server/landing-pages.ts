import { refuse } from '../../../domain/kernel/domain-error.js';

/** A path with a slash in front and no second one, without backslashes, spaces and control characters. */
const isPath = /^\/(?![/\\])[!-[\]-~]*$/;

/** The allow-list of redirects after signing: the origin of the service, and the configured origins. Prevents open redirects. */
export class LandingPages {
  private readonly origins: ReadonlySet<string>;

  constructor(
    private readonly publicUrl: string,
    origins: readonly string[],
  ) {
    this.origins = new Set([new URL(publicUrl).origin, ...origins]);
  }

  /** Returns the address in normal form, or the service's front page when none is given. Refuses other origins. */
  allowed(url: string | undefined): string {
    if (url === undefined) return `${this.publicUrl}/`;
    const parsed = URL.canParse(url) ? new URL(url) : undefined;
    if (!parsed || !this.origins.has(parsed.origin))
      refuse('invalid', 'UGYLDIG_LANDINGSSIDE', 'Landingssiden må ligge på en adresse som er godkjent for tjenesten.', 'landingssideUrl');
    return parsed.toString();
  }

  /** Returns a path of the service's own in normal form, or `/` when none is given. Refuses everything that may lead elsewhere. */
  ownPath(path: string | undefined): string {
    if (path === undefined) return '/';
    const parsed = isPath.test(path) && URL.canParse(path, this.publicUrl) ? new URL(path, this.publicUrl) : undefined;
    const normal = parsed && `${parsed.pathname}${parsed.search}${parsed.hash}`;
    // Normal form can turn a path into the address of another host: `/.//host` becomes `//host`.
    if (!parsed || !normal || !isPath.test(normal) || parsed.origin !== new URL(this.publicUrl).origin)
      refuse('invalid', 'UGYLDIG_LANDINGSSIDE', 'Siden du skal til etter innloggingen, må være en sti hos oss, som /min-side.', 'til');
    return normal;
  }

  /** The return URL for the signing service: the `mottak` endpoint, with the signing id and the landing page. */
  returnUrl(signeringId: string, landingssideUrl: string): string {
    const query = new URLSearchParams({ signeringId, landingssideUrl });
    return `${this.publicUrl}/avtale/api/v1/avtaler/signering/mottak?${query.toString()}`;
  }
}
