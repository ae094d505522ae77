import fc from 'fast-check';
import { SearchEiendommer, SearchEiendommerHandler } from '../../src/application/innsyn/eiendom.js';
import { Innsyn, type Innsynssporsmal } from '../../src/application/innsyn/innsyn.js';
import { SearchAlt, SearchAltHandler, SearchListe, SearchListeHandler, SearchNytt, SearchNyttHandler } from '../../src/application/innsyn/multi.js';
import { LookUpDokument, LookUpDokumentHandler, LookUpForelder, LookUpForelderHandler, LookUpKorrelasjon, LookUpKorrelasjonHandler } from '../../src/application/innsyn/oppslag.js';
import { Oversikter } from '../../src/application/innsyn/oversikt.js';
import { accessFilter } from '../../src/application/innsyn/search-access.js';
import { ListFacetValuesAsClient, ListFacetValuesAsClientHandler, SearchAsClient, SearchAsClientHandler } from '../../src/application/innsyn/search-client.js';
import { SearcherResolver, type KnownSearcher } from '../../src/application/innsyn/searchers.js';
import { SearchInnsyn, SearchInnsynHandler, soketyper, type Sokeresultat, type Soketype } from '../../src/application/innsyn/sok.js';
import { withFnr, type Actor } from '../../src/application/ports/actor.js';
import type { Document } from '../../src/application/ports/documents.js';
import type { AnyProjection } from '../../src/application/ports/projection.js';
import type { Generation } from '../../src/application/ports/search-generation.js';
import { facetFields, SearchIndex, searchTypes, type Filter, type SearchChanges, type SearchDocument, type SearchQuery } from '../../src/application/ports/search-index.js';
import type { SearchSubject } from '../../src/application/ports/search-tokens.js';
import { projections } from '../../src/application/views/index.js';
import { innbyggersider } from '../../src/application/views/innbyggerside.js';
import { svarUtKontoer } from '../../src/application/views/svarut.js';
import { tilganger } from '../../src/application/views/tilgang.js';
import { parseKommunenummer } from '../../src/domain/values/kommunenummer.js';
import { parseOrganisasjonsnavn } from '../../src/domain/values/text.js';
import type { Uuid } from '../../src/domain/values/uuid.js';
import { ExampleEiendommer } from '../../src/infrastructure/development/example-eiendommer.js';
import { ExampleRepresentasjon } from '../../src/infrastructure/development/example-representasjon.js';
import { MemoryInnsynslogg } from '../../src/infrastructure/memory/innsynslogg.js';
import { MemoryPersons } from '../../src/infrastructure/memory/persons.js';
import { MemorySearchIndex } from '../../src/infrastructure/memory/search-index.js';
import { MemoryViewStore } from '../../src/infrastructure/memory/view-store.js';
import { PostgresSearchIndex } from '../../src/infrastructure/postgres/search/search-index.js';
import { readFacetSearch, readSearch } from '../../src/interfaces/http/sok/meilisearch-search.js';
import { answerOf, marked as markedText } from '../../src/interfaces/http/sok/meilisearch-answer.js';
import { onEngines, onServer } from '../support/databases.js';
import * as world from '../support/innsyn-world.js';
import type { Looker, Thing, World } from '../support/innsyn-world.js';
import { onDouble } from '../support/search-servers.js';
import { bergen, foldView, lastUseOn, logOf, nesseby, StoppedClock, thing, type GivenEvent } from '../support/views.js';

// No searcher sees, counts, facets or highlights a document without access to it. Every query is asked in random
// worlds, and its answer is compared with the world's own access model.

