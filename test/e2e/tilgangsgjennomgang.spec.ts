import { TestApp } from '../support/app.js';
import { OpenKommune } from '../support/open-kommune.js';
import { until } from '../support/views.js';

// Who still needs what: the last use of roles and integrations, tilganger that end by themselves, and the yearly review.

const app = await TestApp.start();
const kommune = app.kommune();
const at = await OpenKommune.open(app, kommune);
const { administrator: admin, revisor } = kommune;
const idOf = async (who: string) => (await app.person(who)).id;
const adminId = await idOf(`administrator:${kommune.nummer}`);
const innsynId = await idOf(`tjenesteadministrator:${kommune.nummer}:INNSYN`);

const arkiv = await at.tilknyttet(at.innsyn);
const { passord } = (await admin.post<{ passord: string }>(`${at.integrasjoner}/${arkiv}/lagPassord`)()).body;
const fagsystem = app.bearing(app.token(`virksomhet:${at.integrasjonBody.autorisertOrgnr as string}`), { IntegrasjonId: arkiv, IntegrasjonPassord: passord });
const melding = {
  meldingId: '7d4e1c1b-1d8c-4a2e-8a39-5f5d4a2f1e09',
  sikkerhetsniva: 3,
  eksponertFor: { identifikatorType: 'FODSELSNUMMER', verdi: '12818510088' },
  fiksOrganisasjonId: at.fiksOrgId,
  versjon: 'MAPPE_V1',
  meldingMetadata: Buffer.from(JSON.stringify({ type: 'SAK', tittel: 'Fartsdemping' })).toString('base64'),
};
const indekser = () => fagsystem.put('/innsyn-index/api/v2/indexRequest', { meldinger: [melding] })();

interface Linje {
  readonly aktor: string;
  readonly omrade: string;
  readonly privilegium: string;
  readonly sistBrukt?: string;
  readonly utlop?: string;
  readonly ikkeGjennomgatt: boolean;
}
interface Gjennomgang {
  readonly antallTreff: number;
  readonly treff: readonly Linje[];
  readonly utloperSnart: number;
  readonly ikkeGjennomgatt: number;
  readonly sistGjennomgatt?: string;
}
const path = at.own('tilgangsgjennomgang');
const listen = async (utvalg = 'ALLE', client = admin) => (await client.get<Gjennomgang>(`${path}?utvalg=${utvalg}`)()).body;
const linje = async (aktor: string, privilegium: string, omrade = 'INNSYN') => (await listen()).treff.find((one) => one.aktor === aktor && one.privilegium === privilegium && one.omrade === omrade);
const gi = (body: object) => admin.put(at.own('tilganger'), { ressurs: at.innsyn, ...body });

