import { SignJWT } from 'jose';
import { createHmac, randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fiksOrgIdOf, organisations } from '../../src/infrastructure/development/organisasjoner.js';
import { persona } from '../../src/infrastructure/development/personas.js';
import { TestApp } from '../support/app.js';
import type { Answer, Call, Client } from '../support/http.js';

// Who may do what: every command and reading, asked for by everybody.

const app = await TestApp.start();
const [kommune, other] = [app.kommune(), app.kommune()];
const { fiksOrgId, nummer } = kommune;
const own = (path: string) => kommune.own(path);
const admin = kommune.administrator;
const [innsyn, eiendom] = [kommune.ressurs('INNSYN'), kommune.ressurs('MINE_EIENDOMMER')];
const integrasjoner = '/konfigurasjon/api/v1/integrasjoner';
const autorisasjon = '/autorisasjon-query/api/v1/autorisasjon';

const actors = {
  administrator: admin,
  innsyn: kommune.tjenesteadministrator('INNSYN'),
  tjenester: kommune.tjenesteadministrator('KOMMUNALE_TJENESTER'),
  eiendommer: kommune.tjenesteadministrator('MINE_EIENDOMMER'),
  revisor: kommune.revisor,
  plattform: app.as('plattform'),
  fremmed: other.administrator,
  fremmedRevisor: other.revisor,
  innbygger: app.as(`innbygger:${app.fnr('revisor:0301')}`),
} satisfies Record<string, Client>;
type Who = keyof typeof actors;
const strangers: readonly string[] = ['fremmed', 'fremmedRevisor', 'innbygger'];
const kommunens: readonly Who[] = ['administrator', 'innsyn', 'tjenester', 'eiendommer'];
const lesere: readonly Who[] = [...kommunens, 'revisor', 'plattform'];
const alle = Object.keys(actors) as Who[];

let globalId: string;
beforeAll(async () => {
  await kommune.open();
  await other.open();
  const leverandor = { fiksOrgId: randomUUID(), type: 'LEVERANDOR', navn: 'KS', orgnr: '971032146' };
  await actors.plattform.post('/min-kommune/api/v1/organisasjoner', leverandor)();
  globalId = (await made(actors.plattform.post(integrasjoner, globalBody(leverandor.fiksOrgId)))).uuid;
});

/** What a call of which we only need the result makes. */
async function made(call: Call): Promise<{ id: string; uuid: string }> {
  const { status, body } = await call();
  expect(status).toBeLessThan(300);
  return body as { id: string; uuid: string };
}
const integrasjonBody = { fiksOrganisasjonUuid: fiksOrgId, navn: 'Sak', beskrivelse: 'Sakssystemet', autorisertOrgnr: '910753614' };
const globalBody = (eier: string) => ({
  ...integrasjonBody,
  fiksOrganisasjonUuid: eier,
  global: { kode: 'SVARUT', forespurtePrivilegier: ['INNSYN.SOK'], tags: ['INNSYN'] },
});
const integrasjon = async () => (await made(admin.post(integrasjoner, integrasjonBody))).uuid;
const melding = { innhold: 'Nede', kategori: 'SAK', meldingType: 'FEIL' };
const meldingPath = async () => own(`driftsmeldinger/${(await made(admin.post(own('driftsmeldinger'), melding))).id}`);
const skole = { tittel: 'Skole', lenke: 'https://www.kommune.no/skole', rettetMot: 'PERSON' };
const tjenestePath = async () => own(`kommunale-tjenester/${(await made(admin.post(own('kommunale-tjenester'), skole))).id}`);
const lenke = { tittel: 'Gebyr', mal: 'https://www.kommune.no/gebyr' };
const lenkePath = async () => own(`eiendomslenker/${(await made(admin.post(own('eiendomslenker'), lenke))).id}`);
const [one, two] = [app.fnr('administrator:4601'), app.fnr('administrator:5001')];
const tilgang = (ressurs: string, aktor: string, privilegium: string) => [kommune.tilganger(ressurs), { aktor, privilegium }] as const;
const fjern = (ressurs: string, aktor: string, privilegium: string) => `${kommune.tilganger(ressurs)}?aktor=${aktor}&privilegium=${privilegium}`;
/** The tjenestevedlegg comes in a new version, so that it can be signed again. */
const nyVersjon = () => (app.tjenestevedlegg.versjon = `${Number(app.tjenestevedlegg.versjon) + 1}`);

