import { z } from 'zod';
import { uuid } from '../server/input.js';
import { Field, lastChange } from '../server/shape.js';
import { fiksPatterns } from './konfigurasjon.dto.js';

export const KontoQuery = z.strictObject({ fiksOrgId: uuid('Organisasjonen') });
export type KontoQuery = z.output<typeof KontoQuery>;
export const AvsenderParam = z.string().max(200).meta({ description: 'Avsenderen til en konto, slik kontoen har den', examples: ['3f1c2a9e-7b64-4d0f-9a51-0c8e5d2b7f10'] });

const tekst = (example: string, pattern?: string) =>
  (pattern === undefined ? z.string().max(4000) : z.string().max(4000).regex(new RegExp(pattern, 'u'), 'Har tegn som KS SvarUt ikke godtar')).meta({ examples: [example] });
export const OppdaterKontoBody = z.strictObject({ navn: z.string().min(2).max(200).meta({ pattern: fiksPatterns.navn, examples: ['Postmottak'] }) });
export const OpprettKontoBody = z.strictObject({
  fiksOrgId: uuid('Organisasjonen'),
  navn: z.string().min(2).max(200).meta({ pattern: fiksPatterns.kontonavn, examples: ['Postmottak'] }),
  avsender: z.string().min(2).max(200).meta({ pattern: fiksPatterns.kontonavn, examples: ['Postmottak'] }).optional(),
  forside: z
    .strictObject({
      orgnummer: tekst('964338531', fiksPatterns.orgnr).optional(),
      avsender: z.string().max(40).meta({ examples: ['Bergen kommune'] }),
      adresse: z.strictObject({
        adresselinje1: tekst('Rådhusgaten 10'),
        adresselinje2: tekst('Inngang A').optional(),
        adresselinje3: tekst('2. etasje').optional(),
        postnummer: tekst('5014', fiksPatterns.postnummer),
        poststed: tekst('Bergen'),
      }),
      forsidetekst: tekst('Hei').optional(),
    })
    .optional(),
  print: z.strictObject({ printleverandor: z.enum(['MANUELL_PRINT', 'GRAFISK_DIGITAL']), automatiskEttersendingForVirksomheter: z.boolean().meta({ examples: [true] }) }).optional(),
  varsling: z.strictObject({ avsendertekst: tekst('Bergen kommune'), ekstratekst: tekst('Hei') }).optional(),
});
export type OpprettKontoBody = z.output<typeof OpprettKontoBody>;
export const OppdaterOrganisasjonBody = z.strictObject({ eposter: z.array(z.string().max(450).meta({ examples: ['postmottak@kommune.no'] })).max(100) });

export class Adresse {
  @Field()
  adresselinje1!: string;
  @Field({ required: false })
  adresselinje2?: string;
  @Field({ required: false })
  adresselinje3?: string;
  @Field()
  postnummer!: string;
  @Field()
  poststed!: string;
}
class Forside {
  @Field()
  orgnummer!: string;
  @Field()
  avsender!: string;
  @Field({ type: Adresse })
  adresse!: Adresse;
  @Field({ required: false })
  forsidetekst?: string;
}
export class Altinn {
  @Field({ required: false })
  avsendertekst?: string;
  @Field({ required: false })
  ekstratekst?: string;
}
class Altinnmaler {
  @Field({ required: false })
  melding?: string;
  @Field({ required: false })
  meldingNiva4?: string;
  @Field({ required: false })
  meldingKunDigital?: string;
  @Field({ required: false })
  meldingNiva4KunDigital?: string;
  @Field({ required: false })
  meldingKunDigitalUtenDokumenter?: string;
  @Field({ required: false })
  smsVarsling?: string;
  @Field({ required: false })
  epostVarsling?: string;
}
class Sdp {
  @Field()
  avsendernavn!: string;
  @Field({ required: false })
  sdpId?: string;
  @Field({ required: false })
  ekstratekst?: string;
  @Field()
  orgnr!: string;
  @Field()
  dokumenter!: boolean;
  @Field()
  signering!: boolean;
}
class Sdpmaler {
  @Field({ required: false })
  melding?: string;
  @Field({ required: false })
  meldingUtenDokument?: string;
  @Field({ required: false })
  meldingLenkerForMedDokumenter?: string;
  @Field({ required: false })
  sms?: string;
  @Field({ required: false })
  epost?: string;
}
class Mal {
  @Field({ example: 'STANDARD' })
  id!: string;
  @Field()
  navn!: string;
  @Field()
  kanEndres!: boolean;
  @Field()
  standard!: string;
  @Field()
  egendefinert!: string;
}
class Maler {
  @Field({ type: Mal, isArray: true })
  altinn!: Mal[];
  @Field({ type: Mal, isArray: true })
  sdp!: Mal[];
}
class Print {
  @Field({ enum: ['MANUELL_PRINT', 'GRAFISK_DIGITAL'] })
  printleverandor!: string;
  @Field()
  automatiskEttersendingForVirksomheter!: boolean;
}

