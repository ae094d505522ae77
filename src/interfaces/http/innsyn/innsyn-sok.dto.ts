import { z } from 'zod';
import type { Sporring } from '../../../application/innsyn/delsok.js';
import { matrikkelnummerOf, type Eiendomsfilter } from '../../../application/innsyn/eiendom.js';
import { maxKorrelasjonIdLength } from '../../../application/innsyn/search-documents.js';
import { searchLimits } from '../../../application/innsyn/search-limits.js';
import { defaultOrganisasjoner, type Sokefilter } from '../../../application/innsyn/sok.js';
import { meldingVersjoner } from '../../../application/innsyn/versjoner.js';
import { parseDag } from '../../../domain/values/dag.js';
import { parseKommunenummerToday } from '../../../domain/values/kommunenummer.js';
import { formatFiks } from '../../../domain/values/matrikkelnummer.js';
import { parseOrganisasjonsnummer } from '../../../domain/values/organisasjonsnummer.js';
import { withoutUndefined, repeatable, pageFieldsOf, parsedText, uuid, wholeNumber } from '../server/input.js';

/** The query parameters of every search and look-up. */
export const innsynFields = {
  akseptertMeldingVersjon: repeatable(z.string().regex(/^[A-Za-z]{1,40}V\d{1,3}$/, 'Må være en versjon, for eksempel mappeV1')).meta({
    description: 'En versjon av metadata som klienten kan lese. Parameteren kan gjentas. Tjenesten viser et treff i den høyeste oppgitte versjonen av typen, og utelater treff som ikke finnes i noen oppgitt versjon.',
    examples: meldingVersjoner.slice(0, 1),
  }),
  onBehalfOf: parsedText(parseOrganisasjonsnummer, {
    description: 'Organisasjonsnummeret til virksomheten innbyggeren søker på vegne av. Innbyggeren må ha rettighet i Altinn.',
    example: '910753614',
  }).optional(),
};

const queryOf = (antall: number) =>
  z.strictObject({
    term: z.string().max(200).default('').meta({ description: 'Søkeord', examples: ['garasje'] }),
    ...pageFieldsOf(antall),
    sortering: z.enum(['DATO_ASC', 'DATO_DESC', 'RELEVANS']).default('RELEVANS'),
    ...innsynFields,
  });
export const EiendomQuery = queryOf(50);
export type EiendomQuery = z.output<typeof EiendomQuery>;
export const SokQuery = EiendomQuery.extend({
  antallOrganisasjoner: wholeNumber(0, searchLimits.filterValues, defaultOrganisasjoner, 'Antall organisasjoner du ber om i aggregeringene, dem med flest treff først. Svaret teller dem som ikke kom med.'),
});
export type SokQuery = z.output<typeof SokQuery>;
export const JournalpostQuery = SokQuery.extend({
  forelderDokumentId: z.string().max(200).optional().meta({ description: 'dokumentId til mappen journalpostene ligger i' }),
});
export type JournalpostQuery = z.output<typeof JournalpostQuery>;
const kommune = uuid('fiksOrgId til kommunen der innbyggeren bor').optional();
export const MultiQuery = queryOf(10).extend({ kommune });
export type MultiQuery = z.output<typeof MultiQuery>;

/** Maps the query parameters to the application's `Sporring`. */
export const sporringOf = ({ term, fra, antall, sortering, akseptertMeldingVersjon }: EiendomQuery): Sporring => ({
  term,
  fra,
  antall,
  sortering,
  ...(akseptertMeldingVersjon && { aksepterte: akseptertMeldingVersjon }),
});

/** A filter by a list of values, at most `filterValues`. An empty list becomes undefined, so it does not narrow the search. */
const choice = <T extends z.ZodType>(one: T) =>
  z
    .array(one)
    .max(searchLimits.filterValues)
    .optional()
    .transform((list) => (list?.length ? list : undefined));
const organisasjoner = choice(uuid('fiksOrgId'));
const dag = (description: string) => parsedText(parseDag, { description, example: '2026-11-23', format: 'date' }).optional();
const periode = { fraDato: dag('Fra og med dagen, norsk tid'), tilDato: dag('Til og med dagen, norsk tid') };

