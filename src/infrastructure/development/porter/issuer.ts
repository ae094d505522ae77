import { createHash, randomBytes } from 'node:crypto';
import type { JWK } from 'jose';
import type { Context, default as Provider } from 'oidc-provider';
import type { Porten } from '../../../application/innlogging/sessions.js';
import { persona, type Persona } from '../personas.js';
import { escapeHtml, page } from './chooser.js';
import { clientId, publicJwk } from './keys.js';
import { stateIn } from './state.js';

/** The levels of each porten, lowest first, by login level 3 and 4. */
export const acrOf: Readonly<Record<Porten, readonly [substantial: string, high: string]>> = {
  idporten: ['idporten-loa-substantial', 'idporten-loa-high'],
  ansattporten: ['substantial', 'high'],
};

/** The path that a porten's issuer is mounted at. */
export const mountOf = (porten: Porten): string => `/utvikling/${porten}`;

interface IssuerOptions {
  readonly porten: Porten;
  readonly publicUrl: string;
  readonly signing: JWK;
  readonly client: JWK;
  /** Signs the cookies of the issuer. */
  readonly cookieKey: string;
  /** The folder of what the issuer keeps. */
  readonly folder: string;
  /** Calls this service, for back-channel logout. */
  readonly fetch: typeof fetch;
}

/** The claims that an id_token has about a persona, beside its subject. */
function claimsOf(who: Persona): object {
  if (who.kind === 'person') return { pid: who.fnr, name: who.navn };
  return who.kind === 'plattform' ? { rolle: 'PLATTFORM', name: 'Plattformen' } : {};
}

/** The login that the choice of a persona makes. */
export function loginAs(porten: Porten, text: string): object {
  const who = persona(text);
  if (who.kind === 'virksomhet') throw new Error('Et system logger ikke inn her. Bruk Maskinporten.');
  const niva = who.kind === 'person' ? who.innloggingsniva : 4;
  return { login: { accountId: text, acr: acrOf[porten][niva - 3]!, amr: ['TestID'], remember: porten === 'idporten' } };
}

