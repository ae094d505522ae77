import { z } from 'zod';
import { fodselsnumre } from '../../../application/commands/fodselsnumre.js';
import { parseOrIssue } from '../../../application/commands/parsed-text.js';
import type { Eier } from '../../../application/ports/eiendomsregister.js';
import { parseMatrikkelnummer } from '../../../domain/values/matrikkelnummer.js';
import { parseOrganisasjonsnummer } from '../../../domain/values/organisasjonsnummer.js';
import { Field } from '../server/shape.js';

// Names and fields are those of KS Fiks' document (matrikkel-eier-oppslag-api v1).

const eiertyper = ['FYSISK_PERSON', 'JURIDISK_PERSON'] as const;

/** The owner whose properties are looked up. */
export const EierBody = z
  .strictObject({
    type: z.enum(eiertyper).meta({ title: 'Eiertype', description: 'Om eieren er en person eller en virksomhet', examples: ['FYSISK_PERSON'] }),
    verdi: z.string().max(50).meta({ description: 'Fødselsnummeret eller organisasjonsnummeret til eieren', examples: ['12818510088'] }),
  })
  .transform(({ type, verdi }, context): Eier =>
    parseOrIssue(
      context,
      () => (type === 'FYSISK_PERSON' ? { type, verdi: fodselsnumre.parse(verdi) } : { type, verdi: parseOrganisasjonsnummer(verdi) }),
      ['verdi'],
    ),
  );
export type EierBody = z.output<typeof EierBody>;

const digits = (description: string, example: string) =>
  z
    .string()
    .max(10)
    .regex(/^\d*$/, 'Må bare ha siffer')
    .meta({ description, examples: [example] });

/** A matrikkelnummer in five texts. An empty text is 0. Unknown fields are ignored. */
const Nummer = z
  .object({
    kommunenummer: digits('Kommunenummeret, med nullen foran', '4601'),
    gardsnummer: digits('Gårdsnummeret', '164'),
    bruksnummer: digits('Bruksnummeret', '1203'),
    festenummer: digits('Festenummeret. 0 for en eiendom som ikke er festet bort', '0'),
    seksjonsnummer: digits('Seksjonsnummeret. 0 for en eiendom som ikke er en seksjon', '0'),
  })
  .meta({ title: 'Matrikkelnummerdeler' })
  .transform(({ kommunenummer, ...parts }, context) => {
    const [gnr, bnr, fnr, snr] = [parts.gardsnummer, parts.bruksnummer, parts.festenummer, parts.seksjonsnummer].map((part) => part || '0');
    return parseOrIssue(context, () => parseMatrikkelnummer(`${kommunenummer}-${gnr}/${bnr}/${fnr}/${snr}`));
  });

/** The properties whose owners are looked up. */
export const MatrikkelnumreBody = z.array(Nummer);
export type MatrikkelnumreBody = z.output<typeof MatrikkelnumreBody>;

export class MatrikkelnummerApiModel {
  @Field({ example: '4601', pattern: String.raw`^\d*$` })
  kommunenummer!: string;
  @Field({ example: '164', pattern: String.raw`^\d*$` })
  gardsnummer!: string;
  @Field({ example: '1203', pattern: String.raw`^\d*$` })
  bruksnummer!: string;
  @Field({ example: '0', pattern: String.raw`^\d*$`, description: '0 for en eiendom som ikke er festet bort' })
  festenummer!: string;
  @Field({ example: '0', pattern: String.raw`^\d*$`, description: '0 for en eiendom som ikke er en seksjon' })
  seksjonsnummer!: string;
}
export class AdresseApiModel {
  @Field({ example: 'Eksempelgaten' })
  veg!: string;
  @Field({ required: false, example: '1' })
  nummer?: string;
  @Field({ required: false, example: 'B' })
  bokstav?: string;
}
export class MatrikkelApiModel {
  @Field({ type: MatrikkelnummerApiModel })
  matrikkelnummer!: MatrikkelnummerApiModel;
  @Field({ type: AdresseApiModel, isArray: true, uniqueItems: true })
  adresser!: AdresseApiModel[];
}
export class EiendommerSokeresultatApiModel {
  @Field({ type: MatrikkelApiModel, isArray: true, uniqueItems: true, description: 'Eiendommene. Listen er tom når eieren ikke har noen.' })
  matrikler!: MatrikkelApiModel[];
}
export class EierApiModel {
  @Field({ enum: eiertyper })
  type!: string;
  @Field({ example: '12818510088', description: 'Fødselsnummeret eller organisasjonsnummeret til eieren' })
  verdi!: string;
}
export class EnhetResultatApiModel {
  @Field({ type: MatrikkelnummerApiModel })
  matrikkelnummer!: MatrikkelnummerApiModel;
  @Field({ type: EierApiModel, isArray: true, uniqueItems: true, description: 'Eierne, hver én gang. Listen er tom for en eiendom som er delt i seksjoner, for hver seksjon har egne eiere.' })
  eiere!: EierApiModel[];
}
export class SokeresultatApiModel {
  @Field({ type: EnhetResultatApiModel, isArray: true, uniqueItems: true, description: 'Eiendommene som finnes i matrikkelen. Andre er utelatt.' })
  enhetResultater!: EnhetResultatApiModel[];
}
