import {
  GetInnbyggerside,
  GetInnbyggersideHandler,
  innbyggersider,
  sider,
  type InnbyggerView,
} from '../../src/application/views/innbyggerside.js';
import type { Driftsmelding } from '../../src/domain/driftsmelding.js';
import type { RettetMot } from '../../src/domain/kommunal-tjeneste.js';
import { parseLenkemal } from '../../src/domain/values/lenkemal.js';
import { parseMatrikkelnummer } from '../../src/domain/values/matrikkelnummer.js';
import { parseOrganisasjonsnummer } from '../../src/domain/values/organisasjonsnummer.js';
import { parseDriftsmeldingstekst, parseTittel } from '../../src/domain/values/text.js';
import { parseTidsperiode } from '../../src/domain/values/tidsperiode.js';
import { byggesaker, kommune, kulturskole, melding, meldingMedLenke, nedetid, periode } from '../domain/examples.js';
import { bergen, given, idOf, memory, nesseby, StoppedClock, thing, type GivenEvent } from '../support/views.js';

const org = thing('organisasjon', nesseby);
const registered = org({ type: 'OrganisasjonRegistered', data: kommune });
const message = (name: string, data: Partial<Driftsmelding> = {}) =>
  thing('driftsmelding', idOf(name))({ type: 'DriftsmeldingPublished', data: { ...melding, innhold: parseDriftsmeldingstekst(name), ...data } });
const service = (tittel: string, rettetMot: RettetMot = 'PERSON_OG_ORGANISASJON') =>
  thing('kommunalTjeneste', idOf(tittel))({ type: 'KommunalTjenesteCreated', data: { ...kulturskole, tittel: parseTittel(tittel), rettetMot } });
const starred = (tittel: string) => thing('kommunalTjeneste', idOf(tittel))({ type: 'KommunalTjenesteStarred', data: {} });
const link = (tittel: string, mal: string) =>
  thing('eiendomslenke', idOf(tittel))({ type: 'EiendomslenkeCreated', data: { tittel: parseTittel(tittel), mal: parseLenkemal(mal) } });

const view: InnbyggerView = { fiksOrgId: nesseby, navn: kommune.navn, kommunenr: '5636', omrade: '5636', driftsmeldinger: [], tjenester: [], lenker: [] };

