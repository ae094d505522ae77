import { refuse } from './kernel/domain-error.js';
import type { Meldingstype } from './values/meldingstype.js';
import type { Undertjeneste } from './values/undertjeneste.js';

/** The kinds of holder that a tilgang can have. */
export type Aktor = 'PERSON' | 'INTEGRASJON';

interface Oppforing {
  readonly navn: string;
  readonly visningsnavn: string;
  /** The display name on the page where an integration is created. */
  readonly visningsnavnVedOpprettelse: string;
  readonly beskrivelse: string;
  /** Missing when the tilgang can be given at every level. */
  readonly undertjeneste?: Undertjeneste;
  /** Given on the organisation as a whole, and at no other level. */
  readonly bareOrganisasjon?: true;
  readonly aktorer: readonly Aktor[];
  /** The types of message that an integration with this tilgang may index. */
  readonly meldingstyper?: readonly Meldingstype[];
}

/**
 * The catalogue of tilganger. Display names quote the owner of Min kommune verbatim. The owner has published only the
 * constants `MATRIKKEL.QUERY` and `ADMIN`. The other constants are our own until the owner's are known (docs/adr/0005).
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
  {
    navn: 'REVISOR',
    visningsnavn: 'Revisor',
    visningsnavnVedOpprettelse: 'Revisor',
    beskrivelse: 'Personen kan lese oppsettet, tilgangene og revisjonssporet til organisasjonen, men ikke endre noe.',
    bareOrganisasjon: true,
    aktorer: ['PERSON'],
  },
] as const satisfies readonly Oppforing[];

/** The name of a tilgang in the catalogue. */
export type Privilegium = (typeof privilegier)[number]['navn'];

/** The catalogue entry of a tilgang. */
export const oppforingOf = (navn: Privilegium): Oppforing => find(navn);

/** Whether persons hold the tilgang, and not integrations. Without a tilgang it is an integration's. */
export const isPersonal = ({ privilegium }: { readonly privilegium?: Privilegium }): boolean =>
  privilegium !== undefined && oppforingOf(privilegium).aktorer.includes('PERSON');

/** The tilgang required to index messages of a type. Undefined for the type that only SvarUt delivers. */
export const privilegiumToIndex = (type: Meldingstype): Privilegium | undefined =>
  privilegier.find((entry: Oppforing) => entry.meldingstyper?.includes(type))?.navn;

export const parsePrivilegium = (text: string): Privilegium => find(text).navn;

function find(navn: string) {
  const found = privilegier.find((privilegium) => privilegium.navn === navn);
  return found ?? refuse('invalid', 'UKJENT_PRIVILEGIUM', 'Tilgangen finnes ikke i katalogen over tilganger for Min kommune.');
}
