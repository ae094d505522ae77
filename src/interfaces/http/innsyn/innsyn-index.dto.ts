import { z } from 'zod';
import { fodselsnumre } from '../../../application/commands/fodselsnumre.js';
import { parsedText, parseOrIssue } from '../../../application/commands/parsed-text.js';
import { within, type Mottaker, type SentMelding } from '../../../application/use-cases/index-meldinger.js';
import { Faults, type Fault } from '../../../domain/kernel/domain-error.js';
import { meldingsfeil, senderversjoner } from '../../../domain/meldingsformat/meldingsformat.js';
import { parseEksternRef } from '../../../domain/values/ekstern-ref.js';
import { InexactNumber, parseExactJson } from '../../../domain/values/exact-json.js';
import { parseInstant } from '../../../domain/values/instant.js';
import { formatFiks, parseMatrikkelnummer } from '../../../domain/values/matrikkelnummer.js';
import type { Meldingstype } from '../../../domain/values/meldingstype.js';
import { parseOrganisasjonsnummer } from '../../../domain/values/organisasjonsnummer.js';
import { documentedAs, jsonSchemaOf } from '../openapi/json-schema.js';
import { requireStorable } from '../server/input-pipe.js';
import { tooLargeNumber, withoutUndefined, uuid } from '../server/input.js';
import { fieldProblems } from '../server/problem.filter.js';
import { Field } from '../server/shape.js';
import { inSlices } from '../server/slices.js';

const identifikatortyper = ['ORGANISASJONSNUMMER', 'FODSELSNUMMER', 'MATRIKKELNUMMER', 'OFFENTLIG'] as const;

const EksponertFor = z
  .object({
    identifikatorType: z.enum(identifikatortyper).meta({ examples: ['FODSELSNUMMER'] }),
    verdi: z.string().max(50).meta({
      description: 'Fødselsnummer, organisasjonsnummer eller matrikkelnummer på formen <kommunenr>-<gardsnr>/<bruksnr>/<festenr>/<seksjonsnr>',
      examples: ['12818510088'],
    }),
  })
  .meta({ title: 'EksponertFor' })
  .transform(({ identifikatorType, verdi }, context) => parseOrIssue(context, () => mottaker(identifikatorType, verdi), ['verdi']));

function mottaker(type: (typeof identifikatortyper)[number], verdi: string): Mottaker {
  switch (type) {
    case 'FODSELSNUMMER':
      return { type, verdi: fodselsnumre.parse(verdi) };
    case 'ORGANISASJONSNUMMER':
      return { type, verdi: parseOrganisasjonsnummer(verdi) };
    case 'MATRIKKELNUMMER':
      return { type, verdi: formatFiks(parseMatrikkelnummer(verdi)) };
    case 'OFFENTLIG':
      return { type };
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true });

const Metadata = z
  .string()
  .meta({ description: 'Metadata til meldingen: et JSON-objekt i base64', examples: [Buffer.from('{"type":"SAK","tittel":"Fartsdemping i Storgata"}').toString('base64')] })
  .transform((text, context): object => {
    if (/^[A-Za-z0-9+/]*={0,2}$/.test(text))
      try {
        const json = parseExactJson(utf8.decode(Buffer.from(text, 'base64')));
        if (typeof json === 'object' && json !== null) return json;
      } catch (error) {
        if (error instanceof InexactNumber) {
          context.addIssue({ code: 'custom', path: [...error.path], message: tooLargeNumber, params: { code: 'FOR_STORT_TALL' } });
          return z.NEVER;
        }
        // The issue is added below.
      }
    context.addIssue({ code: 'custom', message: 'Må være et JSON-objekt i base64', params: { code: 'UGYLDIG_MELDINGMETADATA' } });
    return z.NEVER;
  });

/** One message of `indexRequest`. Unknown fields are ignored. */
const Melding = z.object({
  meldingId: uuid('Meldingens id hos avsenderen'),
  sikkerhetsniva: z.int().min(0).max(9).meta({ description: 'Innloggingsnivået som meldingen krever', examples: [3] }),
  eksponertFor: EksponertFor,
  fiksOrganisasjonId: uuid('Organisasjonen som har ansvar for meldingen'),
  versjon: z.enum(senderversjoner).meta({ title: 'Meldingsversjon', description: 'Meldingstypen, med versjonen av metadata', examples: ['MAPPE_V1'] }),
  meldingMetadata: Metadata,
  eksternRef: parsedText(parseEksternRef, { description: 'Referansen til en gruppe av meldinger. Avsenderen kan slette hele gruppen med den.', example: 'Sak 2026/14' }).optional(),
  tilgjengeligTil: parsedText(parseInstant, { description: 'Tidspunktet meldingen vises til. Tjenesten sletter meldingen en tid etterpå.', example: '2027-01-01T00:00:00Z', format: 'date-time' }).optional(),
}).meta({ title: 'Melding' });

