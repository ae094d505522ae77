import { z } from 'zod';
import { parsedText } from '../../../application/commands/parsed-text.js';
import { innsynsresultater, minsteGjentakelse, maxMonsterlinjer, maxMonstre } from '../../../application/ports/innsynslogg.js';
import { maxDager } from '../../../application/revisjon/innsynsrevisjon.js';
import { leseomrader, maxLesere, type Tidssted } from '../../../application/revisjon/lesinger.js';
import { parseInstant, type Instant } from '../../../domain/values/instant.js';
import { parseFunntekst, parseKonklusjon } from '../../../domain/values/text.js';
import { parseUuid } from '../../../domain/values/uuid.js';
import { pageFieldsOf, uuid } from '../server/input.js';
import { Field } from '../server/shape.js';
import { Bevis, Kontrollpunkt } from './bevis.dto.js';
import { Nevnt, periodeFields, position } from './hendelser.dto.js';

const moment = (description: string, example: string) => parsedText(parseInstant, { description, example, format: 'date-time' });
const required = {
  fra: moment(`Starten på perioden, som er høyst ${maxDager} dager`, '2026-11-01T00:00:00+01:00'),
  til: moment('Slutten på perioden, ikke medregnet', '2026-12-01T00:00:00+01:00'),
};
const place = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z_[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, 'Må være hentet fra adressen i Link')
  .transform((text): Tidssted => ({ tidspunkt: text.split('_')[0] as Instant, id: parseUuid(text.split('_')[1]!) }))
  .optional()
  .meta({ description: 'Stedet i listen der siden begynner, slik Link på siden før har det' });
/** The place as `Link` has it. */
export const formatPlace = ({ tidspunkt, id }: Tidssted): string => `${tidspunkt}_${id}`;

const filters = {
  ...required,
  integrasjonId: uuid('Bare denne integrasjonen').optional(),
  innbygger: uuid('Bare denne innbyggeren, med referansen fra listen').optional(),
  resultat: z.enum(innsynsresultater).meta({ description: 'Bare dette resultatet' }).optional(),
};
export const InnsynQuery = z.strictObject({ ...filters, fortsettFra: place, antall: pageFieldsOf(100).antall });
export const MonsterQuery = z.strictObject(filters);
export const LesingerQuery = z.strictObject({ ...periodeFields, fortsettFra: place, antall: pageFieldsOf(100).antall });
export const GjennomgangerQuery = z.strictObject({ fortsettFra: position('Posisjonen til den siste gjennomgangen på siden før, slik Link har den', 'Må være hentet fra adressen i Link'), antall: pageFieldsOf(50).antall });

export const GjennomgangBody = z.strictObject({
  id: uuid('Lag id-en selv for å kunne sende forespørselen trygt på nytt').optional(),
  fra: moment('Starten på perioden', '2026-10-01T00:00:00+02:00'),
  til: moment('Slutten på perioden, ikke medregnet. Den må være over.', '2026-11-01T00:00:00+01:00'),
  konklusjon: parsedText(parseKonklusjon, { description: 'Konklusjonen. Skriv ikke personopplysninger: teksten kan ikke slettes.', example: 'Ingen funn', maxLength: 2000 }),
  funn: z
    .array(
      z.strictObject({
        linje: uuid('Id-en til linjen i innsynsloggen'),
        tekst: parsedText(parseFunntekst, { description: 'Funnet, uten personopplysninger', example: 'Oppslaget er gjort om natten', maxLength: 1000 }),
      }),
    )
    .max(100)
    .default([])
    .meta({ description: 'Funnene, høyst 100' }),
});
export type GjennomgangBody = z.output<typeof GjennomgangBody>;

