import {
  GetIntegrasjon,
  GetIntegrasjonHandler,
  integrasjoner,
  ListIntegrasjoner,
  ListIntegrasjonerHandler,
  LocateIntegrasjon,
  LocateIntegrasjonHandler,
} from '../../src/application/views/integrasjon.js';
import { parseIntegrasjonsnavn } from '../../src/domain/values/text.js';
import { parseUuid } from '../../src/domain/values/uuid.js';
import { fellesIntegrasjon, kari, ola, sakssystem, uavklartKommune } from '../domain/examples.js';
import { administered, bergen, given, idOf, memory, nesseby, person, StoppedClock, then, thing, type GivenEvent } from '../support/views.js';

const id = idOf('sakssystem');
const felles = idOf('felles skjema');
const own = thing('integration', id);
/** The global integration, in its owner's stream and in another organisation's. */
const global = thing('integration', felles, bergen);
const elsewhere = thing('integration', felles, nesseby);

const created = own({ type: 'IntegrationCreated', data: sakssystem });
const createdGlobal = global({ type: 'IntegrationCreated', data: fellesIntegrasjon }, { time: '2026-01-01T00:00:00.000Z' });
const attached = (one: typeof own, integrasjonEier = bergen) =>
  one({
    type: 'IntegrationAttached',
    data: {
      undertjeneste: 'INNSYN',
      integrasjon: { eier: parseUuid(integrasjonEier), navn: fellesIntegrasjon.navn, global: true },
      tilganger: ['INNSYN.INDEX.SKJEMA'],
    },
  });
const skjema = { privilegium: 'INNSYN.INDEX.SKJEMA', undertjeneste: 'INNSYN' } as const;
const mappe = { privilegium: 'INNSYN.INDEX.MAPPE', undertjeneste: 'INNSYN' } as const;
const matrikkel = { privilegium: 'MATRIKKEL.QUERY', undertjeneste: 'MINE_EIENDOMMER' } as const;

const key = `${nesseby}/${id}`;
const definisjon = { ...sakssystem, opprettet: then, tags: [] };
const changed = { endret: then, endretAv: 'person:kari' };
const view = { integrasjonId: id, fiksOrgId: nesseby, eier: nesseby, definisjon, global: false, tilknyttet: [], tilganger: [], ...changed };
const globalView = {
  integrasjonId: felles,
  fiksOrgId: bergen,
  eier: bergen,
  definisjon: {
    navn: fellesIntegrasjon.navn,
    beskrivelse: fellesIntegrasjon.beskrivelse!,
    autorisertOrgnr: fellesIntegrasjon.autorisertOrgnr,
    opprettet: '2026-01-01T00:00:00.000Z',
    ...fellesIntegrasjon.global!,
  },
  global: true,
  tilknyttet: [],
  tilganger: [],
  endret: '2026-01-01T00:00:00.000Z',
  endretAv: 'person:kari',
};
const attachedView = {
  integrasjonId: felles,
  fiksOrgId: nesseby,
  eier: bergen,
  global: true,
  tilknyttet: ['INNSYN'] as const,
  tilganger: [skjema],
  ...changed,
};

