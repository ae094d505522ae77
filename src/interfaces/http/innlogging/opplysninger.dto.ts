import { Field } from '../server/shape.js';

/** The person herself. */
export class OpplysningerOmMeg {
  @Field({ format: 'uuid', description: 'Referansen til deg i loggen' })
  referanse!: string;
  @Field({ required: false })
  fodselsnummer?: string;
  @Field({ required: false })
  navn?: string;
  @Field({ required: false, example: '4601' })
  valgtKommune?: string;
}

/** Everything that is held about a person. */
export class OpplysningerAnswer {
  @Field({ format: 'date-time' })
  laget!: string;
  @Field({ type: OpplysningerOmMeg, isArray: true })
  meg!: OpplysningerOmMeg[];
  @Field({ type: Object, isArray: true, description: 'Rollene dine, med når du fikk dem, når de utløper, og når du sist brukte dem' })
  tilganger!: object[];
  @Field({ type: Object, isArray: true, description: 'Meldingene til deg, med innholdet' })
  meldinger!: object[];
  @Field({ type: Object, isArray: true, description: 'Søk på vegne av deg, og oppslag om deg' })
  innsynslogg!: object[];
  @Field({ type: Object, isArray: true, description: 'Det du har gjort i en rolle, og det andre har gjort med rollene dine' })
  hendelser!: object[];
}
