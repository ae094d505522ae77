import { randomUUID } from 'node:crypto';
import { IndexMeldinger, type SentMelding } from '../../src/application/use-cases/index-meldinger.js';
import { innsynssok } from '../../src/application/views/innsynssok.js';
import { parseUuid } from '../../src/domain/values/uuid.js';
import { exampleMeldinger } from '../../src/infrastructure/development/example-meldinger.js';
import { until } from '../crash/until.js';
import { TestApp, type Kommune } from '../support/app.js';
import { DocumentedAnswers } from '../support/answers.js';
import { RunExamples, type Sent } from '../support/examples.js';
import type { Answer, Client } from '../support/http.js';
import { OpenKommune } from '../support/open-kommune.js';
import { documentedOperations, undocumentedOperations, type Operation } from '../support/operations.js';
import { idOf } from '../support/views.js';
import { callers, type Callers } from '../../src/interfaces/http/openapi/callers.js';

// Every operation as every identity, on the resources of one kommune. The document says who is let in, and nobody else is. So a new
// route is covered when it is born. access.spec has the commands in every state, and the reasons for refusals.

const app = await TestApp.start();
const [kommune, other] = [app.kommune(), app.kommune()];
const [at, there] = [await OpenKommune.open(app, kommune), await OpenKommune.open(app, other)];
const { integrasjoner, fiksOrgId } = at;
const { administrator } = kommune;

/** The virksomhet that the integrations authorise, another virksomhet, and a citizen. */
const [leverandor, annenVirksomhet] = [at.integrasjonBody.autorisertOrgnr as string, '971032146'];
const kari = '12818510088';

type Headers = Readonly<Record<string, string>>;
const passordOf = async (client: Client, id: string): Promise<Headers> => {
  const { body } = await client.post<{ passord: string }>(`${integrasjoner}/${id}/lagPassord`)();
  return { IntegrasjonId: id, IntegrasjonPassord: body.passord };
};
/** Creates an integration that may index and search in Innsyn, and look up in the matrikkel. Returns its headers. */
async function fagsystemOf(where: OpenKommune, { administrator: client }: Kommune, uuid?: string): Promise<Headers> {
  const id = await where.integrasjon(uuid);
  for (const privilegium of ['INNSYN.INDEX.MAPPE', 'INNSYN.SOK']) await where.grant(where.innsyn, id, privilegium);
  await where.grant(where.mineEiendommer, id, 'MATRIKKEL.QUERY');
  return passordOf(client, id);
}
/** The ids of the kommune's first two integrations. They come first in every list, so that the examples of the document have them. */
const first = ['00000000-0000-4000-8000-000000000001', '00000000-0000-4000-8000-000000000002'] as const;
const own = await fagsystemOf(at, kommune, first[0]);
const theirs = await fagsystemOf(there, other);
await at.attach();
const global = await passordOf(app.as('plattform'), at.globalIntegrasjon);