const common = z.object({ fiksOrganisasjon: organisasjoner, ...periode });
const commonOf = ({ fiksOrganisasjon, fraDato, tilDato }: Partial<z.output<typeof common>>): Sokefilter =>
  withoutUndefined({ fiksOrganisasjon, fra: fraDato?.fra, til: tilDato?.til });

/** Makes the filter optional: an absent body counts as `{}`. */
const optional = <S extends z.core.$ZodLooseShape>(filter: z.ZodObject<S, z.core.$strict>) => filter.prefault({} as never);

export const PeriodeFilter = optional(z.strictObject(common.shape)).transform((filter): Sokefilter => commonOf(filter));
export const MappeFilter = optional(
  z.strictObject({
    ...common.shape,
    mappeType: z.enum(['BYGGESAK', 'SAK']).optional(),
    matrikkelenhetDokumentId: parsedText((text) => formatFiks(matrikkelnummerOf(text)), {
      description: 'dokumentId til en eiendom, slik eiendomssøket gir den',
      example: 'matrikkelenhet_4601-00164-1203-0000-0000',
    }).optional(),
  }),
).transform((filter): Sokefilter => withoutUndefined({ ...commonOf(filter), mappeType: filter.mappeType, matrikkel: filter.matrikkelenhetDokumentId }));

const fakturastatus = z.enum(['BETALT', 'IKKE_BETALT', 'INKASSOVARSEL', 'SENDT_INKASSO', 'INKASSO']);
export const FakturaFilter = optional(
  z.strictObject({
    fiksOrganisasjon: organisasjoner,
    status: choice(fakturastatus),
    arstall: choice(z.string().regex(/^\d{4}$/, 'Må være et årstall').meta({ examples: ['2026'] })),
  }),
).transform((filter): Sokefilter => {
  const { fiksOrganisasjon, status, arstall } = filter;
  // A sender cannot index the status INKASSO. A faktura with SENDT_INKASSO ends there, so the filter matches both.
  return withoutUndefined({ fiksOrganisasjon, arstall, status: status?.flatMap((one) => (one === 'INKASSO' ? ['INKASSO', 'SENDT_INKASSO'] : [one])) });
});

export const KommunaltjenesteFilter = optional(
  z.strictObject({ inkluderteKommuneFiksOrgId: organisasjoner, ekskluderteKommuneFiksOrgId: organisasjoner }),
).transform(
  (filter): Sokefilter =>
    withoutUndefined({ fiksOrganisasjon: filter.inkluderteKommuneFiksOrgId, ekskluderteFiksOrganisasjon: filter.ekskluderteKommuneFiksOrgId }),
);

export const EiendomFilter = optional(
  z.strictObject({
    kommunenummer: parsedText(parseKommunenummerToday, { description: 'Kommunenummeret', example: '4601' }).optional(),
    kommuneFiksOrgId: organisasjoner,
  }),
).transform((filter): Eiendomsfilter => withoutUndefined({ kommunenummer: filter.kommunenummer, fiksOrgIder: filter.kommuneFiksOrgId }));

export const MultiFilter = optional(z.strictObject({ kommune }));
export type MultiFilter = z.output<typeof MultiFilter>;

const dokumentId = z.string().min(1).max(200).meta({
  description: 'Id-en til dokumentet, på formen <fiksOrgId>_<integrasjonId>_<meldingId>',
  examples: ['3f1c2a9e-7b64-4d0f-9a51-0c8e5d2b7f10_8d7c1d70-51a8-4c3e-9a86-6b1df3f6a001_b8a1f1c4-5d56-4f3c-8d5f-0a7b6c9d2e11'],
});
const meldingstype = z.string().max(50).optional().meta({ description: 'Meldingstypen', examples: ['mappe'] });
export const DokumentQuery = z.strictObject({ dokumentId, type: meldingstype, ...innsynFields });
export type DokumentQuery = z.output<typeof DokumentQuery>;
export const KorrelasjonQuery = z.strictObject({
  korrelasjonId: z.string().min(1).max(maxKorrelasjonIdLength).regex(/^[A-Za-z0-9-]*$/, 'Kan bare ha bokstaver, tall og bindestrek'),
  ...innsynFields,
});
export type KorrelasjonQuery = z.output<typeof KorrelasjonQuery>;
export const ForelderQuery = z.strictObject({ forelderId: dokumentId, forelderType: meldingstype, ...innsynFields });
export type ForelderQuery = z.output<typeof ForelderQuery>;
