import { v5 as uuidv5 } from 'uuid';
import type { Endring, Kommando } from '../../application/konfigurasjon/changes.js';
import { nouns, quoted, type List } from '../../application/konfigurasjon/konfigurasjon.js';
import { remainingOf, streamOf, type Plan, type Stand } from '../../application/konfigurasjon/plan.js';
import { ressursId } from '../../application/views/ressurs-ids.js';
import { formatNumber } from './output.js';
import { ServiceError, type ServiceClient, type Write } from './service-client.js';

/** A password that the service has made, and shows this once. */
export interface NewPassword {
  readonly organisasjon: string;
  readonly integrasjon: string;
  readonly integrasjonId: string;
  readonly passord: string;
}
export interface Applied {
  readonly made: number;
  /** The removals that were not asked for. */
  readonly kept: number;
  /** The changes that no file can make. */
  readonly impossible: readonly Endring[];
}

/** The present configuration as the service answers it. */
export interface StandAnswer extends Omit<Stand, 'posisjon' | 'revisjoner'> {
  readonly posisjon: number;
  readonly revisjoner: readonly { readonly ting: string; readonly revisjon: number }[];
}
export const standFrom = ({ posisjon, revisjoner, ...stand }: StandAnswer): Stand => ({
  ...stand,
  posisjon: `${posisjon}`,
  revisjoner: Object.fromEntries(revisjoner.map(({ ting, revisjon }) => [ting, `${revisjon}`])),
});

/** Reads the present configuration. Waits until it shows the log position. */
export const standOf = async (client: ServiceClient, fiksOrgId: string, medPersoner: boolean, position = 0n): Promise<Stand> =>
  standFrom(await client.json<StandAnswer>(`/min-kommune/api/v1/${fiksOrgId}/konfigurasjonsfil?personer=${medPersoner}`, { 'Log-Position': `${position}` }));

/**
 * Makes the changes of a plan, one by one. Makes none when somebody has changed since what the plan is about. Throws
 * `ServiceError`; the changes before the one that failed are made.
 * @param passwords gets every new password, also when a later change fails.
 */
export async function applyPlan(client: ServiceClient, plan: Plan, remove: boolean, passwords: NewPassword[]): Promise<Applied> {
  const { fiksOrgId, navn } = plan.organisasjon;
  const withPersons = plan.konfigurasjon.roller !== undefined;
  const stand = await standOf(client, fiksOrgId, withPersons);
  const { remaining, moved } = remainingOf(plan, stand);
  if (moved.length > 0) throw hasMoved(plan, moved, stand.posisjon);
  const possible = remaining.filter(({ kommandoer }) => kommandoer.length > 0);
  const wanted = possible.filter(({ art }) => remove || art !== '-');
  const revisions = new Map(Object.entries(stand.revisjoner));
  let position = 0n;
  for (const [made, change] of wanted.entries())
    for (const command of change.kommandoer) {
      const answer = await send(client, plan, command, revisions).catch((error: unknown) => {
        if (!(error instanceof ServiceError)) throw error;
        if (error.code === 'REVISJON_ENDRET') throw hasMoved(plan, [change], stand.posisjon);
        throw new ServiceError(error.code, `${navn}: stoppet ved ${change.hva}. ${error.message} ${made} av ${wanted.length} endringer er gjort. Lag en ny plan for resten.`);
      });
      const at = answer.headers.get('Log-Position');
      if (at !== null && BigInt(at) > position) position = BigInt(at);
      // The views do not show the change yet, and the next one may need it.
      if (answer.status === 202) await standOf(client, fiksOrgId, false, position);
      if (command.type === 'GenerateIntegrationPassword') {
        const { passord } = (await answer.json()) as { readonly passord: string };
        passwords.push({ organisasjon: navn, integrasjon: change.ting.navn, integrasjonId: command.id, passord });
      }
    }
  if (position > 0n) await standOf(client, fiksOrgId, false, position);
  return { made: wanted.length, kept: possible.length - wanted.length, impossible: remaining.filter(({ kommandoer }) => kommandoer.length === 0) };
}