// What the citizen finds: the messages of an archive that is none of the identities below, and a letter.
const arkiv = await at.integrasjon(first[1]);
for (const privilegium of ['INNSYN.INDEX.MAPPE', 'INNSYN.INDEX.FAKTURA', 'INNSYN.INDEX.SKJEMA']) await at.grant(at.innsyn, arkiv, privilegium);
const lagrede = exampleMeldinger(parseUuid(fiksOrgId), kommune.navn, 'https://www.kommune.no', app.clock.now(), (name) => parseUuid(idOf(name)));
const [sak] = lagrede.sak as readonly [SentMelding];
const kladd = { tittel: 'Søknad om barnehageplass', mottaker: 'Oppvekstetaten', endretDato: Date.parse('2026-11-23T13:00:00Z'), url: 'https://skjema.kommune.no/kladd/1' };
const skjema: SentMelding = { ...sak, meldingId: parseUuid(idOf('skjema')), versjon: 'SKJEMAKLADD_V1', metadata: kladd };
await app.run(new IndexMeldinger(arkiv, [...lagrede.sak, ...lagrede.faktura, skjema], { actor: { kind: 'integrasjon', id: arkiv }, commandId: randomUUID(), correlationId: 'r' }));
await administrator.post(at.own('kommunale-tjenester'), { tittel: 'Badstue', lenke: 'https://www.kommune.no/badstue', rettetMot: 'PERSON' })();
await at.svarUtKonto(true);
const post = { tittel: 'Vedtak om plass i kulturskolen', dato: '2026-11-02T08:15:00Z', korrelasjonsid: 'kulturskole-17', mottaker: { navn: 'Kari Syntetisk', digitalId: kari, adresselinje1: 'Åsveien 1', postnummer: '5003', poststed: 'Bergen' } };
app.svarUt.send({ ...post, id: idOf('post'), kontoId: await at.svarUtKontoId(), dokumenter: [{ filnavn: 'vedtak.pdf', mimeType: 'application/pdf', storrelse: 48_213 }] });
await until('the letter is there', async () => (await app.as(`innbygger:${kari}`).post<{ antallTreff: number }>('/innsyn-sok/api/v1/post/sok', {})()).body.antallTreff === 1);
await app.followed(innsynssok);
const dokumentId = `${fiksOrgId}_${arkiv}_mappe_${sak.meldingId}`;
const { body: sok } = await app.as(`innbygger:${kari}`).post<{ token: string }>('/innsyn-sok/api/v1/token')();

const through = (who: string, headers: Headers) => app.bearing(app.token(who), headers);
const wrong = (headers: Headers) => ({ ...headers, IntegrasjonPassord: 'feil' });
const identiteter = {
  utenToken: app.bearing(),
  ugyldigToken: app.bearing('tull'),
  soketoken: app.bearing(sok.token),
  innbygger: app.as(`innbygger:${kari}`),
  innbyggerNiva3: app.as(`innbygger:${kari}:3`),
  administrator,
  administratorNiva3: app.as(`administrator:${kommune.nummer}:3`),
  innsyn: kommune.tjenesteadministrator('INNSYN'),
  tjenester: kommune.tjenesteadministrator('KOMMUNALE_TJENESTER'),
  eiendommer: kommune.tjenesteadministrator('MINE_EIENDOMMER'),
  revisor: kommune.revisor,
  fremmedAdministrator: other.administrator,
  fremmedInnsyn: other.tjenesteadministrator('INNSYN'),
  fremmedTjenester: other.tjenesteadministrator('KOMMUNALE_TJENESTER'),
  fremmedEiendommer: other.tjenesteadministrator('MINE_EIENDOMMER'),
  fremmedRevisor: other.revisor,
  plattform: app.as('plattform'),
  // Systems: a token of a virksomhet, with and without the id and password of an integration.
  virksomhet: app.as(`virksomhet:${leverandor}`),
  fagsystem: through(`virksomhet:${leverandor}`, own),
  fagsystemFeilPassord: through(`virksomhet:${leverandor}`, wrong(own)),
  fagsystemFeilVirksomhet: through(`virksomhet:${annenVirksomhet}`, own),
  fremmedFagsystem: through(`virksomhet:${leverandor}`, theirs),
  globalIntegrasjon: through(`virksomhet:${leverandor}`, global),
  // A kommune's own Min side, with the token of the citizen who logged in through it.
  minSide: through(`innbygger:${kari}@${leverandor}`, own),
  minSideFeilPassord: through(`innbygger:${kari}@${leverandor}`, wrong(own)),
  minSideFeilVirksomhet: through(`innbygger:${kari}@${annenVirksomhet}`, own),
  minSideUtenVirksomhet: through(`innbygger:${kari}`, own),
  fremmedMinSide: through(`innbygger:${kari}@${leverandor}`, theirs),
} satisfies Record<string, Client>;
type Identitet = keyof typeof identiteter;
const hver = Object.keys(identiteter) as Identitet[];

