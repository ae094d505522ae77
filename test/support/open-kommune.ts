import { randomUUID } from 'node:crypto';
import { byggesaker, kulturskole, melding, sakssystem } from '../domain/examples.js';
import type { Kommune, TestApp } from './app.js';
import type { Call, Client } from './http.js';

const integrasjoner = '/konfigurasjon/api/v1/integrasjoner';
const avtaler = '/avtale/api/v1/avtaler';

/** The supplier's global integration in each app, because the log has one supplier with this number and one integration with its code. */
const suppliers = new WeakMap<TestApp, Promise<string>>();

async function supplierOf(app: TestApp): Promise<string> {
  const leverandor = { fiksOrgId: randomUUID(), type: 'LEVERANDOR', navn: 'KS', orgnr: '971032146' };
  const plattform = app.as('plattform');
  await plattform.post('/min-kommune/api/v1/organisasjoner', leverandor)();
  return (await made(plattform.post(integrasjoner, globalIntegrasjon(leverandor.fiksOrgId, 'SVARUT')))).uuid;
}

/** A kommune with open undertjenester: the paths of its resources, and methods that create them through HTTP as administrator. */
export class OpenKommune {
  private constructor(
    private readonly app: TestApp,
    private readonly kommune: Kommune,
    /** An integration of a supplier that every kommune may attach. */
    readonly globalIntegrasjon: string,
  ) {}

  static async open(app: TestApp, kommune = app.kommune()): Promise<OpenKommune> {
    await kommune.open();
    const supplied = suppliers.get(app) ?? supplierOf(app);
    suppliers.set(app, supplied);
    return new OpenKommune(app, kommune, await supplied);
  }

  get fiksOrgId(): string {
    return this.kommune.fiksOrgId;
  }
  get innsyn(): string {
    return this.kommune.ressurs('INNSYN');
  }
  get mineEiendommer(): string {
    return this.kommune.ressurs('MINE_EIENDOMMER');
  }
  private get administrator(): Client {
    return this.kommune.administrator;
  }

  /** A path of this service's own API under the kommune. */
  own(path: string): string {
    return this.kommune.own(path);
  }
  readonly integrasjoner = integrasjoner;
  readonly avtaler = avtaler;
  /** A path under the kommune's tjeneste Min kommune. */
  tjeneste(path: string): string {
    return `/konfigurasjon/api/v1/organisasjoner/${this.fiksOrgId}/tjenester/${path}`;
  }
  tilganger(ressurs: string): string {
    return this.kommune.tilganger(ressurs);
  }
  /** The path that revokes one tilgang of an aktor. */
  tilgang(ressurs: string, aktor: string, privilegium: string): string {
    return `${this.tilganger(ressurs)}?aktor=${aktor}&privilegium=${privilegium}`;
  }
  /** The path that attaches the supplier's integration to Innsyn. */
  get tilknytning(): string {
    return `${integrasjoner}/${this.globalIntegrasjon}/tilknyttede-ressurser/${this.innsyn}`;
  }

  /** The fødselsnumre of three persons without roles in the kommune. */
  get someFnr(): string {
    return this.app.fnr('administrator:4601');
  }
  get otherFnr(): string {
    return this.app.fnr('administrator:5001');
  }
  get thirdFnr(): string {
    return this.app.fnr('revisor:5001');
  }

  /** The body of a request that creates an integration of the kommune. */
  get integrasjonBody() {
    return { ...sakssystem, fiksOrganisasjonUuid: this.fiksOrgId };
  }
  get globalIntegrasjonBody() {
    return globalIntegrasjon(this.fiksOrgId, 'FELLES_SKJEMA');
  }
  /** Creates an integration. Returns its id: the given one, or a new one. */
  async integrasjon(uuid?: string): Promise<string> {
    return (await made(this.administrator.post(integrasjoner, { ...this.integrasjonBody, uuid }))).uuid;
  }

