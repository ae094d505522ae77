import { exposure } from '../../src/application/commands/exposure.js';
import type { Filter, SearchDocument } from '../../src/application/ports/search-index.js';

/** A document that everybody may see. */
export const thing = (id: string, over: Partial<SearchDocument> = {}): SearchDocument => ({
  id,
  type: 'post',
  fiksOrgId: 'org',
  meldingId: `m-${id}`,
  versjon: 'POST_V1',
  eksponertFor: [exposure.offentlig],
  sikkerhetsniva: 3,
  dato: 1_700_000_000_000,
  venter: 0,
  tittel: 'Sak',
  tekst: 'Innhold',
  metadata: { id },
  position: 1,
  ...over,
});

const hostileValue = `a"b'c\\d{e},f = 1 OR id EXISTS`;

/** Documents, and examples of a filter and the ids of the matching documents, in alphabetical order. */
export const filters: { readonly documents: readonly SearchDocument[]; readonly examples: readonly (readonly [Filter, string])[] } = {
  documents: [
    thing('a', { type: 'faktura', status: 'BETALT', arstall: '2025', dato: 1000, sikkerhetsniva: 3, kontoId: 'k1', tilgjengeligTil: 5000, integrasjonId: 'i1', venter: 1 }),
    thing('b', { type: 'faktura', status: 'INKASSO', arstall: '2026', dato: 2000, sikkerhetsniva: 4, kontoId: 'k2', eksternRef: hostileValue, forelderId: 'a', versjon: 'FAKTURA_V1' }),
    thing('c', { type: 'mappe', mappeType: 'byggesak', dato: 3000, matrikkel: ['0301-1/2', '0301-1/3'], fiksOrgId: 'annen', korrelasjonId: 'kor' }),
    thing('d', { type: 'kommunaltjeneste', rettetMot: 'PERSON', dato: 4000, sikkerhetsniva: 0, meldingId: 'M', matrikkel: ['0301-1/3'], eksponertFor: [exposure.offentlig, 'person:p1', 'organisasjon:o1'] }),
  ],
  examples: [
    [{ field: 'id', in: ['a', 'c', 'nobody'] }, 'a c'],
    [{ field: 'id', in: [] }, ''],
    [{ field: 'type', in: ['faktura'] }, 'a b'],
    [{ field: 'type', in: ['faktura', 'mappe'] }, 'a b c'],
    [{ field: 'fiksOrgId', in: ['annen'] }, 'c'],
    [{ field: 'integrasjonId', in: ['i1'] }, 'a'],
    [{ field: 'meldingId', in: ['M'] }, 'd'],
    [{ field: 'versjon', in: ['FAKTURA_V1'] }, 'b'],
    [{ field: 'kontoId', in: ['k1', 'k3'] }, 'a'],
    [{ field: 'eksternRef', in: [hostileValue] }, 'b'],
    [{ field: 'eksternRef', in: [`x") OR id EXISTS --`, `x' or true --`, '\\'] }, ''],
    [{ field: 'korrelasjonId', in: ['kor'] }, 'c'],
    [{ field: 'forelderId', in: ['a'] }, 'b'],
    [{ field: 'status', in: ['BETALT'] }, 'a'],
    [{ field: 'arstall', in: ['2026'] }, 'b'],
    [{ field: 'mappeType', in: ['byggesak'] }, 'c'],
    [{ field: 'rettetMot', in: ['PERSON'] }, 'd'],
    [{ field: 'sikkerhetsniva', in: [3, 0] }, 'a c d'],
    [{ field: 'venter', in: [1] }, 'a'],
    [{ field: 'matrikkel', in: ['0301-1/3'] }, 'c d'],
    [{ field: 'matrikkel', in: ['0301-1/2', 'x'] }, 'c'],
    [{ field: 'eksponertFor', in: ['person:p1', 'person:p2'] }, 'd'],
    [{ field: 'dato', gte: 2000 }, 'b c d'],
    [{ field: 'dato', gt: 2000 }, 'c d'],
    [{ field: 'dato', lt: 3000 }, 'a b'],
    [{ field: 'dato', lte: 3000 }, 'a b c'],
    [{ field: 'dato', gte: 2000, lt: 4000 }, 'b c'],
    [{ field: 'sikkerhetsniva', lte: 3 }, 'a c d'],
    [{ field: 'tilgjengeligTil', gt: 4999 }, 'a'],
    [{ field: 'tilgjengeligTil', gt: 5000 }, ''],
    [{ field: 'kontoId', exists: true }, 'a b'],
    [{ field: 'kontoId', exists: false }, 'c d'],
    [{ field: 'matrikkel', exists: true }, 'c d'],
    [{ field: 'tilgjengeligTil', exists: false }, 'b c d'],
    [{ not: { field: 'kontoId', in: ['k1'] } }, 'b c d'],
    [{ not: { field: 'tilgjengeligTil', lt: 9000 } }, 'b c d'],
    [{ not: { field: 'matrikkel', in: ['0301-1/2'] } }, 'a b d'],
    [{ not: { not: { field: 'status', in: ['BETALT'] } } }, 'a'],
    [{ and: [{ field: 'type', in: ['faktura'] }, { field: 'dato', gt: 1000 }] }, 'b'],
    [{ and: [] }, 'a b c d'],
    [{ or: [{ field: 'mappeType', exists: true }, { field: 'kontoId', in: ['k2'] }] }, 'b c'],
    [{ or: [] }, ''],
    [{ not: { or: [] } }, 'a b c d'],
    [{ and: [{ or: [{ field: 'kontoId', exists: false }, { field: 'kontoId', in: ['k2'] }] }, { not: { field: 'type', in: ['mappe'] } }] }, 'b d'],
    [{ or: [{ and: [{ field: 'type', in: ['faktura'] }, { field: 'venter', in: [1] }] }, { and: [{ field: 'dato', gte: 4000 }] }] }, 'a d'],
  ],
};