describe('What a kommune shows to citizens, on all pages', () => {
  const becomes = (happened: readonly GivenEvent[], changes: Partial<InnbyggerView>) => {
    given(registered, ...happened).then(innbyggersider, { [nesseby]: { ...view, ...changes } });
  };
  const id = idOf('ting');

  it('is nothing at first', () => {
    becomes([], {});
  });

  it('driftsmeldinger come, change, get another period and are withdrawn', () => {
    const one = thing('driftsmelding', id);
    const published = one({ type: 'DriftsmeldingPublished', data: nedetid });
    becomes([published], { driftsmeldinger: [{ ...nedetid, id }] });
    becomes([published, one({ type: 'DriftsmeldingChanged', data: melding })], { driftsmeldinger: [{ ...melding, ...periode, id }] });
    becomes([published, one({ type: 'DriftsmeldingPeriodChanged', data: {} })], { driftsmeldinger: [{ ...meldingMedLenke, id }] });
    const another = { ...melding, innhold: parseDriftsmeldingstekst('en annen'), id: idOf('en annen') };
    const withdrawn = one({ type: 'DriftsmeldingWithdrawn', data: {} });
    becomes([published, message('en annen'), withdrawn], { driftsmeldinger: [{ ...nedetid, trukketTilbake: true, id }, another] });
    becomes([published, withdrawn, one({ type: 'DriftsmeldingPeriodChanged', data: periode })], { driftsmeldinger: [{ ...nedetid, id }] });
  });

  it('services come, change, are starred and unstarred, and removed', () => {
    const one = thing('kommunalTjeneste', id);
    const created = one({ type: 'KommunalTjenesteCreated', data: kulturskole });
    const star = one({ type: 'KommunalTjenesteStarred', data: {} });
    becomes([created], { tjenester: [{ ...kulturskole, favoritt: false, id }] });
    becomes([created, star, one({ type: 'KommunalTjenesteChanged', data: { rettetMot: 'ORGANISASJON' } })], {
      tjenester: [{ ...kulturskole, rettetMot: 'ORGANISASJON', favoritt: true, id }],
    });
    becomes([created, star, one({ type: 'KommunalTjenesteUnstarred', data: {} })], { tjenester: [{ ...kulturskole, favoritt: false, id }] });
    becomes([created, one({ type: 'KommunalTjenesteRemoved', data: {} })], {});
  });

  it('property links come, change and are removed', () => {
    const one = thing('eiendomslenke', id);
    const created = one({ type: 'EiendomslenkeCreated', data: byggesaker });
    becomes([created], { lenker: [{ ...byggesaker, id }] });
    becomes([created, one({ type: 'EiendomslenkeChanged', data: { tittel: kulturskole.tittel } })], {
      lenker: [{ tittel: kulturskole.tittel, mal: byggesaker.mal, id }],
    });
    becomes([created, one({ type: 'EiendomslenkeRemoved', data: {} })], {});
  });

  it('what is changed keeps its place, and what is new comes last', () => {
    const [first, second, third] = ['første', 'andre', 'tredje'].map((tittel) => link(tittel, 'https://www.kommune.no'));
    const changed = thing('eiendomslenke', idOf('første'))({ type: 'EiendomslenkeChanged', data: { tittel: kulturskole.tittel } });
    const removed = thing('eiendomslenke', idOf('andre'))({ type: 'EiendomslenkeRemoved', data: {} });
    const [a, b, c] = ['første', 'andre', 'tredje'].map((tittel) => ({ tittel: parseTittel(tittel), mal: parseLenkemal('https://www.kommune.no'), id: idOf(tittel) }));
    becomes([first!, second!, changed, third!], { lenker: [{ ...a!, tittel: kulturskole.tittel }, b!, c!] });
    becomes([first!, second!, third!, removed], { lenker: [a!, c!] });
  });
});

type Asked = ConstructorParameters<typeof GetInnbyggerside>;
async function showing(...happened: GivenEvent[]) {
  const { documents } = await memory(registered, ...happened);
  const clock = new StoppedClock();
  const handler = new GetInnbyggersideHandler(documents, clock);
  const ask = (side: Asked[1], opptrerSom: Asked[2] = 'PERSON', eiendom?: Asked[3], fiksOrgId = nesseby) =>
    handler.execute(new GetInnbyggerside(fiksOrgId, side, opptrerSom, eiendom));
  return { clock, ask };
}

