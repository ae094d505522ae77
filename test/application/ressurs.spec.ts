import { ressurserFor, ressursId, tjenestekoder } from '../../src/application/views/ressurs-ids.js';
import { ressurser } from '../../src/application/views/ressurs.js';
import { GetRessurs, GetRessursHandler } from '../../src/application/views/tilgang.js';
import { kari, kommune, ola } from '../domain/examples.js';
import { administered, bergen, given, idOf, memory, nesseby, person, thing } from '../support/views.js';

const registered = thing('organisasjon', nesseby)({ type: 'OrganisasjonRegistered', data: kommune });
const mine = ressurserFor(nesseby);
const adopted = thing('tjeneste', nesseby)({ type: 'TjenesteAdopted', data: { ressurser: mine } });
const organisasjon = { id: nesseby, fiksOrgId: nesseby, type: 'ORGANISASJON', navn: kommune.navn } as const;
const minKommune = { id: mine.MIN_KOMMUNE, fiksOrgId: nesseby, type: 'MIN_KOMMUNE', navn: 'Min kommune', forelder: nesseby } as const;
const under = <T extends 'INNSYN' | 'KOMMUNALE_TJENESTER' | 'MINE_EIENDOMMER'>(type: T, navn: string) =>
  ({ id: mine[type], fiksOrgId: nesseby, type, navn, forelder: mine.MIN_KOMMUNE }) as const;

describe('Resources', () => {
  it('an organisation is one from the start', () => {
    given(registered).then(ressurser, { [nesseby]: organisasjon });
  });

  it('taking Min kommune in use makes it and its undertjenester into resources, each under the one above', () => {
    const [innsyn, tjenester, eiendommer] = [
      under('INNSYN', 'Innsyn'),
      under('KOMMUNALE_TJENESTER', 'Kommunale tjenester'),
      under('MINE_EIENDOMMER', 'Mine eiendommer'),
    ];
    given(registered, adopted).then(ressurser, {
      [nesseby]: organisasjon,
      [minKommune.id]: minKommune,
      [innsyn.id]: innsyn,
      [tjenester.id]: tjenester,
      [eiendommer.id]: eiendommer,
    });
  });

  it('have ids that follow from organisation and code, and no two the same', () => {
    expect(ressurserFor(nesseby)).toEqual(Object.fromEntries(tjenestekoder.map((kode) => [kode, ressursId(nesseby, kode)])));
    const all = [nesseby, bergen].flatMap((one) => [one, ...Object.values(ressurserFor(one))]);
    expect(new Set(all).size).toBe(10);
  });

  it('one is shown with those that it lies under, nearest first', async () => {
    const { documents, organisations } = await memory(...administered(nesseby, kari), adopted);
    const get = (id: string) => new GetRessursHandler(documents, organisations).execute(new GetRessurs(person(kari), id));
    expect(await get(mine.INNSYN)).toEqual({ ressurs: under('INNSYN', 'Innsyn'), foreldre: [minKommune, organisasjon], roles: new Set(['ADMINISTRATOR']) });
    expect(await get(nesseby)).toMatchObject({ ressurs: organisasjon, foreldre: [] });
  });

  it('one that does not exist and one of somebody else are refused alike', async () => {
    const theirs = thing('tjeneste', bergen, bergen)({ type: 'TjenesteAdopted', data: { ressurser: ressurserFor(bergen) } });
    const { documents, organisations } = await memory(...administered(nesseby, kari), ...administered(bergen, ola), theirs);
    for (const id of [bergen, ressursId(bergen, 'INNSYN'), idOf('ingen')]) {
      const asked = new GetRessursHandler(documents, organisations).execute(new GetRessurs(person(kari), id));
      await expect(asked).rejects.toMatchObject({ kind: 'missing', code: 'IKKE_FUNNET' });
    }
  });
});
