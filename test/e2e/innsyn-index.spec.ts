import { randomUUID } from 'node:crypto';
import type { SearchHit } from '../../src/application/ports/search-index.js';
import { innsynssok } from '../../src/application/views/innsynssok.js';
import { syntheticFnr } from '../../src/infrastructure/development/personas.js';
import { TestApp, type Kommune } from '../support/app.js';
import type { Answer } from '../support/http.js';
import { until } from '../support/views.js';

// The API as a fagsystem made for KS Fiks Innsyn calls it: token, integration headers, and the request bodies of Fiks.

const app = await TestApp.start();
const orgnr = '910753614';
const kari = syntheticFnr('kari');

interface Integration {
  readonly id: string;
  readonly headers: Readonly<Record<string, string>>;
}
/** Creates an integration of the kommune with these tilganger. Returns it with its headers. */
async function integration(kommune: Kommune, ...tilganger: readonly string[]): Promise<Integration> {
  const admin = kommune.administrator;
  const sent = { fiksOrganisasjonUuid: kommune.fiksOrgId, navn: 'Arkiv', beskrivelse: 'Arkivet', autorisertOrgnr: orgnr };
  const { body: made } = await admin.post<{ uuid: string }>('/konfigurasjon/api/v1/integrasjoner', sent)();
  for (const privilegium of tilganger)
    await admin.post(kommune.tilganger(kommune.ressurs('INNSYN')), { aktor: made.uuid, privilegium })();
  const { body } = await admin.post<{ passord: string }>(`/konfigurasjon/api/v1/integrasjoner/${made.uuid}/lagPassord`)();
  return { id: made.uuid, headers: { IntegrasjonId: made.uuid, IntegrasjonPassord: body.passord } };
}
const system = app.as(`virksomhet:${orgnr}`);
const encoded = (metadata: unknown) => Buffer.from(typeof metadata === 'string' ? metadata : JSON.stringify(metadata)).toString('base64');
const mappe = { type: 'SAK', tittel: 'Fartsdemping i Storgata' };
const melding = (kommune: Kommune, change: object = {}) => ({
  meldingId: randomUUID(),
  sikkerhetsniva: 3,
  eksponertFor: { identifikatorType: 'FODSELSNUMMER', verdi: kari },
  fiksOrganisasjonId: kommune.fiksOrgId,
  versjon: 'MAPPE_V1',
  meldingMetadata: encoded(mappe),
  ...change,
});
const index = (by: Integration, meldinger: unknown, more: object = {}) =>
  system.put<Record<string, unknown>>('/innsyn-index/api/v2/indexRequest', { meldinger, ...more }, by.headers);

const kommune = app.kommune();
await kommune.open();
const arkiv = await integration(kommune, 'INNSYN.INDEX.MAPPE');

