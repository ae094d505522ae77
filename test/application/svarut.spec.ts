import { ListSvarUtSwitches, ListSvarUtSwitchesHandler, svarUtKontoer } from '../../src/application/views/svarut.js';
import { parseUuid } from '../../src/domain/values/uuid.js';
import { ExampleSvarUtAccounts } from '../../src/infrastructure/development/example-svarut-accounts.js';
import { fiksOrgIdOf } from '../../src/infrastructure/development/organisasjoner.js';
import { kari, konto, ola } from '../domain/examples.js';
import { administered, bergen, given, idOf, memory, nesseby, person, then, thing, type GivenEvent } from '../support/views.js';

const switches = thing('svarUt', nesseby);
const enabled = (kontoId: string) => switches({ type: 'SvarUtAccountEnabled', data: { kontoId: parseUuid(kontoId) } });
const disabled = (kontoId: string) => switches({ type: 'SvarUtAccountDisabled', data: { kontoId: parseUuid(kontoId) } });
const key = `${nesseby}/${nesseby}`;
const change = { endret: then, endretAv: 'person:kari' };

describe('SvarUt accounts whose post is shown', () => {
  it('are those that are switched on', () => {
    given(enabled(konto.kontoId), enabled(idOf('to'))).then(svarUtKontoer, {
      [key]: { fiksOrgId: nesseby, synlige: [konto.kontoId, idOf('to')], endringer: { [konto.kontoId]: change, [idOf('to')]: change } },
    });
  });

  it('and not switched off again', () => {
    given(enabled(konto.kontoId), enabled(idOf('to')), disabled(konto.kontoId)).then(svarUtKontoer, {
      [key]: { fiksOrgId: nesseby, synlige: [idOf('to')], endringer: { [konto.kontoId]: change, [idOf('to')]: change } },
    });
    given(enabled(konto.kontoId), disabled(konto.kontoId), enabled(konto.kontoId)).then(svarUtKontoer, {
      [key]: { fiksOrgId: nesseby, synlige: [konto.kontoId], endringer: { [konto.kontoId]: change } },
    });
  });
});

describe('The list of switches', () => {
  const fiksOrgId = fiksOrgIdOf({ type: 'KOMMUNE', nummer: '4601' });
  const accounts = new ExampleSvarUtAccounts();
  const ask = async (fiksOrg: string, ...happened: readonly GivenEvent[]) => {
    const { documents, organisations } = await memory(...administered(fiksOrgId, kari), ...administered(bergen, ola), ...happened);
    return new ListSvarUtSwitchesHandler(documents, organisations, accounts).execute(new ListSvarUtSwitches(person(kari), fiksOrg));
  };

  it('has every account of the organisation, and tells being shown from being able to send', async () => {
    const [first, second, third] = (await accounts.list(fiksOrgId)).map(({ id }) => parseUuid(id));
    const { data, revision } = await ask(
      fiksOrgId,
      thing('svarUt', fiksOrgId, fiksOrgId)({ type: 'SvarUtAccountEnabled', data: { kontoId: second! } }),
      thing('svarUt', fiksOrgId, fiksOrgId)({ type: 'SvarUtAccountEnabled', data: { kontoId: third! } }),
    );
    expect(data.map(({ konto: { id, aktivert }, synlig }) => [id, aktivert, synlig])).toEqual([
      [first, true, false],
      [second, true, true],
      [third, false, true],
    ]);
    expect(revision).toBe(1n);
  });

  it('is all off, at revision -1, before anything is switched', async () => {
    const { data, revision } = await ask(fiksOrgId);
    expect(data.map(({ synlig }) => synlig)).toEqual([false, false, false]);
    expect(revision).toBe(-1n);
  });

  it('is refused in another organisation as in none', async () => {
    for (const other of [bergen, idOf('ingen')]) await expect(ask(other)).rejects.toMatchObject({ kind: 'missing', code: 'IKKE_FUNNET' });
  });
});
