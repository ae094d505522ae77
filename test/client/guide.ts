import createClient from 'openapi-fetch';
import type { paths } from './api.js';
import { done, got, type Fetch } from './day.js';

// KS' configuration guide, walked in its own order by an administrator's script, with the generated client.

interface Surroundings {
  readonly url: string;
  /** The tokens of an administrator and of a citizen. */
  readonly tokens: { readonly administrator: string; readonly citizen: string };
  /** The fødselsnummer of the tjenesteadministrator of Innsyn. */
  readonly saksbehandler: string;
  readonly matrikkelnummer: string;
  /** Opens the address in a browser, and presses Signer. */
  readonly sign: (url: string) => Promise<void>;
}

export async function guide(at: Surroundings) {
  const fiks: Fetch = createClient<paths>({ baseUrl: at.url, headers: { Authorization: `Bearer ${at.tokens.administrator}` } });
  const [organisation] = got(await fiks.GET('/konfigurasjon/api/v1/organisasjoner/synlige'));
  const fiksOrgId = found(organisation).uuid;
  const path = { fiksOrgId };

  // Ta i bruk
  const tjeneste = { params: { path: { ...path, kode: 'MIN_KOMMUNE' } } };
  got(await fiks.POST('/konfigurasjon/api/v1/organisasjoner/{fiksOrgId}/tjenester/{kode}/initialiser', tjeneste));
  const { url } = got(await fiks.POST('/min-kommune/api/v1/{fiksOrgId}/signeringer', { params: { path } }));
  await at.sign(url);
  const opened = got(await fiks.GET('/konfigurasjon/api/v1/organisasjoner/{fiksOrgId}/tjenester', { params: { path } }));

  // Innsyn: a tjenesteadministrator, SvarUt, and an integration of the kommune's own system
  const resources = got(await fiks.GET('/autorisasjon-query/api/v1/autorisasjon/autorisasjoner', { params: { query: { forelderRessurs: fiksOrgId } } }));
  const innsyn = found(resources.find(({ type }) => type === 'INNSYN')).ressurs;
  const grant = async (aktor: string, privilegium: string) => got(await fiks.POST('/autorisasjon-update/api/v1/ressurs/{ressurs}/tilganger', { params: { path: { ressurs: innsyn } }, body: { aktor, privilegium } }));
  await grant(at.saksbehandler, 'ADMIN');
  const available = got(await fiks.GET('/min-kommune/api/v1/{fiksOrgId}/tilgjengelige-integrasjoner', { params: { path, query: { undertjeneste: 'INNSYN' } } }));
  const svarUt = found(available.find(({ navn }) => navn === 'SvarUt'));
  done(await fiks.PUT('/konfigurasjon/api/v1/integrasjoner/{integrasjonId}/tilknyttede-ressurser/{ressursId}', { params: { path: { integrasjonId: svarUt.uuid, ressursId: innsyn } } }));
  const [account] = got(await fiks.GET('/min-kommune/api/v1/{fiksOrgId}/svarut-kontoer', { params: { path } })).kontoer;
  const shown = got(await fiks.PUT('/min-kommune/api/v1/{fiksOrgId}/svarut-kontoer/{kontoId}', { params: { path: { ...path, kontoId: found(account).konto.id } }, body: { synlig: true } }));
  const own = got(
    await fiks.POST('/konfigurasjon/api/v1/integrasjoner', { body: { fiksOrganisasjonUuid: fiksOrgId, navn: 'Indeksering: Mappe', beskrivelse: 'Viser saker på Min kommune', autorisertOrgnr: '910753614' } }),
  );
  const { passord } = got(await fiks.POST('/konfigurasjon/api/v1/integrasjoner/{integrasjonId}/lagPassord', { params: { path: { integrasjonId: own.uuid } } }));
  for (const privilegium of ['INNSYN.INDEX.MAPPE', 'INNSYN.INDEX.SKJEMA', 'INNSYN.INDEX.FAKTURA', 'INNSYN.SOK']) await grant(own.uuid, privilegium);
  const stored = got(
    await fiks.PUT('/min-kommune/api/v1/{fiksOrgId}/integrasjoner/{integrasjonId}/dokumentlagring', { params: { path: { ...path, integrasjonId: own.uuid } }, body: { lagring: 'DOKUMENTLAGER' } }),
  );

  // Kommunale tjenester
  const service = got(
    await fiks.POST('/min-kommune/api/v1/{fiksOrgId}/kommunale-tjenester', { params: { path }, body: { tittel: 'Kulturskole', lenke: 'https://www.kommune.no/kulturskole', rettetMot: 'PERSON' } }),
  );
  const starred = got(await fiks.PUT('/min-kommune/api/v1/{fiksOrgId}/kommunale-tjenester/{id}/stjerne', { params: { path: { ...path, id: service.id } } }));

  // Mine eiendommer
  const mal = 'https://www.kommune.no/saker/{gardsnummer}/{bruksnummer}';
  const preview = got(await fiks.POST('/min-kommune/api/v1/{fiksOrgId}/eiendomslenker/forhandsvisning', { params: { path }, body: { mal, matrikkelnummer: at.matrikkelnummer } }));
  got(await fiks.POST('/min-kommune/api/v1/{fiksOrgId}/eiendomslenker', { params: { path }, body: { tittel: 'Saker på eiendommen', mal } }));

  // Driftsmeldinger: published, and used again in another period
  const melding = got(
    await fiks.POST('/min-kommune/api/v1/{fiksOrgId}/driftsmeldinger', { params: { path }, body: { innhold: 'Post vises ikke', kategori: 'FORSENDELSE', meldingType: 'ADVARSEL', url: 'https://www.kommune.no/drift', urlTekst: 'Les mer' } }),
  );
  const later = got(await fiks.PUT('/min-kommune/api/v1/{fiksOrgId}/driftsmeldinger/{id}/periode', { params: { path: { ...path, id: melding.id } }, body: { startDato: '2099-01-01T00:00:00Z' } }));

  const link = got(await fiks.GET('/min-kommune/api/v1/lenkekontroll', { params: { query: { lenke: 'https://min.kommune.no' } } }));
  const configured = got(await fiks.POST('/konfigurasjon/api/v1/organisasjoner/{fiksOrgId}/tjenester/{kode}/konfigurer', tjeneste));
  const citizen: Fetch = createClient<paths>({ baseUrl: at.url, headers: { Authorization: `Bearer ${at.tokens.citizen}` } });
  const page = got(await citizen.GET('/min-kommune/api/v1/innbygger/{fiksOrgId}/sider/{side}', { params: { path: { ...path, side: 'FORSIDE' } } }));
  return {
    opened: opened.map(({ initialisert }) => initialisert),
    shown: shown.kontoer.map(({ synlig }) => synlig),
    passord: passord.length,
    stored: [stored.lagring, stored.tilganger.length],
    starred: starred.favoritt,
    preview: preview.lenke,
    statuses: [melding.status, later.status],
    link: link.godkjent,
    configured: configured.konfigurert,
    page: page.tjenester.map(({ tittel, favoritt }) => [tittel, favoritt]),
  };
}

function found<T>(one: T | undefined): T {
  if (one === undefined) throw new Error('There is none');
  return one;
}