const innloggede = hver.filter((who) => !['utenToken', 'ugyldigToken', 'soketoken'].includes(who));
const medIntegrasjon = hver.filter((who) => /fagsystem|minSide|globalIntegrasjon/i.test(who));
const systemer = hver.filter((who) => /virksomhet$|fagsystem|globalIntegrasjon/i.test(who) && !who.startsWith('minSide'));
const personer = innloggede.filter((who) => who !== 'plattform' && !systemer.includes(who));
const paNiva4 = personer.filter((who) => !who.endsWith('Niva3'));
/** Persons who search as themselves, and those whom a kommune's own Min side searches for. */
const forSegSelv = personer.filter((who) => !medIntegrasjon.includes(who));
const sokere: readonly Identitet[] = [...forSegSelv, 'minSide', 'fremmedMinSide'];
/** Persons and others with a role in the kommune. To everybody else it looks as if the kommune did not exist. */
const lesere: readonly Identitet[] = ['administrator', 'administratorNiva3', 'innsyn', 'tjenester', 'eiendommer', 'revisor', 'plattform'];
const avsendere: readonly Identitet[] = ['fagsystem', 'globalIntegrasjon', 'fremmedFagsystem'];
const forInnsyn: readonly Identitet[] = ['administrator', 'innsyn'];
const forTjenester: readonly Identitet[] = ['administrator', 'tjenester'];
const forEiendommer: readonly Identitet[] = ['administrator', 'eiendommer'];

const revisjonslesere: readonly Identitet[] = ['administrator', 'administratorNiva3', 'revisor'];

/** The identities that each sentence of the document means. They are let in. Everybody else is refused, and changes nothing. */
const audiences: Readonly<Record<Callers, readonly Identitet[]>> = {
  alle: hver,
  helse: ['utenToken', ...innloggede],
  innloggede: innloggede,
  personer: [...personer, 'plattform'],
  innloggetInnbygger: personer,
  plattform: ['plattform'],
  lesere: lesere,
  administrator: ['administrator'],
  administratorEllerPlattform: ['administrator', 'plattform'],
  revisjon: revisjonslesere,
  revisor: ['revisor'],
  innsyn: forInnsyn,
  tjenester: forTjenester,
  eiendommer: forEiendommer,
  undertjeneste: forInnsyn,
  nyIBruk: forInnsyn,
  nyIntegrasjon: ['administrator', 'innsyn', 'tjenester', 'eiendommer'],
  integrasjon: [...forInnsyn, 'plattform'],
  indeksering: ['fagsystem'],
  egneMeldinger: ['fagsystem', 'globalIntegrasjon'],
  alleEgneMeldinger: ['fagsystem', 'globalIntegrasjon', 'fremmedFagsystem'],
  sporing: ['fagsystem', 'globalIntegrasjon'],
  egenIntegrasjon: ['fagsystem', 'fremmedFagsystem', 'globalIntegrasjon'],
  statistikk: [...lesere, ...avsendere],
  matrikkel: ['fagsystem'],
  sokere: sokere,
  innbygger: forSegSelv,
  innbyggerNiva4: paNiva4,
  innbyggerIPortalen: paNiva4.filter((who) => !/^minSide(?!Uten)|^fremmedMinSide/.test(who)),
};
/** The identities that the operations outside the document let in: those of search clients, a stand-in's page, and the schema of a file. */
const udokumentert: Readonly<Record<string, readonly Identitet[]>> = {
  Sok_health: hver,
  Sok_version: ['soketoken'],
  Sok_search: ['soketoken'],
  Sok_searchByGet: ['soketoken'],
  Sok_multiSearch: ['soketoken'],
  Sok_facetSearch: ['soketoken'],
  Development_page: hver,
  Konfigurasjonsfil_schema: hver,
};
/** The identities that an operation lets in. Throws when neither the document nor this spec says who they are. */
function adgangTil({ operationId, description }: Operation): readonly Identitet[] {
  const [sentence] = description?.split('\n\n') ?? [];
  const [named] = (Object.keys(callers) as Callers[]).filter((one) => callers[one] === sentence);
  const found = named === undefined ? udokumentert[operationId] : audiences[named];
  if (!found) throw new Error(`Nothing says who may call «${operationId}»`);
  return found;
}

