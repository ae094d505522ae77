import { deler } from '../../../application/ports/not-set-up.js';
import { Field } from '../server/shape.js';

export class ByggesAnswer {
  @Field({ format: 'date-time', example: '2026-11-30T12:00:00.000Z' })
  siden!: string;
  @Field({ description: 'Grunnen til at visningen ikke er av denne loggen', example: 'loggen slutter i posisjon 120, før posisjon 128, som var tatt inn' })
  grunn!: string;
}
export class ViewAnswer {
  @Field({ example: 'driftsmelding' })
  navn!: string;
  @Field({ example: 1 })
  versjon!: number;
  @Field({ description: 'Antall loggposisjoner visningen ligger etter loggen', example: 0 })
  etterslep!: number;
  @Field({ description: 'Alderen på den første hendelsen visningen ikke har tatt inn, i sekunder', example: 0 })
  forsinkelse!: number;
  @Field({ description: 'Om tjenesten svarer fra denne versjonen' })
  iBruk!: boolean;
  @Field({ required: false, description: 'Grunnen til at visningen har stoppet, og hendelsen den stoppet på' })
  stoppet?: string;
  @Field({ required: false, type: ByggesAnswer, description: 'At visningen bygges på nytt av loggen. Den svarer ikke før den er ferdig' })
  bygges?: ByggesAnswer;
}
const engines = ['EventStoreDB', 'PostgreSQL', 'innebygd'];
export class StorageAnswer {
  @Field({ enum: engines, description: 'Databasen som lagrer hendelsesloggen' })
  logg!: string;
  @Field({ enum: engines, description: 'Databasen som lagrer visningene og personopplysningene' })
  visninger!: string;
}
export class ForseglingAnswer {
  @Field({ required: false, description: 'Antall hendelser i det siste kontrollpunktet', example: 128 })
  forseglet?: number;
  @Field({ required: false, description: 'Antall loggposisjoner trærne ligger etter loggen', example: 0 })
  etterslep?: number;
  @Field({ required: false, description: 'Grunnen til at ingenting blir forseglet, eller til at tilstanden ikke kan leses' })
  stoppet?: string;
}
/** The comparison of the log with the registers beside it. Numbers and organisations only. */
export class KontrollAnswer {
  @Field({ format: 'date-time', example: '2026-11-30T12:00:00.000Z' })
  tidspunkt!: string;
  @Field({ description: 'Antall personer som loggen viser til, men som ikke står i registeret og ikke er glemt', example: 0 })
  personerSomMangler!: number;
  @Field({ description: 'Antall personer i registeret som loggen ikke viser til, for eksempel innbyggere som bare har sett på siden sin', example: 0 })
  personerUtenReferanse!: number;
  @Field({ description: 'Antall personer som er glemt ifølge loggen, men ennå står i registeret', example: 0 })
  glemteSomFinnes!: number;
  @Field({ description: 'Antall mottakere av meldinger uten nøkkel. Ingen kan lese meldingene', example: 0 })
  noklerSomMangler!: number;
  @Field({ type: String, isArray: true, format: 'uuid', description: 'fiksOrgId til organisasjonene som ikke har noen kjent administrator igjen' })
  utenAdministrator!: string[];
  @Field({ required: false, description: 'Hva som er galt, og hva driften må gjøre' })
  feil?: string;
}
/** The part of the health that anybody may know. A degraded service is up. */
export class UpAnswer {
  @Field({ enum: ['oppe', 'nede'] })
  status!: string;
}
/** As `UpAnswer`, when the storage does not answer. */
export class DownAnswer extends UpAnswer {}
/** The health, as the platform sees it. All others get the first field, which then is `oppe` or `nede`. */
export class HealthAnswer {
  @Field({ enum: ['oppe', 'svekket', 'nede'] })
  status!: string;
  @Field({ required: false, enum: ['oppe', 'nede'], description: 'Om søket svarer' })
  sok?: string;
  @Field({ required: false, description: 'Posisjonen til den siste hendelsen i loggen', example: '1234' })
  loggposisjon?: string;
  @Field({ required: false, type: StorageAnswer, description: 'Databasene tjenesten bruker' })
  lagring?: StorageAnswer;
  @Field({ required: false, type: ForseglingAnswer, description: 'Forseglingen av loggen' })
  forsegling?: ForseglingAnswer;
  @Field({ required: false, enum: deler, isArray: true, description: 'Det tjenesten ikke er koblet til. Det som trenger det, svarer 503 IKKE_SATT_OPP' })
  ikkeSattOpp?: string[];
  @Field({ required: false, type: KontrollAnswer, description: 'Om databasen passer til loggen' })
  kontroll?: KontrollAnswer;
  @Field({ required: false, type: ViewAnswer, isArray: true })
  visninger?: ViewAnswer[];
}
/** As `HealthAnswer`, when the storage does not answer. A schema of its own, because clients make an error class of it. */
export class DownHealthAnswer extends HealthAnswer {}