function hasMoved({ organisasjon }: Plan, moved: readonly Endring[], posisjon: string): ServiceError {
  const things = [...new Set(moved.map(({ ting }) => (ting.seksjon in nouns ? `${nouns[ting.seksjon as List][0]} ${quoted(ting.navn)}` : ting.navn)))];
  return new ServiceError('ENDRET_SIDEN_PLANEN', `${organisasjon.navn} har endret seg siden planen (posisjon ${formatNumber(Number(posisjon))}): ${things.join(', ')}. Lag en ny plan.`);
}

/** Sends one command, expecting the revision that its stream has had since the last one. */
async function send(client: ServiceClient, plan: Plan, command: Kommando, revisions: Map<string, string>): Promise<Response> {
  const { fiksOrgId } = plan.organisasjon;
  const stream = streamOf(command);
  const { method, path, body } = (calls[command.type] as (fiksOrgId: string, command: Kommando) => Call)(fiksOrgId, command);
  const write: Write = {
    method,
    path,
    body,
    revision: revisions.get(stream),
    idempotencyKey: uuidv5(JSON.stringify([plan.posisjon, plan.konfigurasjon, command]), fiksOrgId),
  };
  const answer = await client.write(write).catch((error: unknown) => {
    // The first answer was lost, and nobody has seen that password.
    if (error instanceof ServiceError && error.code === 'PASSORD_ALLEREDE_VIST') return client.write({ ...write, revision: undefined, idempotencyKey: `${write.idempotencyKey}-ny` });
    throw error;
  });
  const [, revision] = /"(-?\d+)"$/.exec(answer.headers.get('ETag') ?? '') ?? [];
  if (revision !== undefined && !['tjeneste', 'organisasjon'].includes(stream.split('/')[0]!)) revisions.set(stream, revision);
  return answer;
}

type Call = Pick<Write, 'method' | 'path' | 'body'>;
type Calls = { readonly [C in Kommando['type']]: (fiksOrgId: string, command: Extract<Kommando, { readonly type: C }>) => Call };

const own = (fiksOrgId: string, path: string) => `/min-kommune/api/v1/${fiksOrgId}/${path}`;
const tjeneste = (fiksOrgId: string, path: string) => `/konfigurasjon/api/v1/organisasjoner/${fiksOrgId}/tjenester/${path}`;
const integrasjon = (path: string) => `/konfigurasjon/api/v1/integrasjoner${path}`;
const tilganger = (ressurs: string) => `/autorisasjon-update/api/v1/ressurs/${ressurs}/tilganger`;
const grant = (ressurs: string, aktor: string, privilegium: string): Call => ({ method: 'POST', path: tilganger(ressurs), body: { aktor, privilegium } });
const revoke = (ressurs: string, aktor: string, privilegium: string): Call => ({ method: 'DELETE', path: `${tilganger(ressurs)}?aktor=${aktor}&privilegium=${privilegium}` });

