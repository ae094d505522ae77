import { refuse } from './kernel/domain-error.js';
import type { Meldingstype } from './values/meldingstype.js';
import type { Undertjeneste } from './values/undertjeneste.js';

/** Who can hold a tilgang. */
export type Aktor = 'PERSON' | 'INTEGRASJON';

interface Oppforing {
  readonly navn: string;
  readonly visningsnavn: string;
  /** What it is called where an integration is created. */
  readonly visningsnavnVedOpprettelse: string;
  readonly beskrivelse: string;
  /** Missing: at every level. */
  readonly undertjeneste?: Undertjeneste;
  readonly aktorer: readonly Aktor[];
  /** The types of message that it lets an integration index. */
  readonly meldingstyper?: readonly Meldingstype[];
}

/**
 * The catalogue of tilganger. Display names are the owner's, word for word. Of the constants only `MATRIKKEL.QUERY` and
 * `ADMIN` are published; the others are ours until they are known (domain.md chapter 11; docs/adr).
 */
export const privilegier = [
  {
    navn: 'INNSYN.INDEX.MAPPE',
    visningsnavn: 'Kan lagre mapper og journalposter i Innsyn',
    visningsnavnVedOpprettelse: 'Indeksering: Mappe',
    beskrivelse: 'Integrasjonen kan gjøre mapper og journalposter søkbare for innbyggerne under Mine saker.',
    undertjeneste: 'INNSYN',
    aktorer: ['INTEGRASJON'],
    meldingstyper: ['mappe', 'journalpost'],
  },
  {
    navn: 'INNSYN.INDEX.FAKTURA',
    visningsnavn: 'Kan lagre fakturaer i Innsyn',
    visningsnavnVedOpprettelse: 'Indeksering: Faktura',
    beskrivelse: 'Integrasjonen kan gjøre fakturaer søkbare for innbyggerne.',
    undertjeneste: 'INNSYN',
    aktorer: ['INTEGRASJON'],
    meldingstyper: ['faktura'],
  },
  {
    navn: 'INNSYN.INDEX.SKJEMA',
    visningsnavn: 'Kan lagre skjema i Innsyn',
    visningsnavnVedOpprettelse: 'Indeksering skjema',
    beskrivelse: 'Integrasjonen kan gjøre innsendte skjemaer og kladder søkbare for innbyggerne.',
    undertjeneste: 'INNSYN',
    aktorer: ['INTEGRASJON'],
    meldingstyper: ['innsendtskjema', 'skjemakladd'],
  },
  {
    navn: 'INNSYN.SOK',
    visningsnavn: 'Kan søke i Innsyn på vegne av en innbygger',
    visningsnavnVedOpprettelse: 'Kan søke i Innsyn på vegne av en innbygger',
    beskrivelse: 'Integrasjonen kan søke for en innlogget innbygger, til kommunens egen Min side-løsning.',
    undertjeneste: 'INNSYN',
    aktorer: ['INTEGRASJON'],
  },
  {
    navn: 'MATRIKKEL.QUERY',
    visningsnavn: 'søke i matrikkelen',
    visningsnavnVedOpprettelse: 'søke i matrikkelen',
    beskrivelse: 'Integrasjonen kan slå opp eiendommer og eiere i matrikkelen.',
    undertjeneste: 'MINE_EIENDOMMER',
    aktorer: ['INTEGRASJON'],
  },
  {
    navn: 'ADMIN',
    visningsnavn: 'Administrator',
    visningsnavnVedOpprettelse: 'Administrator',
    beskrivelse: 'Personen kan administrere organisasjonen, eller undertjenesten der tilgangen er gitt.',
    aktorer: ['PERSON'],
  },
] as const satisfies readonly Oppforing[];

/** The name of a tilgang in the catalogue. */
export type Privilegium = (typeof privilegier)[number]['navn'];

/** Its entry in the catalogue. */
export const oppforingOf = (navn: Privilegium): Oppforing => find(navn);

/** The tilgang that lets an integration index messages of a type; none does for what SvarUt alone brings. */
export const privilegiumToIndex = (type: Meldingstype): Privilegium | undefined =>
  privilegier.find((entry: Oppforing) => entry.meldingstyper?.includes(type))?.navn;

export const parsePrivilegium = (text: string): Privilegium => find(text).navn;

function find(navn: string) {
  const found = privilegier.find((privilegium) => privilegium.navn === navn);
  return found ?? refuse('invalid', 'UKJENT_PRIVILEGIUM', 'Tilgangen finnes ikke i katalogen over tilganger for Min kommune.');
}
