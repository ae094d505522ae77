import type { Driftsmelding, Innhold } from '../../src/domain/driftsmelding.js';
import type { Eiendomslenke } from '../../src/domain/eiendomslenke.js';
import type { Innsynsgjennomgang } from '../../src/domain/innsynsgjennomgang.js';
import type { Innsynsmelding } from '../../src/domain/innsynsmelding.js';
import type { Integrasjonsopplysninger, Tilknytning } from '../../src/domain/integrasjon.js';
import type { KommunalTjeneste } from '../../src/domain/kommunal-tjeneste.js';
import type { Registrering } from '../../src/domain/organisasjon.js';
import type { Oppsigelse, Ressurser } from '../../src/domain/tjeneste.js';
import { parseEksternRef } from '../../src/domain/values/ekstern-ref.js';
import { parseInstant } from '../../src/domain/values/instant.js';
import { parseKommunenummer } from '../../src/domain/values/kommunenummer.js';
import { parseLenke } from '../../src/domain/values/lenke.js';
import { parseLenkemal } from '../../src/domain/values/lenkemal.js';
import { parseOrganisasjonsnummer } from '../../src/domain/values/organisasjonsnummer.js';
import type { PersonId } from '../../src/domain/values/person-id.js';
import {
  parseDriftsmeldingstekst,
  parseFunntekst,
  parseIntegrasjonsbeskrivelse,
  parseIntegrasjonsnavn,
  parseKonklusjon,
  parseLenketekst,
  parseOrganisasjonsnavn,
  parseTittel,
} from '../../src/domain/values/text.js';
import { parseTidsperiode } from '../../src/domain/values/tidsperiode.js';
import { parseUuid } from '../../src/domain/values/uuid.js';

// What the specs speak about. All of it is made up; the numbers are synthetic.

export const kari = 'b1c5b0a2-6f0e-4f83-9a43-1f6f6f0f2c01' as PersonId;
export const ola = 'b1c5b0a2-6f0e-4f83-9a43-1f6f6f0f2c02' as PersonId;

export const uavklartKommune: Registrering = {
  type: 'KOMMUNE',
  navn: parseOrganisasjonsnavn('Unjárga – Nesseby kommune'),
  orgnr: parseOrganisasjonsnummer('910753614'),
};
export const kommune: Registrering = { ...uavklartKommune, kommunenr: parseKommunenummer('5636') };

export const ressurser: Ressurser = {
  MIN_KOMMUNE: '0e0b7c0e-51a0-4b52-9c1c-0d6a4f7d9a00',
  INNSYN: '0e0b7c0e-51a0-4b52-9c1c-0d6a4f7d9a01',
  KOMMUNALE_TJENESTER: '0e0b7c0e-51a0-4b52-9c1c-0d6a4f7d9a02',
  MINE_EIENDOMMER: '0e0b7c0e-51a0-4b52-9c1c-0d6a4f7d9a03',
};
export const signering = { signeringId: '7d4e1c1b-1d8c-4a2e-8a39-5f5d4a2f1e01', versjon: '1.0' };

export const oppsigelse: Oppsigelse = {
  signeringId: signering.signeringId,
  nedkoblingsdato: '2027-01-01',
  sisteFaktureringsdato: '2026-12-31',
  registreringsdato: '2026-11-23',
  gyldigTilDato: '2027-01-01',
  avtrykk: 'c2Vzc2lvbg',
  forseglet: 'Zm9yc2VnbGV0',
};

export const sakssystem: Integrasjonsopplysninger = {
  navn: parseIntegrasjonsnavn('Indeksering: Mappe (Sáhpán)'),
  beskrivelse: parseIntegrasjonsbeskrivelse('Arkivet bruker den til å vise saker på Min kommune.\nLeverandøren drifter den.'),
  autorisertOrgnr: parseOrganisasjonsnummer('311234560'),
};
export const fellesIntegrasjon: Integrasjonsopplysninger = {
  navn: parseIntegrasjonsnavn('Felles skjema'),
  beskrivelse: parseIntegrasjonsbeskrivelse('Alle kommuner kan bruke den til å vise innsendte skjemaer.'),
  autorisertOrgnr: parseOrganisasjonsnummer('210987657'),
  global: { kode: 'FELLES_SKJEMA', forespurtePrivilegier: ['INNSYN.INDEX.SKJEMA'], tags: ['INNSYN'] },
};
export const gjennomgang: Innsynsgjennomgang = {
  fra: parseInstant('2026-10-01T00:00:00Z'),
  til: parseInstant('2026-11-01T00:00:00Z'),
  konklusjon: parseKonklusjon('Ett oppslag må forklares.'),
  funn: [{ linje: parseUuid('5a1f6c1e-3c0e-4c55-9a64-0d8b7a1e6f20'), tekst: parseFunntekst('Oppslaget er gjort om natten.') }],
};
export const tilknytning: Tilknytning = {
  undertjeneste: 'INNSYN',
  integrasjon: {
    eier: parseUuid('4f5c2a70-8f6b-4f4a-9f5e-3f0f7f1a0a01'),
    navn: fellesIntegrasjon.navn,
    global: true,
  },
  tilganger: ['INNSYN.INDEX.SKJEMA'],
};

export const konto = { kontoId: parseUuid('c2a1f0de-2b1c-4d59-8a55-9a7c2f3b4d01') };

export const kulturskole: KommunalTjeneste = {
  tittel: parseTittel('Kulturskole'),
  lenke: parseLenke('https://www.nesseby.kommune.no/kulturskole'),
  rettetMot: 'PERSON',
};

export const byggesaker: Eiendomslenke = {
  tittel: parseTittel('Byggesaker på eiendommen'),
  mal: parseLenkemal('https://minside.nesseby.kommune.no/eiendom/{kommunenummer}/{gardsnummer}/{bruksnummer}'),
};

export const periode = parseTidsperiode({ startDato: '2026-11-23T08:00:00+01:00', sluttDato: '2026-11-24T08:00:00+01:00' });
export const melding: Innhold = {
  innhold: parseDriftsmeldingstekst('Fakturaer kan mangle fram til tirsdag morgen.'),
  kategori: 'FAKTURA',
  meldingType: 'ADVARSEL',
};
export const url = parseLenke('https://www.nesseby.kommune.no/drift');
export const urlTekst = parseLenketekst('Les mer');
export const meldingMedLenke: Innhold = { ...melding, url, urlTekst };
export const nedetid: Driftsmelding = { ...meldingMedLenke, ...periode };

export const signeringsdato = parseInstant('2026-11-20T09:30:00Z');

/** A mappe for Kári. What is sealed is not for the domain to read. */
export const mappe: Innsynsmelding = {
  versjon: 'MAPPE_V1',
  sikkerhetsniva: 3,
  eksponertFor: { type: 'FODSELSNUMMER', verdi: kari },
  eksternRef: parseEksternRef('Sak 2026/14-æøå'),
  tilgjengeligTil: parseInstant('2027-01-01T00:00:00Z'),
  avtrykk: 'w2WcJlFJ7cJ3kZzsU0OqY6v1Z6zVb8mK7w6nJwz1q0E',
  forseglet: 'c2VhbGVkIHVuZGVyIHRoZSBrZXkgb2YgS8OhcmkgTm9yZG3DoW5u',
};
