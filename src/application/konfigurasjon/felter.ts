import { z } from 'zod';
import { kategorier, meldingTyper } from '../../domain/driftsmelding.js';
import { lagringsvalg } from '../../domain/integrasjon.js';
import { rettetMotVerdier } from '../../domain/kommunal-tjeneste.js';
import { parsePrivilegium } from '../../domain/privilegier.js';
import { parseLenke } from '../../domain/values/lenke.js';
import { parseLenkemal } from '../../domain/values/lenkemal.js';
import { parseOrganisasjonsnummer } from '../../domain/values/organisasjonsnummer.js';
import { parseDriftsmeldingstekst, parseIntegrasjonsbeskrivelse, parseIntegrasjonsnavn, parseLenketekst, parseTittel } from '../../domain/values/text.js';
import { parsedText } from '../commands/parsed-text.js';

// The fields of what is configured, as a file and as a request have them. All are required here.

const tittel = (example: string) => parsedText(parseTittel, { description: 'Tittelen innbyggeren ser', example, maxLength: 200 });

export const integrasjonsfelter = {
  navn: parsedText(parseIntegrasjonsnavn, { description: 'Navnet på integrasjonen', example: 'Indeksering: Mappe', maxLength: 200 }),
  beskrivelse: parsedText(parseIntegrasjonsbeskrivelse, {
    description: 'Hvem som bruker integrasjonen, og til hva',
    example: 'Brukes av sakssystemet Acos til å vise byggesaker under Mine saker.',
    maxLength: 1000,
  }),
  autorisertOrgnr: parsedText(parseOrganisasjonsnummer, {
    description: 'Organisasjonsnummeret i virksomhetssertifikatet som brukes mot Maskinporten, som regel leverandørens',
    example: '910753614',
    pattern: '^[0-9]{9}$',
  }),
};
export const lagring = z.enum(lagringsvalg).meta({ description: 'Lageret der dokumentene ligger', examples: ['DOKUMENTLAGER'] });
export const tilgang = parsedText(parsePrivilegium, { description: 'Tilgang', example: 'INNSYN.INDEX.MAPPE' });

export const tjenestefelter = {
  tittel: tittel('Kulturskole'),
  lenke: parsedText(parseLenke, { description: 'Adressen til tjenesten (https)', example: 'https://www.bergen.kommune.no/kulturskole' }),
  rettetMot: z.enum(rettetMotVerdier).meta({ description: 'Målgruppen for tjenesten', examples: ['PERSON'] }),
};

export const lenkefelter = {
  tittel: tittel('Byggesaker på eiendommen'),
  mal: parsedText(parseLenkemal, {
    description:
      'En vanlig lenke (https), eller en mal som fylles fra matrikkelen: {kommunenummer}, {gardsnummer}, {bruksnummer}, {festenummer}, {seksjonsnummer}, {matrikkelenhetId}',
    example: 'https://www.bergen.kommune.no/eiendom/{gardsnummer}/{bruksnummer}?feste={festenummer}',
  }),
};

export const kategoriText = 'Siden meldingen står på. OPPGAVE står på forsiden, fordi oppgaver ikke har en egen side ennå.';
export const meldingsfelter = {
  innhold: parsedText(parseDriftsmeldingstekst, { description: 'Meldingsteksten', example: 'Innlogging med ID-porten er ustabil. Prøv igjen senere.', maxLength: 300 }),
  kategori: z.enum(kategorier).meta({ description: kategoriText, examples: ['FORSENDELSE'] }),
  meldingType: z.enum(meldingTyper).meta({ description: 'Alvorlighetsgrad', examples: ['ADVARSEL'] }),
  url: parsedText(parseLenke, { description: 'Lenke til mer informasjon (https)', example: 'https://www.bergen.kommune.no/drift' }),
  urlTekst: parsedText(parseLenketekst, { description: 'Lenketeksten', example: 'Les mer om driften', maxLength: 200 }),
};
/** The period of a driftsmelding. Either end may be missing. */
export const periodetekster = {
  startDato: { description: 'Tidspunktet meldingen vises fra og med. Meldingen vises med en gang når feltet mangler.', example: '2026-11-23T08:00:00+01:00' },
  sluttDato: { description: 'Tidspunktet meldingen vises til, men ikke med. Når feltet mangler, vises meldingen til den trekkes tilbake.', example: '2026-11-24T08:00:00+01:00' },
};