/** The application layer between a searcher and the index. */
async function application(it: World, index: SearchIndex, sabotage: (searcher: KnownSearcher) => KnownSearcher = (same) => same) {
  const registered = ([nummer, tenant]: [string, string], orgnr: (typeof world.companies)[number]): GivenEvent =>
    thing('organisasjon', tenant, tenant)({
      type: 'OrganisasjonRegistered',
      data: { type: 'KOMMUNE', navn: parseOrganisasjonsnavn(`Kommune ${nummer}`), orgnr: world.orgnrOf(orgnr), kommunenr: parseKommunenummer(nummer) },
    });
  const happened = [
    registered(['4601', bergen], '910753614'),
    registered(['1103', nesseby], '311234560'),
    ...it.on.map((kontoId) => thing('svarUt', bergen, bergen)({ type: 'SvarUtAccountEnabled', data: { kontoId: kontoId as Uuid } })),
    ...it.tilgang.map((tenant) => thing('integration', world.integrasjonId, tenant)({ type: 'AccessGranted', data: { privilegium: 'INNSYN.SOK', undertjeneste: 'INNSYN' } })),
  ];
  const log = logOf(happened);
  const documents = new MemoryViewStore();
  await documents.prepare(projections);
  const lease = await documents.acquireLease();
  const views: readonly AnyProjection[] = [innbyggersider, svarUtKontoer, tilganger];
  await lease!.commit(views.map((view) => ({ view, from: 0n, to: BigInt(log.length), set: [...foldView(view, log).values()] as Document<object>[], remove: [] })));

  const clock = new StoppedClock(new Date(world.now).toISOString());
  class Sabotaged extends SearcherResolver {
    override resolve = async (...asked: Parameters<SearcherResolver['resolve']>) => sabotage(await super.resolve(...asked));
  }
  const searchers = new Sabotaged(documents, clock, new ExampleEiendommer(() => world.eierforholdOf(it)), new ExampleRepresentasjon(world.representasjonOf(it)));
  const oversikter = new Oversikter(documents);
  const persons = new MemoryPersons();
  const innsyn = new Innsyn(searchers, documents, persons, new MemoryInnsynslogg(), clock, lastUseOn(clock));
  return {
    searchers,
    sok: new SearchInnsynHandler(innsyn, index, oversikter, clock),
    alt: new SearchAltHandler(innsyn, index, oversikter),
    liste: new SearchListeHandler(innsyn, index, oversikter),
    nytt: new SearchNyttHandler(innsyn, index, oversikter, persons, clock),
    eiendom: new SearchEiendommerHandler(innsyn, oversikter, clock),
    dokument: new LookUpDokumentHandler(innsyn, index, oversikter),
    korrelasjon: new LookUpKorrelasjonHandler(innsyn, index, oversikter),
    forelder: new LookUpForelderHandler(innsyn, index, oversikter),
    client: new SearchAsClientHandler(searchers, index, clock),
    clientValues: new ListFacetValuesAsClientHandler(searchers, index),
  };
}

const all = { term: '', fra: 0, antall: 500, sortering: 'DATO_ASC' } as const;
const sorted = (values: Iterable<string>) => [...values].sort();
const counted = (values: readonly string[]) => Object.fromEntries(sorted(new Set(values)).map((value) => [value, values.filter((one) => one === value).length]));