/** A title, a term, and whether the term finds the title. */
export type Finding = readonly [tittel: string, term: string, finds: boolean];

export const findings: readonly Finding[] = [
  ['Byggesak Storgata 5', 'byggesak', true],
  ['Byggesak Storgata 5', 'BYGGESAK storGATA', true],
  ['Byggesak Storgata 5', 'storgata 5', true],
  ['Byggesak Storgata 5', 'Oslo', false],
  ['Byggesak Storgata 5', 'gata', false],
  ['ÆRLIG ØST ÅPEN', 'ærlig øst åpen', true],
  ['ærlig øst åpen', 'ÆRLIG ØST ÅPEN', true],
  ['Østlandet', 'østlandet', true],
  ['Gårdskart for Ålesund', 'a\u030alesund', true],
  ['Ga\u030ardskart', 'gårdskart', true],
  ['Idékafé', 'idekafe', true],
  ['Idekafe', 'idékafé', true],
  ['Vedtak, ref. 2024/1234-5', '2024/1234', true],
  ['Vedtak, ref. 2024/1234-5', '1234', true],
  ['Anne-Grethe Hansen', 'grethe', true],
  // Only the last word may be unfinished.
  ['Søknad om barnehageplass', 'barneha', true],
  ['Søknad om barnehageplass', 'søknad barneh', true],
  ['Søknad om barnehageplass', 'barneh xyz', false],
  ['Eiendomsskatt', 'ei', true],
  ['Eiendomsskatt', 'e', true],
  ['Eiendomsskatt', 'f', false],
  ['Sak 2024', '20', true],
  // Inflections of nouns, verbs and adjectives.
  ['Kjøp av biler', 'bilene', true],
  ['Bilene skal selges', 'biler', true],
  ['Søknaden er mottatt', 'søknader', true],
  ['Søknader', 'søknaden mottatt', false],
  ['Søknader om barnehager', 'barnehagene', true],
  ['Vedtaket gjelder', 'vedtak', true],
  ['Vedtak', 'vedtaket', true],
  ['Kommunens eiendommer', 'kommune eiendommen', true],
  ['Faktura for barnehagen', 'barnehage faktura', true],
  ['Betalte regninger', 'betale regning', true],
  ['Skolene i Bergen', 'skoler bergen', true],
  ['Offentlige møter', 'offentlig møtet', true],
];

