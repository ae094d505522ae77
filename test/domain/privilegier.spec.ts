import { oppforingOf, parsePrivilegium, privilegier } from '../../src/domain/privilegier.js';
import { refusal } from '../support/given.js';

describe('Katalogen over tilganger', () => {
  it('har navnene som kommunene kjenner', () => {
    expect(privilegier.map(({ visningsnavn, visningsnavnVedOpprettelse }) => [visningsnavn, visningsnavnVedOpprettelse])).toEqual([
      ['Kan lagre mapper og journalposter i Innsyn', 'Indeksering: Mappe'],
      ['Kan lagre fakturaer i Innsyn', 'Indeksering: Faktura'],
      ['Kan lagre skjema i Innsyn', 'Indeksering skjema'],
      ['Kan søke i Innsyn på vegne av en innbygger', 'Kan søke i Innsyn på vegne av en innbygger'],
      ['søke i matrikkelen', 'søke i matrikkelen'],
      ['Administrator', 'Administrator'],
      ['Revisor', 'Revisor'],
    ]);
  });

  it('har konstanter som er ulike og følger mønsteret til KS', () => {
    const navn = privilegier.map((privilegium) => privilegium.navn);
    expect(new Set(navn).size).toBe(navn.length);
    for (const konstant of navn) expect(konstant).toMatch(/^[0-9A-Z_.]+$/);
  });

  it('finner en tilgang etter navnet', () => {
    expect(oppforingOf(parsePrivilegium('MATRIKKEL.QUERY'))).toMatchObject({
      undertjeneste: 'MINE_EIENDOMMER',
      aktorer: ['INTEGRASJON'],
    });
  });

  it.each(['', 'OPPGAVE_SOK', 'admin', 'INNSYN.INDEX.MAPPE ', 'constructor'])('kjenner ikke tilgangen «%s»', (text) => {
    expect(() => parsePrivilegium(text)).toThrow(refusal('invalid', 'UKJENT_PRIVILEGIUM'));
  });
});
