import { innbygger } from '../../src/domain/innbygger.js';
import { innsynsmelding, slettegrunner } from '../../src/domain/innsynsmelding.js';
import { privilegiumToIndex } from '../../src/domain/privilegier.js';
import { parseEksternRef } from '../../src/domain/values/ekstern-ref.js';
import { parseInstant } from '../../src/domain/values/instant.js';
import { meldingstyper } from '../../src/domain/values/meldingstype.js';
import { given, unopenedContext } from '../support/given.js';
import { konto, mappe, ola } from './examples.js';

const indexed = { type: 'MeldingIndexed', data: mappe } as const;
const deleted = { type: 'MeldingDeleted', data: { grunn: 'AVSENDER' } } as const;
const index = (data: typeof mappe) => ({ type: 'IndexMelding', data }) as const;
const { eksternRef: _ref, tilgjengeligTil: _til, ...ubegrenset } = mappe;

describe('Å legge en melding i Innsyn', () => {
  it('gjør den kjent', () => {
    given(innsynsmelding, []).when(index(mappe)).then([indexed]);
  });

  it('endrer ingenting når den samme meldingen sendes på nytt, selv om den er forseglet på nytt', () => {
    given(innsynsmelding, [indexed]).when(index({ ...mappe, forseglet: 'forseglet en annen gang' })).thenNothing();
  });

  it.each([
    ['innholdet', { ...mappe, avtrykk: 'et annet' }],
    ['hvem den er for', { ...mappe, eksponertFor: { type: 'FODSELSNUMMER', verdi: ola } as const }],
    ['sikkerhetsnivået', { ...mappe, sikkerhetsniva: 4 }],
    ['meldingstypen', { ...mappe, versjon: 'JOURNALPOST_V1' as const }],
    ['referansen', { ...mappe, eksternRef: parseEksternRef('en annen') }],
    ['hvor lenge den er tilgjengelig', { ...mappe, tilgjengeligTil: parseInstant('2027-01-02T00:00:00Z') }],
    ['at den ikke lenger har referanse og frist', ubegrenset],
    ['SvarUt-kontoen', { ...mappe, ...konto }],
  ])('erstatter den forrige når %s er endret', (_, melding) => {
    given(innsynsmelding, [indexed]).when(index(melding)).then([{ type: 'MeldingIndexed', data: melding }]);
  });

  it('kan skje på nytt etter at den er slettet', () => {
    given(innsynsmelding, [indexed, deleted]).when(index(mappe)).then([indexed]);
  });

  it('avvises før tjenestevedlegget er signert', () => {
    given(innsynsmelding, [], unopenedContext).when(index(mappe)).thenRefused('conflict', 'TJENESTEVEDLEGG_IKKE_SIGNERT');
  });
});

describe('Å slette en melding', () => {
  it.each(slettegrunner)('fjerner den, og sier hvorfor: %s', (grunn) => {
    given(innsynsmelding, [indexed]).when({ type: 'DeleteMelding', data: { grunn } }).then([{ type: 'MeldingDeleted', data: { grunn } }]);
  });

  it('endrer ingenting når den ikke finnes, eller er slettet', () => {
    given(innsynsmelding, []).when({ type: 'DeleteMelding', data: { grunn: 'AVSENDER' } }).thenNothing();
    given(innsynsmelding, [indexed, deleted]).when({ type: 'DeleteMelding', data: { grunn: 'GLEMT' } }).thenNothing();
  });

  it('endrer ingenting når den er av en annen type enn den som er oppgitt', () => {
    given(innsynsmelding, [indexed]).when({ type: 'DeleteMelding', data: { grunn: 'AVSENDER', type: 'faktura' } }).thenNothing();
    given(innsynsmelding, [indexed]).when({ type: 'DeleteMelding', data: { grunn: 'AVSENDER', type: 'mappe' } }).then([deleted]);
  });

  it('kan gjøres når som helst, også om tjenestevedlegget ikke er signert', () => {
    given(innsynsmelding, [indexed], unopenedContext).when({ type: 'DeleteMelding', data: { grunn: 'AVSENDER' } }).then([deleted]);
  });
});

describe('Når tiden til en melding er ute', () => {
  const expire = { type: 'ExpireMelding', data: {} } as const;
  const expired = { type: 'MeldingDeleted', data: { grunn: 'UTLOPT' } } as const;

  it('slettes den, fra og med tidspunktet', () => {
    given(innsynsmelding, [indexed], { now: mappe.tilgjengeligTil! }).when(expire).then([expired]);
    given(innsynsmelding, [indexed], { now: parseInstant('2028-01-01T00:00:00Z') }).when(expire).then([expired]);
  });

  it('men ikke før, og ikke om den har fått mer tid eller ingen frist har', () => {
    given(innsynsmelding, [indexed], { now: parseInstant('2026-12-31T23:59:59.999Z') }).when(expire).thenNothing();
    given(innsynsmelding, [{ type: 'MeldingIndexed', data: ubegrenset }], { now: parseInstant('2099-01-01T00:00:00Z') }).when(expire).thenNothing();
    given(innsynsmelding, [], { now: parseInstant('2099-01-01T00:00:00Z') }).when(expire).thenNothing();
  });
});

describe('Hver meldingstype', () => {
  it('har én tilgang som gir rett til å legge den i Innsyn; SvarUt-post har ingen', () => {
    const tilganger = Object.values(meldingstyper).map((type) => [type, privilegiumToIndex(type)]);
    expect(Object.fromEntries(tilganger)).toEqual({
      mappe: 'INNSYN.INDEX.MAPPE',
      journalpost: 'INNSYN.INDEX.MAPPE',
      faktura: 'INNSYN.INDEX.FAKTURA',
      innsendtskjema: 'INNSYN.INDEX.SKJEMA',
      skjemakladd: 'INNSYN.INDEX.SKJEMA',
      post: undefined,
    });
  });
});

describe('eksternRef', () => {
  it('kan ha bokstaver, tall, mellomrom og noen få tegn', () => {
    for (const text of ['æøåÆØÅ', 'Sak 2026/14', 'a_b.c,d-e', 'x'.repeat(500)]) expect(parseEksternRef(text)).toBe(text);
    for (const text of ['', 'a:b', 'č', 'a\nb', 'x'.repeat(501)]) expect(() => parseEksternRef(text)).toThrow('UGYLDIG_EKSTERNREF');
  });
});

describe('Å glemme en innbygger', () => {
  const forget = { type: 'ForgetPerson', data: {} } as const;
  const forgotten = { type: 'PersonForgotten', data: {} } as const;

  it('skjer én gang', () => {
    given(innbygger, []).when(forget).then([forgotten]);
    given(innbygger, [forgotten]).when(forget).thenNothing();
  });
});
