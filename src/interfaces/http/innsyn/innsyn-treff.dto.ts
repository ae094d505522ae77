import type { Type } from '@nestjs/common';
import { oppslagsfeil } from '../../../application/innsyn/oppslag.js';
import { searchLimits } from '../../../application/innsyn/search-limits.js';
import type { Sokeresultat, Sokesvar } from '../../../application/innsyn/sok.js';
import { DriftsmeldingAnswer } from '../forvaltning/driftsmelding.dto.js';
import { Field, Listing } from '../server/shape.js';

// The application builds search responses field by field, to avoid the cost of `shape` for up to 500 hits. These classes only
// document the responses. The compiler checks that the types agree.

const metadata =
  'Metadata til meldingen. Feltene følger av type og versjon. ' +
  `Når treffene i et svar har mer enn ${searchLimits.answerCharacters / 1_000_000} millioner tegn til sammen, vises de siste i kortform: ` +
  `Tekster er kuttet til ${searchLimits.shortTextCharacters} tegn, lengre lenker mangler, og lister er tomme. Oppslag på dokumentet gir alt.`;
const hidden = 'Antall skjulte treff, som krever et høyere innloggingsnivå';

class FiksOrganisasjonAnswer {
  @Field({ format: 'uuid' })
  readonly id!: string;
  @Field({ example: 'Bergen' })
  readonly visningsnavn!: string;
  @Field({ required: false, example: '4601' })
  readonly kommunenummer?: string;
}
class ForelderAnswer {
  @Field({ example: 'mappe' })
  readonly type!: string;
  @Field()
  readonly dokumentId!: string;
}

/** One hit (KS Fiks' MeldingV1). */
export class InnsynTreff {
  @Field({ format: 'uuid' })
  readonly meldingId!: string;
  @Field({ description: 'Id-en til dokumentet, på formen <fiksOrgId>_<integrasjonId>_<meldingId>' })
  readonly dokumentId!: string;
  @Field({ example: 3 })
  readonly sikkerhetsniva!: number;
  @Field({ type: FiksOrganisasjonAnswer, required: false, description: 'Feltet mangler bare for en eiendom i en kommune som ikke er registrert' })
  readonly fiksOrganisasjon?: FiksOrganisasjonAnswer;
  @Field({ required: false, format: 'date-time' })
  readonly sorteringDato?: string;
  @Field({ required: false })
  readonly korrelasjonId?: string;
  @Field({ type: ForelderAnswer, required: false })
  readonly forelder?: ForelderAnswer;
  @Field({ required: false })
  readonly eksternRef?: string;
  @Field({ type: 'object', additionalProperties: true, description: metadata, example: { type: 'mappe', versjon: 'mappeV1', internType: 'BYGGESAK', tittel: 'Garasje' } })
  readonly meldingMetadata!: Readonly<Record<string, unknown>>;
  @Field({ example: 0.87 })
  readonly score!: number;
  @Field({ required: false, format: 'date-time' })
  readonly tilgjengeligTil?: string;
}

class OrganisasjonAggregering {
  @Field({ type: FiksOrganisasjonAnswer })
  readonly fiksOrg!: FiksOrganisasjonAnswer;
  @Field({ example: 3 })
  readonly antallTreff!: number;
}
class Periode {
  @Field({ required: false, format: 'date-time' })
  readonly fraDato?: string;
  @Field({ required: false, format: 'date-time' })
  readonly tilDato?: string;
}
class PeriodeAggregeringer {
  @Field({ type: OrganisasjonAggregering, isArray: true })
  readonly fiksOrganisasjon!: readonly OrganisasjonAggregering[];
  @Field({ example: 0, description: 'Antall organisasjoner til, som har treff, men ikke er med i listen' })
  readonly flereFiksOrganisasjoner!: number;
  @Field({ type: Periode, description: 'Datoene til det eldste og det nyeste treffet. Objektet er tomt når søket ikke har treff.' })
  readonly dateRange!: Periode;
}
class FakturastatusAggregering {
  @Field({ example: 'IKKE_BETALT' })
  readonly status!: string;
  @Field({ example: 3 })
  readonly antallTreff!: number;
}
class ArstallAggregering {
  @Field({ example: '2026' })
  readonly arstall!: string;
  @Field({ example: 3 })
  readonly antallTreff!: number;
}
class FakturaAggregeringer {
  @Field({ type: OrganisasjonAggregering, isArray: true })
  readonly fiksOrganisasjon!: readonly OrganisasjonAggregering[];
  @Field({ example: 0, description: 'Antall organisasjoner til, som har treff, men ikke er med i listen' })
  readonly flereFiksOrganisasjoner!: number;
  @Field({ type: FakturastatusAggregering, isArray: true })
  readonly fakturastatus!: readonly FakturastatusAggregering[];
  @Field({ type: ArstallAggregering, isArray: true })
  readonly arstall!: readonly ArstallAggregering[];
}
class Kommune {
  @Field({ format: 'uuid' })
  readonly kommuneFiksOrgId!: string;
  @Field({ example: 'Bergen' })
  readonly visningsnavn!: string;
}
class KommuneAggregering {
  @Field({ type: Kommune })
  readonly kommune!: Kommune;
  @Field({ example: 3 })
  readonly antallTreff!: number;
}
class KommunaltjenesteAggregeringer {
  @Field({ type: KommuneAggregering, isArray: true })
  readonly kommune!: readonly KommuneAggregering[];
  @Field({ example: 0, description: 'Antall kommuner til, som har treff, men ikke er med i listen' })
  readonly flereKommuner!: number;
}