/** Makes ready, and answers with the request that each of them then sends. */
type Ask = () => Promise<(client: Client) => Call> | ((client: Client) => Call);
interface Row {
  readonly what: string;
  readonly allowed: readonly Who[];
  /** Those who are told that they may not; the rest is told that there is no such thing. Default all of the kommune's. */
  readonly forbidden?: readonly Who[];
  readonly ask: Ask;
}

const commands: readonly Row[] = [
  {
    what: 'RegisterOrganisasjon',
    allowed: ['plattform'],
    forbidden: [],
    ask: () => (client) => client.post('/min-kommune/api/v1/organisasjoner', { type: 'LEVERANDOR', navn: 'Firma', orgnr: '910753614' }),
  },
  {
    what: 'RecordHovedavtale',
    allowed: ['plattform'],
    ask: () => (client) =>
      client.post('/avtale/api/v1/avtaler', { avtaleUuid: randomUUID(), tjenestekode: 'HOVEDAVTALE', fiksOrgId, signeringsdato: '2024-01-01' }),
  },
  { what: 'AppointAdministrator', allowed: ['administrator', 'plattform'], ask: () => (client) => client.post(...tilgang(fiksOrgId, one, 'ADMIN')) },
  {
    what: 'DismissAdministrator',
    allowed: ['administrator', 'plattform'],
    ask: async () => {
      await admin.post(...tilgang(fiksOrgId, one, 'ADMIN'))();
      return (client) => client.delete(fjern(fiksOrgId, one, 'ADMIN'));
    },
  },
  {
    what: 'AdoptTjeneste',
    allowed: ['administrator'],
    ask: () => (client) => client.post(`/konfigurasjon/api/v1/organisasjoner/${fiksOrgId}/tjenester/MIN_KOMMUNE/initialiser`),
  },
  {
    what: 'StartTjenestevedleggSigning',
    allowed: ['administrator', 'plattform'],
    ask: () => {
      nyVersjon();
      return (client) => client.post(`/avtale/api/v1/avtaler/signering/${fiksOrgId}/MIN_KOMMUNE`);
    },
  },
  {
    what: 'RecordTjenestevedleggSigned (papir)',
    allowed: ['plattform'],
    ask: () => {
      nyVersjon();
      const { avtaleUuid } = app.tjenestevedlegg;
      return (client) => client.post('/avtale/api/v1/avtaler', { avtaleUuid, tjenestekode: 'MIN_KOMMUNE', fiksOrgId });
    },
  },
  {
    what: 'ConfigureTjeneste',
    allowed: ['administrator'],
    ask: () => (client) => client.post(`/konfigurasjon/api/v1/organisasjoner/${fiksOrgId}/tjenester/INNSYN/konfigurer`),
  },
  { what: 'AddTjenesteadministrator', allowed: ['administrator'], ask: () => (client) => client.post(...tilgang(innsyn, two, 'ADMIN')) },
  {
    what: 'RemoveTjenesteadministrator',
    allowed: ['administrator'],
    ask: async () => {
      await admin.post(...tilgang(innsyn, two, 'ADMIN'))();
      return (client) => client.delete(fjern(innsyn, two, 'ADMIN'));
    },
  },
  { what: 'CreateIntegration', allowed: kommunens, ask: () => (client) => client.post(integrasjoner, integrasjonBody) },
  { what: 'CreateIntegration (global)', allowed: ['plattform'], ask: () => (client) => client.post(integrasjoner, globalBody(fiksOrgId)) },
  {
    what: 'ChangeIntegration',
    allowed: [...kommunens, 'plattform'],
    ask: async () => {
      const id = await integrasjon();
      return (client) => client.patch(`${integrasjoner}/${id}`, { navn: 'Ny' });
    },
  },
  {
    what: 'GenerateIntegrationPassword',
    allowed: [...kommunens, 'plattform'],
    ask: async () => {
      const id = await integrasjon();
      return (client) => client.post(`${integrasjoner}/${id}/lagPassord`);
    },
  },
  {
    what: 'DeleteIntegration',
    allowed: [...kommunens, 'plattform'],
    ask: async () => {
      const id = await integrasjon();
      return (client) => client.delete(`${integrasjoner}/${id}`);
    },
  },
  {
    what: 'GrantAccess (Innsyn)',
    allowed: ['administrator', 'innsyn'],
    ask: async () => {
      const id = await integrasjon();
      return (client) => client.post(...tilgang(innsyn, id, 'INNSYN.SOK'));
    },
  },
  {
    what: 'GrantAccess (Mine eiendommer)',
    allowed: ['administrator', 'eiendommer'],
    ask: async () => {
      const id = await integrasjon();
      return (client) => client.post(...tilgang(eiendom, id, 'MATRIKKEL.QUERY'));
    },
  },
  {
    what: 'RevokeAccess',
    allowed: ['administrator', 'innsyn'],
    ask: async () => {
      const id = await integrasjon();
      await admin.post(...tilgang(innsyn, id, 'INNSYN.SOK'))();
      return (client) => client.delete(fjern(innsyn, id, 'INNSYN.SOK'));
    },
  },
  {
    what: 'AttachIntegration',
    allowed: ['administrator', 'innsyn'],
    ask: () => (client) => client.put(`${integrasjoner}/${globalId}/tilknyttede-ressurser/${innsyn}`),
  },
  {
    what: 'DetachIntegration',
    allowed: ['administrator', 'innsyn'],
    ask: async () => {
      await admin.put(`${integrasjoner}/${globalId}/tilknyttede-ressurser/${innsyn}`)();
      return (client) => client.delete(`${integrasjoner}/${globalId}/tilknyttede-ressurser/${innsyn}`);
    },
  },
  {
    what: 'ChooseDocumentStorage',
    allowed: ['administrator', 'innsyn'],
    ask: async () => {
      const id = await integrasjon();
      return (client) => client.put(own(`integrasjoner/${id}/dokumentlagring`), { lagring: 'FAGSYSTEM' });
    },
  },
  ...[true, false].map(
    (synlig): Row => ({
      what: synlig ? 'EnableSvarUtAccount' : 'DisableSvarUtAccount',
      allowed: ['administrator', 'innsyn'],
      ask: async () => {
        const { body } = await admin.get<{ kontoer: { id: string }[] }>(`/svarut-konfigurasjon/api/v1/konto?fiksOrgId=${fiksOrgId}`)();
        const path = own(`svarut-kontoer/${body.kontoer[0]!.id}`);
        await admin.put(path, { synlig: !synlig })();
        return (client) => client.put(path, { synlig });
      },
    }),
  ),
  { what: 'CreateKommunalTjeneste', allowed: ['administrator', 'tjenester'], ask: () => (client) => client.post(own('kommunale-tjenester'), skole) },
  ...(
    [
      ['ChangeKommunalTjeneste', (client, path) => client.patch(path, { tittel: 'Ny' })],
      ['StarKommunalTjeneste', (client, path) => client.put(`${path}/stjerne`)],
      ['UnstarKommunalTjeneste', (client, path) => client.delete(`${path}/stjerne`)],
      ['RemoveKommunalTjeneste', (client, path) => client.delete(path)],
    ] as readonly [string, (client: Client, path: string) => Call][]
  ).map(([what, call]): Row => ({
    what,
    allowed: ['administrator', 'tjenester'],
    ask: async () => {
      const path = await tjenestePath();
      return (client) => call(client, path);
    },
  })),
  { what: 'CreateEiendomslenke', allowed: ['administrator', 'eiendommer'], ask: () => (client) => client.post(own('eiendomslenker'), lenke) },
  {
    what: 'ChangeEiendomslenke',
    allowed: ['administrator', 'eiendommer'],
    ask: async () => {
      const path = await lenkePath();
      return (client) => client.patch(path, { tittel: 'Ny' });
    },
  },
  {
    what: 'RemoveEiendomslenke',
    allowed: ['administrator', 'eiendommer'],
    ask: async () => {
      const path = await lenkePath();
      return (client) => client.delete(path);
    },
  },
  { what: 'PublishDriftsmelding', allowed: ['administrator', 'innsyn'], ask: () => (client) => client.post(own('driftsmeldinger'), melding) },
  ...(
    [
      ['ChangeDriftsmelding', (client, path) => client.put(path, { ...melding, innhold: 'Oppe' })],
      ['ChangeDriftsmeldingPeriod', (client, path) => client.put(`${path}/periode`, { startDato: '2026-11-23T12:00:00Z' })],
      ['WithdrawDriftsmelding', (client, path) => client.delete(path)],
    ] as readonly [string, (client: Client, path: string) => Call][]
  ).map(([what, call]): Row => ({
    what,
    allowed: ['administrator', 'innsyn'],
    ask: async () => {
      const path = await meldingPath();
      return (client) => call(client, path);
    },
  })),
];