describe('The driftsmeldinger of a page', () => {
  const visible = async (at: string, ...happened: GivenEvent[]) => {
    const { clock, ask } = await showing(...happened);
    clock.set(at);
    return (await ask('FAKTURA')).data.driftsmeldinger.map(({ innhold }) => innhold);
  };

  it.each([
    ['2026-11-23T06:59:59.999Z', false],
    ['2026-11-23T07:00:00.000Z', true],
    ['2026-11-24T06:59:59.999Z', true],
    ['2026-11-24T07:00:00.000Z', false],
  ])('are visible from and with the start, until but not with the end: at %s %s', async (at, shows) => {
    expect(await visible(at, message('periode', periode))).toEqual(shows ? ['periode'] : []);
  });

  it('with one bound are visible on that side of it, with none always', async () => {
    const messages = [
      message('fra', parseTidsperiode({ startDato: '2026-11-23T08:00:00+01:00' })),
      message('til', parseTidsperiode({ sluttDato: '2026-11-23T08:00:00+01:00' })),
      message('alltid'),
    ];
    expect((await visible('2000-01-01T00:00:00Z', ...messages)).sort()).toEqual(['alltid', 'til']);
    expect((await visible('2026-11-23T07:00:00Z', ...messages)).sort()).toEqual(['alltid', 'fra']);
    expect((await visible('2100-01-01T00:00:00Z', ...messages)).sort()).toEqual(['alltid', 'fra']);
  });

  it('are not visible when they are withdrawn, and are again in a new period', async () => {
    const one = thing('driftsmelding', idOf('periode'));
    const withdrawn = [message('periode', periode), one({ type: 'DriftsmeldingWithdrawn', data: {} })];
    expect(await visible('2026-11-23T08:00:00Z', ...withdrawn)).toEqual([]);
    expect(await visible('2026-11-23T08:00:00Z', ...withdrawn, one({ type: 'DriftsmeldingPeriodChanged', data: {} }))).toEqual(['periode']);
  });

  it('are computed when somebody asks: one more event is not needed', async () => {
    const { clock, ask } = await showing(message('periode', periode));
    const count = async (at: string) => {
      clock.set(at);
      return (await ask('FAKTURA')).data.driftsmeldinger.length;
    };
    expect([await count('2026-11-23T06:00:00Z'), await count('2026-11-23T08:00:00Z'), await count('2026-11-25T00:00:00Z')]).toEqual([0, 1, 0]);
  });

  it('stand with the most severe first', async () => {
    const messages = [
      message('informasjon', { meldingType: 'INFORMASJON' }),
      message('feil', { meldingType: 'FEIL' }),
      message('advarsel', { meldingType: 'ADVARSEL' }),
    ];
    expect(await visible('2026-11-23T12:00:00Z', ...messages)).toEqual(['feil', 'advarsel', 'informasjon']);
  });

  it('are those of that page, and a message that is moved is shown where it was moved to', async () => {
    const moved = thing('driftsmelding', idOf('sak'))({ type: 'DriftsmeldingChanged', data: { ...melding, kategori: 'SKJEMA' } });
    const { ask } = await showing(message('faktura'), message('sak', { kategori: 'SAK' }), moved);
    const shown = await Promise.all(sider.map(async (side) => [side, (await ask(side)).data.driftsmeldinger.length]));
    expect(Object.fromEntries(shown)).toEqual({ FORSIDE: 0, FAKTURA: 1, FORSENDELSE: 0, EIENDOM: 0, SAK: 0, SKJEMA: 1 });
  });

  it('about oppgaver stand on the front page, until they have a page of their own, and end there', async () => {
    const { clock, ask } = await showing(message('oppgave', { kategori: 'OPPGAVE', ...periode }), message('sak', { kategori: 'SAK' }));
    clock.set('2026-11-23T08:00:00Z');
    const { data, until } = await ask('FORSIDE');
    expect([data.driftsmeldinger.map(({ kategori }) => kategori), until]).toEqual([['OPPGAVE'], '2026-11-24T07:00:00.000Z']);
    expect((await ask('SAK')).data.driftsmeldinger).toHaveLength(1);
    expect(sider).not.toContain('OPPGAVE');
  });
});

describe('The services of the front page', () => {
  it('stand with the starred first, then by title as in Norwegian', async () => {
    const titles = ['Åpningstider', 'Ærlig talt', 'Zoo', 'Avfall', 'Østlandet', 'barnehage'];
    const { ask } = await showing(...titles.map((title) => service(title)), starred('Zoo'), starred('Østlandet'));
    const { data } = await ask('FORSIDE');
    expect(data.tjenester.map(({ tittel }) => tittel)).toEqual(['Zoo', 'Østlandet', 'Avfall', 'barnehage', 'Ærlig talt', 'Åpningstider']);
    expect(data).toMatchObject({ fiksOrgId: nesseby, navn: kommune.navn, side: 'FORSIDE' });
  });

  it('are those for the one who asks: a person, or one who acts for an organisation', async () => {
    const { ask } = await showing(service('for personer', 'PERSON'), service('for virksomheter', 'ORGANISASJON'), service('for alle'));
    const titles = async (som: Asked[2]) => (await ask('FORSIDE', som)).data.tjenester.map(({ tittel }) => tittel);
    expect(await titles('PERSON')).toEqual(['for alle', 'for personer']);
    expect(await titles('ORGANISASJON')).toEqual(['for alle', 'for virksomheter']);
  });

  it('stand on no other page', async () => {
    const { ask } = await showing(service('tjeneste'));
    for (const side of sider.filter((one) => one !== 'FORSIDE')) expect((await ask(side)).data.tjenester).toEqual([]);
  });
});