/** The REST operation of each command. A command without one does not compile. */
const calls: Calls = {
  AdoptTjeneste: (org) => ({ method: 'POST', path: tjeneste(org, 'MIN_KOMMUNE/initialiser') }),
  ConfigureTjeneste: (org, { data }) => ({ method: 'POST', path: tjeneste(org, `${data.kode}/konfigurer`) }),
  AppointAdministrator: (org, { data }) => grant(org, data.personId, 'ADMIN'),
  DismissAdministrator: (org, { data }) => revoke(org, data.personId, 'ADMIN'),
  AppointRevisor: (org, { data }) => grant(org, data.personId, 'REVISOR'),
  DismissRevisor: (org, { data }) => revoke(org, data.personId, 'REVISOR'),
  AddTjenesteadministrator: (org, { data }) => grant(ressursId(org, data.undertjeneste), data.personId, 'ADMIN'),
  RemoveTjenesteadministrator: (org, { data }) => revoke(ressursId(org, data.undertjeneste), data.personId, 'ADMIN'),
  CreateIntegration: (org, { id, data }) => ({ method: 'POST', path: integrasjon(''), body: { uuid: id, fiksOrganisasjonUuid: org, ...data } }),
  ChangeIntegration: (_org, { id, data }) => ({ method: 'PATCH', path: integrasjon(`/${id}`), body: data }),
  GenerateIntegrationPassword: (_org, { id }) => ({ method: 'POST', path: integrasjon(`/${id}/lagPassord`) }),
  AttachIntegration: (org, { id, data }) => ({ method: 'PUT', path: integrasjon(`/${id}/tilknyttede-ressurser/${ressursId(org, data.undertjeneste)}`) }),
  DetachIntegration: (org, { id, data }) => ({ method: 'DELETE', path: integrasjon(`/${id}/tilknyttede-ressurser/${ressursId(org, data.undertjeneste)}`) }),
  GrantAccess: (org, { id, data }) => grant(ressursId(org, data.undertjeneste), id, data.privilegium),
  RevokeAccess: (org, { id, data }) => revoke(ressursId(org, data.undertjeneste), id, data.privilegium),
  ChooseDocumentStorage: (org, { id, data }) => ({ method: 'PUT', path: own(org, `integrasjoner/${id}/dokumentlagring`), body: data }),
  DeleteIntegration: (_org, { id }) => ({ method: 'DELETE', path: integrasjon(`/${id}`) }),
  EnableSvarUtAccount: (org, { data }) => ({ method: 'PUT', path: own(org, `svarut-kontoer/${data.kontoId}`), body: { synlig: true } }),
  DisableSvarUtAccount: (org, { data }) => ({ method: 'PUT', path: own(org, `svarut-kontoer/${data.kontoId}`), body: { synlig: false } }),
  CreateKommunalTjeneste: (org, { id, data }) => ({ method: 'POST', path: own(org, 'kommunale-tjenester'), body: { id, ...data } }),
  ChangeKommunalTjeneste: (org, { id, data }) => ({ method: 'PATCH', path: own(org, `kommunale-tjenester/${id}`), body: data }),
  StarKommunalTjeneste: (org, { id }) => ({ method: 'PUT', path: own(org, `kommunale-tjenester/${id}/stjerne`) }),
  UnstarKommunalTjeneste: (org, { id }) => ({ method: 'DELETE', path: own(org, `kommunale-tjenester/${id}/stjerne`) }),
  RemoveKommunalTjeneste: (org, { id }) => ({ method: 'DELETE', path: own(org, `kommunale-tjenester/${id}`) }),
  CreateEiendomslenke: (org, { id, data }) => ({ method: 'POST', path: own(org, 'eiendomslenker'), body: { id, ...data } }),
  ChangeEiendomslenke: (org, { id, data }) => ({ method: 'PATCH', path: own(org, `eiendomslenker/${id}`), body: data }),
  RemoveEiendomslenke: (org, { id }) => ({ method: 'DELETE', path: own(org, `eiendomslenker/${id}`) }),
  PublishDriftsmelding: (org, { id, data }) => ({ method: 'POST', path: own(org, 'driftsmeldinger'), body: { id, ...data } }),
  ChangeDriftsmelding: (org, { id, data }) => ({ method: 'PUT', path: own(org, `driftsmeldinger/${id}`), body: data }),
  ChangeDriftsmeldingPeriod: (org, { id, data }) => ({ method: 'PUT', path: own(org, `driftsmeldinger/${id}/periode`), body: data }),
  WithdrawDriftsmelding: (org, { id }) => ({ method: 'DELETE', path: own(org, `driftsmeldinger/${id}`) }),
};