const gets = (what: string, allowed: readonly Who[], path: string | (() => Promise<string>), forbidden?: readonly Who[]): Row => ({
  what,
  allowed,
  ...(forbidden && { forbidden }),
  ask: async () => {
    const found = typeof path === 'string' ? path : await path();
    return (client) => client.get(found);
  },
});
const readings: readonly Row[] = [
  gets('konfigurasjonssidene', lesere, own('konfigurasjon')),
  gets('driftsmeldinger', lesere, own('driftsmeldinger')),
  gets('en driftsmelding', lesere, meldingPath),
  gets('kommunale tjenester', lesere, own('kommunale-tjenester')),
  gets('en kommunal tjeneste', lesere, tjenestePath),
  gets('eiendomslenker', lesere, own('eiendomslenker')),
  gets('en eiendomslenke', lesere, lenkePath),
  { what: 'forhåndsvisning', allowed: lesere, ask: () => (client) => client.post(own('eiendomslenker/forhandsvisning'), { mal: 'https://a.no/{bruksnummer}', matrikkelnummer: '0301-1/2' }) },
  gets('SvarUt-kontoer og hva som vises', lesere, own('svarut-kontoer')),
  gets('tilgjengelige integrasjoner', lesere, own('tilgjengelige-integrasjoner')),
  gets('en integrasjon her', lesere, async () => own(`integrasjoner/${await integrasjon()}`)),
  gets('en integrasjon', lesere, async () => `${integrasjoner}/${await integrasjon()}`),
  gets('integrasjoner', lesere, `/konfigurasjon/api/v1/organisasjoner/${fiksOrgId}/integrasjoner`),
  gets('integrasjoner for en tjeneste', lesere, `/konfigurasjon/api/v1/organisasjoner/${fiksOrgId}/integrasjoner/INNSYN`),
  gets('tjenester', lesere, `/konfigurasjon/api/v1/organisasjoner/${fiksOrgId}/tjenester`),
  gets('en tjeneste', lesere, `/konfigurasjon/api/v1/organisasjoner/${fiksOrgId}/tjenester/INNSYN`),
  gets('avtaler', lesere, `/avtale/api/v1/avtaler/kunder/${fiksOrgId}`),
  gets('tjenester med avtaler', lesere, `/avtale/api/v1/avtaler/kunder/${fiksOrgId}/tjenester`),
  gets('en avtale', lesere, async () => {
    const { body } = await admin.get<{ uuid: string }[]>(`/avtale/api/v1/avtaler/kunder/${fiksOrgId}`)();
    return `/avtale/api/v1/avtaler/${body[0]!.uuid}`;
  }),
  gets('SvarUt-kontoer', lesere, `/svarut-konfigurasjon/api/v1/konto?fiksOrgId=${fiksOrgId}`),
  gets('tilganger på en ressurs', lesere, `${autorisasjon}/ressurser/${innsyn}/tilganger`),
  gets('autorisasjoner', lesere, `${autorisasjon}/autorisasjoner?forelderRessurs=${fiksOrgId}`),
  gets('isAutorisert', lesere, `${autorisasjon}/isAutorisert?aktor=${one}&privilegium=ADMIN&ressurs=${innsyn}`),
  gets('revisjonssporet', ['administrator', 'revisor'], `/audit-sok/api/v1/sok?fiksOrganisasjon=${fiksOrgId}`),
  gets('alle organisasjoner', alle, '/min-kommune/api/v1/organisasjoner'),
  gets('en side for innbyggeren', alle, `/min-kommune/api/v1/innbygger/${fiksOrgId}/sider/FORSIDE`),
  gets('organisasjonene man administrerer', alle, '/konfigurasjon/api/v1/organisasjoner/synlige'),
  gets('alle tjenester', alle, '/konfigurasjon/api/v1/tjenester'),
  gets('katalogen over tilganger', alle, '/konfigurasjon/api/v1/privilegier/INNSYN'),
];

