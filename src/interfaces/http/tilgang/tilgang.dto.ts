import { z } from 'zod';
import { parsedText } from '../../../application/commands/parsed-text.js';
import { utvalg, varselDager, type Tilgangsgjennomgang as Funnet } from '../../../application/tilgang/tilgangsgjennomgang.js';
import { parsePrivilegium, privilegier } from '../../../domain/privilegier.js';
import { Tilgang, TilgangBody } from '../forvaltning/autorisasjon.dto.js';
import { pageFieldsOf, uuid } from '../server/input.js';
import { Field, Listing, shape } from '../server/shape.js';

const lastDay = 'Den siste dagen tilgangen gjelder, i norsk tid';

export const TilgangMedUtlopBody = TilgangBody.extend({
  ressurs: uuid('Ressursen tilgangen gjelder'),
  utlop: z.iso.date().optional().meta({ description: `${lastDay}. Uten dato har tilgangen ingen slutt.`, examples: ['2027-06-30'] }),
}).meta({ title: 'TilgangMedUtlopsdato' });
export type TilgangMedUtlopBody = z.output<typeof TilgangMedUtlopBody>;

/** A tilgang as it was given, with its last day. */
export class TilgangMedUtlop extends Tilgang {
  @Field({ required: false, format: 'date', description: `${lastDay}. Mangler når den ikke har noen slutt.`, example: '2027-06-30' })
  utlop?: string;
}

export const GjennomgangQuery = z.strictObject({
  utvalg: z.enum(utvalg).default('ALLE').meta({
    description: `Alle tilganger, de som utløper innen ${varselDager} dager, eller de som ingen har gjennomgått det siste året`,
    examples: ['IKKE_GJENNOMGATT'],
  }),
  ...pageFieldsOf(200),
});
export type GjennomgangQuery = z.output<typeof GjennomgangQuery>;

export const GjennomgangBody = z.strictObject({
  tilganger: z
    .array(
      z.strictObject({
        aktor: uuid('Id-en til personen eller integrasjonen (aktorId)'),
        ressurs: uuid('Ressursen tilgangen gjelder'),
        privilegium: parsedText(parsePrivilegium, { description: 'Tilgangen', example: 'ADMIN' }),
        avgjorelse: z.enum(['BEHOLD', 'FJERN']).meta({ description: 'Om tilgangen beholdes eller fjernes', examples: ['BEHOLD'] }),
      }),
    )
    .min(1)
    .max(500),
});
export type GjennomgangBody = z.output<typeof GjennomgangBody>;

/** A tilgang to be reviewed. */
export class TilgangTilGjennomgang {
  @Field({ format: 'uuid', description: 'Id-en til personen eller integrasjonen' })
  aktor!: string;
  @Field({ enum: ['PERSON', 'INTEGRASJON'] })
  aktorType!: string;
  @Field({ required: false, description: 'Navnet på personen eller integrasjonen', example: 'Syntetisk Administrator Bergen' })
  navn?: string;
  @Field({ format: 'uuid' })
  ressurs!: string;
  @Field({ description: 'ORGANISASJON, eller undertjenesten tilgangen gjelder', example: 'INNSYN' })
  omrade!: string;
  @Field({ enum: privilegier.map(({ navn }) => navn), example: 'ADMIN' })
  privilegium!: string;
  @Field({ required: false, format: 'date-time', description: 'Tidspunktet aktøren har hatt tilgangen siden' })
  gitt?: string;
  @Field({ required: false, description: 'Navnet på den som ga tilgangen', example: 'Plattformen' })
  gittAvNavn?: string;
  @Field({ required: false, format: 'date', description: 'Dagen tilgangen sist ble brukt. Mangler når den ikke er brukt siden tjenesten begynte å notere det.' })
  sistBrukt?: string;
  @Field({ required: false, format: 'date', description: `${lastDay}. Mangler når den ikke har noen slutt.` })
  utlop?: string;
  @Field({ description: `Om tilgangen utløper innen ${varselDager} dager` })
  utloperSnart!: boolean;
  @Field({ required: false, format: 'date', description: 'Dagen noen sist gjennomgikk tilgangen og beholdt den' })
  gjennomgatt?: string;
  @Field({ required: false, description: 'Navnet på den som gjennomgikk den', example: 'Syntetisk Administrator Bergen' })
  gjennomgattAvNavn?: string;
  @Field({ description: 'Om ingen har gjennomgått tilgangen det siste året' })
  ikkeGjennomgatt!: boolean;
}

export class Tilgangsgjennomgang extends Listing {
  @Field({ type: TilgangTilGjennomgang, isArray: true })
  treff!: TilgangTilGjennomgang[];
  @Field({ description: `Antall tilganger som utløper innen ${varselDager} dager`, example: 2 })
  utloperSnart!: number;
  @Field({ description: 'Antall tilganger som ingen har gjennomgått det siste året', example: 3 })
  ikkeGjennomgatt!: number;
  @Field({ required: false, format: 'date', description: 'Dagen for den siste gjennomgangen. Mangler før den første.' })
  sistGjennomgatt?: string;
}

export const gjennomgangAnswer = ({ tilganger, antall, ...tall }: Funnet, { fra, antall: asked }: GjennomgangQuery): Tilgangsgjennomgang =>
  shape(Tilgangsgjennomgang, {
    antallTreff: antall,
    forespurtFra: fra,
    forespurtAntall: asked,
    treff: tilganger.map((one) => ({ ...one, gjennomgatt: one.gjennomgatt?.dag })),
    ...tall,
  });

/** A review as it was recorded. */
export class GjennomgangUtfort {
  @Field({ description: 'Antall tilganger som ble beholdt', example: 12 })
  beholdt!: number;
  @Field({ description: 'Antall tilganger som ble fjernet', example: 1 })
  fjernet!: number;
}