describe('Integrations, as each organisation has them', () => {
  it('one’s own has its definition', () => {
    given(created).then(integrasjoner, { [key]: view });
  });

  it('a global one has a code, tags and the tilganger it asks for', () => {
    given(createdGlobal).then(integrasjoner, { [`${bergen}/${felles}`]: { ...globalView, tilbys: true } });
  });

  it('changes in the fields that are given', () => {
    const navn = parseIntegrasjonsnavn('Nytt navn');
    given(created, own({ type: 'IntegrationChanged', data: { navn } })).then(integrasjoner, { [key]: { ...view, definisjon: { ...definisjon, navn } } });
  });

  it('a new password replaces the time of the one before and who made it, and the hash of neither is kept', () => {
    const made = (passordHash: string, time: string, actor: string) => own({ type: 'IntegrationPasswordGenerated', data: { passordHash } }, { time, actor });
    given(created, made('første', '2026-02-01T00:00:00.000Z', 'person:kari'), made('andre', '2026-03-01T00:00:00.000Z', 'person:ola')).then(integrasjoner, {
      [key]: { ...view, definisjon: { ...definisjon, passordLaget: '2026-03-01T00:00:00.000Z', passordLagetAv: 'person:ola' }, endret: '2026-03-01T00:00:00.000Z', endretAv: 'person:ola' },
    });
  });

  it('holds the tilganger that are granted and not revoked', () => {
    const grant = (data: typeof mappe | typeof matrikkel) => own({ type: 'AccessGranted', data });
    const tilknyttet = ['INNSYN', 'MINE_EIENDOMMER'] as const;
    given(created, grant(mappe), grant(matrikkel)).then(integrasjoner, { [key]: { ...view, tilknyttet, tilganger: [mappe, matrikkel] } });
    given(created, grant(mappe), grant(matrikkel), own({ type: 'AccessRevoked', data: mappe })).then(integrasjoner, {
      [key]: { ...view, tilknyttet, tilganger: [matrikkel] },
    });
  });

  it('with a tilgang from before a tilgang attached is attached all the same, once, until it is detached', () => {
    const granted = own({ type: 'AccessGranted', data: mappe });
    given(created, granted).then(integrasjoner, { [key]: { ...view, tilknyttet: ['INNSYN'], tilganger: [mappe] } });
    given(created, granted, attached(own, nesseby)).then(integrasjoner, { [key]: { ...view, tilknyttet: ['INNSYN'], tilganger: [mappe, skjema] } });
    given(created, granted, own({ type: 'IntegrationDetached', data: { undertjeneste: 'INNSYN' } })).then(integrasjoner, { [key]: view });
  });

  it('attached elsewhere stands there with its owner and what it brings, and the owner’s stays as it is', () => {
    given(createdGlobal, attached(elsewhere)).then(integrasjoner, {
      [`${bergen}/${felles}`]: { ...globalView, tilbys: true },
      [`${nesseby}/${felles}`]: attachedView,
    });
  });

  it('attaching twice brings each tilgang once; detaching takes all under that undertjeneste', () => {
    const detached = elsewhere({ type: 'IntegrationDetached', data: { undertjeneste: 'INNSYN' } });
    given(attached(elsewhere), detached, attached(elsewhere)).then(integrasjoner, { [`${nesseby}/${felles}`]: attachedView });
    given(created, own({ type: 'AccessGranted', data: skjema }), attached(own, nesseby)).then(integrasjoner, {
      [key]: { ...view, tilknyttet: ['INNSYN'], tilganger: [skjema] },
    });
    given(
      attached(elsewhere),
      elsewhere({ type: 'AccessGranted', data: mappe }),
      elsewhere({ type: 'AccessGranted', data: matrikkel }),
      detached,
    ).then(integrasjoner, { [`${nesseby}/${felles}`]: { ...attachedView, tilknyttet: ['MINE_EIENDOMMER'], tilganger: [matrikkel] } });
  });

  it('remembers where its documents lie', () => {
    const choose = (lagring: 'DOKUMENTLAGER' | 'FAGSYSTEM') => own({ type: 'DocumentStorageChosen', data: { lagring } });
    given(created, choose('DOKUMENTLAGER'), choose('FAGSYSTEM')).then(integrasjoner, { [key]: { ...view, lagring: 'FAGSYSTEM' } });
  });

  it('is gone with all it held when it is deleted', () => {
    given(created, own({ type: 'AccessGranted', data: mappe }), own({ type: 'IntegrationDeleted', data: {} })).then(integrasjoner, {});
  });
});

const people = [...administered(nesseby, kari), ...administered(bergen, ola, uavklartKommune)];
async function asking(...happened: GivenEvent[]) {
  const { documents, organisations } = await memory(...people, ...happened);
  return {
    list: (fiksOrgId: string, actor = fiksOrgId === nesseby ? kari : ola) =>
      new ListIntegrasjonerHandler(documents, organisations, new StoppedClock()).execute(new ListIntegrasjoner(person(actor), fiksOrgId)),
    get: (fiksOrgId: string, integrasjonId: string, actor: typeof kari | undefined = fiksOrgId === nesseby ? kari : ola) =>
      new GetIntegrasjonHandler(documents, organisations, new StoppedClock()).execute(new GetIntegrasjon(person(actor), fiksOrgId, integrasjonId)),
    getOpenly: (fiksOrgId: string, integrasjonId: string) =>
      new GetIntegrasjonHandler(documents, organisations, new StoppedClock()).execute(new GetIntegrasjon(undefined, fiksOrgId, integrasjonId)),
    locate: (integrasjonId: string) => new LocateIntegrasjonHandler(documents).execute(new LocateIntegrasjon(integrasjonId)),
  };
}
const missing = { kind: 'missing', code: 'IKKE_FUNNET' };
const storage = global({ type: 'DocumentStorageChosen', data: { lagring: 'FAGSYSTEM' } });
const renamed = global({ type: 'IntegrationChanged', data: { navn: parseIntegrasjonsnavn('Nytt navn') } });

