import fc from 'fast-check';
import { Konfigurasjon } from '../../src/application/konfigurasjon/konfigurasjon.js';
import type { Stand } from '../../src/application/konfigurasjon/plan.js';
import { kategorier, meldingTyper } from '../../src/domain/driftsmelding.js';
import { lagringsvalg } from '../../src/domain/integrasjon.js';
import { rettetMotVerdier } from '../../src/domain/kommunal-tjeneste.js';
import { privilegier } from '../../src/domain/privilegier.js';
import { parseInstant } from '../../src/domain/values/instant.js';
import { undertjenester } from '../../src/domain/values/undertjeneste.js';

/** The moment that the generated configurations are of: the clock of a test app. */
export const now = parseInstant('2026-11-23T12:00:00Z');

/** Texts that a reader of YAML may take for something else, or that the file must write in a special way. */
const difficult = ['no', 'NEI', '0301', '1e3', '~', 'null', 'true', '- en', '# to', 'a: b', '"', "'", '\\', '{x}', '[y]', '&z', '*z', '!w', '${kommunenavn}', '$${a}', '%', '@', '`', '|', '>', 'Čáhci – Tråante', '👩‍🏫 skole', '2026-11-23', '0x1F', '.5', '=', '<<'];
const text = fc.oneof(fc.constantFrom(...difficult), fc.stringMatching(/^[A-Za-zÆØÅæøå0-9 :#"'\\$-]{1,40}$/)).map((one) => one.trim() || 'x');
const lenke = fc.stringMatching(/^[a-z0-9]{1,8}$/).map((path) => `https://www.kommune.no/${path}?a=b#c`);
const byName = <T extends { readonly [K in N]: string }, N extends string>(one: fc.Arbitrary<T>, name: N, max = 5) => fc.uniqueArray(one, { maxLength: max, selector: (thing) => thing[name] });

const tjeneste = fc.record({ tittel: text, lenke, rettetMot: fc.constantFrom(...rettetMotVerdier), favoritt: fc.boolean() });
const lenkemal = fc.record({ tittel: text, mal: fc.oneof(lenke, fc.constant('https://www.kommune.no/{gardsnummer}/{bruksnummer}?id={matrikkelenhetId}')) });
const periode = fc.constantFrom({}, { sluttDato: '2026-12-01T00:00:00.000Z' }, { startDato: '2026-11-24T08:00:00+01:00' }, { startDato: '2026-11-01T00:00:00.000Z', sluttDato: '2027-01-01T00:00:00.000Z' });
const melding = fc
  .record({ innhold: text, kategori: fc.constantFrom(...kategorier), meldingType: fc.constantFrom(...meldingTyper), periode, link: fc.option(fc.record({ url: lenke, urlTekst: text }), { nil: undefined }) })
  .map(({ periode: bounds, link, ...content }) => ({ ...content, ...bounds, ...link }));
const forIntegrasjon = privilegier.flatMap((one) => ('undertjeneste' in one ? [one] : []));
/** Last days for some of those that are held, today among them. Undefined: nothing is said of last days. */
const daysOf = (held: readonly string[], days: readonly (string | undefined)[] | undefined) => days && Object.fromEntries(held.flatMap((one, n) => (days[n] === undefined ? [] : [[one, days[n]]])));
const someDays = fc.option(fc.array(fc.constantFrom(undefined, '2026-11-23', '2027-06-30', '2028-02-29'), { maxLength: 5 }), { nil: undefined });
const integrasjon = fc
  .record({
    navn: text,
    beskrivelse: text.map((line) => `${line}\n${line}`),
    autorisertOrgnr: fc.constantFrom('910753614', '971032146'),
    lagring: fc.option(fc.constantFrom(...lagringsvalg), { nil: undefined }),
    attached: fc.subarray([...undertjenester]),
    tilganger: fc.subarray(forIntegrasjon),
    days: someDays,
  })
  .map(({ attached, tilganger, lagring, days, ...definition }) => ({
    ...definition,
    ...(lagring && { lagring }),
    undertjenester: undertjenester.filter((one) => attached.includes(one) || tilganger.some(({ undertjeneste }) => undertjeneste === one)),
    tilganger: tilganger.map(({ navn }) => navn).sort(),
    ...(days && { utlop: daysOf(tilganger.map(({ navn }) => navn).sort(), days) }),
  }));

/** Configurations as a person writes them, without ids. */
export const files: fc.Arbitrary<Konfigurasjon> = fc
  .record({
    integrasjoner: byName(integrasjon, 'navn', 3),
    kommunaleTjenester: byName(tjeneste, 'tittel'),
    eiendomslenker: byName(lenkemal, 'tittel'),
    driftsmeldinger: byName(melding, 'innhold', 3),
  })
  .map((file) => Konfigurasjon.parse(file));

const persons = ['aaaaaaaa-0000-4000-8000-000000000001', 'aaaaaaaa-0000-4000-8000-000000000002', 'aaaaaaaa-0000-4000-8000-000000000003'];
const role = fc.record({ held: fc.subarray(persons), days: someDays.map((days) => days ?? []) });
/** Configurations with roles, as they are exported. */
export const filesWithRoles: fc.Arbitrary<Konfigurasjon> = fc.tuple(files, fc.record({ admin: role, revisor: role, innsyn: role, tjenester: role, eiendommer: role })).map(([file, { admin, revisor, innsyn, tjenester, eiendommer }]) => {
  const holders = <T>(each: (one: typeof admin) => T) => ({
    administratorer: each(admin),
    revisorer: each(revisor),
    tjenesteadministratorer: { INNSYN: each(innsyn), KOMMUNALE_TJENESTER: each(tjenester), MINE_EIENDOMMER: each(eiendommer) },
  });
  return Konfigurasjon.parse({ ...file, roller: { ...holders(({ held }) => held), utlop: holders(({ held, days }) => daysOf(held, days)) } });
});

const ids = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`;

/** The configuration of a kommune at a moment, with the content of a file. */
export function standWith(file: Konfigurasjon, more: Partial<Stand> = {}): Stand {
  let next = 1;
  const withIds = <T extends object>(things: readonly T[] = []) => things.map((one) => ({ id: ids(next++), ...one }));
  const konfigurasjon = Konfigurasjon.parse({
    organisasjon: { fiksOrgId: '11111111-1111-4111-8111-111111111111', navn: 'Bergen', kommunenummer: '4601' },
    tjeneste: { tattIBruk: true, signert: true, konfigurert: ['INNSYN'] },
    integrasjoner: withIds(file.integrasjoner).map((one) => ({ utlop: {}, ...one })),
    svarUtKontoer: [{ id: ids(9001), navn: 'Bergen – Postmottak', synlig: true }, { id: ids(9002), navn: 'Bergen – Byggesak', synlig: false }],
    kommunaleTjenester: withIds(file.kommunaleTjenester),
    eiendomslenker: withIds(file.eiendomslenker),
    driftsmeldinger: withIds(file.driftsmeldinger),
    ...(file.roller && { roller: file.roller }),
  });
  return { konfigurasjon, revisjoner: {}, globale: [], posisjon: '4711', tidspunkt: now, ...more };
}