describe('Indexing', () => {
  it('stores what it is sent, and answers as KS Fiks does', async () => {
    const sent = [melding(kommune, { eksternRef: 'Sak 1', tilgjengeligTil: '2027-01-01T00:00:00+01:00' }), melding(kommune)];
    await app.when(index(arkiv, sent)).then(
      { status: 200, body: { opprettet: 2, oppdatert: 0, manglerSamtykke: 0, meldingerUtenSamtykke: [] } },
      { type: 'MeldingIndexed', data: { versjon: 'MAPPE_V1', eksternRef: 'Sak 1', tilgjengeligTil: '2026-12-31T23:00:00.000Z' } },
      { type: 'MeldingIndexed' },
    );
    await app.when(index(arkiv, sent)).then({ status: 200, body: { opprettet: 0, oppdatert: 2 } });
  });

  it('takes what a sender leaves empty or says in addition', async () => {
    await app
      .when(index(arkiv, [melding(kommune, { eksternRef: null, tilgjengeligTil: null, noeNytt: 1 })]))
      .then({ status: 200, body: { opprettet: 1 } }, { type: 'MeldingIndexed' });
  });

  it.each([
    ['ORGANISASJONSNUMMER', orgnr, { verdi: orgnr }],
    ['MATRIKKELNUMMER', '5636-155/298/803/176', { verdi: '5636-155/298/803/176' }],
    ['MATRIKKELNUMMER', '5636-60/38', { verdi: '5636-60/38/0/0' }],
    ['MATRIKKELNUMMER', '5442-60/38', { verdi: '5636-60/38/0/0' }],
    ['ORGANISASJONSNUMMER', '910 753 614', { verdi: '910753614' }],
    ['OFFENTLIG', '', {}],
  ])('is exposed for %s %s', async (identifikatorType, verdi, stored) => {
    await app
      .when(index(arkiv, [melding(kommune, { eksponertFor: { identifikatorType, verdi } })]))
      .then({ status: 200 }, { type: 'MeldingIndexed', data: { eksponertFor: { type: identifikatorType, ...stored } } });
  });

  it('reaches the search index, and leaves it when it is deleted', async () => {
    const own = app.kommune();
    await own.open();
    const sender = await integration(own, 'INNSYN.INDEX.MAPPE');
    const sent = melding(own);
    const found = async (): Promise<readonly SearchHit[]> => {
      await app.followed(innsynssok);
      const access = { field: 'fiksOrgId', in: [own.fiksOrgId] } as const;
      return (await app.index.search({ term: 'fartsdemping', access, sort: 'RELEVANS', offset: 0, limit: 10 })).hits;
    };
    await index(sender, [sent])();
    expect(await found()).toMatchObject([{ document: { id: `${own.fiksOrgId}_${sender.id}_${sent.meldingId}`, metadata: mappe, eksponertFor: [expect.stringMatching(/^person:/)] } }]);
    await own.tjenesteadministrator('INNSYN').delete(own.own(`innsyn/meldinger/${sender.id}/${sent.meldingId}`))();
    expect(await found()).toEqual([]);
  });

  it('takes bodies that no other route takes, up to its own limit', async () => {
    const big = (count: number) => Array.from({ length: count }, () => melding(kommune, { meldingMetadata: encoded({ ...mappe, beskrivelse: 'x'.repeat(250_000) }) }));
    expect((await index(arkiv, big(4))()).status).toBe(200);
    expect((await kommune.administrator.post(kommune.own('driftsmeldinger'), big(4))()).status).toBe(413);
    expect((await index(arkiv, big(28))()).status).toBe(413);
  });

  it('refuses a message with more metadata than the limit, says which, and stores none', async () => {
    const large = melding(kommune, { meldingMetadata: encoded({ ...mappe, beskrivelse: 'x'.repeat(300_000) }) });
    await app.when(index(arkiv, [melding(kommune), large])).then({
      status: 400,
      body: { errorCode: 'FOR_STOR_MELDING', message: `Melding ${large.meldingId} (MAPPE_V1): metadata kan ha høyst 262144 byte, men har 300066.` },
    });
  });

  it('refuses more than 5000 messages, and takes 5000', async () => {
    const many = Array.from({ length: 5001 }, () => melding(kommune));
    await app.when(index(arkiv, many)).then({ status: 422, body: { errorCode: 'FOR_MANGE', message: 'En forespørsel kan ha høyst 5000 meldinger, men denne har 5001.' } });
    expect((await index(arkiv, many.slice(1))()).body).toMatchObject({ opprettet: 5000 });
    expect((await index(arkiv, many.slice(1, 3))()).body).toMatchObject({ opprettet: 0, oppdatert: 2 });
  });

  const id = randomUUID();
  it.each<[string, object, string, string]>([
    ['a fødselsnummer that is none', { eksponertFor: { identifikatorType: 'FODSELSNUMMER', verdi: '12345678901' } }, 'UGYLDIG_FODSELSNUMMER', 'eksponertFor.verdi: Fødselsnummeret'],
    ['a matrikkelnummer that is none', { eksponertFor: { identifikatorType: 'MATRIKKELNUMMER', verdi: '60/38' } }, 'UGYLDIG_MATRIKKELNUMMER', 'eksponertFor.verdi: Kommunenummeret'],
    ['the number of a kommune that is no more', { eksponertFor: { identifikatorType: 'MATRIKKELNUMMER', verdi: '1201-60/38' } }, 'UTGATT_KOMMUNENUMMER', 'eksponertFor.verdi: Ingen kommune har kommunenummer 1201 i dag.'],
    ['an unknown type of receiver', { eksponertFor: { identifikatorType: 'ALLE', verdi: '' } }, 'UGYLDIG_FELT', 'eksponertFor.identifikatorType: Feltet må være'],
    ['a version without a schema', { versjon: 'BYGGESAK_V1' }, 'UGYLDIG_FELT', 'versjon: Feltet må være'],
    ['SvarUt’s own version', { versjon: 'FORSENDELSE_V2' }, 'UGYLDIG_FELT', 'versjon: Feltet må være'],
    ['a time without a zone', { tilgjengeligTil: '2027-01-01T00:00:00' }, 'UGYLDIG_TIDSPUNKT', 'tilgjengeligTil: '],
    ['an eksternRef with a colon', { eksternRef: 'a:b' }, 'UGYLDIG_EKSTERNREF', 'eksternRef: '],
    ['an eksternRef with a fødselsnummer', { eksternRef: 'Sak 12818510088' }, 'UGYLDIG_EKSTERNREF', 'eksternRef: Referansen (eksternRef) kan ikke ha et fødselsnummer'],
    ['a negative level', { sikkerhetsniva: -1 }, 'UGYLDIG_FELT', 'sikkerhetsniva: '],
    ['metadata that is no base64', { meldingMetadata: '{"type":"SAK"}' }, 'UGYLDIG_MELDINGMETADATA', 'meldingMetadata: Må være et JSON-objekt i base64.'],
    ['metadata that is no JSON', { meldingMetadata: encoded('{"type":') }, 'UGYLDIG_MELDINGMETADATA', 'meldingMetadata: Må være et JSON-objekt i base64.'],
    ['metadata that is no UTF-8', { meldingMetadata: Buffer.from([0x7b, 0xe6, 0x7d]).toString('base64') }, 'UGYLDIG_MELDINGMETADATA', 'meldingMetadata: '],
    ['metadata that is no object', { meldingMetadata: encoded('"SAK"') }, 'UGYLDIG_MELDINGMETADATA', 'meldingMetadata: '],
    ['a number beyond the doubles', { meldingMetadata: encoded('{"type":"SAK","tittel":"a","saksaar":1e400}') }, 'FOR_STORT_TALL', 'meldingMetadata.saksaar: Tallet må være'],
    ['a matrikkelId that would be rounded', { meldingMetadata: encoded('{"type":"SAK","tittel":"a","eiendommer":[{"matrikkel":{"matrikkelId":9007199254740993}}]}') }, 'FOR_STORT_TALL', 'meldingMetadata.eiendommer.0.matrikkel.matrikkelId: Tallet må være'],
    ['no organisation', { fiksOrganisasjonId: undefined }, 'UGYLDIG_FELT', 'fiksOrganisasjonId: Feltet må være med.'],
  ])('says which message is wrong, and how: %s', async (_, change, errorCode, message) => {
    const answer = await app.when(index(arkiv, [melding(kommune), melding(kommune, { meldingId: id, ...change })])).then({ status: 400, body: { errorCode } });
    expect(answer.body['message']).toContain(`Melding ${id}: ${message}`);
    expect(answer.text).not.toMatch(/12345678901|12818510088/);
  });

  it('says so when metadata are not as the schema has them', async () => {
    const script = melding(kommune, { meldingId: id, meldingMetadata: encoded({ ...mappe, lenker: [{ url: 'javascript:alert(1)', predefinert: { type: 'SVAR' } }] }) });
    await app.when(index(arkiv, [script])).then({
      status: 400,
      body: { errorCode: 'UGYLDIG_MELDING', message: `Melding ${id} (MAPPE_V1): lenker[0].url er ikke en lenke som kan brukes. Lenken må begynne med https://.` },
    });
    const wrong = melding(kommune, { meldingId: id, meldingMetadata: encoded({ ...mappe, lenker: [{ url: ' ', predefinert: { type: 'SVAR' } }] }) });
    await app.when(index(arkiv, [wrong])).then({ status: 400, body: { errorCode: 'UGYLDIG_MELDING', message: `Melding ${id} (MAPPE_V1): lenker[0].url må være en tekst som ikke er tom.` } });
  });

  it('names every faulty message of a batch and its fields, the first 50 of them, and counts the others', async () => {
    const feilOf = (answer: { readonly body: Record<string, unknown> }) => (JSON.parse(String(answer.body['errorJson'])) as { feil: { felt: string; melding: string }[] }).feil;
    const [a, b, c] = [randomUUID(), randomUUID(), randomUUID()];
    const batch = [
      melding(kommune, { meldingId: a, sikkerhetsniva: 'tre', eksternRef: 'a:b' }),
      melding(kommune),
      melding(kommune, { meldingId: b, meldingMetadata: encoded({ ...mappe, saksaar: -1, eiendommer: [{ matrikkel: { kommunenummer: '301' } }] }) }),
      melding(kommune, { meldingId: c, eksponertFor: { identifikatorType: 'ORGANISASJONSNUMMER', verdi: '1' } }),
    ];
    const few = await app.when(index(arkiv, batch)).then({ status: 400, body: { errorCode: 'UGYLDIG_FORESPORSEL', message: 'Forespørselen har 5 feil.' } });
    expect(Object.fromEntries(feilOf(few).map(({ felt, melding: said }) => [felt, said.split(' ')[1]!.replace(':', '')]))).toEqual({
      'meldinger.0.sikkerhetsniva': a,
      'meldinger.0.eksternRef': a,
      'meldinger.2.meldingMetadata.saksaar': b,
      'meldinger.2.meldingMetadata.eiendommer.0.matrikkel.kommunenummer': b,
      'meldinger.3.eksponertFor.verdi': c,
    });
    const formats = batch.slice(1, 3).flatMap((one) => Array(30).fill(one) as object[]);
    const many = await app.when(index(arkiv, formats)).then({ status: 400, body: { message: 'Forespørselen har 60 feil. Svaret nevner de 50 første, og ikke de 10 andre.' } });
    expect(feilOf(many)).toHaveLength(50);
  });

  it.each<[string, unknown]>([
    ['none', []],
    ['no list', melding(kommune)],
    ['what is no message', [null, 7, 'x']],
  ])('of %s is malformed', async (_, meldinger) => {
    await app.when(index(arkiv, meldinger)).then({ status: 400 });
  });

  it('of what the integration may not index is refused as KS Fiks does', async () => {
    const other = app.kommune();
    await other.open();
    const answer = await app
      .when(index(arkiv, [melding(kommune), melding(other)]))
      .then({ status: 403, body: { errorCode: 'INNSYN.INTEGRASJON_IKKE_AUTORISERT_FOR_INDEX', path: '/innsyn-index/api/v2/indexRequest' } });
    expect(JSON.parse(String(answer.body['errorJson']))).toEqual({ integrasjonId: arkiv.id, fiksOrgId: other.fiksOrgId });
    const faktura = melding(kommune, { versjon: 'FAKTURA_V1', meldingMetadata: encoded({ tittel: 'a', fakturaDato: '2026-01-01', forfallDato: '2026-01-01', fakturaMottaker: 'a', betalesTil: 'b', belop: 1, status: 'BETALT' }) });
    await app.when(index(arkiv, [faktura])).then({ status: 403 });
    await kommune.administrator.post(kommune.tilganger(kommune.ressurs('INNSYN')), { aktor: arkiv.id, privilegium: 'INNSYN.INDEX.FAKTURA' })();
    await app.when(index(arkiv, [faktura])).then({ status: 200 }, { type: 'MeldingIndexed' });
  });

  it('is open to a global integration in the organisations that have attached it, and closed when they detach it', async () => {
    const [owner, user] = [app.kommune(), app.kommune()];
    for (const one of [owner, user]) await one.open();
    const plattform = app.as('plattform');
    const { body: made } = await plattform.post<{ uuid: string }>('/konfigurasjon/api/v1/integrasjoner', {
      fiksOrganisasjonUuid: owner.fiksOrgId, navn: 'Felles', beskrivelse: 'Felles', autorisertOrgnr: orgnr, global: { kode: 'FELLES', forespurtePrivilegier: ['INNSYN.INDEX.MAPPE'], tags: ['INNSYN'] },
    })();
    const { body } = await plattform.post<{ passord: string }>(`/konfigurasjon/api/v1/integrasjoner/${made.uuid}/lagPassord`)();
    const felles = { id: made.uuid, headers: { IntegrasjonId: made.uuid, IntegrasjonPassord: body.passord } };
    const path = `/konfigurasjon/api/v1/integrasjoner/${made.uuid}/tilknyttede-ressurser/${user.ressurs('INNSYN')}`;
    await app.when(index(felles, [melding(user)])).then({ status: 403 });
    await user.administrator.put(path)();
    await app.when(index(felles, [melding(user)])).then({ status: 200 }, { type: 'MeldingIndexed' });
    await user.administrator.delete(path)();
    await app.when(index(felles, [melding(user)])).then({ status: 403 });
  });
});

