import type { Mottaker, SentMelding } from '../../application/use-cases/index-meldinger.js';
import { parseEksternRef } from '../../domain/values/ekstern-ref.js';
import { parseFodselsnummer } from '../../domain/values/fodselsnummer.js';
import type { Uuid } from '../../domain/values/uuid.js';
import { exampleCitizens } from './personas.js';

/** The synthetic citizen in the examples. A token: `npm run -s token -- innbygger:12818510088`. */
const innbygger: Mottaker = { type: 'FODSELSNUMMER', verdi: parseFodselsnummer('12818510088', { syntetiske: true }) };
const navn = exampleCitizens['12818510088']!;

/** The example messages of each example integration. */
export interface ExampleMeldinger {
  readonly sak: readonly SentMelding[];
  readonly faktura: readonly SentMelding[];
}

/**
 * A few messages as a kommune's systems send them, dated in the year of `now`.
 * @param idOf derives an id from a name; equal names give equal ids.
 */
export function exampleMeldinger(fiksOrgId: Uuid, kommune: string, nettsted: string, now: string, idOf: (name: string) => Uuid): ExampleMeldinger {
  const year = now.slice(0, 4);
  const melding = (name: string, versjon: SentMelding['versjon'], metadata: object, eksponertFor: Mottaker = innbygger): SentMelding => ({
    fiksOrgId,
    meldingId: idOf(`${fiksOrgId}/melding/${name}`),
    versjon,
    sikkerhetsniva: 3,
    eksponertFor,
    eksternRef: parseEksternRef('Eksempler'),
    metadata,
  });
  const faktura = (name: string, tittel: string, kvartal: string, belop: number, status: string) =>
    melding(name, 'FAKTURA_V1', {
      tittel,
      fakturaDato: `${year}-${kvartal}-01`,
      forfallDato: `${year}-${kvartal}-21`,
      fakturaMottaker: navn,
      betalesTil: kommune,
      belop,
      status,
      kid: '1843453108003525',
      kontonummer: '52100539187',
    });
  return {
    sak: [
      melding('garasje', 'MAPPE_V1', {
        type: 'BYGGESAK',
        tittel: 'Garasje og støttemur i Fjordgata 14',
        saksaar: Number(year),
        sakssekvensnummer: 1024,
        beskrivelse: 'Søknad om tillatelse til tiltak uten ansvarsrett.',
        minPart: { type: 'PERSON', rolle: 'Tiltakshaver', navn },
        saksdato: `${year}-01-12T08:00:00+01:00`,
        sistOppdatert: `${year}-01-30T12:15:00+01:00`,
        navaerendeMilepel: { navn: 'Under behandling', startdato: `${year}-01-30T12:15:00+01:00` },
        lenker: [{ url: `${nettsted}/byggesak`, egendefinert: { utseende: 'LENKE', bokmal: 'Slik behandler vi byggesaker' } }],
      }),
      melding('tegninger', 'JOURNALPOST_V1', {
        journalposttype: 'U',
        tittel: 'Manglende tegninger i søknaden om garasje',
        journaldato: `${year}-01-20T10:00:00+01:00`,
        korrespondanseparter: [{ type: 'PERSON', navn, korrespondanseparttype: 'EM' }],
        dokumenter: [{ filnavn: 'brev.pdf', mimeType: 'application/pdf', tittel: 'Vi trenger flere opplysninger', lenke: `${nettsted}/dokument/brev.pdf` }],
        forelder: { meldingId: idOf(`${fiksOrgId}/melding/garasje`), type: 'mappe' },
      }),
      melding('skolevei', 'MAPPE_V1', { type: 'SAK', tittel: 'Søknad om skoleskyss', beskrivelse: 'Særlig farlig skolevei.', saksdato: `${year}-02-03T08:00:00+01:00`, erAvsluttet: true }),
      melding('arealplan', 'MAPPE_V1', { type: 'SAK', tittel: 'Høring av kommuneplanens arealdel', saksdato: `${year}-03-01T08:00:00+01:00` }, { type: 'OFFENTLIG' }),
    ],
    faktura: [
      faktura('avgifter', 'Kommunale avgifter 1. kvartal', '03', 4380.5, 'BETALT'),
      faktura('sfo', 'SFO og skolemåltid', '04', 2150, 'IKKE_BETALT'),
    ],
  };
}
