import fc from 'fast-check';
import { highlight } from '../../../src/interfaces/web/min-kommune/highlight.js';
import { targetOf } from '../../../src/interfaces/web/min-kommune/target.js';
import { namesAPerson } from '../../../src/interfaces/web/texts/person-number.js';

const hits = (text: string, term: string) => highlight(text, term).filter(({ hit }) => hit).map((one) => one.text);

describe('Words that were searched for', () => {
  it.each([
    ['Garasje og støttemur', 'garasje', ['Garasje']],
    ['Garasjen i Fjordgata', 'garasje', ['Garasjen']],
    ['To garasjer', 'garasjen', ['garasjer']],
    ['Søknad om skjenkebevilling', 'SØKNAD bevilling', ['Søknad']],
    ['Barnehage, barn og barnevern', 'barn', ['Barnehage', 'barn', 'barnevern']],
    ['Rett og galt', 'rett', ['Rett']],
    ['Ingenting her', 'garasje', []],
    ['Alt', '', []],
  ])('are marked in «%s» for «%s»', (text, term, expected) => {
    expect(hits(text, term)).toEqual(expected);
  });

  it('change no letter of the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string(), (text, term) => {
        expect(highlight(text, term).map((one) => one.text).join('')).toBe(text);
      }),
    );
  });
});

describe('A hit', () => {
  const of = (meldingMetadata: Readonly<Record<string, unknown>>, forelder?: { dokumentId: string }) => targetOf({ dokumentId: 'dok', ...(forelder && { forelder }), meldingMetadata });

  it('leads to its case, when it is one or lies in one', () => {
    expect(of({ type: 'mappe', tittel: 'Garasje' })).toMatchObject({ sak: 'dok', tittel: 'Garasje' });
    expect(of({ type: 'journalpost', tittel: 'Brev' }, { dokumentId: 'mappa' })).toMatchObject({ sak: 'mappa' });
  });

  it('leads out to a tjeneste or a draft, and else to the page of its kind', () => {
    expect(of({ type: 'kommunaltjeneste', tittel: 'Kulturskole', lenke: 'https://kommunen.no/' })).toMatchObject({ href: 'https://kommunen.no/' });
    expect(of({ type: 'skjemakladd', tittel: 'Kladd', url: 'https://skjema.no/1' })).toMatchObject({ href: 'https://skjema.no/1' });
    expect(of({ type: 'forsendelse', tittel: 'Vedtak' })).toEqual({ type: 'forsendelse', tittel: 'Vedtak', sokeord: 'Vedtak', beskrivelse: '', side: '/post' });
  });

  it('is found by as much of its title as a search takes, and by none with an identity number', () => {
    expect(of({ type: 'faktura', tittel: 'æ'.repeat(230) })).toMatchObject({ tittel: 'æ'.repeat(230), sokeord: 'æ'.repeat(200) });
    expect(of({ type: 'faktura', tittel: 'Avgift for 12818510088' })).toMatchObject({ sokeord: '' });
  });

  it('is named by its address when it has no title', () => {
    expect(of({ type: 'matrikkelenhet', adresser: ['Kaien 3', 'Kaien 5'] })).toMatchObject({ tittel: 'Kaien 3, Kaien 5', side: '/eiendommer' });
  });
});

it.each([
  ['12818510088', true],
  ['garasje 128185 10088', true],
  ['128185.10088', true],
  ['1281851008', false],
  ['KID 1843453108003525', false],
  ['garasje', false],
])('a search for «%s» names a person: %s', (text, expected) => {
  expect(namesAPerson(text)).toBe(expected);
});