const codeOf = ({ body }: Answer) => {
  const { kode, errorCode } = body as { kode?: string; errorCode?: string };
  return kode ?? errorCode;
};

describe.each([
  ['kommando', commands],
  ['lesing', readings],
])('hver %s', (kind, rows) => {
  it.each(rows.map((row) => [row.what, row] as const))('%s', async (_, { allowed, forbidden, ask }) => {
    const outcome: Record<string, unknown> = {};
    const expected: Record<string, unknown> = {};
    for (const who of alle) {
      const request = await ask();
      const mark = await app.events.head();
      const answer = await request(actors[who])();
      const events = (await app.since(mark)).length;
      if (allowed.includes(who)) {
        expected[who] = 'ja';
        outcome[who] = answer.status < 400 && (kind === 'kommando' || events === 0) ? 'ja' : answer.body;
        continue;
      }
      const known = forbidden ? forbidden.includes(who) : !strangers.includes(who);
      expected[who] = known ? '403 MANGLER_TILGANG, 0 hendelser' : '404 IKKE_FUNNET, 0 hendelser';
      outcome[who] = `${answer.status} ${codeOf(answer) ?? ''}, ${events} hendelser`;
    }
    const request = await ask();
    for (const client of [app.bearing(), app.bearing('tull')])
      await app.when(request(client)).then({ status: 401, headers: { 'www-authenticate': 'Bearer' } });
    expect(outcome).toEqual(expected);
  });
});