/** Every query, with the actual and the expected answer. */
async function everything(it: World, looker: Looker, index: SearchIndex, sabotage?: (searcher: KnownSearcher) => KnownSearcher): Promise<[what: string, told: unknown, truth: unknown][]> {
  const ask = await application(it, index, sabotage);
  const { citizen, level, as, through } = looker;
  const actor = withFnr<Actor>({ kind: 'person', id: world.personIdOf(citizen), innloggingsniva: level }, world.fnrOf(citizen));
  const sporsmal: Innsynssporsmal = {
    actor,
    ...(as !== undefined && { onBehalfOf: world.orgnrOf(as) }),
    ...(through && { viaIntegrasjon: { integrasjonId: world.integrasjonId, formal: 'Prøve', requestId: 'r' } }),
  };
  if (!world.admitted(it, looker)) {
    const refused = await ask.sok.execute(new SearchInnsyn(sporsmal, 'mappe', all, {})).then(() => 'answered', () => 'refused');
    return [['not admitted', refused, 'refused']];
  }

  const numbered = it.things.map((one, n) => ({ ...one, n, organisation: world.accessOf(it, looker, one) }));
  type Numbered = (typeof numbered)[number];
  const those = (organisation: string, when: (one: Numbered) => boolean) => numbered.filter((one) => one.organisation === organisation && when(one));
  const idsOf = (found: readonly { readonly n: number }[]) => sorted(found.map(({ n }) => world.meldingIdOf(n)));
  const forHer = ({ type, forWhom }: Thing) => type !== 'kommunaltjeneste' || forWhom === 'PERSON_OG_ORGANISASJON' || forWhom === (as === undefined ? 'PERSON' : 'ORGANISASJON');
  const found: [string, unknown, unknown][] = [];

  const tellsOf = (result: Pick<Sokeresultat, 'treff' | 'antallTreff' | 'treffMedHoyereInnloggingsniva'>) => ({
    treff: sorted(result.treff.map(({ meldingId }) => meldingId)),
    antall: result.antallTreff,
    over: result.treffMedHoyereInnloggingsniva,
  });
  const truthOf = (when: (one: Numbered) => boolean, levelled = true) => ({
    treff: idsOf(those('seen', when)),
    antall: those('seen', when).length,
    over: levelled ? those('above', when).length : 0,
  });
  const countsOf = ({ fiksOrganisasjon, verdier, dateRange }: Sokeresultat, sok: Soketype) => ({
    org: Object.fromEntries(sorted(fiksOrganisasjon.map(({ fiksOrg }) => fiksOrg.id)).map((id) => [id, fiksOrganisasjon.find(({ fiksOrg }) => fiksOrg.id === id)!.antallTreff])),
    ...(sok === 'faktura' && { status: Object.fromEntries(verdier.status.map(({ verdi, antallTreff }) => [verdi, antallTreff])), year: Object.fromEntries(verdier.arstall.map(({ verdi, antallTreff }) => [verdi, antallTreff])) }),
    ...(soketyper[sok].period && { dateRange: dateRange && [dateRange.fraDato, dateRange.tilDato] }),
  });
  const iso = (n: number) => new Date(1_000_000 + n).toISOString();
  const truthCounts = (when: (one: Numbered) => boolean, sok: Soketype) => {
    const seen = those('seen', when);
    return {
      org: counted(seen.map(({ org }) => org)),
      ...(sok === 'faktura' && { status: counted(seen.map(({ status }) => status)), year: counted(seen.map(({ year }) => year)) }),
      ...(soketyper[sok].period && { dateRange: seen.length > 0 ? [iso(seen[0]!.n), iso(seen.at(-1)!.n)] : undefined }),
    };
  };

  for (const sok of Object.keys(soketyper) as Soketype[]) {
    for (const term of ['', 'felles']) {
      const svar = await ask.sok.execute(new SearchInnsyn(sporsmal, sok, { ...all, term }, {}));
      for (const [n, { types }] of soketyper[sok].grupper.entries()) {
        const when = (one: Numbered) => (types as readonly string[]).includes(one.type) && forHer(one) && (sok !== 'byggesak' || one.byggesak);
        const part = svar.grupper[n]!;
        found.push([`${sok} ${n} «${term}»`, tellsOf(part), truthOf(when, sok !== 'kommunaltjeneste')], [`${sok} ${n} counts`, countsOf(part, sok), truthCounts(when, sok)]);
      }
    }
  }

  const multi = await ask.alt.execute(new SearchAlt(sporsmal, all, bergen));
  const groups: Record<string, (one: Numbered) => boolean> = {
    byggesak: ({ type, byggesak }) => type === 'mappe' && byggesak,
    tjenesteMinKommune: (one) => one.type === 'kommunaltjeneste' && forHer(one) && one.org === bergen,
    tjenesteAndreKommuner: (one) => one.type === 'kommunaltjeneste' && forHer(one) && one.org !== bergen,
    tjenesteAlleKommuner: (one) => one.type === 'kommunaltjeneste' && forHer(one),
    post: ({ type }) => type === 'post',
    innsendtSkjema: ({ type }) => type === 'innsendtskjema',
    kladd: ({ type }) => type === 'skjemakladd',
    faktura: ({ type }) => type === 'faktura',
  };
  const { eiendom: inMulti, ...indexed } = multi;
  found.push(['multi', Object.keys(indexed).sort(), Object.keys(groups).sort()]);
  for (const [name, group] of Object.entries(indexed)) found.push([`multi ${name}`, tellsOf(group), truthOf(groups[name]!, !name.startsWith('tjeneste'))]);

  const owned = new Set(world.ownersOf(it, looker).flatMap((owner) => it.owned[owner]));
  const kommuneOf = (nummer: string) => world.kommuner[nummer.slice(0, 4) as never as keyof typeof world.kommuner];
  const hers = sorted([...owned].filter((nummer) => !through || it.tilgang.includes(kommuneOf(nummer))).map((nummer) => `Veien ${nummer}`));
  const eiendom = await ask.eiendom.execute(new SearchEiendommer(sporsmal, all, {}));
  for (const [what, { treff, antallTreff }] of [['eiendom', eiendom], ['multi eiendom', inMulti]] as const)
    found.push([what, [sorted(treff.flatMap(({ meldingMetadata }) => meldingMetadata['adresser'] as string[])), antallTreff], [hers, hers.length]]);

  const liste = await ask.liste.execute(new SearchListe(sporsmal, all, {}));
  const documents = liste.treff.filter(({ meldingMetadata }) => meldingMetadata['type'] !== 'matrikkelenhet');
  const { antall, ...truth } = truthOf(forHer);
  found.push(['liste', { ...tellsOf({ ...liste, treff: documents }), eiendommer: liste.treff.length - documents.length }, { ...truth, antall: antall + hers.length, eiendommer: hers.length }]);
  const nytt = await ask.nytt.execute(new SearchNytt(sporsmal, { antall: 500 }));
  const exposed = (organisation: string) =>
    numbered.filter((one) => one.type !== 'kommunaltjeneste' && world.accessOf(it, looker, { ...one, audience: one.audience.filter((whom) => whom !== 'alle') }) === organisation);
  found.push(['nytt', [sorted(nytt.treff.map(({ tittel }) => tittel)), nytt.treffMedHoyereInnloggingsniva], [sorted(exposed('seen').map(({ n }) => world.secretOf(n))), exposed('above').length]]);

  const codeOf = (one: Numbered | undefined) => (one?.organisation === 'above' ? 'INNLOGGINGSNIVA_UTILSTREKKELIG' : 'IKKE_EKSISTERENDE_ELLER_IKKE_AUTORISERT');
  for (const one of numbered) {
    const id = world.dokumentIdOf(one, one.n);
    const itself = one.organisation === 'seen' ? id : codeOf(one);
    const dokument = await ask.dokument.execute(new LookUpDokument(sporsmal, id));
    const under = (other: Numbered) => other.under === one.n;
    const forelder = await ask.forelder.execute(new LookUpForelder(sporsmal, id));
    const family = (answer: typeof forelder) => [sorted(answer.barn.map(({ meldingId }) => meldingId)), answer.overInnloggingsniva];
    found.push(
      [`dokument ${id}`, dokument.hit?.dokumentId ?? dokument.lookupErrorCode, itself],
      [`forelder ${id}`, [forelder.hit?.dokumentId ?? forelder.lookupErrorCode, ...family(forelder)], [itself, idsOf(those('seen', under)), those('above', under).length]],
    );
    // A citizen's words find only documents that she may see, and no count includes the documents of others.
    const { grupper: [secret] } = await ask.sok.execute(new SearchInnsyn(sporsmal, 'skjema', { ...all, term: world.secretOf(one.n) }, {}));
    const { treff, antallTreff, fiksOrganisasjon } = secret!;
    const seen = idsOf(those('seen', () => true));
    found.push([`secret ${id}`, [treff.filter(({ meldingId }) => !seen.includes(meldingId)), antallTreff, fiksOrganisasjon.reduce((sum, org) => sum + org.antallTreff, 0)], [[], treff.length, treff.length]]);
  }
  for (const id of ['a', 'b', 'c']) {
    const together = (one: Numbered) => one.together === id;
    const answer = await ask.korrelasjon.execute(new LookUpKorrelasjon(sporsmal, id));
    found.push([`korrelasjon ${id}`, [sorted(answer.barn.map(({ meldingId }) => meldingId)), answer.overInnloggingsniva], [idsOf(those('seen', together)), those('above', together).length]]);
  }

  // The same holds for direct queries of the index with her access: highlighted words and counted values.
  const searcher = await ask.searchers.resolve(actor, { ...(as !== undefined && { onBehalfOf: world.orgnrOf(as) }), ...(through && { fiksOrgIder: it.tilgang }) });
  const query = { term: 'felles', access: accessFilter(searcher, searchTypes) };
  const [marked] = await index.searchMany([{ ...query, facets: facetFields, matches: true, sort: 'RELEVANS', offset: 0, limit: 500 }]);
  found.push(['marked', sorted(marked!.hits.map(({ document: { tittel }, matches }) => markedText(tittel, matches!.tittel, { before: '<', after: '>' }))), sorted(those('seen', () => true).map(({ n }) => `<felles> ${world.secretOf(n)}`))]);
  const values = await index.facetValues({ ...query, facet: 'fiksOrgId', prefix: '', limit: 50 });
  const valuesOf = (all: readonly { readonly value: string; readonly count: number }[]) => Object.fromEntries(all.map(({ value, count }) => [value, count]));
  const owners = counted(those('seen', () => true).map(({ org }) => org));
  found.push(['values', valuesOf(values), owners]);
  if (through) return found;

  // It holds for search clients too, with any filter. This is the code behind /sok/, without HTTP.
  const subject: SearchSubject = { actor, ...(as !== undefined && { onBehalfOf: world.orgnrOf(as) }) };
  for (const filter of [undefined, 'dato >= 0 OR NOT dato >= 0', [['sikkerhetsniva >= 0', 'type = post', 'tilgjengeligTil NOT EXISTS']]]) {
    const search = readSearch({ q: 'felles', filter, facets: ['*'], limit: 500, attributesToHighlight: ['tittel'] });
    const [result] = await ask.client.execute(new SearchAsClient(subject, [search.question]));
    const answer = answerOf(search, result!, 0) as { hits: { id: string; _formatted: { tittel: string } }[]; estimatedTotalHits: number; facetDistribution: Record<string, unknown> };
    const seen = those('seen', () => true);
    found.push(
      ['client', [sorted(answer.hits.map(({ id }) => id.split('_').at(-1)!)), answer.estimatedTotalHits, answer.facetDistribution['fiksOrgId'] ?? {}], [idsOf(seen), seen.length, owners]],
      ['client marked', sorted(answer.hits.map(({ _formatted }) => _formatted.tittel)), sorted(seen.map(({ n }) => `<em>felles</em> ${world.secretOf(n)}`))],
      ['client is not told for whom', answer.hits.filter((hit) => JSON.stringify(hit).includes('person:')), []],
    );
    const { facetQuery: _, ...facet } = readFacetSearch({ facetName: 'fiksOrgId', q: 'felles', filter });
    found.push(['client values', valuesOf((await ask.clientValues.execute(new ListFacetValuesAsClient(subject, facet))).values), owners]);
  }
  return found;
}