/** Findings whose terms have typing errors. */
export const misses: readonly Finding[] = [
  ['Kommunestyret', 'komunestyret', true],
  ['Kommunestyret', 'komunnestyret', true],
  ['Kommunestyret', 'komunestyert', true],
  ['Kommunestyret', 'kommnuestyret', true],
  ['Kommunestyret', 'komnestiret', false],
  ['Bergen', 'bergem', true],
  ['Bergen', 'begren', true],
  ['Bergen', 'beregen', true],
  ['Bergen', 'bergn', true],
  ['Bergen', 'bargan', false],
  ['Skole', 'skule', true],
  ['Skole', 'sokle', true],
  ['Hage', 'hafe', false],
  ['Hage', 'gahe', false],
  ['Vann', 'venn', false],
  ['Reguleringsplan Østlandet', 'regulerinsplan østlandet', true],
  ['Reguleringsplan Østlandet', 'reguleringsplan øslandet', true],
  ['Reguleringsplan Østlandet', 'regulerinsplan øslandet', true],
  ['Reguleringsplan Østlandet', 'regulerinsplan vestlandet', false],
  ['Sak 20241234', 'sak 20241235', false],
  ['Eiendomsskatt', 'eindomsskatt', true],
  ['Eiendomsskatt', 'eiendomskat', true],
];

const dated = (id: string, dato: number, over: Partial<SearchDocument>) => thing(id, { dato: dato * 86_400_000, tekst: '', ...over });

/** Examples of a term, documents, and the ids of the hits, in order. */
export const orders: readonly (readonly [string, readonly SearchDocument[], string])[] = [
  ['vedtak', [dated('text', 30, { tittel: 'Brev', tekst: 'Vedtak' }), dated('title', 20, { tittel: 'Vedtak' })], 'title text'],
  ['vedtak', [dated('old', 10, { tittel: 'Vedtak' }), dated('new', 30, { tittel: 'Vedtak' }), dated('middle', 20, { tittel: 'Vedtak' })], 'new middle old'],
  [
    'vedtak',
    [
      dated('newTitle', 30, { tittel: 'Vedtak' }),
      dated('waits', 10, { tittel: 'Brev', tekst: 'Vedtak', venter: 1 }),
      dated('waitsToo', 5, { tittel: 'Vedtak', venter: 1 }),
      dated('oldText', 20, { tittel: 'Brev', tekst: 'Vedtak' }),
    ],
    'waitsToo waits newTitle oldText',
  ],
  ['regning', [dated('same', 40, { tittel: 'Notat' }), dated('unpaid', 10, { tittel: 'Regning', venter: 1 }), dated('paid', 20, { tittel: 'Regning' })], 'unpaid paid'],
  [
    'barnehage faktura',
    [dated('one', 30, { tittel: 'Faktura', tekst: 'Barnehage' }), dated('both', 10, { tittel: 'Faktura barnehage' }), dated('none', 40, { tittel: 'Faktura' })],
    'both one',
  ],
];

/** Examples of a title, a term that finds it, and the words of the title that are highlighted, in order. */
export const markings: readonly (readonly [string, string, readonly string[]])[] = [
  ['Byggesak & <b>rivesak</b> i Bergen', 'bergen byggesak', ['Byggesak', 'Bergen']],
  ['Reguleringsplan for Ålgård', 'regulerings', ['Reguleringsplan']],
  ['Innkalling til kommunestyret', 'komunestyret', ['kommunestyret']],
  ['ØSTLANDET "ÅPEN" 𝄞 kafé', 'åpen østlandet', ['ØSTLANDET', 'ÅPEN']],
  ['Vedtak og vedtak', 'vedtak', ['Vedtak', 'vedtak']],
  ['Uten treff i ord', '', []],
];

const drop = `'; drop table search; --`;

export const hostileTerms: readonly string[] = [
  `'`,
  `"`,
  `\\`,
  `\0`,
  `a\0b`,
  drop,
  `hemmelig' | '`,
  `a & | ! ( ) :* <-> <2>`,
  `!hemmelig`,
  `rabatt:*A | hemmelig`,
  `rabatt OR hemmelig`,
  `rabatt" OR eksponertFor = "annen`,
  `-rabatt`,
  `"hemmelig select"`,
  `%_$1 $$ {{}} [] ?`,
  '😀👩‍👩‍👧 🇳🇴',
  '\ud800 \udfff',
  '\u0301\u0308\u200b\u202e\ufeff',
  'a '.repeat(5000),
  'x'.repeat(10_000),
  Array.from({ length: 1500 }, (_, n) => `ord${n}`).join(' '),
  'hemmelig '.repeat(1100),
];