/** Makes an issuer of oidc-provider. Loads that package at the first use only. */
export async function makeIssuer({ porten, publicUrl, signing, client, cookieKey, folder, fetch: call }: IssuerOptions): Promise<Provider> {
  const { default: Issuer, interactionPolicy } = await import('oidc-provider');
  const { Check, base } = interactionPolicy;
  const mount = mountOf(porten);
  const levels: readonly string[] = acrOf[porten];
  const policy = base();
  policy.remove('consent');
  policy.get('login').checks.add(
    new Check('for_svak', 'The session is too weak, or the issuer has no single sign-on', ({ oidc: { session, params, result } }: Context) => {
      const asked = levels.indexOf(params?.['acr_values'] ?? '');
      const again = session.accountId !== undefined && result?.login === undefined && (porten === 'ansattporten' || levels.indexOf(session.acr ?? '') < asked);
      return again ? Check.REQUEST_PROMPT : Check.NO_NEED_TO_PROMPT;
    }),
  );
  const path = { path: mount, signed: true };
  const issuer = new Issuer(`${publicUrl}${mount}`, {
    adapter: stateIn(folder),
    clients: [
      {
        client_id: clientId,
        redirect_uris: [`${publicUrl}/innlogging/tilbake`],
        post_logout_redirect_uris: [`${publicUrl}/`],
        response_types: ['code'],
        grant_types: ['authorization_code'],
        token_endpoint_auth_method: 'private_key_jwt',
        token_endpoint_auth_signing_alg: 'ES256',
        id_token_signed_response_alg: 'RS256',
        subject_type: 'pairwise',
        jwks: { keys: [publicJwk(client)] },
        backchannel_logout_uri: `${publicUrl}/innlogging/utlogget`,
        backchannel_logout_session_required: true,
      },
    ],
    jwks: { keys: [signing] },
    acrValues: levels,
    claims: { openid: ['sub', 'pid', 'acr', 'amr', 'auth_time', 'name', 'rolle', 'authorization_details'] },
    conformIdTokenClaims: false,
    subjectTypes: ['pairwise'],
    // A subject tells nothing of the persona, whose text may have a fødselsnummer.
    pairwiseIdentifier: (_: Context, accountId: string) => createHash('sha256').update(`${porten}/${accountId}`).digest('base64url'),
    cookies: { keys: [cookieKey], names: { session: `${porten}_okt`, interaction: `${porten}_valg`, resume: `${porten}_videre` }, long: path, short: { signed: true } },
    extraParams: ['authorization_details'],
    pkce: { required: () => true },
    routes: { jwks: '/jwks.json', pushed_authorization_request: '/par', authorization: '/authorize', end_session: '/logout' },
    interactions: { policy, url: (_: Context, { uid }: { readonly uid: string }) => `${mount}/velg/${uid}` },
    features: {
      devInteractions: { enabled: false },
      userinfo: { enabled: false },
      pushedAuthorizationRequests: { enabled: true },
      backchannelLogout: { enabled: true },
      rpInitiatedLogout: { enabled: true, logoutSource: logoutPage(publicUrl, `${publicUrl}${mount}`), postLogoutSuccessSource: loggedOutPage },
    },
    findAccount: (context: Context, accountId: string) => ({
      accountId,
      claims: () => ({ sub: accountId, ...claimsOf(persona(accountId)), ...chosenOrganisations(context) }),
    }),
    loadExistingGrant: async ({ oidc: { client: { clientId: id }, session, provider } }: Context) => {
      const grant = new provider.Grant({ clientId: id, accountId: session.accountId! });
      grant.addOIDCScope('openid profile');
      await grant.save();
      return grant;
    },
    renderError: (context: Context, { error }: { readonly error: string }) => {
      context.type = 'html';
      context.set('Content-Security-Policy', pagePolicy());
      context.body = page('Innloggingen stoppet', `<h1>Innloggingen stoppet</h1><p>Utstederen for utvikling svarte <code>${escapeHtml(error)}</code>. Begynn på nytt.</p><p><a href="/">Til forsiden</a></p>`);
    },
    ttl: { AccessToken: 120, AuthorizationCode: 60, IdToken: 120, Interaction: 3600, Session: 7200, Grant: 7200, PushedAuthorizationRequest: 60 },
    // Its own client refuses loopback addresses.
    fetch: (url: string, { dispatcher: _, ...rest }: RequestInit & { readonly dispatcher?: unknown }) => call(url, rest),
  });
  issuer.proxy = true;
  return issuer;
}

/** The policy of the issuers' pages: only their own styles, forms to this service, and frames of it. */
export const pagePolicy = (script = ''): string =>
  ["default-src 'none'", "style-src 'unsafe-inline'", ...(script === '' ? [] : [`script-src ${script}`, "frame-src 'self'"]), "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'"].join('; ');

/** Ansattporten's answer to a question for organisations: none, because the persona's roles are in the log. */
const chosenOrganisations = ({ oidc }: Context): object => (oidc.params?.['authorization_details'] === undefined ? {} : { authorization_details: [] });

/** Logs out everywhere: tells each client in a frame (front-channel logout), and goes on when all frames are loaded. */
function logoutPage(publicUrl: string, iss: string) {
  return (context: Context, form: string): void => {
    const { session } = context.oidc;
    const frames = Object.keys(session.authorizations ?? {}).map((id) => {
      const query = new URLSearchParams({ iss, sid: session.sidFor(id) });
      return `<iframe hidden title="Utlogging" src="${escapeHtml(`${publicUrl}/innlogging/utlogget?${query.toString()}`)}"></iframe>`;
    });
    const nonce = randomBytes(16).toString('base64url');
    context.type = 'html';
    context.set('Content-Security-Policy', pagePolicy(`'nonce-${nonce}'`));
    context.body = page(
      'Logger ut',
      `<h1>Logger ut</h1><p>Du blir logget ut av alle tjenester du er logget inn i.</p>
${form.replace('</form>', '<input type="hidden" name="logout" value="yes"><button class="do">Fortsett</button></form>')}
${frames.join('')}
<script nonce="${nonce}">addEventListener('load', () => document.forms[0].submit())</script>`,
    );
  };
}

function loggedOutPage(context: Context): void {
  context.type = 'html';
  context.set('Content-Security-Policy', pagePolicy());
  context.body = page('Logget ut', '<h1>Du er logget ut</h1><p><a href="/">Til forsiden</a></p>');
}
