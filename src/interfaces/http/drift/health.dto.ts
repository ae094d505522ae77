import { Field } from '../server/shape.js';

export class ViewAnswer {
  @Field({ example: 'driftsmelding' })
  navn!: string;
  @Field({ example: 1 })
  versjon!: number;
  @Field({ description: 'Hvor langt visningen ligger etter loggen, i posisjoner', example: 0 })
  etterslep!: number;
  @Field({ description: 'Om det svares fra denne versjonen' })
  iBruk!: boolean;
  @Field({ required: false, description: 'Hvorfor visningen har stoppet, og på hvilken hendelse' })
  stoppet?: string;
}
const engines = ['EventStoreDB', 'PostgreSQL', 'innebygd'];
export class StorageAnswer {
  @Field({ enum: engines, description: 'Hvor hendelsesloggen er' })
  logg!: string;
  @Field({ enum: engines, description: 'Hvor visningene og personene er' })
  visninger!: string;
}
export class HealthAnswer {
  @Field({ enum: ['oppe', 'svekket', 'nede'] })
  status!: string;
  @Field({ required: false, enum: ['oppe', 'nede'], description: 'Om søket svarer' })
  sok?: string;
  @Field({ required: false, description: 'Posisjonen til den siste hendelsen i loggen', example: '1234' })
  loggposisjon?: string;
  @Field({ required: false, type: StorageAnswer, description: 'Hva tjenesten lagrer i' })
  lagring?: StorageAnswer;
  @Field({ type: ViewAnswer, isArray: true })
  visninger!: ViewAnswer[];
}
