import { TestApp } from '../support/app.js';
import { OpenKommune } from '../support/open-kommune.js';

// Konfigurasjon and Autorisasjon as KS Fiks publishes them, for a vendor and for an administrator.

const app = await TestApp.start();
const kommune = app.kommune();
const at = await OpenKommune.open(app, kommune);
const { fiksOrgId, integrasjoner } = at;
const admin = kommune.administrator;

interface Sett {
  readonly tilknyttet: readonly string[];
  readonly tilganger: readonly { readonly privilegium: string }[];
}
const sett = async (id: string) => {
  const { body } = await admin.get<Sett>(at.own(`integrasjoner/${id}`))();
  return { tilknyttet: body.tilknyttet, tilganger: body.tilganger.map(({ privilegium }) => privilegium) };
};
const medTilganger = (id: string, ressurs: string, ...privilegier: readonly string[]) =>
  `${integrasjoner}/${id}/tilknyttede-ressurser/${ressurs}/tilganger${privilegier.map((one, n) => `${n === 0 ? '?' : '&'}privilegier=${one}`).join('')}`;

describe('legge til og gi tilganger i én forespørsel', () => {
  it('en egen integrasjon får tilgangene, og mister alt i én forespørsel', async () => {
    const id = await at.integrasjon();
    const path = medTilganger(id, at.innsyn, 'INNSYN.INDEX.MAPPE', 'INNSYN.SOK');
    await app.when(admin.put(path)).then({ status: 204 }, { type: 'IntegrationAttached', data: { undertjeneste: 'INNSYN', tilganger: ['INNSYN.INDEX.MAPPE', 'INNSYN.SOK'] } });
    await app.when(admin.put(path)).then({ status: 204 });
    await app.when(admin.put(medTilganger(id, at.innsyn, 'INNSYN.INDEX.FAKTURA'))).then({ status: 204 }, { type: 'AccessGranted' });
    expect(await sett(id)).toEqual({ tilknyttet: ['INNSYN'], tilganger: ['INNSYN.INDEX.MAPPE', 'INNSYN.SOK', 'INNSYN.INDEX.FAKTURA'] });
    await app.when(admin.delete(medTilganger(id, at.innsyn))).then({ status: 204 }, { type: 'IntegrationDetached' });
    expect(await sett(id)).toEqual({ tilknyttet: [], tilganger: [] });
  });

  it('en tilgang som ikke passer, stopper hele forespørselen', async () => {
    const id = await at.integrasjon();
    await app
      .when(admin.put(medTilganger(id, at.innsyn, 'INNSYN.SOK', 'MATRIKKEL.QUERY')))
      .then({ status: 409, body: { errorCode: 'TILGANG_PASSER_IKKE_UNDERTJENESTE' } });
    await app.when(admin.put(medTilganger(id, at.innsyn, 'TULL'))).then({ status: 400, body: { errorCode: 'UGYLDIG_FELT' } });
    await app.when(admin.put(medTilganger(id, fiksOrgId))).then({ status: 409, body: { errorCode: 'IKKE_EN_UNDERTJENESTE' } });
  });

  it('en global integrasjon får det den ber om, også igjen, og bare der den hører hjemme', async () => {
    const { globalIntegrasjon: id } = at;
    await app.when(admin.put(medTilganger(id, at.innsyn))).then({ status: 204 }, { type: 'IntegrationAttached', data: { tilganger: ['INNSYN.SOK'] } });
    await admin.delete(at.tilgang(at.innsyn, id, 'INNSYN.SOK'))();
    await app.when(admin.put(medTilganger(id, at.innsyn, 'INNSYN.SOK'))).then({ status: 204 }, { type: 'AccessGranted', data: { privilegium: 'INNSYN.SOK' } });
    await app.when(admin.put(medTilganger(id, at.innsyn, 'INNSYN.INDEX.MAPPE'))).then({ status: 409, body: { errorCode: 'TILGANG_IKKE_FORESPURT' } });
    for (const more of ['', '/tilganger'])
      await app
        .when(admin.put(`${integrasjoner}/${id}/tilknyttede-ressurser/${kommune.ressurs('KOMMUNALE_TJENESTER')}${more}`))
        .then({ status: 409, body: { errorCode: 'INTEGRASJON_PASSER_IKKE_UNDERTJENESTE', message: 'Integrasjonen er laget for Innsyn, og kan ikke legges til under en annen undertjeneste.' } });
    expect(await sett(id)).toEqual({ tilknyttet: ['INNSYN'], tilganger: ['INNSYN.SOK'] });
    await admin.delete(medTilganger(id, at.innsyn))();
  });
});