/** The statuses of a refusal. Somebody else's resource looks like one that does not exist. */
function avslag({ operationId, path }: Operation, who: Identitet): readonly number[] {
  if (who === 'utenToken') return [401];
  if (path.startsWith('/sok/')) return [403]; // as Meilisearch does with an invalid token
  if (!innloggede.includes(who)) return [401];
  if (operationId === 'SokToken_open' && medIntegrasjon.includes(who)) return [400];
  if (/^\/(innsyn-(sok|index)|matrikkel-eier|audit-index)\/|\/integrasjon\/valg$/.test(path)) return [401, 403];
  if (path.startsWith('/innsyn-stats/') && medIntegrasjon.includes(who)) return [401, 403];
  if (operationId.startsWith('Meg_')) return [404];
  if (['Innbyggere_forgetMe', 'Opplysninger_get'].includes(operationId)) return personer.includes(who) ? [403] : [404];
  const ofKommune = !['Organisasjoner_register', 'Innbyggere_forgetAnother', 'Drift_check', 'Drift_backup'].includes(operationId);
  return [ofKommune && lesere.includes(who) ? 403 : 404];
}

const last = async (path: Promise<string>) => (await path).split('/').at(-1)!;
const avtaleSignertId = async () => (await administrator.get<{ uuid: string }[]>(`${at.avtaler}/kunder/${fiksOrgId}`)()).body[0]!.uuid;
const iInnsyn = () => at.tilknyttet(at.innsyn);
/** The values of path and query parameters by name. Missing names have the example of the document. */
const parametre: Readonly<Record<string, (operation: Operation) => Promise<string> | string>> = {
  fiksOrgId: () => fiksOrgId,
  fiksOrganisasjon: () => fiksOrgId,
  fiksOrganisasjonId: () => fiksOrgId,
  kode: ({ operationId }) => (operationId === 'Konfigurasjon_configure' ? 'INNSYN' : 'MIN_KOMMUNE'),
  tjenestekode: () => 'MIN_KOMMUNE',
  ressursType: () => 'INNSYN',
  tag: () => 'INNSYN',
  side: () => 'FORSIDE',
  versjon: () => 'mappeV1',
  uid: () => 'innsyn',
  ressurs: () => at.innsyn,
  ressursId: () => at.innsyn,
  forelderRessurs: () => fiksOrgId,
  privilegium: () => 'INNSYN.INDEX.MAPPE',
  integrasjonId: iInnsyn,
  aktor: iInnsyn,
  kontoId: () => at.svarUtKontoId(),
  fiksOrg: () => fiksOrgId,
  avsender: () => at.svarUtAvsender(),
  avtaleSignertId,
  id: ({ path }) =>
    last(path.includes('/driftsmeldinger/') ? at.driftsmelding() : path.includes('/kommunale-tjenester/') ? at.kommunalTjeneste() : at.eiendomslenke()),
};
const melding = (meldingId = randomUUID()) => ({
  meldingId,
  sikkerhetsniva: 3,
  eksponertFor: { identifikatorType: 'FODSELSNUMMER', verdi: kari },
  fiksOrganisasjonId: fiksOrgId,
  versjon: 'MAPPE_V1',
  meldingMetadata: Buffer.from(JSON.stringify({ type: 'SAK', tittel: 'Fartsdemping' })).toString('base64'),
});
const indeksert = async () => {
  const one = melding();
  await identiteter.fagsystem.put('/innsyn-index/api/v2/indexRequest', { meldinger: [one] })();
  return one.meldingId;
};
interface Sample {
  readonly path?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: object;
}
const november = { fra: '2026-11-01T00:00:00Z', til: '2026-12-01T00:00:00Z' };
/** A query of what the log must be sealed for. */
const sealedQuery = (query: Readonly<Record<string, string>>) => async (): Promise<Sample> => {
  await app.sealed(fiksOrgId);
  return { query };
};
/** A sealed line of the innsynslogg. */
async function innsynslinje(): Promise<string> {
  const id = randomUUID();
  await app.innsynslogg.write({ id: id as never, innbygger: (await app.person(`innbygger:${kari}`)).id, tidspunkt: '2026-11-20T12:00:00.000Z' as never, integrasjonId: own['IntegrasjonId']!, fiksOrgIder: [fiksOrgId], sok: 'mappe', formal: 'x', resultat: 'OK', requestId: 'r' });
  await app.innsynsloggSealed();
  return id;
}
/** Parameters and bodies of the operations that the values above and the document's examples do not fit. */
const prover: Readonly<Record<string, () => Promise<Sample> | Sample>> = {
  Meg_kommune: () => ({ body: { kommunenummer: kommune.nummer } }),
  Organisasjoner_register: () => {
    const { nummer, navn, orgnr } = app.kommune();
    return { body: { type: 'KOMMUNE', navn, orgnr, kommunenr: nummer } };
  },
  Avtale_start: () => {
    at.newTjenestevedlegg();
    return {};
  },
  Signeringer_start: () => {
    at.newTjenestevedlegg();
    return {};
  },
  Avtale_receive: async () => {
    at.newTjenestevedlegg();
    const { headers } = await administrator.post(`${at.avtaler}/signering/${fiksOrgId}/MIN_KOMMUNE`)();
    const back = new URL(new URL(headers['location']!).searchParams.get('signer')!);
    return { query: { signeringId: back.searchParams.get('signeringId')!, status: 'tull' } };
  },
  Avtale_register: () => ({ body: { avtaleUuid: at.newTjenestevedlegg(), tjenestekode: 'MIN_KOMMUNE', fiksOrgId } }),
  Avtale_update: async () => {
    const [id, body] = await at.signertAvtale();
    return { path: { avtaleSignertId: id }, body };
  },
  Avtale_remove: async () => ({ path: { avtaleSignertId: (await at.signertAvtale())[0] } }),
  Avtale_terminate: async () => ({ body: await at.oppsigelse() }),
  Autorisasjon_overview: () => ({ body: { ressurser: [at.innsyn], privilegium: 'ADMIN', ressursType: 'INNSYN' } }),
  SvarUtKonfigurasjon_create: () => ({ body: { fiksOrgId, navn: 'Postmottak' } }),
  Autorisasjon_create: () => ({ body: { forelderRessurs: at.innsyn, type: 'INNSYN', navn: 'Mitt' } }),
  Autorisasjon_grantMany: async () => ({ body: { requests: [{ aktor: await iInnsyn(), privilegium: 'INNSYN.INDEX.MAPPE' }] } }),
  Autorisasjon_grant: async () => ({ body: { aktor: await iInnsyn(), privilegium: 'INNSYN.INDEX.MAPPE' } }),
  Tilganger_give: async () => ({ body: { ressurs: at.innsyn, aktor: await iInnsyn(), privilegium: 'INNSYN.INDEX.MAPPE', utlop: '2099-12-31' } }),
  Tilganger_review: async () => ({ body: { tilganger: [{ ressurs: at.innsyn, aktor: await at.grant(at.innsyn, at.otherFnr, 'ADMIN'), privilegium: 'ADMIN', avgjorelse: 'FJERN' }] } }),
  Autorisasjon_authorisations: () => ({ query: { forelderRessurs: fiksOrgId } }),
  Integrasjoner_create: () => ({ body: at.integrasjonBody }),
  Hendelsesstrom_follow: () => ({ query: { sekunder: '0' } }),
  KonfigurerteIntegrasjoner_setUp: () => ({ body: { navn: 'Økonomisystemet', beskrivelse: 'Viser fakturaene til innbyggerne.', autorisertOrgnr: leverandor, undertjeneste: 'INNSYN', tilganger: ['INNSYN.INDEX.FAKTURA'], lagring: 'FAGSYSTEM' } }),
  Forhandsvisning_preview: () => ({ body: { side: 'FORSENDELSE', utkast: { innhold: 'Vi flytter arkivet i helgen.', kategori: 'FORSENDELSE', meldingType: 'INFORMASJON' } } }),
  Integrasjoner_attach: () => ({ path: { integrasjonId: at.globalIntegrasjon } }),
  Integrasjoner_attachAndGrant: () => ({ path: { integrasjonId: at.globalIntegrasjon } }),
  Konfigurasjon_updateService: () => ({ body: { kode: 'MIN_KOMMUNE' } }),
  Konfigurasjon_find: () => ({ query: { orgId: fiksOrgId } }),
  Konfigurasjon_infoOf: () => ({ query: { kommunenr: kommune.nummer } }),
  Eiendomslenker_preview: () => ({ body: { mal: 'https://kommune.no/{gardsnummer}', matrikkelnummer: `${kommune.nummer}-60/38` } }),
  SvarUtKontoer_show: () => ({ body: { synlig: true } }),
  Innbyggere_forgetAnother: async () => {
    const rolle = app.kommune();
    await rolle.open();
    await rolle.tjenesteadministrator('INNSYN').post(rolle.own('driftsmeldinger'), { innhold: 'Nede', kategori: 'SAK', meldingType: 'FEIL' })();
    return { body: { fnr: app.fnr(`tjenesteadministrator:${rolle.nummer}:INNSYN`) } };
  },
  InnsynIndex_index: () => ({ body: { meldinger: [melding()] } }),
  InnsynIndex_deleteById: async () => ({ body: { meldinger: [{ fiksOrgId, meldingType: 'mappe', meldingId: await indeksert() }] } }),
  Innsynsmeldinger_remove: async () => ({ path: { integrasjonId: own['IntegrasjonId']!, meldingId: await indeksert() } }),
  InnsynSok_mappe: () => ({ query: { sortering: 'DATO_DESC' }, body: { mappeType: 'BYGGESAK' } }),
  InnsynSok_journalpost: () => ({ query: { forelderDokumentId: dokumentId }, body: {} }),
  InnsynSok_faktura: () => ({ body: { status: ['IKKE_BETALT'] } }),
  InnsynSok_post: () => ({ query: { term: 'vedtak' }, body: {} }),
  InnsynSok_skjema: () => ({ body: {} }),
  InnsynSok_eiendom: () => ({ body: {} }),
  InnsynSok_multi: () => ({ query: { term: 'søknad' } }),
  InnsynSok_kommunaltjeneste: () => ({ query: { term: 'badstue' }, body: { rettetMot: 'PERSON' } }),
  InnsynSok_byggesak: () => ({ body: {} }),
  InnsynSok_liste: () => ({ query: { term: 'garasje' }, body: {} }),
  InnsynOppslag_dokument: () => ({ query: { dokumentId, type: 'mappe' } }),
  InnsynOppslag_forelder: () => ({ query: { forelderId: dokumentId, forelderType: 'mappe' } }),
  InnsynOppslag_korrelasjon: () => ({ query: { korrelasjonId: post.korrelasjonsid } }),
  Bevis_checkpoint: sealedQuery({}),
  Bevis_tile: sealedQuery({ bredde: '1' }),
  Bevis_consistency: sealedQuery({ fra: '1', til: '2' }),
  Tidsreise_changes: async () => {
    await app.sealed(fiksOrgId);
    const [place] = await app.proof.places(fiksOrgId, 0, 1);
    return { query: { fra: `posisjon:${place!.position}` } };
  },
  Bevis_proof: async () => {
    await app.sealed(fiksOrgId);
    const [place] = await app.proof.places(fiksOrgId, 0, 1);
    return { query: { posisjon: String(place!.position) } };
  },
  Innsynsrevisjon_lines: () => ({ query: november }),
  Innsynsrevisjon_patterns: () => ({ query: november }),
  Innsynsrevisjon_review: () => ({ body: { fra: '2026-10-01T00:00:00Z', til: '2026-11-01T00:00:00Z', konklusjon: 'Ingen funn', funn: [] } }),
  Innsynsrevisjon_checkpoint: async () => {
    await innsynslinje();
    return {};
  },
  Innsynsrevisjon_consistency: async () => {
    await innsynslinje();
    return { query: { fra: '1', til: '1' } };
  },
  Innsynsrevisjon_proof: async () => ({ path: { linje: await innsynslinje() } }),
  Sok_multiSearch: () => ({ body: { queries: [{ indexUid: 'innsyn' }] } }),
  Sok_facetSearch: () => ({ body: { facetName: 'type' } }),
  Development_page: () => ({ query: { tittel: 'Avtale', signer: 'https://forvaltning.test', avvis: 'https://forvaltning.test' } }),
};