/** The response of a search, without aggregations. */
export class InnsynSokeresultat extends Listing {
  @Field({ description: hidden, example: 0 })
  readonly treffMedHoyereInnloggingsniva!: number;
  @Field({ description: 'Om søket har treff som krever et høyere innloggingsnivå' })
  readonly harMeldingerMedHoyereSikkerhetsniva!: boolean;
  @Field({ type: InnsynTreff, isArray: true })
  readonly treff!: readonly InnsynTreff[];
  @Field({ type: DriftsmeldingAnswer, isArray: true, description: 'Driftsmeldingene som vises nå, fra organisasjonene det er filtrert på, ellers fra dem som har noe som gjelder innbyggeren selv' })
  readonly driftsmeldinger!: readonly DriftsmeldingAnswer[];
}
export class InnsynGruppe {
  @Field({ description: 'Antall treff i alt', example: 1 })
  readonly antallTreff!: number;
  @Field({ description: hidden, example: 0 })
  readonly treffMedHoyereInnloggingsniva!: number;
  @Field({ type: InnsynTreff, isArray: true })
  readonly treff!: readonly InnsynTreff[];
}

/** Makes the class of a search response with the given aggregations. `name` is its name in the OpenAPI document. */
function withAggregations<A extends object>(name: string, aggregeringer: Type<A>): Type<InnsynSokeresultat & { readonly aggregeringer: A }> {
  class Counting extends InnsynSokeresultat {
    @Field({ type: aggregeringer })
    readonly aggregeringer!: A;
  }
  Object.defineProperty(Counting, 'name', { value: name });
  return Counting;
}
export const PeriodeResultat = withAggregations('InnsynPeriodeResultat', PeriodeAggregeringer);
export const FakturaResultat = withAggregations('InnsynFakturaResultat', FakturaAggregeringer);
export const KommunaltjenesteResultat = withAggregations('InnsynKommunaltjenesteResultat', KommunaltjenesteAggregeringer);

class SkjemaGruppe extends InnsynGruppe {
  @Field({ type: PeriodeAggregeringer })
  readonly aggregeringer!: PeriodeAggregeringer;
}
/** All forms together, and each of the two types apart (KS Fiks' SkjemaSokeresultat). */
export class SkjemaResultat extends PeriodeResultat {
  @Field({ type: SkjemaGruppe })
  readonly innsendtSkjema!: SkjemaGruppe;
  @Field({ type: SkjemaGruppe })
  readonly skjemakladd!: SkjemaGruppe;
}

const onlyWithKommune = 'Gruppen er med bare når kommune er oppgitt';
/** Hits of every type, in groups (KS Fiks' MultiSokeresultat). */
export class MultiResultat {
  @Field({ type: InnsynGruppe })
  readonly byggesak!: InnsynGruppe;
  @Field({ type: InnsynGruppe })
  readonly eiendom!: InnsynGruppe;
  @Field({ type: InnsynGruppe, required: false, description: onlyWithKommune })
  readonly tjenesteMinKommune?: InnsynGruppe;
  @Field({ type: InnsynGruppe, required: false, description: onlyWithKommune })
  readonly tjenesteAndreKommuner?: InnsynGruppe;
  @Field({ type: InnsynGruppe })
  readonly tjenesteAlleKommuner!: InnsynGruppe;
  @Field({ type: InnsynGruppe })
  readonly post!: InnsynGruppe;
  @Field({ type: InnsynGruppe })
  readonly innsendtSkjema!: InnsynGruppe;
  @Field({ type: InnsynGruppe })
  readonly kladd!: InnsynGruppe;
}