describe('siste bruk', () => {
  it('vises for hver rolle som ble brukt, og ikke for dem som ikke ble det', async () => {
    await kommune.tjenesteadministrator('INNSYN').get(at.own('driftsmeldinger'))();
    const { treff } = await listen();
    expect(treff.find(({ aktor, omrade }) => aktor === adminId && omrade === 'ORGANISASJON')).toMatchObject({ privilegium: 'ADMIN', navn: expect.stringContaining('Administrator') as string, sistBrukt: '2026-11-23', gittAvNavn: 'Plattformen' });
    expect(treff.find(({ aktor }) => aktor === innsynId)).toMatchObject({ omrade: 'INNSYN', sistBrukt: '2026-11-23' });
    const ubrukt = treff.find(({ omrade }) => omrade === 'MINE_EIENDOMMER')!;
    expect(ubrukt).not.toHaveProperty('sistBrukt');
  });

  it('av en integrasjon vises for tilgangen den brukte, og i listen over integrasjoner', async () => {
    for (const privilegium of ['INNSYN.INDEX.MAPPE', 'INNSYN.INDEX.FAKTURA']) await at.grant(at.innsyn, arkiv, privilegium);
    const own = at.own(`integrasjoner/${arkiv}`);
    expect((await admin.get(own)()).body).not.toHaveProperty('sistBrukt');
    app.clock.set('2026-11-24T23:30:00Z');
    expect((await indekser()).status).toBe(200);
    expect((await admin.get(own)()).body).toMatchObject({ sistBrukt: '2026-11-25' });
    expect(await linje(arkiv, 'INNSYN.INDEX.MAPPE')).toMatchObject({ sistBrukt: '2026-11-25' });
    expect(await linje(arkiv, 'INNSYN.INDEX.FAKTURA')).not.toHaveProperty('sistBrukt');
    const { body: listed } = await admin.get<{ uuid: string; sistBrukt?: string }[]>(at.own('tilgjengelige-integrasjoner'))();
    expect(listed.find(({ uuid }) => uuid === arkiv)).toMatchObject({ sistBrukt: '2026-11-25' });
    // The answers of KS Fiks stay as they are published.
    expect((await admin.get(`${at.integrasjoner}/${arkiv}`)()).body).not.toHaveProperty('sistBrukt');
  });

  it('av en rolle vises på konfigurasjonssiden bare for administratorer og revisorer', async () => {
    const administratorer = async (client = admin) => (await client.get<{ administratorer: { id: string; sistBrukt?: string }[] }>(at.own('konfigurasjon'))()).body.administratorer;
    expect(await administratorer()).toEqual([expect.objectContaining({ id: adminId, sistBrukt: '2026-11-25' })]);
    expect(await administratorer(revisor)).toEqual([expect.objectContaining({ sistBrukt: '2026-11-25' })]);
    expect((await administratorer(kommune.tjenesteadministrator('INNSYN')))[0]).not.toHaveProperty('sistBrukt');
  });

  it('slettes når personen glemmes', async () => {
    const aktor = await at.grant(at.mineEiendommer, at.thirdFnr, 'ADMIN');
    await app.as('revisor:5001').get(at.own('eiendomslenker'))();
    const brukt = async () => (await app.sisteBruk.of(at.fiksOrgId)).filter((one) => one.aktor === aktor);
    expect((await linje(aktor, 'ADMIN', 'MINE_EIENDOMMER'))?.sistBrukt).toBe('2026-11-25');
    await app.flushed();
    expect(await brukt()).toHaveLength(1);
    expect((await app.as('plattform').post('/min-kommune/api/v1/innbyggere/glem', { fnr: at.thirdFnr })()).status).toBeLessThan(300);
    expect(await brukt()).toEqual([]);
  });
});

