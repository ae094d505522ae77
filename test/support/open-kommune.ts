import { randomUUID } from 'node:crypto';
import { byggesaker, kulturskole, melding, sakssystem } from '../domain/examples.js';
import type { Kommune, TestApp } from './app.js';
import type { Call, Client } from './http.js';

const integrasjoner = '/konfigurasjon/api/v1/integrasjoner';
const avtaler = '/avtale/api/v1/avtaler';

/** A kommune whose undertjenester are open, with the paths of what is in it, and the things that its administrator makes there through HTTP. */
export class OpenKommune {
  private constructor(
    private readonly app: TestApp,
    private readonly kommune: Kommune,
    /** An integration of a supplier that every kommune may attach. */
    readonly globalIntegrasjon: string,
  ) {}

  static async open(app: TestApp, kommune = app.kommune()): Promise<OpenKommune> {
    await kommune.open();
    const leverandor = { fiksOrgId: randomUUID(), type: 'LEVERANDOR', navn: 'KS', orgnr: '971032146' };
    const plattform = app.as('plattform');
    await plattform.post('/min-kommune/api/v1/organisasjoner', leverandor)();
    const { uuid } = await made(plattform.post(integrasjoner, globalIntegrasjon(leverandor.fiksOrgId)));
    return new OpenKommune(app, kommune, uuid);
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

  /** A path of our own under the kommune. */
  own(path: string): string {
    return this.kommune.own(path);
  }
  readonly integrasjoner = integrasjoner;
  readonly avtaler = avtaler;
  /** The path of something that belongs to Min kommune as a service of the kommune's. */
  tjeneste(path: string): string {
    return `/konfigurasjon/api/v1/organisasjoner/${this.fiksOrgId}/tjenester/${path}`;
  }
  tilganger(ressurs: string): string {
    return this.kommune.tilganger(ressurs);
  }
  /** Where the access of one is taken away. */
  tilgang(ressurs: string, aktor: string, privilegium: string): string {
    return `${this.tilganger(ressurs)}?aktor=${aktor}&privilegium=${privilegium}`;
  }
  /** Where the supplier's integration is attached to Innsyn. */
  get tilknytning(): string {
    return `${integrasjoner}/${this.globalIntegrasjon}/tilknyttede-ressurser/${this.innsyn}`;
  }

  /** Two persons that the kommune does not know. */
  get someone(): string {
    return this.app.fnr('administrator:4601');
  }
  get another(): string {
    return this.app.fnr('administrator:5001');
  }

  /** The body that makes an integration of the kommune's. */
  get integrasjonBody() {
    return { ...sakssystem, fiksOrganisasjonUuid: this.fiksOrgId };
  }
  get globalIntegrasjonBody() {
    return globalIntegrasjon(this.fiksOrgId);
  }
  /** A new integration; its id. */
  async integrasjon(): Promise<string> {
    return (await made(this.administrator.post(integrasjoner, this.integrasjonBody))).uuid;
  }

  /** A new driftsmelding; its path. */
  driftsmelding(): Promise<string> {
    return this.make('driftsmeldinger', melding);
  }
  /** A new kommunal tjeneste; its path. */
  kommunalTjeneste(): Promise<string> {
    return this.make('kommunale-tjenester', kulturskole);
  }
  /** A new eiendomslenke; its path. */
  eiendomslenke(): Promise<string> {
    return this.make('eiendomslenker', byggesaker);
  }
  /** A SvarUt account that is shown, or is not; its path. */
  async svarUtKonto(synlig: boolean): Promise<string> {
    const path = this.own(`svarut-kontoer/${await this.svarUtKontoId()}`);
    await this.administrator.put(path, { synlig })();
    return path;
  }
  async svarUtKontoId(): Promise<string> {
    const { body } = await this.administrator.get<{ kontoer: { id: string }[] }>(`/svarut-konfigurasjon/api/v1/konto?fiksOrgId=${this.fiksOrgId}`)();
    return body.kontoer[0]!.id;
  }

  /** Gives an access, as the administrator. */
  async grant(ressurs: string, aktor: string, privilegium: string): Promise<void> {
    await this.administrator.post(this.tilganger(ressurs), { aktor, privilegium })();
  }
  /** An integration of the kommune that is attached to a resource, a new one unless named; its id. */
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

  /** The tjenestevedlegg comes in a new version, so that it can be signed again; its id. */
  newTjenestevedlegg(): string {
    const { tjenestevedlegg } = this.app;
    tjenestevedlegg.versjon = `${Number(tjenestevedlegg.versjon) + 1}`;
    return tjenestevedlegg.avtaleUuid;
  }

  private async make(path: string, body: object): Promise<string> {
    return this.own(`${path}/${(await made(this.administrator.post(this.own(path), body))).id}`);
  }
}

const globalIntegrasjon = (eier: string) => ({
  ...sakssystem,
  fiksOrganisasjonUuid: eier,
  global: { kode: 'SVARUT', forespurtePrivilegier: ['INNSYN.SOK'], tags: ['INNSYN'] },
});

/** What a call of which we only need the result makes. */
async function made(call: Call): Promise<{ id: string; uuid: string }> {
  const { status, body } = await call();
  expect(status).toBeLessThan(300);
  return body as { id: string; uuid: string };
}