describe('An integration is let in by three locks', () => {
  const refused = (got: Answer) => ({ status: got.status, message: (got.body as Record<string, unknown>)['message'] });

  it('the token’s virksomhet, the id and the password; which one is wrong is not told', async () => {
    const path = '/innsyn-index/api/v2/indexRequest';
    const body = { meldinger: [melding(kommune)] };
    const unknown = randomUUID();
    const message = `Autentisering feilet for integrasjon med id ${arkiv.id}`;
    const attempts: readonly (readonly [() => Promise<Answer>, string])[] = [
      [app.as('virksomhet:971032146').put(path, body, arkiv.headers), message],
      [system.put(path, body, { ...arkiv.headers, IntegrasjonPassord: 'feil' }), message],
      [system.put(path, body, { IntegrasjonId: arkiv.id }), message],
      [app.as(`administrator:${kommune.nummer}`).put(path, body, arkiv.headers), message],
      [app.as('plattform').put(path, body, arkiv.headers), message],
      [system.put(path, body, { ...arkiv.headers, IntegrasjonId: unknown }), `Autentisering feilet for integrasjon med id ${unknown}`],
      [system.put(path, body), 'Autentisering feilet for integrasjon med id ukjent'],
      [app.bearing().put(path, body, arkiv.headers), 'Klarte ikke å validere access_token'],
      [app.bearing('tull').put(path, body, arkiv.headers), 'Klarte ikke å validere access_token'],
    ];
    const mark = await app.events.head();
    for (const [call, expected] of attempts) expect(refused(await call())).toEqual({ status: 401, message: expected });
    expect(await app.since(mark)).toEqual([]);
  });

  it('a new password, another orgnr and a deletion count at once', async () => {
    const own = app.kommune();
    await own.open();
    const one = await integration(own, 'INNSYN.INDEX.MAPPE');
    const status = async (headers = one.headers) => (await index({ ...one, headers }, [melding(own)])()).status;
    expect(await status()).toBe(200);
    const { body } = await own.administrator.post<{ passord: string }>(`/konfigurasjon/api/v1/integrasjoner/${one.id}/lagPassord`)();
    const headers = { ...one.headers, IntegrasjonPassord: body.passord };
    expect([await status(), await status(headers)]).toEqual([401, 200]);
    await own.administrator.patch(`/konfigurasjon/api/v1/integrasjoner/${one.id}`, { autorisertOrgnr: '971032146' })();
    expect(await status(headers)).toBe(401);
    await own.administrator.patch(`/konfigurasjon/api/v1/integrasjoner/${one.id}`, { autorisertOrgnr: orgnr })();
    expect(await status(headers)).toBe(200);
    await own.administrator.delete(`/konfigurasjon/api/v1/integrasjoner/${one.id}`)();
    expect(await status(headers)).toBe(401);
  });

  it('alone, a virksomhet’s token opens nothing', async () => {
    expect((await system.get(`/konfigurasjon/api/v1/organisasjoner/${kommune.fiksOrgId}/integrasjoner`)()).status).toBe(404);
    expect((await system.post(kommune.own('driftsmeldinger'), { innhold: 'Hei', kategori: 'SAK', meldingType: 'FEIL' })()).status).toBe(404);
  });
});