/** The answers that differ from the world's truth: too much revealed, or something missing. */
const wrongAnswers = async (...asked: Parameters<typeof everything>) =>
  (await everything(...asked)).filter(([, told, truth]) => JSON.stringify(sortedKeys(told)) !== JSON.stringify(sortedKeys(truth)));
const sortedKeys = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(sortedKeys)
    : typeof value === 'object' && value !== null
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, one]) => [key, sortedKeys(one)]))
      : value;

// The worlds are random, and the slow suite checks more of them.
const times = onServer ? 3 : 1;
/** An index for each world. */
const adapters: Record<string, { readonly runs: number; readonly open: () => Promise<(it: World) => Promise<SearchIndex>> }> = {
  memory: { runs: 20 * times, open: () => Promise.resolve((it) => filled(new MemorySearchIndex(), { version: 2, round: 0 }, it)) },
  'an index of version 1': { runs: 5 * times, open: () => Promise.resolve((it) => filled(new MemorySearchIndex(), { version: 1, round: 0 }, it, ofVersion1)) },
  ...onEngines((open) => ({ runs: 2 * times, open: async () => inGenerations(new PostgresSearchIndex(await open())) })),
  'a double of Meilisearch': { runs: 2 * times, open: async () => inGenerations((await onDouble()).index) },
};
/** Fills each world into its own generation. */
function inGenerations(index: SearchIndex) {
  let version = 0;
  return (it: World) => filled(index, { version: ++version, round: 0 }, it);
}
async function filled(index: SearchIndex, generation: Generation, it: World, form = (document: SearchDocument) => document): Promise<SearchIndex> {
  await index.prepare(generation);
  await index.write(generation, { put: world.documentsOf(it).map(form), remove: [] });
  await index.serve(generation);
  return index;
}

