import { stringify } from 'csv-stringify';
import { pipeline, Readable } from 'node:stream';
import { z } from 'zod';
import { parsedText } from '../../../application/commands/parsed-text.js';
import type { Hendelse } from '../../../application/revisjon/hendelser.js';
import { revisjon } from '../../../application/views/revisjon.js';
import { parseInstant } from '../../../domain/values/instant.js';
import { documentedAs } from '../openapi/json-schema.js';
import { pageFieldsOf, repeatable } from '../server/input.js';
import { Field } from '../server/shape.js';

const words = (description: string, example: string) => z.string().trim().min(1).max(200).meta({ description, examples: [example] }).optional();
const moment = (description: string) => parsedText(parseInstant, { description, example: '2026-11-23T08:00:00+01:00', format: 'date-time' }).optional();

/** A log position as a query parameter. */
export const position = (description: string, message = 'Må være en posisjon i loggen') =>
  documentedAs(z.string().regex(/^\d{1,18}$/, message).transform(BigInt).optional(), { type: 'integer', format: 'int64', minimum: 0, maximum: Number.MAX_SAFE_INTEGER, example: 4711, description });

/** The moments of a period, as query parameters. */
export const periodeFields = { fra: moment('Starten på perioden'), til: moment('Slutten på perioden, ikke medregnet') };

export const HendelserQuery = z.strictObject({
  hvem: words('Den som handlet, eller den det ble gjort på vegne av: navnet eller deler av det, eller referansen', 'Kari Nordmann'),
  gjelder: words('Tingen eller personen handlingen gjelder: navnet eller deler av det, også et tidligere navn, eller id-en', 'Indeksering: Faktura'),
  hendelse: repeatable(z.enum([...revisjon.types]).meta({ description: 'Typen hendelse' })),
  ...periodeFields,
  sortering: z.enum(['ELDSTE_FORST', 'NYESTE_FORST']).default('ELDSTE_FORST').meta({ description: 'Rekkefølgen, etter posisjonen i loggen' }),
  fraPosisjon: position('Den første posisjonen i loggen'),
  tilPosisjon: position('Posisjonen som linjene kommer før'),
  fortsettFra: position('Posisjonen til den siste linjen på siden før, slik Link har den', 'Må være hentet fra adressen i Link'),
  antall: pageFieldsOf(100).antall,
});
export type HendelserQuery = z.output<typeof HendelserQuery>;

export class Nevnt {
  @Field({ example: 'person:3f1c2a9e-7b64-4d0f-9a51-0c8e5d2b7f10', description: 'Referansen, som er den samme i alle linjer' })
  referanse!: string;
  @Field({ example: 'Kari Nordmann', description: 'Navnet. [slettet] når personen er glemt og navnet ikke lenger tas vare på.' })
  navn!: string;
}
export class Ting {
  @Field({ example: 'integration' })
  type!: string;
  @Field({ example: '3f1c2a9e-7b64-4d0f-9a51-0c8e5d2b7f10' })
  id!: string;
  @Field({ required: false, example: 'Indeksering: Faktura', description: 'Navnet den gang. For en melding i Innsyn er det navnet på avsenderen.' })
  navn?: string;
}

/** A line of the audit trail, with names. */
export class RevisjonHendelse {
  @Field({ type: 'integer', format: 'int64', example: 4711, description: 'Posisjonen til hendelsen i loggen' })
  posisjon!: number;
  @Field({ format: 'date-time' })
  tidspunkt!: string;
  @Field({ type: Nevnt, description: 'Den som gjorde det' })
  hvem!: Nevnt;
  @Field({ type: Nevnt, required: false, description: 'Den det ble gjort på vegne av' })
  paVegneAv?: Nevnt;
  @Field({ example: 'Ga «Indeksering: Faktura» tilgangen «Kan lagre fakturaer i Innsyn» under Innsyn' })
  hva!: string;
  @Field({ example: 'AccessGranted', description: 'Typen hendelse' })
  hendelse!: string;
  @Field({ format: 'uuid' })
  hendelseId!: string;
  @Field({ type: Ting, description: 'Tingen som ble endret' })
  gjelder!: Ting;
  @Field({ type: Nevnt, required: false, description: 'Personen det gjelder, for eksempel en ny administrator' })
  person?: Nevnt;
  @Field({ example: 'INNSYN' })
  tjeneste!: string;
  @Field({ type: 'object', additionalProperties: true, selfRequired: false, description: 'Verdiene før' })
  for?: Readonly<Record<string, unknown>>;
  @Field({ type: 'object', additionalProperties: true, selfRequired: false, description: 'Verdiene etter' })
  etter?: Readonly<Record<string, unknown>>;
  @Field({ type: 'object', additionalProperties: { type: 'array', items: { type: 'string' } }, selfRequired: false, example: { INNSYN: ['INNSYN.INDEX.FAKTURA'] }, description: 'Tilgangene som en integrasjon mistet fordi den ble koblet fra eller slettet, etter tjeneste' })
  mistet?: Readonly<Record<string, readonly string[]>>;
  @Field()
  requestId!: string;
}

/** The line as it is answered. Built field by field, because `shape` drops the values of unknown fields. */
export const hendelseAnswer = ({ posisjon, tidspunkt, hvem, paVegneAv, hva, hendelse, hendelseId, gjelder, person, tjeneste, for: before, etter, mistet, requestId }: Hendelse): RevisjonHendelse => ({
  posisjon: Number(posisjon),
  tidspunkt,
  hvem,
  ...(paVegneAv && { paVegneAv }),
  hva,
  hendelse,
  hendelseId,
  gjelder,
  ...(person && { person }),
  tjeneste,
  ...(before && { for: before }),
  ...(etter && { etter }),
  ...(mistet && { mistet }),
  requestId,
});

const columns: Readonly<Record<string, (linje: RevisjonHendelse) => string | number | undefined>> = {
  posisjon: ({ posisjon }) => posisjon,
  tidspunkt: ({ tidspunkt }) => tidspunkt,
  hvem: ({ hvem }) => hvem.navn,
  hvemReferanse: ({ hvem }) => hvem.referanse,
  paVegneAv: ({ paVegneAv }) => paVegneAv?.navn,
  paVegneAvReferanse: ({ paVegneAv }) => paVegneAv?.referanse,
  hva: ({ hva }) => hva,
  hendelse: ({ hendelse }) => hendelse,
  hendelseId: ({ hendelseId }) => hendelseId,
  gjelderType: ({ gjelder }) => gjelder.type,
  gjelderId: ({ gjelder }) => gjelder.id,
  gjelderNavn: ({ gjelder }) => gjelder.navn,
  person: ({ person }) => person?.navn,
  personReferanse: ({ person }) => person?.referanse,
  tjeneste: ({ tjeneste }) => tjeneste,
  for: (linje) => linje.for && JSON.stringify(linje.for),
  etter: ({ etter }) => etter && JSON.stringify(etter),
  mistet: ({ mistet }) => mistet && JSON.stringify(mistet),
  requestId: ({ requestId }) => requestId,
};

/** Lines as CSV for a Norwegian spreadsheet: semicolons, a byte order mark, and no formulas. */
export function csvOf(lines: AsyncIterable<RevisjonHendelse>): Readable {
  const rows = async function* () {
    for await (const linje of lines) yield Object.values(columns).map((column) => column(linje));
  };
  const csv = stringify({ header: true, columns: Object.keys(columns), delimiter: ';', bom: true, escape_formulas: true });
  // An error of the source is one of the result, which its reader gets.
  return pipeline(Readable.from(rows()), csv, () => undefined);
}
