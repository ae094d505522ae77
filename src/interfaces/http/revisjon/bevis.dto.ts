import { z } from 'zod';
import { documentedAs } from '../openapi/json-schema.js';
import { pageFieldsOf, wholeNumber } from '../server/input.js';
import { Field } from '../server/shape.js';

const integer = (example: number, maximum: number) => ({ type: 'integer', format: 'int64', minimum: 0, maximum, example });
const digits = (most: number) => z.string().regex(new RegExp(`^\\d{1,${most}}$`), 'Må være et helt tall').transform(Number);

/** A number of events, as it stands in a checkpoint. */
const size = (description: string) => documentedAs(digits(15), { ...integer(128, 10 ** 15 - 1), description });

export const KontrollpunktQuery = z.strictObject({ storrelse: size('Antallet hendelser i kontrollpunktet. Utelat det for det siste').optional() });
export const KontrollpunkterQuery = z.strictObject({ etter: size('Antallet hendelser som kontrollpunktene skal ha mer enn').default(0), antall: pageFieldsOf(500).antall });
export const FlisQuery = z.strictObject({ bredde: wholeNumber(1, 256, 256, 'Antall hasher du ber om, fra den første') });
export const BevisQuery = z.strictObject({ posisjon: documentedAs(z.string().regex(/^\d{1,18}$/, 'Må være posisjonen til en hendelse').transform(BigInt), { ...integer(4711, Number.MAX_SAFE_INTEGER), description: 'Posisjonen til hendelsen: `Log-Position` i svaret på endringen' }) });
export const KonsistensQuery = z.strictObject({ fra: size('Antallet hendelser i det tidligere kontrollpunktet'), til: size('Antallet hendelser i det senere') });
export const LoggQuery = z.strictObject({ fra: size('Nummeret på den første linjen, fra 0').default(0) });
/** The level of a tile: 256⁷ leaves are more than a log can have. */
export const nivaParam = documentedAs(digits(1), integer(0, 9));
/** The number of a tile in its level. */
export const nummerParam = documentedAs(digits(12), integer(0, 10 ** 12 - 1));

/** A signed checkpoint of the log. */
export class Kontrollpunkt {
  @Field({ description: 'Antall hendelser i loggen', example: 128 })
  storrelse!: number;
  @Field({
    description: 'Kontrollpunktet som signert notat (C2SP signed-note og tlog-checkpoint)',
    example: 'min-kommune/logg/3f1c2a9e-7b64-4d0f-9a51-0c8e5d2b7f10\n128\nqJclk1o2eVpDR4wTqfcS7w7wWJcbFWRjWHXvyWbEkhY=\n\n— min-kommune/logg/3f1c2a9e-7b64-4d0f-9a51-0c8e5d2b7f10 oR3m…\n',
  })
  notat!: string;
}

/** A log that an operator has ended, because a new one has begun in its place. */
export class AvsluttetLogg {
  @Field({ format: 'uuid' })
  id!: string;
  @Field({ format: 'date-time', description: 'Tidspunktet da den nye loggen begynte' })
  avsluttet!: string;
  @Field({ description: 'Grunnen til at en ny logg ble begynt', example: 'Sikkerhetskopien fra 14. mars er lagt tilbake' })
  grunn!: string;
  @Field({ required: false, description: 'Det siste kontrollpunktet i den avsluttede loggen, som signert notat' })
  notat?: string;
}

/** The key that checks the checkpoints. */
export class Nokkel {
  @Field({ description: 'Nøkkelen som kontrollerer kontrollpunktene, som <navn>+<id>+<nøkkel>', example: 'min-kommune/logg/3f1c2a9e-7b64-4d0f-9a51-0c8e5d2b7f10+8cbc03ac+AQEB' })
  nokkel!: string;
  @Field({ type: String, isArray: true, description: 'Nøklene som ble brukt tidligere. De kontrollerer kontrollpunktene fra den gang.', example: [] })
  tidligere!: string[];
  @Field({ type: AvsluttetLogg, isArray: true, description: 'Loggene som er avsluttet, den siste først' })
  avsluttedeLogger!: AvsluttetLogg[];
}

/** Hashes of the tree, 32 bytes each. */
export class Flis {
  @Field({ description: 'Hashene etter hverandre, i base64', example: 'qJclk1o2eVpDR4wTqfcS7w7wWJcbFWRjWHXvyWbEkhY=' })
  hasher!: string;
}

/** A proof that one event is in the log. */
export class Bevis {
  @Field({ description: 'Beviset, som C2SP tlog-proof: formatet, nummeret på linjen, hashene og kontrollpunktet', example: 'c2sp.org/tlog-proof@v1\nindex 17\n…' })
  bevis!: string;
}

/** A proof that a log is the beginning of another. */
export class Konsistens {
  @Field({ description: 'Hashene i beviset (RFC 9162, 2.1.4), i base64', isArray: true, type: String, example: ['qJclk1o2eVpDR4wTqfcS7w7wWJcbFWRjWHXvyWbEkhY='] })
  hasher!: string[];
}