  /** Creates a driftsmelding. Returns its path. */
  driftsmelding(): Promise<string> {
    return this.make('driftsmeldinger', melding);
  }
  /** Creates a kommunal tjeneste. Returns its path. */
  kommunalTjeneste(): Promise<string> {
    return this.make('kommunale-tjenester', kulturskole);
  }
  /** Creates an eiendomslenke. Returns its path. */
  eiendomslenke(): Promise<string> {
    return this.make('eiendomslenker', byggesaker);
  }
  /** Adds a SvarUt account that is shown or hidden. Returns its path. */
  async svarUtKonto(synlig: boolean): Promise<string> {
    const path = this.own(`svarut-kontoer/${await this.svarUtKontoId()}`);
    await this.administrator.put(path, { synlig })();
    return path;
  }
  async svarUtKontoId(): Promise<string> {
    return (await this.firstKonto()).id;
  }
  async svarUtAvsender(): Promise<string> {
    return (await this.firstKonto()).avsender;
  }
  private async firstKonto() {
    const { body } = await this.administrator.get<{ kontoer: { id: string; avsender: string }[] }>(`/svarut-konfigurasjon/api/v1/kontoer?fiksOrgId=${this.fiksOrgId}`)();
    return body.kontoer[0]!;
  }

  /** Grants a tilgang, as the administrator. Returns the id of the aktor. */
  async grant(ressurs: string, aktor: string, privilegium: string): Promise<string> {
    return (await this.administrator.post<{ aktorId: string }>(this.tilganger(ressurs), { aktor, privilegium })()).body.aktorId;
  }
  /** Attaches an integration to a resource: the given one, or a new one. Returns its id. */
  async tilknyttet(ressurs: string, id?: string): Promise<string> {
    const uuid = id ?? (await this.integrasjon());
    const { status } = await this.administrator.put(`${integrasjoner}/${uuid}/tilknyttede-ressurser/${ressurs}`)();
    expect(status).toBe(204);
    return uuid;
  }
  /** Attaches the supplier's integration to Innsyn, as the administrator. */
  async attach(): Promise<void> {
    await this.administrator.put(this.tilknytning)();
  }

  /** Publishes a new version of the tjenestevedlegg, so that it can be signed again. Returns its id. */
  newTjenestevedlegg(): string {
    const { tjenestevedlegg } = this.app;
    tjenestevedlegg.versjon = `${Number(tjenestevedlegg.versjon) + 1}`;
    return tjenestevedlegg.avtaleUuid;
  }

  /** Signs the tjenestevedlegg anew. Returns the id of the signed agreement, and what it is about. */
  async signertAvtale(): Promise<readonly [string, { readonly avtaleUuid: string; readonly tjenestekode: string; readonly fiksOrgId: string }]> {
    const avtale = { avtaleUuid: this.newTjenestevedlegg(), tjenestekode: 'MIN_KOMMUNE', fiksOrgId: this.fiksOrgId };
    return [(await made(this.app.as('plattform').post(avtaler, avtale))).uuid, avtale];
  }
  /** The body of a request that terminates the signed agreement, a long time from now. */
  async oppsigelse(nedkoblingsdato = '2099-01-01') {
    const dato = '2026-11-23';
    const [avtaleSignertUuid] = await this.signertAvtale();
    return { avtaleSignertUuid, sisteFaktureringsdato: dato, nedkoblingsdato, registreringsdato: dato, navnBehandler: 'Ola Nordmann', navnBestiller: 'Kari Nordmann' };
  }

  private async make(path: string, body: object): Promise<string> {
    return this.own(`${path}/${(await made(this.administrator.post(this.own(path), body))).id}`);
  }
}

const globalIntegrasjon = (eier: string, kode: string) => ({
  ...sakssystem,
  fiksOrganisasjonUuid: eier,
  global: { kode, forespurtePrivilegier: ['INNSYN.SOK'], tags: ['INNSYN'] },
});

/** Sends a call that must succeed. Returns the ids in its body. */
async function made(call: Call): Promise<{ id: string; uuid: string }> {
  const { status, body } = await call();
  expect(status).toBeLessThan(300);
  return body as { id: string; uuid: string };
}