describe('Tilgjengelige integrasjoner', () => {
  const privately = thing('integration', idOf('privat'), bergen)({ type: 'IntegrationCreated', data: sakssystem });

  it('are one’s own and the global ones, oldest first, never the private ones of others', async () => {
    const { list } = await asking(created, createdGlobal, privately);
    expect((await list(nesseby)).map(({ integrasjonId }) => integrasjonId)).toEqual([felles, id]);
    expect((await list(bergen)).map(({ integrasjonId }) => integrasjonId)).toEqual([felles, idOf('privat')]);
  });

  it('tell whose they are, and what has been chosen for them here', async () => {
    const { list } = await asking(created, createdGlobal, attached(elsewhere), storage);
    expect((await list(nesseby))[0]).toEqual({ ...attachedView, definisjon: globalView.definisjon, eierNavn: uavklartKommune.navn, revision: 0n });
    expect((await list(bergen))[0]).toMatchObject({ fiksOrgId: bergen, tilknyttet: [], tilganger: [], lagring: 'FAGSYSTEM', revision: 1n });
  });

  it('show nothing of what their owner has chosen for itself', async () => {
    const { list, get, getOpenly } = await asking(createdGlobal, storage, attached(global), global({ type: 'AccessGranted', data: mappe }));
    const { endret: _changed, endretAv: _by, ...offered } = globalView;
    const expected = { ...offered, eierNavn: uavklartKommune.navn };
    expect((await list(nesseby))[0]).toEqual({ ...expected, fiksOrgId: nesseby, revision: -1n });
    expect(await get(nesseby, felles)).toEqual({ ...expected, fiksOrgId: nesseby, revision: -1n });
    expect(await getOpenly(bergen, felles)).toEqual({ ...expected, revision: 3n });
  });

  it('show a global one as its owner has it now, also when the owner changed it after it was attached', async () => {
    const { list, get, locate } = await asking(createdGlobal, attached(elsewhere), renamed);
    for (const one of [(await list(nesseby))[0]!, await get(nesseby, felles), await locate(felles)])
      expect(one.definisjon.navn).toBe('Nytt navn');
  });

  it('no longer hold one that its owner has deleted', async () => {
    const { list, get, locate } = await asking(createdGlobal, attached(elsewhere), global({ type: 'IntegrationDeleted', data: {} }));
    expect(await list(nesseby)).toEqual([]);
    await expect(get(nesseby, felles)).rejects.toMatchObject(missing);
    await expect(locate(felles)).rejects.toMatchObject(missing);
  });

  it('one that is private is missing to others, to those who do not say who they are, and when it does not exist', async () => {
    const { get, getOpenly, list } = await asking(created, privately);
    await expect(get(nesseby, idOf('privat'))).rejects.toMatchObject(missing);
    await expect(get(nesseby, idOf('finnes ikke'))).rejects.toMatchObject(missing);
    await expect(getOpenly(nesseby, id)).rejects.toMatchObject(missing);
    await expect(get(nesseby, id, ola)).rejects.toMatchObject(missing);
    await expect(list(nesseby, ola)).rejects.toMatchObject(missing);
    expect(await get(nesseby, id)).toMatchObject({ integrasjonId: id, revision: 0n });
  });
});

describe('An integration by its id alone', () => {
  it('is found with its owner and the owner’s revision, wherever else it is attached', async () => {
    const { locate } = await asking(createdGlobal, attached(elsewhere), renamed, created);
    expect(await locate(felles)).toMatchObject({ integrasjonId: felles, eier: bergen, global: true, revision: 1n });
    expect(await locate(id)).toMatchObject({ integrasjonId: id, eier: nesseby, global: false, revision: 0n });
    await expect(locate(idOf('ingen'))).rejects.toMatchObject(missing);
  });

  it('is the present owner’s when an older log used the id again, also where the former owner’s was attached', async () => {
    const oslo = idOf('oslo');
    const again = thing('integration', felles, oslo);
    const { locate, list } = await asking(
      createdGlobal,
      attached(elsewhere),
      global({ type: 'IntegrationDeleted', data: {} }),
      elsewhere({ type: 'IntegrationDetached', data: { undertjeneste: 'INNSYN' } }),
      again({ type: 'IntegrationCreated', data: fellesIntegrasjon }),
      attached(elsewhere, oslo),
      again({ type: 'IntegrationChanged', data: { navn: parseIntegrasjonsnavn('Nytt navn') } }),
    );
    expect(await locate(felles)).toMatchObject({ eier: oslo, revision: 1n });
    expect(await list(nesseby)).toMatchObject([{ integrasjonId: felles, eier: oslo, tilknyttet: ['INNSYN'] }]);
  });
});