describe('det som er en annens, ser ut som det som ikke finnes', () => {
  const nowhere = fiksOrgIdOf(organisations.find(({ nummer: n }) => n === '5501')!);
  const fremmed = other.administrator;
  const bare = ({ status, body }: Answer) => {
    const { errorId: _e, timestamp: _t, path: _p, originalPath: _o, instance: _i, ...rest } = body as Record<string, unknown>;
    return { status, ...rest };
  };
  const both = (path: (there: string) => string, call: (path: string) => Call) => [call(path(fiksOrgId)), call(path(nowhere))] as const;
  const id = randomUUID();

  it.each<[string, () => Promise<readonly [Call, Call]> | readonly [Call, Call]]>([
    ['konfigurasjonssidene', () => both((o) => `/min-kommune/api/v1/${o}/konfigurasjon`, (p) => fremmed.get(p))],
    ['en liste', () => both((o) => `/min-kommune/api/v1/${o}/driftsmeldinger`, (p) => fremmed.get(p))],
    ['en ny melding', () => both((o) => `/min-kommune/api/v1/${o}/driftsmeldinger`, (p) => fremmed.post(p, melding))],
    ['en melding', async () => [fremmed.get(await meldingPath()), fremmed.get(own(`driftsmeldinger/${id}`))]],
    ['en endring', async () => [fremmed.put(await meldingPath(), melding), fremmed.put(own(`driftsmeldinger/${id}`), melding)]],
    ['en endring av en gammel revisjon', async () => [fremmed.delete(await meldingPath(), { 'If-Match': '"7"' }), fremmed.delete(own(`driftsmeldinger/${id}`), { 'If-Match': '"7"' })]],
    ['en melding under egen kommune', async () => [fremmed.get((await meldingPath()).replace(fiksOrgId, other.fiksOrgId)), fremmed.get(other.own(`driftsmeldinger/${id}`))]],
    ['en endring under egen kommune', async () => [fremmed.delete((await tjenestePath()).replace(fiksOrgId, other.fiksOrgId)), fremmed.delete(other.own(`kommunale-tjenester/${id}`))]],
    ['en SvarUt-konto under egen kommune', async () => {
      const { body } = await admin.get<{ kontoer: { id: string }[] }>(`/svarut-konfigurasjon/api/v1/konto?fiksOrgId=${fiksOrgId}`)();
      const path = other.own('svarut-kontoer');
      return [fremmed.put(`${path}/${body.kontoer[0]!.id}`, { synlig: true }), fremmed.put(`${path}/${id}`, { synlig: true })];
    }],
    ['en SvarUt-konto', async () => {
      const { body } = await admin.get<{ kontoer: { id: string }[] }>(`/svarut-konfigurasjon/api/v1/konto?fiksOrgId=${fiksOrgId}`)();
      return [fremmed.get(`/svarut-konfigurasjon/api/v1/konto/${body.kontoer[0]!.id}`), fremmed.get(`/svarut-konfigurasjon/api/v1/konto/${id}`)];
    }],
    ['tjenester', () => both((o) => `/konfigurasjon/api/v1/organisasjoner/${o}/tjenester`, (p) => fremmed.get(p))],
    ['Ta i bruk', () => both((o) => `/konfigurasjon/api/v1/organisasjoner/${o}/tjenester/MIN_KOMMUNE/initialiser`, (p) => fremmed.post(p))],
    ['signering', () => both((o) => `/avtale/api/v1/avtaler/signering/${o}/MIN_KOMMUNE`, (p) => fremmed.post(p))],
    ['revisjonssporet', () => both((o) => `/audit-sok/api/v1/sok?fiksOrganisasjon=${o}`, (p) => fremmed.get(p))],
    ['en ny integrasjon', () => [fremmed.post(integrasjoner, integrasjonBody), fremmed.post(integrasjoner, { ...integrasjonBody, fiksOrganisasjonUuid: nowhere })]],
    ['en ny integrasjon under en id som er tatt', async () => {
      const create = (uuid: string) => fremmed.post(integrasjoner, { ...integrasjonBody, uuid, fiksOrganisasjonUuid: nowhere });
      return [create(await integrasjon()), create(id)];
    }],
    ['en integrasjon', async () => [fremmed.get(`${integrasjoner}/${await integrasjon()}`), fremmed.get(`${integrasjoner}/${id}`)]],
    ['en endret integrasjon', async () => [fremmed.patch(`${integrasjoner}/${await integrasjon()}`, { navn: 'Min' }), fremmed.patch(`${integrasjoner}/${id}`, { navn: 'Min' })]],
    ['en slettet integrasjon', async () => [fremmed.delete(`${integrasjoner}/${await integrasjon()}`), fremmed.delete(`${integrasjoner}/${id}`)]],
    ['et passord', async () => [fremmed.post(`${integrasjoner}/${await integrasjon()}/lagPassord`), fremmed.post(`${integrasjoner}/${id}/lagPassord`)]],
    ['en tilknytning til egen ressurs', async () => {
      const path = (one: string) => `${integrasjoner}/${one}/tilknyttede-ressurser/${other.ressurs('INNSYN')}`;
      return [fremmed.put(path(await integrasjon())), fremmed.put(path(id))];
    }],
    ['en frakobling fra egen ressurs', async () => {
      const path = (one: string) => `${integrasjoner}/${one}/tilknyttede-ressurser/${other.ressurs('INNSYN')}`;
      return [fremmed.delete(path(await integrasjon())), fremmed.delete(path(id))];
    }],
    ['en tilgang til en annens integrasjon', async () => {
      const grant = (aktor: string) => fremmed.post(other.tilganger(other.ressurs('INNSYN')), { aktor, privilegium: 'INNSYN.SOK' });
      return [grant(await integrasjon()), grant(id)];
    }],
    ['et lagringsvalg for en annens integrasjon', async () => {
      const choose = (one: string) => fremmed.put(other.own(`integrasjoner/${one}/dokumentlagring`), { lagring: 'FAGSYSTEM' });
      return [choose(await integrasjon()), choose(id)];
    }],
    ['tilganger på en ressurs', () => [fremmed.get(`${autorisasjon}/ressurser/${innsyn}/tilganger`), fremmed.get(`${autorisasjon}/ressurser/${id}/tilganger`)]],
    ['en tilgang på en ressurs', () => [fremmed.post(...tilgang(innsyn, two, 'ADMIN')), fremmed.post(...tilgang(id, two, 'ADMIN'))]],
    ['en avtale', async () => {
      const { body } = await admin.get<{ uuid: string }[]>(`/avtale/api/v1/avtaler/kunder/${fiksOrgId}`)();
      return [fremmed.get(`/avtale/api/v1/avtaler/${body[0]!.uuid}`), fremmed.get(`/avtale/api/v1/avtaler/${id}`)];
    }],
  ])('%s', async (_, calls) => {
    const [there, nothing] = await calls();
    const mark = await app.events.head();
    const [seen, missing] = [await there(), await nothing()];
    expect(seen.status).toBe(404);
    expect(bare(seen)).toEqual(bare(missing));
    expect(await app.since(mark)).toEqual([]);
  });
});