const dokumentet = await DocumentedAnswers.of(app);
const { operations: documented, exampleOf, typed } = await documentedOperations(app);
// A browser that logs in has no identity yet: login.spec has it.
const operations = [...documented, ...undocumentedOperations(documented).filter(({ operationId }) => !operationId.startsWith('Innlogging_'))];
const kjorte = new RunExamples(typed);

interface Request {
  readonly sent: Sent;
  readonly send: (who: Identitet) => Promise<Answer>;
}
/** A valid request on fresh resources of the kommune. */
async function requestOf(operation: Operation): Promise<Request> {
  const { operationId, method, path, parameters = [], requestBody } = operation;
  const sample = await (prover[operationId]?.() ?? {});
  const valueOf = async (name: string) => {
    const ofDocument = () => String(exampleOf(parameters.find((one) => one.name === name)?.schema ?? {}));
    return sample.path?.[name] ?? (await (parametre[name] ?? ofDocument)(operation));
  };
  const inPath: Record<string, string> = {};
  for (const [, name] of path.matchAll(/\{(\w+)\}/g)) inPath[name!] = await valueOf(name!);
  const filled = path.replace(/\{(\w+)\}/g, (_, name: string) => inPath[name]!);
  const query = new URLSearchParams(sample.query);
  for (const { name, required } of parameters.filter((one) => one.in === 'query')) if (required && !query.has(name)) query.set(name, await valueOf(name));
  const schema = requestBody?.content['application/json']?.schema;
  const body = sample.body ?? (schema && (exampleOf(schema) as object));
  return {
    sent: { path: inPath, query: Object.fromEntries(query), ...(body && { body }) },
    send: (who) => identiteter[who].call(method, `${filled}?${query.toString()}`, body)(),
  };
}