/** A document as version 1 of the index has it: public without a type. */
function ofVersion1(document: SearchDocument): SearchDocument {
  return { ...document, eksponertFor: document.eksponertFor.map((one) => one.replace(/^offentlig:.*/, 'offentlig')) };
}

describe.each(Object.entries(adapters))('With %s', (_, { runs, open }) => {
  it('everybody is told of everything that is theirs, and of nothing else, whatever they ask', async () => {
    const fill = await open();
    const property = fc.asyncProperty(world.worlds, world.lookers, async (it, looker) => {
      expect(await wrongAnswers(it, looker, await fill(it))).toEqual([]);
    });
    await fc.assert(property, { numRuns: runs });
  });
});

// --- saboteurs ---------------------------------------------------------------------------------------------------------

type Forgets = (this: void, part: Filter) => boolean;
/** An index that ignores one part of the access filter. */
class Forgetful extends SearchIndex {
  constructor(
    private readonly honest: SearchIndex,
    private readonly forgets: Forgets,
  ) {
    super();
  }
  prepare = (generation: Generation) => this.honest.prepare(generation);
  write = (generation: Generation, changes: SearchChanges) => this.honest.write(generation, changes);
  serve = (generation: Generation) => this.honest.serve(generation);
  clear = (generation: Generation) => this.honest.clear(generation);
  withdraw = (generation: Generation) => this.honest.withdraw(generation);
  inspect = (generation: Generation, ids: readonly string[]) => this.honest.inspect(generation, ids);
  searchMany = (queries: readonly SearchQuery[]) => this.honest.searchMany(queries.map((query) => ({ ...query, access: this.without(query.access) })));
  facetValues = (query: Parameters<SearchIndex['facetValues']>[0]) => this.honest.facetValues({ ...query, access: this.without(query.access) });
  private without(access: Filter): Filter {
    return 'and' in access ? { and: access.and.filter((part) => !this.forgets(part)) } : access;
  }
}
const about = (field: string) => (part: Filter) => JSON.stringify(part).includes(`"${field}"`);