describe('tokener', () => {
  const path = own('driftsmeldinger');
  const key = () => Buffer.from(readFileSync(join(app.folder, 'development-issuer.key'), 'utf8').trim(), 'hex');
  const who = persona(`administrator:${nummer}`) as { fnr: string; navn: string };
  const claims = { pid: who.fnr, name: who.navn };
  const jwt = (issuer = 'min-kommune-utvikling') => new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).setIssuer(issuer).setIssuedAt();
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
  const now = Math.floor(Date.now() / 1000);

  it('et ekte token slipper inn', async () => {
    await app.when(app.bearing(jwt().setExpirationTime('1h').sign(key())).get(path)).then({ status: 200 });
  });

  it.each<[string, () => Promise<string> | string]>([
    ['gått ut', () => jwt().setExpirationTime(now - 60).sign(key())],
    ['gjelder ikke ennå', () => jwt().setNotBefore(now + 600).setExpirationTime('1h').sign(key())],
    ['har en annen utsteder', () => jwt('en-annen').setExpirationTime('1h').sign(key())],
    ['er signert med en annen nøkkel', () => jwt().setExpirationTime('1h').sign(Buffer.alloc(32, 7))],
    ['er signert med en annen algoritme', () => new SignJWT(claims).setProtectedHeader({ alg: 'HS512' }).setIssuer('min-kommune-utvikling').setExpirationTime('1h').sign(Buffer.concat([key(), key()]))],
    ['har alg none', () => `${part({ alg: 'none', typ: 'JWT' })}.${part({ ...claims, iss: 'min-kommune-utvikling', exp: now + 3600 })}.`],
    ['har fått nytt innhold', async () => {
      const [head, , signature] = (await jwt().setExpirationTime('1h').sign(key())).split('.');
      return [head, part({ rolle: 'PLATTFORM', iss: 'min-kommune-utvikling', exp: now + 3600 }), signature].join('.');
    }],
    ['er signert med nøkkelen som tekst', () => {
      const body = `${part({ alg: 'HS256' })}.${part({ ...claims, iss: 'min-kommune-utvikling', exp: now + 3600 })}`;
      return `${body}.${createHmac('sha256', key().toString('hex')).update(body).digest('base64url')}`;
    }],
    ['er bare tull', () => 'a.b.c'],
  ])('et token som %s, slipper ikke inn', async (_, token) => {
    await app
      .when(app.bearing(token()).get(path))
      .then({ status: 401, body: { kode: 'IKKE_AUTENTISERT', detail: 'Klarte ikke å validere access_token' } });
  });

  it('bare Authorization: Bearer teller', async () => {
    const token = await jwt().setExpirationTime('1h').sign(key());
    for (const Authorization of [token, `Basic ${token}`, `Bearer  ${token} mer`, 'Bearer'])
      await app.when(app.bearing().get(path, { Authorization })).then({ status: 401 });
    await app.when(app.bearing().get(`${path}?access_token=${token}`)).then({ status: 401 });
  });
});

