import { v5 as uuidv5 } from 'uuid';
import type { Endring, Kommando } from '../../application/konfigurasjon/changes.js';
import { nouns, type List } from '../../application/konfigurasjon/konfigurasjon.js';
import { remainingOf, streamOf, type Plan, type Stand } from '../../application/konfigurasjon/plan.js';
import { ressursId } from '../../application/views/ressurs-ids.js';
import { quoted } from '../../application/konfigurasjon/words.js';
import { formatNumber } from './output.js';
import { ServiceError, type Answer, type ServiceClient, type Write } from './service-client.js';

/** A password that the service has made, and shows this once. */
export interface NewPassword {
  readonly organisasjon: string;
  readonly integrasjon: string;
  readonly integrasjonId: string;
  readonly passord: string;
}
/** An integration that was created, while its password was not shown. */
export type WithoutPassword = Omit<NewPassword, 'organisasjon' | 'passord'>;
export interface Applied {
  /** The number of changes, counting one that was made in part. */
  readonly made: number;
  /** The removals that were not asked for. */
  readonly kept: number;
  /** The changes that no file can make. */
  readonly impossible: readonly Endring[];
  readonly withoutPassword?: WithoutPassword;
}

/** A plan stopped at a change, after those that it tells of. */
export class Stopped extends ServiceError {
  constructor(
    code: string,
    message: string,
    readonly applied: Applied,
  ) {
    super(code, message);
    this.name = 'Stopped';
  }
}

interface ApplyOptions {
  /** Whether to make the removals. */
  readonly remove: boolean;
  /** Gets every new password, also when a later change fails. */
  readonly passwords: NewPassword[];
  /** Stops before the next change. */
  readonly signal?: AbortSignal;
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
 * Makes the changes of a plan, one by one. Makes none when somebody has changed since what the plan is about. Throws `ServiceError`,
 * and `Stopped` when a change cannot be made: those before it are made.
 */
export async function applyPlan(client: ServiceClient, plan: Plan, { remove, passwords, signal }: ApplyOptions): Promise<Applied> {
  const { fiksOrgId, navn } = plan.organisasjon;
  const stand = await standOf(client, fiksOrgId, plan.konfigurasjon.roller !== undefined);
  const { remaining, moved } = remainingOf(plan, stand);
  if (moved.length > 0) throw hasMoved(plan, moved, stand.posisjon);
  const possible = remaining.filter(({ kommandoer }) => kommandoer.length > 0);
  const wanted = possible.filter(({ art }) => remove || art !== '-');
  const applied = (made: number): Applied => ({ made, kept: possible.length - wanted.length, impossible: remaining.filter(({ kommandoer }) => kommandoer.length === 0) });
  const stoppedAt = (at: number, done: readonly Kommando[], { code, message }: ServiceError): Stopped => {
    const { hva, ting } = wanted[at]!;
    const made = at + (done.length > 0 ? 1 : 0);
    const lacks = done.some(({ type }) => type === 'CreateIntegration') && !done.some(({ type }) => type === 'GenerateIntegrationPassword');
    const sentences = [
      `${navn}: stoppet ved ${hva}. ${message}`,
      `${made} av ${wanted.length} endringer er gjort${done.length > 0 ? ', den siste bare delvis' : ''}.`,
      ...(lacks ? [`Integrasjonen ${quoted(ting.navn)} finnes nå, men du har ikke fått passordet. Lag et med «konfig password ${ting.id}».`] : []),
      'Lag en ny plan for resten.',
    ];
    return new Stopped(code, sentences.join(' '), { ...applied(made), ...(lacks && { withoutPassword: { integrasjon: ting.navn, integrasjonId: ting.id } }) });
  };
  const sender = new Sender(client, plan, stand);
  for (const [at, change] of wanted.entries()) {
    if (signal?.aborted) throw stoppedAt(at, [], new ServiceError('AVBRUTT', 'Du avbrøt.'));
    const done: Kommando[] = [];
    for (const command of change.kommandoer) {
      const { text } = await sender.send(command).catch((error: unknown) => {
        throw error instanceof ServiceError ? stoppedAt(at, done, error) : error;
      });
      done.push(command);
      if (command.type === 'GenerateIntegrationPassword') {
        const { passord } = JSON.parse(text) as { readonly passord: string };
        passwords.push({ organisasjon: navn, integrasjon: change.ting.navn, integrasjonId: command.id, passord });
      }
    }
  }
  await sender.shown();
  return applied(wanted.length);
}

function hasMoved({ organisasjon }: Plan, moved: readonly Endring[], posisjon: string): ServiceError {
  const things = [...new Set(moved.map(({ ting }) => (ting.seksjon in nouns ? `${nouns[ting.seksjon as List][0]} ${quoted(ting.navn)}` : ting.navn)))];
  return new ServiceError('ENDRET_SIDEN_PLANEN', `${organisasjon.navn} har endret seg siden planen (posisjon ${formatNumber(Number(posisjon))}): ${things.join(', ')}. Lag en ny plan.`);
}

/** Sends the commands of a plan. Each expects the revision that its stream has had since the last one. */
class Sender {
  private readonly revisions: Map<string, string>;
  private position = 0n;

  constructor(
    private readonly client: ServiceClient,
    private readonly plan: Plan,
    private readonly stand: Stand,
  ) {
    this.revisions = new Map(Object.entries(stand.revisjoner));
  }

