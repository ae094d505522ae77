import { z } from 'zod';
import { parsedText } from '../../../application/commands/parsed-text.js';
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
import { withoutUndefined, repeatable, pageFieldsOf, uuid, wholeNumber } from '../server/input.js';
import { dokumentIdFormat, exampleDokumentId } from './innsyn-treff.dto.js';
import { fakturastatuser, journalposttyper, meldingstyper } from './lesemodell.dto.js';


const akseptertMeldingVersjon = repeatable(z.string().regex(/^[A-Za-z]{1,40}V\d{1,3}$/, 'Må være en versjon, for eksempel mappeV1')).meta({
  description: 'En versjon av metadata som klienten kan lese. Parameteren kan gjentas. Tjenesten viser et treff i den høyeste oppgitte versjonen av typen, og utelater treff som ikke finnes i noen oppgitt versjon.',
  examples: meldingVersjoner.slice(0, 1),
});
/** The query parameters of every look-up and every search. KS Fiks' oldest search has no `onBehalfOf`. */
const innsynFields = {
  akseptertMeldingVersjon,
  onBehalfOf: parsedText(parseOrganisasjonsnummer, {
    description: 'Organisasjonsnummeret til virksomheten innbyggeren søker på vegne av. Innbyggeren må ha rettighet i Altinn.',
    example: '910753614',
  }).optional(),
};
const term = z.string().max(200).default('').meta({ description: 'Søkeord', examples: ['garasje'] });
const sortering = z.enum(['DATO_ASC', 'DATO_DESC', 'RELEVANS']).default('RELEVANS');
const antallOrganisasjoner = wholeNumber(0, searchLimits.filterValues, defaultOrganisasjoner, 'Antall organisasjoner du ber om i aggregeringene, dem med flest treff først. Svaret teller dem som ikke kom med.');
const { fra, antall } = pageFieldsOf(50);
const { antall: antallIGruppe } = pageFieldsOf(10);

export const EiendomQuery = z.strictObject({ term, fra, antall, ...innsynFields });
export type EiendomQuery = z.output<typeof EiendomQuery>;
export const SokQuery = EiendomQuery.extend({ antallOrganisasjoner });
export type SokQuery = z.output<typeof SokQuery> & { readonly sortering?: z.output<typeof sortering> };
export const SortertQuery = SokQuery.extend({ sortering });
export type SortertQuery = z.output<typeof SortertQuery>;
export const LegacyQuery = z.strictObject({ term, fra, antall, sortering, antallOrganisasjoner, ...innsynFields });
export type LegacyQuery = z.output<typeof LegacyQuery>;
export const SistInnloggetQuery = z.strictObject({ antall: antallIGruppe, ...innsynFields });
export type SistInnloggetQuery = z.output<typeof SistInnloggetQuery>;
export const MultiQuery = SistInnloggetQuery.extend({ term, kommune: uuid('fiksOrgId til kommunen der innbyggeren bor').optional() });
export type MultiQuery = z.output<typeof MultiQuery>;

/** Maps the query parameters to the application's `Sporring`. */
export const sporringOf = ({ akseptertMeldingVersjon, ...query }: Omit<SokQuery, 'antallOrganisasjoner' | 'onBehalfOf'>): Sporring => ({
  term: query.term,
  fra: query.fra,
  antall: query.antall,
  ...(query.sortering && { sortering: query.sortering }),
  ...aksepterteOf({ akseptertMeldingVersjon }),
});
export const aksepterteOf = ({ akseptertMeldingVersjon }: Pick<SistInnloggetQuery, 'akseptertMeldingVersjon'>) =>
  akseptertMeldingVersjon ? { aksepterte: akseptertMeldingVersjon } : {};

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
      example: '3f1c2a9e-7b64-4d0f-9a51-0c8e5d2b7f10_00000000-0000-0000-0000-000000000000_matrikkelenhet_4601-00164-1203-0000-0000',
    }).optional(),
  }),
).transform((filter): Sokefilter => withoutUndefined({ ...commonOf(filter), mappeType: filter.mappeType && [filter.mappeType], matrikkel: filter.matrikkelenhetDokumentId }));

