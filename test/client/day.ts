import createClient from 'openapi-fetch';
import type { paths } from './api.js';

// A day of an administrator and of a vendor, with the client that openapi-typescript generates from our document. It compiles under
// `strict` without a cast. `test/e2e/generated-client.slow.spec.ts` generates `api.d.ts`, compiles this folder and runs it.

interface Surroundings {
  readonly url: string;
  readonly fiksOrgId: string;
  /** The resource of Innsyn. */
  readonly innsyn: string;
  /** The tokens of an administrator, of the vendor's virksomhet and of a citizen. */
  readonly tokens: { readonly administrator: string; readonly vendor: string; readonly citizen: string };
  readonly citizen: string;
}
export type Fetch = ReturnType<typeof createClient<paths>>;
interface Outcome<T> {
  readonly data?: T;
  readonly error?: unknown;
  readonly response: Response;
}

/** The answer, or an error that says what the service refused. */
export function got<T>({ data, error, response }: Outcome<T>): T {
  if (data === undefined) throw new Error(`${response.status} ${response.url} ${JSON.stringify(error)}`);
  return data;
}
/** Requires a success without a body. */
export function done({ error, response }: Outcome<unknown>): void {
  if (response.status !== 204) throw new Error(`${response.status} ${response.url} ${JSON.stringify(error)}`);
}

export async function administratorsDay(at: Surroundings) {
  const fiks: Fetch = createClient<paths>({ baseUrl: at.url, headers: { Authorization: `Bearer ${at.tokens.administrator}` } });
  const path = { fiksOrgId: at.fiksOrgId };

  const organisations = got(await fiks.GET('/konfigurasjon/api/v1/organisasjoner/synlige'));
  const services = got(await fiks.GET('/konfigurasjon/api/v1/organisasjoner/{fiksOrgId}/tjenester', { params: { path } }));
  const visible = got(await fiks.GET('/autorisasjon-query/api/v1/autorisasjon/synlige', { params: { query: { privilegier: ['ADMIN', 'INNSYN.SOK'] } } }));
  const inherited = got(await fiks.GET('/autorisasjon-query/api/v1/autorisasjon/autorisasjoner', { params: { query: { forelderRessurs: at.fiksOrgId, arvPrivilegier: false, maksDybde: 2 } } }));

  // A generated client sends null for a field that is not set.
  const integrasjon = got(
    await fiks.POST('/konfigurasjon/api/v1/integrasjoner', {
      body: { uuid: null, global: null, fiksOrganisasjonUuid: at.fiksOrgId, navn: 'Sakssystemet', beskrivelse: 'Viser saker', autorisertOrgnr: '910753614' },
    }),
  );
  const integrasjonId = integrasjon.uuid;
  const { passord } = got(await fiks.POST('/konfigurasjon/api/v1/integrasjoner/{integrasjonId}/lagPassord', { params: { path: { integrasjonId } } }));
  done(await fiks.PUT('/konfigurasjon/api/v1/integrasjoner/{integrasjonId}/tilknyttede-ressurser/{ressursId}', { params: { path: { integrasjonId, ressursId: at.innsyn } } }));
  const granted = got(
    await fiks.POST('/autorisasjon-update/api/v1/ressurs/{ressurs}/tilganger', { params: { path: { ressurs: at.innsyn } }, body: { aktor: integrasjonId, privilegium: 'INNSYN.INDEX.MAPPE' } }),
  );

  const created = got(
    await fiks.POST('/min-kommune/api/v1/{fiksOrgId}/kommunale-tjenester', { params: { path }, body: { tittel: 'Kulturskole', lenke: 'https://www.kommune.no/kultur', rettetMot: 'ORGANISASJON' } }),
  );
  const one = { params: { path: { ...path, id: created.id }, header: { 'If-Match': '"0"' } } };
  const changed = got(await fiks.PATCH('/min-kommune/api/v1/{fiksOrgId}/kommunale-tjenester/{id}', { ...one, body: { tittel: 'Kulturskolen', lenke: null, rettetMot: null } }));
  const stale = await fiks.PATCH('/min-kommune/api/v1/{fiksOrgId}/kommunale-tjenester/{id}', { ...one, body: { tittel: 'For sent' } });
  const list = got(await fiks.GET('/min-kommune/api/v1/{fiksOrgId}/kommunale-tjenester', { params: { path, query: { fra: 0, antall: 10 } } }));
  done(await fiks.DELETE('/min-kommune/api/v1/{fiksOrgId}/kommunale-tjenester/{id}', { params: { path: { ...path, id: created.id } } }));

  const melding = got(
    await fiks.POST('/min-kommune/api/v1/{fiksOrgId}/driftsmeldinger', { params: { path }, body: { innhold: 'Ustabil innlogging', kategori: 'SAK', meldingType: 'ADVARSEL', startDato: null } }),
  );
  const audit = got(await fiks.GET('/audit-sok/api/v1/sok', { params: { query: { fiksOrganisasjon: at.fiksOrgId, antall: 5, sortering: 'DATO_DESC', fraDato: 0 } } }));
  return {
    organisations: organisations.map(({ navn }) => navn.length > 0),
    services: services.length,
    visible: visible.ressurser.length,
    inherited: inherited.length,
    granted: granted.privilegium,
    changed: [changed.tittel, changed.lenke, changed.rettetMot],
    stale: [stale.response.status, stale.error?.kode],
    list: [list.antallTreff, list.forespurtAntall],
    melding: [melding.kategori, melding.startDato],
    audit: audit.treff[0]?.handling,
    integrasjon: { IntegrasjonId: integrasjonId, IntegrasjonPassord: passord },
  };
}