const flereBarn = { example: 0, description: 'Antall dokumenter til, som ikke er med i barn. Svaret har de 500 nyeste.' };
const feil = { required: false, enum: oppslagsfeil, description: 'Grunnen til at tjenesten ikke viser noe dokument' };
/** One document, or the reason why there is none (KS Fiks' OppslagResultat). */
export class OppslagResultat {
  @Field({ type: InnsynTreff, required: false })
  readonly hit?: InnsynTreff;
  @Field(feil)
  readonly lookupErrorCode?: string;
}
/** The documents with one correlation id (KS Fiks' KorrelasjonOppslag). */
export class KorrelasjonResultat {
  @Field({ type: InnsynTreff, isArray: true })
  readonly barn!: readonly InnsynTreff[];
  @Field(flereBarn)
  readonly flereBarn!: number;
  @Field({ example: 0 })
  readonly barnOverInnloggingsniva!: number;
  @Field(feil)
  readonly lookupErrorCode?: string;
}
/** A document and its children (KS Fiks' ForelderOppslagResultat). */
export class ForelderResultat {
  @Field({ type: InnsynTreff, required: false })
  readonly forelder?: InnsynTreff;
  @Field(feil)
  readonly ingenForelderKode?: string;
  @Field({ ...feil, description: 'Samme verdi som ingenForelderKode' })
  readonly lookupErrorCode?: string;
  @Field({ type: InnsynTreff, isArray: true })
  readonly barn!: readonly InnsynTreff[];
  @Field(flereBarn)
  readonly flereBarn!: number;
  @Field({ example: 0 })
  readonly barnPaHoyereInnloggingniva!: number;
}

/** The fields that every search response has. */
export const resultatOf = (
  { antallTreff, treffMedHoyereInnloggingsniva, treff, driftsmeldinger }: Pick<Sokesvar, 'antallTreff' | 'treffMedHoyereInnloggingsniva' | 'driftsmeldinger'> & { readonly treff: readonly InnsynTreff[] },
  { fra, antall }: { readonly fra: number; readonly antall: number },
): Pick<InnsynSokeresultat, keyof InnsynSokeresultat> => ({
  antallTreff,
  treffMedHoyereInnloggingsniva,
  harMeldingerMedHoyereSikkerhetsniva: treffMedHoyereInnloggingsniva > 0,
  treff,
  forespurtFra: fra,
  forespurtAntall: antall,
  driftsmeldinger,
});

export const periodeOf = ({ fiksOrganisasjon, flereFiksOrganisasjoner, dateRange }: Sokeresultat): PeriodeAggregeringer => ({
  fiksOrganisasjon,
  flereFiksOrganisasjoner,
  dateRange: dateRange ?? {},
});

export const fakturaOf = ({ fiksOrganisasjon, flereFiksOrganisasjoner, verdier: { status, arstall } }: Sokeresultat): FakturaAggregeringer => ({
  fiksOrganisasjon,
  flereFiksOrganisasjoner,
  fakturastatus: status.map(({ verdi, antallTreff }) => ({ status: verdi, antallTreff })),
  arstall: arstall.map(({ verdi, antallTreff }) => ({ arstall: verdi, antallTreff })),
});

export const kommunaltjenesteOf = ({ fiksOrganisasjon, flereFiksOrganisasjoner }: Sokeresultat): KommunaltjenesteAggregeringer => ({
  flereKommuner: flereFiksOrganisasjoner,
  kommune: fiksOrganisasjon.map(({ fiksOrg: { id, visningsnavn }, antallTreff }) => ({ kommune: { kommuneFiksOrgId: id, visningsnavn }, antallTreff })),
});

export const skjemaGruppeOf = (part: Sokeresultat): SkjemaGruppe => ({
  antallTreff: part.antallTreff,
  treffMedHoyereInnloggingsniva: part.treffMedHoyereInnloggingsniva,
  treff: part.treff,
  aggregeringer: periodeOf(part),
});
