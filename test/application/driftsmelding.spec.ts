import {
  GetConfigured,
  GetConfiguredHandler,
  ListConfigured,
  ListConfiguredHandler,
  type Configured,
  type ConfiguredView,
} from '../../src/application/views/configured.js';
import { driftsmeldinger } from '../../src/application/views/driftsmelding.js';
import { melding, meldingMedLenke, nedetid, kari, ola, periode } from '../domain/examples.js';
import { administered, bergen, given, idOf, memory, nesseby, person, then, thing } from '../support/views.js';

const id = idOf('melding');
const one = thing('driftsmelding', id);
const key = `${nesseby}/${id}`;
const thingOf = (fiksOrgId: string) => ({ id, fiksOrgId, opprettet: then, endret: then, endretAv: 'person:kari' });
const published = one({ type: 'DriftsmeldingPublished', data: nedetid });

describe('Driftsmeldinger, as they are configured', () => {
  it('shows what was published, whenever it is visible', () => {
    given(published).then(driftsmeldinger, { [key]: { ...thingOf(nesseby), ...nedetid } });
  });

  it('a change replaces the whole content, and keeps the period', () => {
    given(published, one({ type: 'DriftsmeldingChanged', data: { ...melding, meldingType: 'FEIL' } })).then(driftsmeldinger, {
      [key]: { ...thingOf(nesseby), ...melding, meldingType: 'FEIL', ...periode },
    });
    const always = one({ type: 'DriftsmeldingPublished', data: melding });
    given(always, one({ type: 'DriftsmeldingChanged', data: meldingMedLenke })).then(driftsmeldinger, {
      [key]: { ...thingOf(nesseby), ...meldingMedLenke },
    });
  });

  it('a new period replaces both bounds, and keeps the content', () => {
    given(published, one({ type: 'DriftsmeldingPeriodChanged', data: {} })).then(driftsmeldinger, {
      [key]: { ...thingOf(nesseby), ...meldingMedLenke },
    });
    given(published, one({ type: 'DriftsmeldingPeriodChanged', data: { sluttDato: periode.sluttDato! } })).then(driftsmeldinger, {
      [key]: { ...thingOf(nesseby), ...meldingMedLenke, sluttDato: periode.sluttDato! },
    });
  });

  it('what is withdrawn stays, so that it can be used again', () => {
    const withdrawn = one({ type: 'DriftsmeldingWithdrawn', data: {} });
    given(published, withdrawn).then(driftsmeldinger, { [key]: { ...thingOf(nesseby), ...nedetid, trukketTilbake: true } });
    given(published, withdrawn, one({ type: 'DriftsmeldingPeriodChanged', data: periode })).then(driftsmeldinger, {
      [key]: { ...thingOf(nesseby), ...nedetid },
    });
  });

  it('tells of its last change, not of the ones before', () => {
    const later = { time: '2026-12-01T08:00:00.000Z', actor: 'person:ola' };
    given(published, one({ type: 'DriftsmeldingPeriodChanged', data: {} }, later)).then(driftsmeldinger, {
      [key]: { ...thingOf(nesseby), ...meldingMedLenke, endret: later.time, endretAv: later.actor },
    });
  });

  it('is each organisation’s own, also under the same id', () => {
    const theirs = thing('driftsmelding', id, bergen);
    given(published, theirs({ type: 'DriftsmeldingPublished', data: melding }), one({ type: 'DriftsmeldingWithdrawn', data: {} })).then(
      driftsmeldinger,
      { [key]: { ...thingOf(nesseby), ...nedetid, trukketTilbake: true }, [`${bergen}/${id}`]: { ...thingOf(bergen), ...melding } },
    );
  });

  it('stops on a change of what it does not have', () => {
    for (const event of [
      one({ type: 'DriftsmeldingChanged', data: melding }),
      one({ type: 'DriftsmeldingPeriodChanged', data: periode }),
    ])
      expect(() => {
        given(event).then(driftsmeldinger, {});
      }).toThrow('IKKE_FUNNET');
  });
});

describe('What an organisation has configured', () => {
  const another = thing('driftsmelding', idOf('en annen'));
  const theirs = thing('driftsmelding', idOf('deres'), bergen);
  const all = [
    ...administered(nesseby, kari),
    ...administered(bergen, ola),
    published,
    theirs({ type: 'DriftsmeldingPublished', data: melding }),
    another({ type: 'DriftsmeldingPublished', data: melding }, { time: '2026-11-23T12:00:00.001Z' }),
    one({ type: 'DriftsmeldingPeriodChanged', data: {} }, { time: '2026-11-23T12:00:00.002Z' }),
  ];
  const page = { fra: 0, antall: 10 };
  // The handlers accept any view of this type, so the cast is safe.
  const view = driftsmeldinger as unknown as ConfiguredView<Configured>;

  it('is listed for its own people, oldest first whatever has been changed since, a page at a time with how many there are', async () => {
    const { documents, organisations } = await memory(...all);
    const list = (fra: number, antall: number) =>
      new ListConfiguredHandler(documents, organisations).execute(new ListConfigured(person(kari), nesseby, view, { fra, antall }));
    const ids = async (fra: number, antall: number) => {
      const { documents: found, total } = await list(fra, antall);
      return [total, ...found.map(({ data }) => data.id)];
    };
    expect(await ids(0, 10)).toEqual([2, id, idOf('en annen')]);
    expect(await ids(0, 1)).toEqual([2, id]);
    expect(await ids(1, 1)).toEqual([2, idOf('en annen')]);
    expect(await ids(2, 1)).toEqual([2]);
  });

  it('is shown one at a time with its revision', async () => {
    const { documents, organisations } = await memory(...all, one({ type: 'DriftsmeldingChanged', data: melding }));
    const get = (fiksOrgId: string, thingId: string) =>
      new GetConfiguredHandler(documents, organisations).execute(new GetConfigured(person(kari), fiksOrgId, view, thingId));
    expect(await get(nesseby, id)).toMatchObject({ revision: 2n, data: { id, meldingType: 'ADVARSEL' } });
    await expect(get(nesseby, idOf('deres'))).rejects.toMatchObject({ kind: 'missing', code: 'IKKE_FUNNET' });
    await expect(get(nesseby, idOf('finnes ikke'))).rejects.toMatchObject({ kind: 'missing', code: 'IKKE_FUNNET' });
    await expect(get(bergen, idOf('deres'))).rejects.toMatchObject({ kind: 'missing', code: 'IKKE_FUNNET' });
  });

  it('is refused alike in an organisation that is somebody else’s and one that is nobody’s', async () => {
    const { documents, organisations } = await memory(...all);
    for (const fiksOrgId of [bergen, idOf('ingen')]) {
      const asked = new ListConfigured(person(kari), fiksOrgId, view, page);
      await expect(new ListConfiguredHandler(documents, organisations).execute(asked)).rejects.toMatchObject({ kind: 'missing', code: 'IKKE_FUNNET' });
    }
  });
});