/** The last checkpoint of the tree over the innsynslogg. */
export class InnsynKontrollpunkt extends Kontrollpunkt {
  @Field({ description: 'Nøkkelen som kontrollerer kontrollpunktet, som <navn>+<id>+<nøkkel>', example: 'min-kommune/logg/3f1c2a9e-7b64-4d0f-9a51-0c8e5d2b7f10/innsynslogg+8cbc03ac+AQEB' })
  nokkel!: string;
}
/** A line of the innsynslogg and the proof that it is unchanged. */
export class InnsynBevis extends Bevis {
  @Field({ description: 'Linjen som den er i treet. Den har et avtrykk av hver organisasjon systemet søkte for.', example: '{"formal":"Eget innsyn",…,"organisasjoner":["a8975c93…"],…}' })
  linje!: string;
  @Field({ description: 'Saltet i base64. Bladet i treet er SHA-256 av 00, saltet og linjen.', example: 'qJclk1o2eVpDR4wTqfcS7w7wWJcbFWRjWHXvyWbEkhY=' })
  salt!: string;
  @Field({ required: false, description: 'Saltet til din organisasjon i base64. SHA-256 av det og fiksOrgId-en er et av avtrykkene i linjen. Mangler når linjen ikke nevner noen organisasjon.', example: 'qJclk1o2eVpDR4wTqfcS7w7wWJcbFWRjWHXvyWbEkhY=' })
  organisasjonssalt?: string;
}
export class InnsynIntegrasjon {
  @Field({ format: 'uuid' })
  id!: string;
  @Field({ required: false, example: 'Min side Bergen', description: 'Navnet på integrasjonen. Feltet mangler når den er slettet.' })
  navn?: string;
}
/** A line of the innsynslogg, as an auditor sees it. */
export class InnsynRevisjonLinje {
  @Field({ format: 'uuid' })
  id!: string;
  @Field({ format: 'date-time' })
  tidspunkt!: string;
  @Field({ format: 'uuid', description: 'En referanse til innbyggeren, som er den samme i alle linjer. Den forteller ikke hvem det er.' })
  innbygger!: string;
  @Field({ type: InnsynIntegrasjon, description: 'Systemet som søkte' })
  integrasjon!: InnsynIntegrasjon;
  @Field({ example: 1, description: 'Antall organisasjoner systemet søkte for. 0 når systemet ikke fikk søke.' })
  antallOrganisasjoner!: number;
  @Field({ required: false, example: '910753614', description: 'Virksomheten innbyggeren opptrådte for' })
  onBehalfOf?: string;
  @Field({ example: 'mappe', description: 'Søket eller oppslaget som systemet brukte' })
  sok!: string;
  @Field({ description: 'Formålet med søket, og hjemmelen' })
  formal!: string;
  @Field({ enum: innsynsresultater })
  resultat!: string;
  @Field()
  requestId!: string;
}
export class InnsynBruk {
  @Field({ type: InnsynIntegrasjon })
  integrasjon!: InnsynIntegrasjon;
  @Field({ example: 120 })
  antall!: number;
  @Field({ example: 2, description: 'Antall som ble avslått' })
  avslatt!: number;
  @Field({ example: 80, description: 'Antall ulike innbyggere' })
  innbyggere!: number;
  @Field({ example: 3, description: 'Antall utenfor kl. 07–17 på hverdager, norsk tid' })
  utenforArbeidstid!: number;
}
export class InnsynGjentakelse {
  @Field({ format: 'uuid', description: 'Referansen til innbyggeren' })
  innbygger!: string;
  @Field({ type: InnsynIntegrasjon })
  integrasjon!: InnsynIntegrasjon;
  @Field({ example: 12 })
  antall!: number;
  @Field({ format: 'date-time' })
  forste!: string;
  @Field({ format: 'date-time' })
  siste!: string;
}
export class InnsynLeser {
  @Field({ type: Nevnt })
  leser!: Nevnt;
  @Field({ example: 12, description: 'Antall lesinger' })
  antall!: number;
}
export class InnsynMonstre {
  @Field({ example: 240 })
  antall!: number;
  @Field({ example: false, description: `Om perioden har flere enn ${maxMonsterlinjer} linjer. Da er det de nyeste som er regnet med.` })
  avkortet!: boolean;
  @Field({ type: InnsynBruk, isArray: true, description: `Integrasjonene med flest linjer, høyst ${maxMonstre}` })
  integrasjoner!: InnsynBruk[];
  @Field({ type: Number, isArray: true, example: [0], description: 'Antall linjer i hver time av døgnet, norsk tid, fra 0 til 23' })
  timer!: number[];
  @Field({ type: InnsynGjentakelse, isArray: true, description: `Innbyggerne som samme integrasjon har søkt for minst ${minsteGjentakelse} ganger, høyst ${maxMonstre}` })
  gjentakelser!: InnsynGjentakelse[];
  @Field({ type: InnsynLeser, isArray: true, description: `Personene som har lest mest i revisjonssporet og innsynsloggen i perioden, høyst ${maxLesere}` })
  lesere!: InnsynLeser[];
}
export class InnsynFunn {
  @Field({ format: 'uuid', description: 'Linjen i innsynsloggen. Den kan være slettet.' })
  linje!: string;
  @Field({ example: 'Oppslaget er gjort om natten' })
  tekst!: string;
}
/** A review of the innsynslogg. */
export class InnsynGjennomgang {
  @Field({ format: 'uuid' })
  id!: string;
  @Field({ type: 'integer', format: 'int64', example: 4711, description: 'Posisjonen til gjennomgangen i loggen' })
  posisjon!: number;
  @Field({ format: 'date-time' })
  tidspunkt!: string;
  @Field({ type: Nevnt })
  revisor!: Nevnt;
  @Field({ format: 'date-time' })
  fra!: string;
  @Field({ format: 'date-time' })
  til!: string;
  @Field({ example: 'Ingen funn' })
  konklusjon!: string;
  @Field({ type: InnsynFunn, isArray: true })
  funn!: InnsynFunn[];
}
/** A reading of an organisation's record. */
export class RevisjonLesing {
  @Field({ format: 'date-time' })
  tidspunkt!: string;
  @Field({ type: Nevnt })
  leser!: Nevnt;
  @Field({ enum: leseomrader, description: 'Det som ble lest. SOK er søket i audit-sok.' })
  omrade!: string;
  @Field({ type: String, isArray: true, example: ['hvem'], description: 'Filtrene som ble brukt' })
  filtre!: string[];
  @Field({ required: false, format: 'date-time', description: 'Starten på perioden det ble spurt om' })
  fra?: string;
  @Field({ required: false, format: 'date-time', description: 'Slutten på perioden det ble spurt om' })
  til?: string;
  @Field()
  requestId!: string;
}