it('hver operasjon sier hvem den er for, og ingen gruppe eller linje er til overs', () => {
  expect(operations.filter((operation) => adgangTil(operation).length === 0)).toEqual([]);
  const sentences = documented.map(({ description }) => description?.split('\n\n')[0]);
  expect(Object.values(callers).filter((one) => !sentences.includes(one))).toEqual([]);
  expect(operations.filter((one) => !documented.includes(one)).map(({ operationId }) => operationId).sort()).toEqual(Object.keys(udokumentert).sort());
  expect(operations.length).toBeGreaterThanOrEqual(170);
});

/** The faults of the answers to an operation, beside what the document says. */
const besideDocument = ({ method, path, operationId }: Operation, answers: readonly (readonly [Identitet, Answer])[]) =>
  documented.some((one) => one.operationId === operationId) ? answers.flatMap(([who, answer]) => dokumentet.faults(method, path, answer).map((fault) => `${who} ${answer.status}: ${fault}`)) : [];

describe('ingen andre slipper inn', () => {
  it.each(operations)('$method $path', async (operation) => {
    const others = hver.filter((who) => !adgangTil(operation).includes(who));
    const { send } = await requestOf(operation);
    const mark = await app.events.head();
    const answers = await Promise.all(others.map(async (who) => [who, await send(who)] as const));
    const wrong = answers.filter(([who, { status }]) => !avslag(operation, who).includes(status));
    expect(wrong.map(([who, { status }]) => `${who}: ${status}, not ${avslag(operation, who).join(' or ')}`)).toEqual([]);
    if (!operation.path.startsWith('/sok/'))
      for (const [who, { headers }] of answers) if (!innloggede.includes(who)) expect([who, headers['www-authenticate']]).toEqual([who, 'Bearer']);
    expect(besideDocument(operation, answers)).toEqual([]);
    expect(await app.since(mark)).toEqual([]);
  });
});