/** The body of `indexRequest`. Its messages are parsed afterwards, by `parseMeldinger`. */
export const IndexBody = z.strictObject({ meldinger: z.array(documentedAs(z.unknown(), jsonSchemaOf(Melding))).min(1) });
export type IndexBody = z.output<typeof IndexBody>;

/**
 * Parses the messages, in slices, because a request may have thousands of them. Throws `InvalidFields` with every fault. The
 * text of each begins with the sender's `meldingId`.
 */
export const parseMeldinger = (meldinger: readonly unknown[]): Promise<SentMelding[]> => inSlices(eachParsed(meldinger));

function* eachParsed(meldinger: readonly unknown[]): Generator<void, SentMelding[]> {
  const parsed: SentMelding[] = [];
  const numbers: number[] = [];
  const faults = new Faults();
  for (const [n, sent] of meldinger.entries()) {
    const { data, error } = Melding.safeParse(sent);
    if (data) {
      requireStorable(data, ['meldinger', n]);
      const { fiksOrganisasjonId: fiksOrgId, meldingMetadata: metadata, eksternRef, tilgjengeligTil, ...rest } = data;
      parsed.push({ ...rest, fiksOrgId, metadata, ...withoutUndefined({ eksternRef, tilgjengeligTil }) });
      numbers.push(n);
    } else faults.add(...faultsOf(sent, error.issues).map(within(n)));
    yield;
  }
  if (faults.any)
    for (const [nth, { meldingId, versjon, metadata }] of parsed.entries()) {
      faults.add(...meldingsfeil(meldingId, versjon, metadata).map(within(numbers[nth]!)));
      yield;
    }
  faults.refuse();
  return parsed;
}

function faultsOf(sent: unknown, issues: readonly z.core.$ZodIssue[]): readonly Fault[] {
  const id = uuid('').safeParse((sent as { meldingId?: unknown } | null)?.meldingId);
  const name = `Melding ${id.success ? id.data : 'uten gyldig meldingId'}`;
  return issues.flatMap((issue) => fieldProblems(issue, '')).map(({ felt, melding, kode }) => ({ felt, kode, melding: `${name}: ${felt ? `${felt}: ` : ''}${melding}` }));
}

/** KS Fiks' types of message, in a request to delete. The value is the type in this service; undefined when it has none. */
const slettbare = {
  faktura: 'faktura',
  mappe: 'mappe',
  journalpost: 'journalpost',
  barnevernmappe: undefined,
  barnevernjournalpost: undefined,
  byggesak: undefined,
  innsendtskjema: 'innsendtskjema',
  skjemakladd: 'skjemakladd',
  matrikkelenhet: undefined,
  kommunaltjeneste: undefined,
  forsendelse: 'post',
} as const satisfies Readonly<Record<string, Meldingstype | undefined>>;
const slettbareNavn = Object.keys(slettbare) as (keyof typeof slettbare)[];

export const SlettBody = z.strictObject({
  meldinger: z
    .array(
      z
        .object({
          fiksOrgId: uuid('Organisasjonen'),
          meldingType: z.enum(slettbareNavn).meta({ title: 'SlettbarMeldingstype', description: 'Meldingstypen. En melding av en annen type finnes ikke.', examples: ['mappe'] }),
          meldingId: uuid('Meldingens id hos avsenderen'),
        })
        .meta({ title: 'MeldingSomSlettes' }),
    )
    .min(1),
});
/** The messages to delete, without those of types that nobody can have sent. */
export const slettesOf = ({ meldinger }: SlettBody, integrasjonId: string) =>
  meldinger.flatMap(({ meldingType, ...melding }) => {
    const type = slettbare[meldingType];
    return type === undefined ? [] : [{ ...melding, integrasjonId, type }];
  });
export type SlettBody = z.output<typeof SlettBody>;

export const SlettQuery = z.strictObject({
  fiksOrganisasjonId: uuid('Organisasjonen'),
  eksternRef: parsedText(parseEksternRef, { description: 'Bare meldinger med denne referansen', example: 'Sak 2026/14' }).optional(),
  meldingId: uuid('Bare denne meldingen').optional(),
});
export type SlettQuery = z.output<typeof SlettQuery>;

const int32 = { type: 'integer', format: 'int32' } as const;
/** The outcome of `indexRequest`: counts of messages. */
export class IndexAnswer {
  @Field({ ...int32, description: 'Antall nye meldinger', example: 4000 })
  opprettet!: number;
  @Field({ ...int32, description: 'Antall meldinger som fantes fra før, også uendrede', example: 1000 })
  oppdatert!: number;
  @Field({ ...int32, example: 0 })
  manglerSamtykke!: number;
  @Field({ type: String, isArray: true, description: 'Id-ene til meldinger som mangler samtykke. Listen er alltid tom.' })
  meldingerUtenSamtykke!: string[];
}

export class SlettAnswer {
  @Field({ type: 'integer', format: 'int64', example: 3 })
  antallSlettet!: number;
}