/** A SvarUt account, with the fields of KS SvarUt's svarut-konfigurasjon-api v1. */
export class SvarUtKonto {
  @Field({ format: 'uuid' })
  id!: string;
  @Field({ format: 'uuid' })
  fiksOrgId!: string;
  @Field({ description: 'Integrasjonen som sender fra kontoen' })
  avsender!: string;
  @Field({ example: 'Bergen – Postmottak' })
  navn!: string;
  @Field()
  altinnAktiv!: boolean;
  @Field()
  sdpAktiv!: boolean;
  @Field({ description: 'Om kontoen kan sende' })
  aktivert!: boolean;
  @Field({ description: 'Om alt som trengs for å sende, er satt opp' })
  gyldig!: boolean;
  @Field({ type: Forside, required: false })
  forside?: Forside;
  @Field({ type: Altinn, required: false })
  altinn?: Altinn;
  @Field({ type: Altinnmaler })
  altinnmaler!: Altinnmaler;
  @Field({ type: Sdp, required: false })
  sdp?: Sdp;
  @Field({ type: Sdpmaler })
  sdpmaler!: Sdpmaler;
  @Field({ type: Maler })
  maler!: Maler;
  @Field({ type: Print, required: false })
  print?: Print;
}
/** The settings of an organisation in SvarUt. */
export class SvarUtOrganisasjon {
  @Field({ format: 'uuid' })
  fiksOrgId!: string;
  @Field({ type: String, isArray: true })
  eposter!: string[];
}
/** The SvarUt accounts of one organisation. */
export class KontoOppslag {
  @Field({ example: 3 })
  antall!: number;
  @Field({ type: SvarUtKonto, isArray: true })
  kontoer!: SvarUtKonto[];
}

export const SwitchBody = z.strictObject({
  synlig: z.boolean().meta({ description: 'Om Innsyn skal vise posten fra kontoen', examples: [true] }),
});
export type SwitchBody = z.output<typeof SwitchBody>;

/** A SvarUt account, and whether Innsyn shows the mail that it sends. */
export class SvarUtSwitchAnswer {
  @Field({ type: SvarUtKonto })
  konto!: SvarUtKonto;
  @Field({ description: 'Om Innsyn viser posten fra kontoen. Feltet konto.aktivert sier om kontoen kan sende.' })
  synlig!: boolean;
  @Field({ ...lastChange.endret, required: false })
  endret?: string;
  @Field({ ...lastChange.endretAv, required: false })
  endretAv?: string;
}
/** The SvarUt accounts of one organisation, with their visibility in Innsyn. */
export class SvarUtSwitches {
  @Field({ example: 3 })
  antall!: number;
  @Field({ type: SvarUtSwitchAnswer, isArray: true })
  kontoer!: SvarUtSwitchAnswer[];
  @Field({ ...lastChange.revisjon, description: 'Revisjonen av valgene for alle kontoene, til If-Match. -1 når ingen har valgt.' })
  revisjon!: number;
}
