import { decodeJwt } from 'jose';
import { z } from 'zod';
import { RegisterUnavailable } from '../../application/ports/not-set-up.js';
import { Representasjon, type Representert } from '../../application/ports/representasjon.js';
import { parseExactJson } from '../../domain/values/exact-json.js';
import type { Fodselsnummer } from '../../domain/values/fodselsnummer.js';
import { parseOrganisasjonsnummer } from '../../domain/values/organisasjonsnummer.js';

/** The scope of the Maskinporten token that Altinn exchanges. */
export const altinnScope = 'altinn:accessmanagement/authorizedparties.resourceowner';

/** The address of Altinn and the credentials of this service there. */
export interface AltinnAccess {
  /** Base URL of Altinn's API, such as `https://platform.altinn.no`. */
  readonly url: string;
  /** The subscription key. */
  readonly key: string;
  /** The access packages that let a person act for an organisation: each of them does. */
  readonly tilgangspakker: readonly string[];
  /** A Maskinporten token for `altinnScope`, with some seconds left to live. */
  token(): Promise<string>;
}

/** One party of Altinn's answer, and the parties below it. Fields that are not used are left out. */
interface Party {
  readonly name: string;
  readonly organizationNumber?: string | null;
  readonly type: string;
  readonly isDeleted: boolean;
  readonly onlyHierarchyElementWithNoAccess: boolean;
  readonly authorizedAccessPackages: readonly string[];
  readonly subunits: readonly Party[];
}
const Party: z.ZodType<Party> = z.object({
  name: z.string(),
  organizationNumber: z.string().nullish().transform((orgnr) => orgnr ?? null),
  type: z.string(),
  isDeleted: z.boolean().default(false),
  onlyHierarchyElementWithNoAccess: z.boolean().default(false),
  authorizedAccessPackages: z.array(z.string()).default([]),
  get subunits() {
    return z.array(Party).default([]);
  },
});
const Parties = z.array(Party);

/** The longest that a call may take, in ms. A citizen waits for it. */
const requestTimeoutMs = 10_000;
/** A token counts as expired this long before it is, in ms, because the call that uses it takes time. */
const expiryMarginMs = 15_000;

/**
 * Asks Altinn which parties a person is authorised for (identity.md 6). Asks anew each time, so that a right that is taken away
 * counts no more from the next request on.
 */
export class AltinnRepresentasjon extends Representasjon {
  /** The exchanged token, until shortly before it expires, in ms since 1970. */
  private exchanged: { readonly token: string; readonly until: number } | undefined;

  constructor(private readonly access: AltinnAccess) {
    super();
  }

  async organisationsOf(fnr: Fodselsnummer): Promise<readonly Representert[]> {
    try {
      const token = await this.token();
      const answer = await this.ask('/accessmanagement/api/v1/resourceowner/authorizedparties', token, { type: 'urn:altinn:person:identifier-no', value: fnr });
      const found = Parties.parse(parseExactJson(answer)).flatMap((party) => this.representedIn(party));
      return [...new Map(found.map((one) => [one.orgnr, one])).values()];
    } catch (error) {
      // Whatever was wrong, the next question begins anew.
      this.exchanged = undefined;
      throw error instanceof RegisterUnavailable ? error : new RegisterUnavailable('Rolleregisteret', 'Altinn svarte ikke slik det skal', { cause: reasonOf(error) });
    }
  }

  /** The organisations in a party and below it that the packages are for. A deleted one counts no more, but those below it may. */
  private representedIn({ name, organizationNumber, type, isDeleted, onlyHierarchyElementWithNoAccess, authorizedAccessPackages, subunits }: Party): readonly Representert[] {
    const has = type === 'Organization' && !isDeleted && !onlyHierarchyElementWithNoAccess && authorizedAccessPackages.some((one) => this.access.tilgangspakker.includes(nameOf(one)));
    return [...(has && organizationNumber ? [{ orgnr: parseOrganisasjonsnummer(organizationNumber), navn: name }] : []), ...subunits.flatMap((one) => this.representedIn(one))];
  }

  /** A token of Altinn, in exchange for one of Maskinporten. */
  private async token(): Promise<string> {
    if (this.exchanged && Date.now() < this.exchanged.until) return this.exchanged.token;
    const token = (await this.ask('/authentication/api/v1/exchange/maskinporten', await this.access.token())).replace(/^"|"$/g, '');
    this.exchanged = { token, until: (decodeJwt(token).exp ?? 0) * 1000 - expiryMarginMs };
    return token;
  }

  private async ask(path: string, token: string, body?: object): Promise<string> {
    const response = await fetch(`${this.access.url.replace(/\/$/, '')}${path}`, {
      method: body ? 'POST' : 'GET',
      headers: { Authorization: `Bearer ${token}`, 'Ocp-Apim-Subscription-Key': this.access.key, Accept: 'application/json', ...(body && { 'Content-Type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
      redirect: 'error',
      signal: AbortSignal.timeout(requestTimeoutMs),
    });
    if (response.ok) return response.text();
    await response.body?.cancel();
    throw new RegisterUnavailable('Rolleregisteret', `Altinn svarte ${response.status} på ${path}`);
  }
}

/** The reason of an error, in words that name no person: where the answer was wrong, or the code or the class of the error. */
function reasonOf(error: unknown): string {
  if (error instanceof z.ZodError) return `svaret har feil form: ${error.issues[0]?.path.join('.') ?? ''}`;
  const { name, code, cause } = error as { readonly name?: unknown; readonly code?: unknown; readonly cause?: { readonly code?: unknown } };
  return String(code ?? cause?.code ?? name);
}

/** The name of an access package, which Altinn writes alone or as `urn:altinn:accesspackage:<name>`. */
const nameOf = (accessPackage: string): string => accessPackage.replace(/^urn:altinn:accesspackage:/, '');