describe('personer', () => {
  it('fødselsnumre vises bare for dem som kan utnevne og fjerne', async () => {
    const numbers = ['administrator', 'tjenesteadministrator'].map((role) => app.fnr(role === 'administrator' ? `administrator:${nummer}` : `tjenesteadministrator:${nummer}:INNSYN`));
    const pages = [own('konfigurasjon'), `${autorisasjon}/autorisasjoner?forelderRessurs=${fiksOrgId}`, `${autorisasjon}/ressurser/${innsyn}/tilganger`];
    for (const page of pages)
      for (const who of lesere) {
        const { status, text } = await actors[who].get(page)();
        expect([who, page, status]).toEqual([who, page, 200]);
        const shown = numbers.some((fnr) => text.includes(fnr));
        expect([who, page, shown]).toEqual([who, page, who === 'administrator' || who === 'plattform']);
        if (!shown) expect(text).not.toMatch(/(?<![\w.-])\d{11}(?![\w.-])/);
      }
  });

  it('en administrator som er fjernet, er ute med det samme', async () => {
    const second = app.as('administrator:4601');
    const read = second.get(own('driftsmeldinger'), { 'Log-Position': '0' });
    await app.when(admin.post(...tilgang(fiksOrgId, one, 'ADMIN'))).then({ status: 200 });
    await app.when(read).then({ status: 200 });
    await app.when(admin.delete(fjern(fiksOrgId, one, 'ADMIN'))).then({ status: 204 }, { type: 'AdministratorDismissed' });
    await app.when(read).then({ status: 404 });
    await app.when(second.post(own('driftsmeldinger'), melding)).then({ status: 404 });
    const { body } = await second.get<{ uuid: string }[]>('/konfigurasjon/api/v1/organisasjoner/synlige')();
    expect(body.map(({ uuid }) => uuid)).not.toContain(fiksOrgId);
  });

  it('en administrator som fjerner seg selv, er også ute', async () => {
    const second = app.as('administrator:4601');
    await admin.post(...tilgang(fiksOrgId, one, 'ADMIN'))();
    await app.when(second.delete(fjern(fiksOrgId, one, 'ADMIN'))).then({ status: 204 }, { type: 'AdministratorDismissed' });
    await app.when(second.post(...tilgang(fiksOrgId, one, 'ADMIN'))).then({ status: 404 });
  });

  it('en tjenesteadministrator som er fjernet, er ute med det samme, men ikke fra det andre hun har', async () => {
    const second = app.as('administrator:5001');
    await admin.post(...tilgang(innsyn, two, 'ADMIN'))();
    await admin.post(...tilgang(eiendom, two, 'ADMIN'))();
    await app.when(second.post(own('driftsmeldinger'), melding)).then({ status: 201 }, { type: 'DriftsmeldingPublished' });
    await app.when(admin.delete(fjern(innsyn, two, 'ADMIN'))).then({ status: 204 }, { type: 'TjenesteadministratorRemoved' });
    await app.when(second.post(own('driftsmeldinger'), melding)).then({ status: 403, body: { kode: 'MANGLER_TILGANG' } });
    await app.when(second.post(own('eiendomslenker'), lenke)).then({ status: 201 }, { type: 'EiendomslenkeCreated' });
  });

  it('ingen blir kjent for tjenesten av at en uvedkommende vil gi dem noe', async () => {
    const unknown = app.fnr('administrator:3301');
    await app.when(actors.fremmed.post(...tilgang(innsyn, unknown, 'ADMIN'))).then({ status: 404 });
    await app.when(admin.post(...tilgang(innsyn, unknown, 'ALT'))).then({ status: 400, body: { errorCode: 'UKJENT_PRIVILEGIUM' } });
    await app.when(admin.delete(fjern(innsyn, unknown, 'ADMIN'))).then({ status: 204 });
    await app.when(admin.get(`${autorisasjon}/isAutorisert?aktor=${unknown}&privilegium=ADMIN&ressurs=${innsyn}`)).then({ status: 200 });
    expect(await app.knows(unknown)).toBe(false);
    await app.when(admin.post(...tilgang(innsyn, unknown, 'ADMIN'))).then({ status: 200 }, { type: 'TjenesteadministratorAdded' });
    expect(await app.knows(unknown)).toBe(true);
  });

  it('synlige organisasjoner er ens egne, og alle for plattformen', async () => {
    const seen = async (client: Client) => (await client.get<{ uuid: string }[]>('/konfigurasjon/api/v1/organisasjoner/synlige')()).body.map(({ uuid }) => uuid);
    expect(await seen(admin)).toEqual([fiksOrgId]);
    expect(await seen(actors.innsyn)).toEqual([fiksOrgId]);
    expect(await seen(actors.revisor)).toEqual([fiksOrgId]);
    expect(await seen(actors.fremmed)).toEqual([other.fiksOrgId]);
    expect(await seen(actors.innbygger)).toEqual([]);
    expect(await seen(actors.plattform)).toEqual(expect.arrayContaining([fiksOrgId, other.fiksOrgId]));
  });
});