  async send(command: Kommando): Promise<Answer> {
    const { plan, stand } = this;
    const { fiksOrgId } = plan.organisasjon;
    const stream = streamOf(command);
    const answer = await this.write({
      ...(calls[command.type] as (fiksOrgId: string, command: Kommando) => Call)(fiksOrgId, command),
      revision: this.revisions.get(stream),
      // Another position is another run, which makes the change again when somebody has taken it back.
      idempotencyKey: uuidv5(JSON.stringify([stand.posisjon, plan.konfigurasjon, command]), fiksOrgId),
    });
    const [, revision] = /"(-?\d+)"$/.exec(answer.headers.get('ETag') ?? '') ?? [];
    if (revision !== undefined) this.revisions.set(stream, revision);
    const at = answer.headers.get('Log-Position');
    if (at !== null && BigInt(at) > this.position) this.position = BigInt(at);
    // The views do not show the change yet, and the next one may need it.
    if (answer.status === 202) await this.shown();
    return answer;
  }

  private async write(write: Write): Promise<Answer> {
    try {
      return await this.client.write(write);
    } catch (error) {
      if (!(error instanceof ServiceError)) throw error;
      // The answer to this very request was lost, so nobody has seen that password. Anybody else's password must go on working.
      if (error.code === 'PASSORD_ALLEREDE_VIST' && error.repeated) return this.client.write({ ...write, revision: undefined, idempotencyKey: `${write.idempotencyKey}-ny` });
      throw error.code === 'REVISJON_ENDRET' ? new ServiceError('ENDRET_SIDEN_PLANEN', 'Noen andre har endret dette siden planen.') : error;
    }
  }

  /** Waits until the service shows what has been sent. The changes are made also when it does not in time. */
  async shown(): Promise<void> {
    if (this.position > 0n)
      await standOf(this.client, this.plan.organisasjon.fiksOrgId, false, this.position).catch((error: unknown) => {
        if (!(error instanceof ServiceError)) throw error;
      });
  }
}

type Call = Pick<Write, 'method' | 'path' | 'body'>;
type Calls = { readonly [C in Kommando['type']]: (fiksOrgId: string, command: Extract<Kommando, { readonly type: C }>) => Call };

const own = (fiksOrgId: string, path: string) => `/min-kommune/api/v1/${fiksOrgId}/${path}`;
const tjeneste = (fiksOrgId: string, path: string) => `/konfigurasjon/api/v1/organisasjoner/${fiksOrgId}/tjenester/${path}`;
const integrasjon = (path: string) => `/konfigurasjon/api/v1/integrasjoner${path}`;
const tilganger = (ressurs: string) => `/autorisasjon-update/api/v1/ressurs/${ressurs}/tilganger`;
/** With a last day, or `null` for none, through the operation that has one. Without, a present last day stays. */
const grant = (org: string, ressurs: string, aktor: string, privilegium: string, utlop?: string | null): Call =>
  utlop === undefined
    ? { method: 'POST', path: tilganger(ressurs), body: { aktor, privilegium } }
    : { method: 'PUT', path: own(org, 'tilganger'), body: { ressurs, aktor, privilegium, ...(utlop !== null && { utlop }) } };
const revoke = (ressurs: string, aktor: string, privilegium: string): Call => ({ method: 'DELETE', path: `${tilganger(ressurs)}?aktor=${aktor}&privilegium=${privilegium}` });

/** The REST operation of each command. A command without one does not compile. */
const calls: Calls = {
  AdoptTjeneste: (org) => ({ method: 'POST', path: tjeneste(org, 'MIN_KOMMUNE/initialiser') }),
  ConfigureTjeneste: (org, { data }) => ({ method: 'POST', path: tjeneste(org, `${data.kode}/konfigurer`) }),
  AppointAdministrator: (org, { data }) => grant(org, org, data.personId, 'ADMIN', data.utlop),
  DismissAdministrator: (org, { data }) => revoke(org, data.personId, 'ADMIN'),
  AppointRevisor: (org, { data }) => grant(org, org, data.personId, 'REVISOR', data.utlop),
  DismissRevisor: (org, { data }) => revoke(org, data.personId, 'REVISOR'),
  AddTjenesteadministrator: (org, { data }) => grant(org, ressursId(org, data.undertjeneste), data.personId, 'ADMIN', data.utlop),
  RemoveTjenesteadministrator: (org, { data }) => revoke(ressursId(org, data.undertjeneste), data.personId, 'ADMIN'),
  CreateIntegration: (org, { id, data }) => ({ method: 'POST', path: integrasjon(''), body: { uuid: id, fiksOrganisasjonUuid: org, ...data } }),
  ChangeIntegration: (_org, { id, data }) => ({ method: 'PATCH', path: integrasjon(`/${id}`), body: data }),
  GenerateIntegrationPassword: (_org, { id }) => ({ method: 'POST', path: integrasjon(`/${id}/lagPassord`) }),
  AttachIntegration: (org, { id, data }) => ({ method: 'PUT', path: integrasjon(`/${id}/tilknyttede-ressurser/${ressursId(org, data.undertjeneste)}`) }),
  DetachIntegration: (org, { id, data }) => ({ method: 'DELETE', path: integrasjon(`/${id}/tilknyttede-ressurser/${ressursId(org, data.undertjeneste)}`) }),
  GrantAccess: (org, { id, data }) => grant(org, ressursId(org, data.undertjeneste), id, data.privilegium, data.utlop),
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