describe('The links of a property', () => {
  const all = [
    link('Om gebyrer', 'https://www.nesseby.kommune.no/gebyrer'),
    link('Byggesaker', 'https://sak.nesseby.kommune.no/{kommunenummer}/{gardsnummer}/{bruksnummer}?f={festenummer}&s={seksjonsnummer}'),
    link('Kart', 'https://kart.nesseby.kommune.no/enhet/{matrikkelenhetId}'),
  ];
  const here = parseMatrikkelnummer('5636-60/38/0/2');
  const links = async (eiendom?: Asked[3], side: Asked[1] = 'EIENDOM') => {
    const { ask } = await showing(...all);
    return (await ask(side, 'PERSON', eiendom)).data.lenker.map(({ id, tittel, lenke }) => {
      expect(id).toBe(idOf(tittel));
      return lenke;
    });
  };

  it('are filled in with its number', async () => {
    expect(await links({ matrikkelnummer: here, matrikkelenhetId: '123456' })).toEqual([
      'https://www.nesseby.kommune.no/gebyrer',
      'https://sak.nesseby.kommune.no/5636/60/38?f=0&s=2',
      'https://kart.nesseby.kommune.no/enhet/123456',
    ]);
  });

  it('are left out when what they need is not known', async () => {
    expect(await links({ matrikkelnummer: here })).toEqual([
      'https://www.nesseby.kommune.no/gebyrer',
      'https://sak.nesseby.kommune.no/5636/60/38?f=0&s=2',
    ]);
    expect(await links()).toEqual(['https://www.nesseby.kommune.no/gebyrer']);
  });

  it('are none on a property in another kommune', async () => {
    expect(await links({ matrikkelnummer: parseMatrikkelnummer('4003-60/38'), matrikkelenhetId: '1' })).toEqual([]);
  });

  it('are a fylkeskommune’s on every property in the fylke, and on no other', async () => {
    const finnmark = idOf('Finnmark fylkeskommune');
    const { ask } = await showing(
      thing('organisasjon', finnmark, finnmark)({ type: 'OrganisasjonRegistered', data: { type: 'FYLKESKOMMUNE', navn: kommune.navn, orgnr: parseOrganisasjonsnummer('830090282') } }),
      thing('eiendomslenke', idOf('kulturminner'), finnmark)({ type: 'EiendomslenkeCreated', data: byggesaker }),
    );
    const shown = async (nummer: string) => (await ask('EIENDOM', 'PERSON', { matrikkelnummer: parseMatrikkelnummer(nummer) }, finnmark)).data.lenker.length;
    expect([await shown('5636-60/38'), await shown('5601-1/1'), await shown('5501-1/1'), await shown('0301-1/1')]).toEqual([1, 1, 0, 0]);
  });

  it('stand on no other page', async () => {
    for (const side of sider.filter((one) => one !== 'EIENDOM')) expect(await links({ matrikkelnummer: here }, side)).toEqual([]);
  });
});

describe('A citizen’s page', () => {
  it('of a kommune that does not exist is missing', async () => {
    const { ask } = await showing();
    await expect(ask('FORSIDE', 'PERSON', undefined, bergen)).rejects.toMatchObject({ kind: 'missing', code: 'IKKE_FUNNET' });
  });

  it('tells how far in the log it is made from', async () => {
    const { ask } = await showing(message('én'), service('to'));
    expect(await ask('SAK')).toMatchObject({ key: nesseby, position: 3n });
  });

  it('is each kommune’s own', async () => {
    const { ask } = await showing(
      thing('organisasjon', bergen, bergen)({ type: 'OrganisasjonRegistered', data: kommune }),
      thing('driftsmelding', idOf('deres'), bergen)({ type: 'DriftsmeldingPublished', data: melding }),
    );
    expect((await ask('FAKTURA')).data.driftsmeldinger).toEqual([]);
    expect((await ask('FAKTURA', 'PERSON', undefined, bergen)).data.driftsmeldinger).toHaveLength(1);
  });
});