export const JournalpostFilter = optional(z.strictObject({ journalposttype: choice(z.enum(journalposttyper)), ...periode })).transform(
  ({ journalposttype, ...filter }): Sokefilter => withoutUndefined({ ...commonOf(filter), mappeType: journalposttype }),
);

/** The filter of the oldest search. `typer` has KS Fiks' names. */
export const LegacyFilter = optional(z.strictObject({ ...common.shape, typer: choice(z.enum(meldingstyper)) })).transform(({ typer, ...filter }) => ({ typer, filter: commonOf(filter) }));
export type LegacyFilter = z.output<typeof LegacyFilter>;

export const FakturaFilter = optional(
  z.strictObject({
    fiksOrganisasjon: organisasjoner,
    status: choice(z.enum(fakturastatuser)),
    arstall: choice(z.string().regex(/^\d{4}$/, 'Må være et årstall').meta({ examples: ['2026'] })),
  }),
).transform((filter): Sokefilter => {
  const { fiksOrganisasjon, status, arstall } = filter;
  // A sender cannot index the status INKASSO. A faktura with SENDT_INKASSO ends there, so the filter matches both.
  return withoutUndefined({ fiksOrganisasjon, arstall, status: status?.flatMap((one) => (one === 'INKASSO' ? ['INKASSO', 'SENDT_INKASSO'] : [one])) });
});

export const KommunaltjenesteFilter = optional(
  z.strictObject({
    inkluderteKommuneFiksOrgId: organisasjoner,
    ekskluderteKommuneFiksOrgId: organisasjoner,
    rettetMot: z.enum(['PERSON', 'ORGANISASJON']).optional().meta({ description: 'Hvem tjenestene er rettet mot. Standard er den innbyggeren søker for.' }),
  }),
).transform(
  ({ inkluderteKommuneFiksOrgId: fiksOrganisasjon, ekskluderteKommuneFiksOrgId: ekskluderteFiksOrganisasjon, rettetMot }): Sokefilter =>
    withoutUndefined({ fiksOrganisasjon, ekskluderteFiksOrganisasjon, rettetMot }),
);

export const EiendomFilter = optional(
  z.strictObject({
    kommunenummer: parsedText(parseKommunenummerToday, { description: 'Kommunenummeret', example: '4601' }).optional(),
    kommuneFiksOrgId: organisasjoner,
  }),
).transform((filter): Eiendomsfilter => withoutUndefined({ kommunenummer: filter.kommunenummer, fiksOrgIder: filter.kommuneFiksOrgId }));

const dokumentId = z.string().min(1).max(200).meta({
  description: `${dokumentIdFormat}, der meldingVersjon også kan stå på tredje plass`,
  examples: [exampleDokumentId],
});
const meldingstype = z.enum(meldingstyper).meta({ description: 'Meldingstypen. En melding av en annen type finnes ikke.', examples: ['mappe'] });
export const JournalpostQuery = SortertQuery.extend({ forelderDokumentId: dokumentId.meta({ description: 'dokumentId til mappen journalpostene ligger i' }) });
export type JournalpostQuery = z.output<typeof JournalpostQuery>;
export const DokumentQuery = z.strictObject({ dokumentId, type: meldingstype, ...innsynFields });
export type DokumentQuery = z.output<typeof DokumentQuery>;
export const KorrelasjonQuery = z.strictObject({
  korrelasjonId: z.string().min(1).max(maxKorrelasjonIdLength).regex(/^[A-Za-z0-9-]*$/, 'Kan bare ha bokstaver, tall og bindestrek'),
  ...innsynFields,
});
export type KorrelasjonQuery = z.output<typeof KorrelasjonQuery>;
export const ForelderQuery = z.strictObject({ forelderId: dokumentId, forelderType: meldingstype, ...innsynFields });
export type ForelderQuery = z.output<typeof ForelderQuery>;