describe('A key that comes again, after another request has changed the message', () => {
  const keyed = (meldinger: unknown) => {
    const headers = { ...arkiv.headers, 'Idempotency-Key': randomUUID() };
    return (sent = meldinger) => system.put('/innsyn-index/api/v2/indexRequest', { meldinger: sent }, headers);
  };
  const [first, other] = [melding(kommune), { tilgjengeligTil: '2030-01-01T00:00:00Z' }];

  it('changes nothing', async () => {
    const send = keyed([first]);
    await app.when(send()).then({ status: 200, body: { opprettet: 1 } }, { type: 'MeldingIndexed' });
    await index(arkiv, [{ ...first, ...other }])();
    await app.when(send()).then({ status: 200, body: { opprettet: 0 } });
  });

  it('is refused with another content', async () => {
    const send = keyed([melding(kommune)]);
    await send()();
    await app.when(send([{ ...first, ...other, sikkerhetsniva: 4 }])).then({ status: 200 }, { type: 'MeldingIndexed' });
    await app.when(send([first])).then({ status: 409, body: { errorCode: 'IDEMPOTENSNOKKEL_BRUKT' } });
  });
});

describe('Deleting', () => {
  const byId = (by: Integration, meldinger: unknown) => system.post('/innsyn-index/api/v1/delete/slettByMeldingId', { meldinger }, by.headers);
  const all = (by: Integration, query: string) => system.delete(`/innsyn-index/api/v1/delete/slett?fiksOrganisasjonId=${kommune.fiksOrgId}${query}`, by.headers);
  const deleted = (grunn: string) => ({ type: 'MeldingDeleted', data: { grunn } }) as const;

  it('by id, of one’s own messages, up to 1000', async () => {
    const regnskap = await integration(kommune, 'INNSYN.INDEX.MAPPE');
    const [mine, theirs] = [melding(kommune), melding(kommune)];
    await index(arkiv, [mine])();
    await index(regnskap, [theirs])();
    const ids = [mine, theirs].map(({ meldingId }) => ({ fiksOrgId: kommune.fiksOrgId, meldingType: 'mappe', meldingId }));
    for (const meldingType of ['faktura', 'barnevernmappe', 'forsendelse'])
      await app.when(byId(arkiv, ids.map((one) => ({ ...one, meldingType })))).then({ status: 200, body: { antallSlettet: 0 } });
    await app.when(byId(arkiv, [{ fiksOrgId: kommune.fiksOrgId, meldingId: mine.meldingId }])).then({ status: 400, body: { errorCode: 'UGYLDIG_FELT' } });
    await app.when(byId(arkiv, ids)).then({ status: 200, body: { antallSlettet: 1 } }, deleted('AVSENDER'));
    await app.when(byId(arkiv, ids)).then({ status: 200, body: { antallSlettet: 0 } });
    const many = Array.from({ length: 1001 }, () => ({ fiksOrgId: kommune.fiksOrgId, meldingType: 'mappe', meldingId: randomUUID() }));
    await app.when(byId(arkiv, many)).then({ status: 422, body: { errorCode: 'FOR_MANGE' } });
    await app.when(byId(arkiv, [])).then({ status: 400 });
  });

  it('by eksternRef, by id, or everything of the integration, also without the tilgang that it was indexed with', async () => {
    const one = await integration(kommune, 'INNSYN.INDEX.MAPPE');
    const [a, b, c] = [melding(kommune, { eksternRef: 'En sak' }), melding(kommune), melding(kommune)];
    await index(one, [a, b, c])();
    await kommune.administrator.delete(`${kommune.tilganger(kommune.ressurs('INNSYN'))}?aktor=${one.id}&privilegium=INNSYN.INDEX.MAPPE`)();
    await app.when(index(one, [a])).then({ status: 403 });
    await app.when(all(one, '&eksternRef=Ingen')).then({ status: 202, body: { antallSlettet: 0 } });
    await app.when(all(one, `&eksternRef=En%20sak&meldingId=${b.meldingId}`)).then({ status: 202, body: { antallSlettet: 0 } });
    await app.when(all(one, '&eksternRef=En%20sak')).then({ status: 202, body: { antallSlettet: 1 } }, deleted('AVSENDER'));
    await app.when(all(one, `&meldingId=${b.meldingId}`)).then({ status: 202, body: { antallSlettet: 1 } }, deleted('AVSENDER'));
    await app.when(all(one, '')).then({ status: 202, body: { antallSlettet: 1 } }, deleted('AVSENDER'));
    await app.when(all(one, '')).then({ status: 202, body: { antallSlettet: 0 } });
  });

  it('of everything, asked for twice with one key, answers both times, and leaves what was indexed in between', async () => {
    const one = await integration(kommune, 'INNSYN.INDEX.MAPPE');
    const [a, b] = [melding(kommune), melding(kommune)];
    const again = system.delete(`/innsyn-index/api/v1/delete/slett?fiksOrganisasjonId=${kommune.fiksOrgId}`, { ...one.headers, 'Idempotency-Key': randomUUID() });
    await index(one, [a])();
    await app.when(again).then({ status: 202, body: { antallSlettet: 1 } }, deleted('AVSENDER'));
    await index(one, [a, b])();
    await app.when(again).then({ status: 202, body: { antallSlettet: 1 } }, deleted('AVSENDER'));
    await app.when(all(one, '')).then({ status: 202, body: { antallSlettet: 1 } }, deleted('AVSENDER'));
  });

  it('of any message by a tjenesteadministrator for Innsyn, and by no other', async () => {
    const sent = melding(kommune);
    await index(arkiv, [sent])();
    const path = kommune.own(`innsyn/meldinger/${arkiv.id}/${sent.meldingId}`);
    await app.when(kommune.tjenesteadministrator('MINE_EIENDOMMER').delete(path)).then({ status: 403 });
    await app.when(app.as('innbygger:' + kari).delete(path)).then({ status: 404 });
    await app.when(kommune.tjenesteadministrator('INNSYN').delete(path)).then({ status: 204 }, deleted('ADMINISTRATOR'));
    await app.when(kommune.administrator.delete(path)).then({ status: 204 });
  });

  it('of what is over happens by itself', async () => {
    const sent = melding(kommune, { tilgjengeligTil: '2026-11-24T00:00:00Z' });
    await index(arkiv, [sent])();
    const mark = await app.events.head();
    app.clock.set('2026-11-24T00:00:00.001Z');
    await until('it is swept away', async () => (await app.since(mark)).length > 0);
    expect(await app.since(mark)).toMatchObject([{ ...deleted('UTLOPT'), stream: { id: `${arkiv.id}_${sent.meldingId}` }, metadata: { actor: 'system:feiing' } }]);
    app.clock.set('2026-11-23T12:00:00Z');
  });
});