describe('en tilgang med utløpsdato', () => {
  it('vises med datoen, og blant dem som utløper, når det er 30 dager igjen', async () => {
    await app.when(gi({ aktor: arkiv, privilegium: 'INNSYN.INDEX.MAPPE', utlop: '2027-01-31' })).then({ status: 200, body: { aktorId: arkiv, utlop: '2027-01-31' } }, { type: 'AccessGranted', data: { utlop: '2027-01-31' } });
    const { body } = await admin.get<{ tilganger: { privilegium: string; utlop?: string }[] }>(at.own(`integrasjoner/${arkiv}`))();
    expect(body.tilganger).toEqual(expect.arrayContaining([expect.objectContaining({ privilegium: 'INNSYN.INDEX.MAPPE', utlop: '2027-01-31' })]));
    expect((await revisor.get<{ treff: object[] }>(at.own(`revisjon/tilganger?aktor=${arkiv}`))()).body.treff).toContainEqual(expect.objectContaining({ privilegium: 'INNSYN.INDEX.MAPPE', utlop: '2027-01-31' }));
    expect(await listen('UTLOPER_SNART')).toMatchObject({ antallTreff: 0, utloperSnart: 0 });
    app.clock.set('2027-01-02T12:00:00Z');
    expect(await listen('UTLOPER_SNART', revisor)).toMatchObject({ antallTreff: 1, utloperSnart: 1, treff: [{ aktor: arkiv, utlop: '2027-01-31', utloperSnart: true }] });
  });

  it('endres ikke av den som gir den igjen uten å kjenne datoen', async () => {
    await app.when(admin.post(at.tilganger(at.innsyn), { aktor: arkiv, privilegium: 'INNSYN.INDEX.MAPPE' })).then({ status: 200 });
    expect(await linje(arkiv, 'INNSYN.INDEX.MAPPE')).toMatchObject({ utlop: '2027-01-31' });
  });

  it('gjelder ut dagen i Norge, og ikke etterpå', async () => {
    const autorisert = async () => (await admin.get<boolean>(`/autorisasjon-query/api/v1/autorisasjon/isAutorisert?aktor=${arkiv}&privilegium=INNSYN.INDEX.MAPPE&ressurs=${at.innsyn}`)()).text;
    app.clock.set('2027-01-31T22:59:59Z');
    expect([(await indekser()).status, await autorisert()]).toEqual([200, 'true']);
    const mark = await app.events.head();
    app.clock.set('2027-01-31T23:00:00Z');
    expect([(await indekser()).status, await autorisert()]).toEqual([403, 'false']);
    // The service takes it back by itself, once, and says so in the audit trail.
    await until('it is revoked', async () => (await app.since(mark)).length > 0);
    expect(await app.since(mark)).toMatchObject([{ type: 'AccessRevoked', data: { privilegium: 'INNSYN.INDEX.MAPPE' }, metadata: { actor: 'system:feiing' } }]);
    expect(await linje(arkiv, 'INNSYN.INDEX.MAPPE')).toBeUndefined();
  });

  it('gjelder roller også, og den som mister rollen, kommer ikke inn', async () => {
    const [fnr, client] = [at.otherFnr, app.as('administrator:5001')];
    await app.when(gi({ aktor: fnr, privilegium: 'ADMIN', utlop: '2027-02-28' })).then({ status: 200 }, { type: 'TjenesteadministratorAdded', data: { utlop: '2027-02-28' } });
    await app.when(admin.put(at.own('tilganger'), { ressurs: at.fiksOrgId, aktor: fnr, privilegium: 'ADMIN', utlop: '2027-02-28' })).then({ status: 200 }, { type: 'AdministratorAppointed', data: { utlop: '2027-02-28' } });
    expect((await client.get(path)()).status).toBe(200);
    const { body } = await admin.get<{ administratorer: { utlop?: string }[] }>(at.own('konfigurasjon'))();
    expect(body.administratorer.map(({ utlop }) => utlop)).toEqual([undefined, '2027-02-28']);
    const mark = await app.events.head();
    app.clock.set('2027-03-01T00:00:00+01:00');
    expect((await client.get(path)()).status).toBe(404);
    await until('both are revoked', async () => (await app.since(mark)).length === 2);
    expect((await app.since(mark)).map(({ type }) => type).sort()).toEqual(['AdministratorDismissed', 'TjenesteadministratorRemoved']);
  });

  it.each([
    ['en dag som er passert', { aktor: arkiv, privilegium: 'INNSYN.SOK', utlop: '2027-02-28' }, 422, 'UTLOP_PASSERT', 'utlop'],
    ['en dag som ikke finnes', { aktor: arkiv, privilegium: 'INNSYN.SOK', utlop: '2027-02-30' }, 422, undefined, 'utlop'],
    ['den siste administratoren', { aktor: adminId, privilegium: 'ADMIN', ressurs: at.fiksOrgId, utlop: '2027-12-31' }, 409, 'SISTE_ADMINISTRATOR', undefined],
    ['en ressurs i en annen organisasjon', { aktor: arkiv, privilegium: 'INNSYN.SOK', ressurs: '7d4e1c1b-1d8c-4a2e-8a39-5f5d4a2f1e09', utlop: '2027-12-31' }, 404, 'IKKE_FUNNET', undefined],
  ])('avvises for %s', async (_, body, status, kode, felt) => {
    const { body: problem } = await app.when(gi(body)).then({ status });
    if (kode !== undefined) expect(problem).toMatchObject({ kode });
    if (felt !== undefined) expect(JSON.stringify(problem)).toContain(`"${felt}"`);
  });
});

