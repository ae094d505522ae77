import { z } from 'zod';
import { parsedText } from '../../../application/commands/parsed-text.js';
import { porter } from '../../../application/innlogging/sessions.js';
import { parseKommunenummer } from '../../../domain/values/kommunenummer.js';
import { parseOrganisasjonsnummer } from '../../../domain/values/organisasjonsnummer.js';
import { undertjenester } from '../../../domain/values/undertjeneste.js';
import { Field } from '../server/shape.js';

export const KommuneBody = z.strictObject({
  kommunenummer: parsedText(parseKommunenummer, { description: 'Kommunen din. Uten den gjelder kommunen som sist sendte deg post.', example: '4601', pattern: '^\\d{4}$' }).optional(),
});
export type KommuneBody = z.output<typeof KommuneBody>;

export const RepresentererBody = z.strictObject({
  orgnr: parsedText(parseOrganisasjonsnummer, { description: 'Virksomheten du vil handle for. Uten den handler du for deg selv.', example: '910753614', pattern: '^[0-9]{9}$' }).optional(),
});
export type RepresentererBody = z.output<typeof RepresentererBody>;

/** The kommune of a person. */
export class EgenKommuneAnswer {
  @Field({ format: 'uuid' })
  fiksOrgId!: string;
  @Field({ example: 'Bergen' })
  navn!: string;
  @Field({ example: '4601' })
  kommunenummer!: string;
}

/** An organisation that a person may act for. */
export class RepresentertAnswer {
  @Field({ example: '910753614' })
  orgnr!: string;
  @Field({ example: 'Eksempel Havn AS' })
  navn!: string;
}

/** A role in an organisation, or in one of its undertjenester. */
export class EgenRolle {
  @Field({ enum: ['ADMIN', 'REVISOR'] })
  rolle!: string;
  @Field({ required: false, enum: undertjenester, description: 'Undertjenesten rollen gjelder. Mangler den, gjelder rollen hele organisasjonen.' })
  undertjeneste?: string;
}

/** An organisation where a person has a role. */
export class EgenOrganisasjonAnswer {
  @Field({ format: 'uuid' })
  fiksOrgId!: string;
  @Field({ example: 'Bergen' })
  navn!: string;
  @Field({ example: '964338531' })
  organisasjonsnummer!: string;
  @Field({ required: false, example: '4601' })
  kommunenummer?: string;
  @Field({ required: false, example: '46' })
  fylkesnummer?: string;
  @Field({ type: EgenRolle, isArray: true })
  roller!: EgenRolle[];
  @Field({ type: String, isArray: true, description: 'Endringene du kan gjøre her, med denne innloggingen', example: ['CreateIntegration'] })
  kan!: string[];
}

/** The caller. */
export class MegAnswer {
  @Field({ required: false, description: 'Navnet ditt, når innloggingen har gitt oss det', example: 'Kari Syntetisk' })
  navn?: string;
  @Field({ required: false, format: 'uuid', description: 'Referansen til deg i loggen. Plattformen har ingen.' })
  personId?: string;
  @Field({ required: false, description: 'Sikkerhetsnivået du er logget inn på: 3 eller 4', example: 4 })
  innloggingsniva?: number;
  @Field({ required: false, enum: porter, description: 'Stedet du logget inn. Et token har ikke noe.' })
  porten?: string;
  @Field({ description: 'Om du er den som drifter plattformen' })
  plattform!: boolean;
  @Field({ type: EgenKommuneAnswer, required: false, description: 'Kommunen din: den du har valgt, ellers den som sist sendte deg post' })
  egenKommune?: EgenKommuneAnswer;
  @Field({ type: RepresentertAnswer, required: false, description: 'Virksomheten du har valgt å handle for' })
  representerer?: RepresentertAnswer;
  @Field({ type: RepresentertAnswer, isArray: true, description: 'Virksomhetene du kan handle for' })
  kanRepresentere!: RepresentertAnswer[];
  @Field({ required: false, description: 'Sann når rolleregisteret ikke svarer akkurat nå. Da er kanRepresentere tom, og du kan spørre igjen om litt.' })
  kanRepresentereUkjent?: boolean;
  @Field({ type: EgenOrganisasjonAnswer, isArray: true, description: 'Organisasjonene der du har en rolle' })
  organisasjoner!: EgenOrganisasjonAnswer[];
}