type Sabotage = { readonly forgets?: Forgets; readonly searcher?: (searcher: KnownSearcher) => KnownSearcher };
const saboteurs: readonly (readonly [name: string, Sabotage])[] = [
  ['forgets whom it is exposed for', { forgets: about('eksponertFor') }],
  ['forgets the level of the login', { forgets: about('sikkerhetsniva') }],
  ['forgets the accounts that are switched off', { forgets: about('kontoId') }],
  ['forgets when it ends', { forgets: about('tilgjengeligTil') }],
  ['forgets which organisations an integration searches for', { forgets: about('fiksOrgId') }],
  ['takes everybody to be everybody', { searcher: (one) => ({ ...one, eksponeringer: [...one.eksponeringer, ...world.citizens.map((citizen) => `person:${world.personIdOf(citizen)}`)] }) }],
  ['takes everybody to act for every company', { searcher: (one) => ({ ...one, eksponeringer: [...one.eksponeringer, ...world.companies.map((orgnr) => `organisasjon:${orgnr}`)] }) }],
  ['takes everybody to own everything', { searcher: (one) => ({ ...one, eksponeringer: [...one.eksponeringer, ...world.properties.map((nummer) => `matrikkel:${nummer}`)] }) }],
  ['forgets the properties', { searcher: (one) => ({ ...one, eksponeringer: one.eksponeringer.filter((exposed) => !exposed.startsWith('matrikkel:')), eiendommer: [] }) }],
  ['takes every login for the strongest', { searcher: (one) => ({ ...one, innloggingsniva: 4 }) }],
  ['takes every account to be switched on', { searcher: (one) => ({ ...one, kontoer: world.kontoer }) }],
  ['has a clock that is a moment late', { searcher: (one) => ({ ...one, now: one.now - 1 }) }],
  ['has a clock that is a moment early', { searcher: (one) => ({ ...one, now: one.now + 1 }) }],
  ['lets an integration search everywhere', { searcher: ({ fiksOrgIder: _, ...one }) => one }],
];

describe('It is caught when the application', () => {
  it.each(saboteurs)('%s', async (_, { forgets, searcher }) => {
    const property = fc.asyncProperty(world.worlds, world.lookers, async (it, looker) => {
      const index = await filled(new MemorySearchIndex(), { version: 1, round: 0 }, it);
      return (await wrongAnswers(it, looker, forgets ? new Forgetful(index, forgets) : index, searcher)).length === 0;
    });
    expect(await fc.check(property, { numRuns: 200, seed: 7, endOnFailure: true })).toMatchObject({ failed: true, errorInstance: { message: expect.stringContaining('returning false') as unknown } });
  });
});
