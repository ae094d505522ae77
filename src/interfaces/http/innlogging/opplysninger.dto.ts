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
  @Field({ type: String, isArray: true, required: false, description: 'Når du sist var her, og gangen før det' })
  sisteBesok?: string[];
}

/** A copy of all that the database holds about a person. */
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
  @Field({ type: Object, isArray: true, description: 'Det du har lest i revisjonen av organisasjoner' })
  lesinger!: object[];
  @Field({ type: Object, isArray: true, description: 'Innloggingene dine i nettlesere: stedet, når de begynte og sist ble brukt, og virksomheten du handler for' })
  innlogginger!: object[];
}