export async function vendorsDay(at: Surroundings, header: { readonly IntegrasjonId: string; readonly IntegrasjonPassord: string }, metadata: string) {
  const fiks: Fetch = createClient<paths>({ baseUrl: at.url, headers: { Authorization: `Bearer ${at.tokens.vendor}` } });
  const authentic = got(await fiks.GET('/konfigurasjon/api/v1/integrasjoner/autentisering', { params: { header } }));
  const meldingId = '8d7c1d70-51a8-4c3e-9a86-6b1df3f6a001';
  const sent = await fiks.PUT('/innsyn-index/api/v2/indexRequest', {
    params: { header },
    body: {
      meldinger: [
        {
          meldingId,
          sikkerhetsniva: 3,
          eksponertFor: { identifikatorType: 'FODSELSNUMMER', verdi: at.citizen },
          fiksOrganisasjonId: at.fiksOrgId,
          versjon: 'MAPPE_V1',
          meldingMetadata: metadata,
          eksternRef: 'Sak 2026/14',
          tilgjengeligTil: null,
        },
      ],
    },
  });
  const indexed = got(sent);
  const refused = await fiks.PUT('/innsyn-index/api/v2/indexRequest', { params: { header: { ...header, IntegrasjonPassord: 'feil' } }, body: { meldinger: [] } });

  const citizen: Fetch = createClient<paths>({ baseUrl: at.url, headers: { Authorization: `Bearer ${at.tokens.citizen}` } });
  // Neither a filter nor a body is needed for a search.
  const seesIt = { 'Log-Position': sent.response.headers.get('Log-Position') ?? '' };
  const found = got(await citizen.POST('/innsyn-sok/api/v1/mappe/sok', { params: { query: { term: 'garasje', antall: 5 }, header: seesIt } }));
  const deleted = got(await fiks.POST('/innsyn-index/api/v1/delete/slettByMeldingId', { params: { header }, body: { meldinger: [{ fiksOrgId: at.fiksOrgId, meldingType: 'mappe', meldingId }] } }));
  const page = got(await citizen.GET('/min-kommune/api/v1/innbygger/{fiksOrgId}/sider/{side}', { params: { path: { fiksOrgId: at.fiksOrgId, side: 'SAK' } } }));
  return {
    authentic,
    indexed: [indexed.opprettet, indexed.oppdatert],
    refused: [refused.response.status, refused.error?.errorCode],
    deleted: deleted.antallSlettet,
    found: found.antallTreff,
    page: page.driftsmeldinger.map(({ innhold }) => innhold),
  };
}