describe('gjennomgangen', () => {
  const ref = (aktor: string, privilegium: string, ressurs = at.innsyn) => ({ aktor, privilegium, ressurs });
  const avgjor = (avgjorelse: string, ...those: ReturnType<typeof ref>[]) => those.map((one) => ({ ...one, avgjorelse }));
  const gjennomga = (tilganger: object[], client = admin, key?: string) => client.post(path, { tilganger }, key === undefined ? {} : { 'Idempotency-Key': key });

  it('lister dem som ingen har gjennomgått på et år', async () => {
    app.clock.set('2027-11-22T12:00:00Z');
    expect((await listen('IKKE_GJENNOMGATT')).treff).toEqual([]);
    app.clock.set('2027-11-23T12:00:00Z');
    const { treff, ikkeGjennomgatt } = await listen('IKKE_GJENNOMGATT');
    expect(treff.map(({ aktor }) => aktor)).toContain(innsynId);
    expect(treff.every((one) => one.ikkeGjennomgatt)).toBe(true);
    expect(ikkeGjennomgatt).toBe(treff.length);
  });

  it('beholder noen og fjerner andre, er en linje i revisjonssporet, og kan trygt sendes på nytt', async () => {
    const tilganger = [...avgjor('BEHOLD', ref(innsynId, 'ADMIN'), ref(adminId, 'ADMIN', at.fiksOrgId)), ...avgjor('FJERN', ref(arkiv, 'INNSYN.INDEX.FAKTURA'))];
    await app.when(gjennomga(tilganger, admin, 'en')).then(
      { status: 200, body: { beholdt: 2, fjernet: 1 } },
      { type: 'TilgangerReviewed', data: { dag: '2027-11-23', beholdt: [ref(innsynId, 'ADMIN'), ref(adminId, 'ADMIN', at.fiksOrgId)], fjernet: [ref(arkiv, 'INNSYN.INDEX.FAKTURA')] } },
      { type: 'AccessRevoked', data: { privilegium: 'INNSYN.INDEX.FAKTURA' } },
    );
    await app.when(gjennomga(tilganger, admin, 'en')).then({ status: 200, body: { beholdt: 2, fjernet: 1 } });
    expect(await linje(innsynId, 'ADMIN')).toMatchObject({ ikkeGjennomgatt: false, gjennomgatt: '2027-11-23', gjennomgattAvNavn: expect.stringContaining('Administrator') as string });
    expect(await linje(arkiv, 'INNSYN.INDEX.FAKTURA')).toBeUndefined();
    expect(await listen()).toMatchObject({ sistGjennomgatt: '2027-11-23' });
    const { body: spor } = await revisor.get<{ treff: { handling: string; principalNavn: string }[] }>(`/audit-sok/api/v1/sok?fiksOrganisasjon=${at.fiksOrgId}&antall=2`)();
    expect(spor.treff).toMatchObject([{ handling: 'Tok tilgang fra integrasjon' }, { handling: 'Gjennomgikk tilganger', principalNavn: expect.stringContaining('Administrator') as string }]);
  });

  it('står i revisjonssporet i ord, sammen med utløpsdatoene, og leserne av den gjør det også', async () => {
    const { body: hendelser } = await revisor.get<{ hva: string }[]>(at.own('revisjon/hendelser?antall=500'))();
    const sagt = hendelser.map(({ hva }) => hva.replace(/«Indeksering[^»]*»/, '«Arkiv»'));
    expect(sagt).toEqual(
      expect.arrayContaining([
        'Ga «Arkiv» tilgangen «Kan lagre mapper og journalposter i Innsyn» under Innsyn til og med 31.01.2027',
        'Tok tilgangen «Kan lagre mapper og journalposter i Innsyn» fra «Arkiv» under Innsyn, fordi utløpsdatoen er passert',
        expect.stringMatching(/^Utnevnte .* til administrator til og med 28\.02\.2027$/),
        'Gjennomgikk tilgangene: beholdt 2, fjernet 1',
      ]),
    );
    expect(await app.lesinger.list(at.fiksOrgId, {}, 500)).toContainEqual(expect.objectContaining({ omrade: 'TILGANGER', leser: `person:${await idOf(`revisor:${kommune.nummer}`)}` }));
  });

  it('skjer helt eller ikke i det hele tatt', async () => {
    const aktor = await at.grant(at.mineEiendommer, at.otherFnr, 'ADMIN');
    const fjern = avgjor('FJERN', ref(aktor, 'ADMIN', at.mineEiendommer));
    await app.when(gjennomga([...fjern, ...avgjor('FJERN', ref(adminId, 'ADMIN', at.fiksOrgId))])).then({ status: 409, body: { kode: 'SISTE_ADMINISTRATOR' } });
    await app.when(gjennomga([...fjern, ...avgjor('BEHOLD', ref(arkiv, 'INNSYN.INDEX.FAKTURA'))])).then({ status: 409, body: { kode: 'TILGANG_ENDRET' } });
    await app.when(gjennomga([...fjern, ...fjern])).then({ status: 409, body: { kode: 'TILGANG_NEVNT_TO_GANGER' } });
    await app.when(gjennomga(fjern, revisor)).then({ status: 403 });
    await app.when(gjennomga(fjern, kommune.tjenesteadministrator('INNSYN'))).then({ status: 403 });
    expect(await linje(aktor, 'ADMIN', 'MINE_EIENDOMMER')).toBeDefined();
  });

  it('gjør seg ferdig når den ble avbrutt etter at den ble skrevet ned', async () => {
    const aktor = await at.grant(at.mineEiendommer, at.otherFnr, 'ADMIN');
    const tilganger = avgjor('FJERN', ref(aktor, 'ADMIN', at.mineEiendommer));
    const mark = await app.events.head();
    app.events.failNth(2, new Error('Strømmen gikk'));
    expect((await gjennomga(tilganger, admin, 'to')()).status).toBe(500);
    await app.when(gjennomga(tilganger, admin, 'to')).then({ status: 200, body: { beholdt: 0, fjernet: 1 } }, { type: 'TjenesteadministratorRemoved' });
    expect((await app.since(mark)).map(({ type }) => type)).toEqual(['TilgangerReviewed', 'TjenesteadministratorRemoved']);
  });

  it('svarer som første gang når en tilgang som ble beholdt, er fjernet siden', async () => {
    const tilganger = avgjor('BEHOLD', ref(await at.grant(at.mineEiendommer, at.otherFnr, 'ADMIN'), 'ADMIN', at.mineEiendommer));
    await app.when(gjennomga(tilganger, admin, 'tre')).then({ status: 200, body: { beholdt: 1, fjernet: 0 } }, { type: 'TilgangerReviewed' });
    await admin.delete(at.tilgang(at.mineEiendommer, tilganger[0]!.aktor, 'ADMIN'))();
    await app.when(gjennomga(tilganger, admin, 'tre')).then({ status: 200, body: { beholdt: 1, fjernet: 0 } });
  });

  it('fjerner den egne rollen som administrator til slutt', async () => {
    const [client, aktor] = [app.as('administrator:5001'), await at.grant(at.fiksOrgId, at.otherFnr, 'ADMIN')];
    for (const ressurs of [at.innsyn, at.mineEiendommer]) await at.grant(ressurs, at.otherFnr, 'ADMIN');
    const fjern = avgjor('FJERN', ref(aktor, 'ADMIN', at.fiksOrgId), ref(aktor, 'ADMIN', at.innsyn), ref(aktor, 'ADMIN', at.mineEiendommer));
    await app.when(gjennomga(fjern, client)).then(
      { status: 200, body: { beholdt: 0, fjernet: 3 } },
      { type: 'TilgangerReviewed' },
      { type: 'TjenesteadministratorRemoved' },
      { type: 'TjenesteadministratorRemoved' },
      { type: 'AdministratorDismissed' },
    );
    expect((await client.get(path)()).status).toBe(404);
  });

  it('svarer som første gang også den som fjernet sin egen siste rolle, og ingen andre', async () => {
    const [client, aktor] = [app.as('administrator:5001'), await at.grant(at.fiksOrgId, at.otherFnr, 'ADMIN')];
    const tilganger = [...avgjor('BEHOLD', ref(innsynId, 'ADMIN')), ...avgjor('FJERN', ref(aktor, 'ADMIN', at.fiksOrgId))];
    const first = await app.when(gjennomga(tilganger, client, 'fire')).then({ status: 200, body: { beholdt: 1, fjernet: 1 } }, { type: 'TilgangerReviewed' }, { type: 'AdministratorDismissed' });
    const again = await app.when(gjennomga(tilganger, client, 'fire')).then({ status: 200, body: { beholdt: 1, fjernet: 1 } });
    expect(again.headers['log-position']).toBe(first.headers['log-position']);
    // Another key or other decisions are another request.
    await app.when(gjennomga(tilganger, client, 'fem')).then({ status: 404 });
    await app.when(gjennomga(tilganger.slice(1), client, 'fire')).then({ status: 404 });
    await app.when(gjennomga(tilganger, app.as('revisor:5001'), 'fire')).then({ status: 404 });
    // Given again since, the role stays.
    await at.grant(at.fiksOrgId, at.otherFnr, 'ADMIN');
    await app.when(gjennomga(tilganger, client, 'fire')).then({ status: 200, body: { beholdt: 1, fjernet: 1 } });
    expect((await client.get(path)()).status).toBe(200);
  });
});