describe('de som har adgang, slipper inn', () => {
  // Forgetting takes the roles of those who are forgotten, so it comes last.
  const forgets = ({ operationId }: Operation) => operationId === 'Innbyggere_forgetMe';
  it.each([...operations.filter((one) => !forgets(one)), ...operations.filter(forgets)])('$method $path', async (operation) => {
    const reads = operation.method === 'get' ? await requestOf(operation) : undefined;
    const mark = await app.events.head();
    const run = async (who: Identitet, { sent, send }: Request) => [who, await send(who), sent] as const;
    const ran = reads ? await Promise.all(adgangTil(operation).map((who) => run(who, reads))) : [];
    if (reads) expect(await app.since(mark)).toEqual([]);
    // Every write gets resources of its own.
    else for (const who of adgangTil(operation)) ran.push(await run(who, await requestOf(operation)));
    // An answer with a body tells more.
    const [, example, sent] = ran.find(([, { status, text }]) => status < 400 && text !== '') ?? ran[0]!;
    if (documented.includes(operation)) kjorte.note(operation, sent, example);
    const answers = ran.map(([who, answer]) => [who, answer] as const);
    // The last administrator may be refused to be forgotten, but that is no matter of access.
    const refusedToAll = /^(Meg_representerer|Konfigurasjon_(updateOrganisation|createPerson|updatePerson)|Autorisasjon_(create|rename|move|grantOnType|revokeOnType)|SvarUtKonfigurasjon_(create|rename|activate|deactivate|changeOrganisation))$/.test(operation.operationId);
    const letIn = ({ status }: Answer) => (refusedToAll ? status === 409 : status < 400 || (forgets(operation) && status === 409));
    expect(answers.filter(([, answer]) => !letIn(answer)).map(([who, { status, text }]) => [who, status, text])).toEqual([]);
    expect(besideDocument(operation, answers)).toEqual([]);
  });
});

it('eksemplene i dokumentet er kjørt: build/examples.json har dem som ikke stemmer lenger', () => {
  expect(kjorte.outdated()).toEqual([]);
});

it('id, passord og virksomhet hører sammen bare for den rette virksomheten', async () => {
  const answers = await Promise.all(innloggede.map(async (who) => [who, (await identiteter[who].get(`${integrasjoner}/autentisering`)()).body] as const));
  const rette = answers.filter(([, body]) => body === true).map(([who]) => who);
  expect(rette).toEqual(['fagsystem', 'fremmedFagsystem', 'globalIntegrasjon']);
  expect(answers.filter(([, body]) => body === false).length).toBe(innloggede.length - rette.length);
});
