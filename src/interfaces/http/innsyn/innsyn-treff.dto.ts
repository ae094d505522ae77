import type { Type } from '@nestjs/common';
import { NIL } from 'uuid';
import { oppslagsfeil } from '../../../application/innsyn/oppslag.js';
import { searchLimits } from '../../../application/innsyn/search-limits.js';
import type { Listesvar } from '../../../application/innsyn/multi.js';
import type { Sokeresultat, Sokesvar } from '../../../application/innsyn/sok.js';
import { DriftsmeldingAnswer } from '../forvaltning/driftsmelding.dto.js';
import { Field } from '../server/shape.js';
import {
  ByggesakV1,
  FakturaV1,
  ForsendelseV1,
  ForsendelseV2,
  InnsendtskjemaV1,
  JournalpostV1,
  KommunaltjenesteV1,
  MappeV1,
  MatrikkelenhetV1,
  meldingType,
  meldingVersjon,
  SkjemakladdV1,
} from './lesemodell.dto.js';

// The application builds search responses field by field, to avoid the cost of `shape` for up to 500 hits. These classes only
// document the responses. The compiler checks that the types agree.

const metadata =
  'Metadata til meldingen. ' +
  `Når treffene i et svar har mer enn ${searchLimits.answerCharacters / 1_000_000} millioner tegn til sammen, vises de siste i kortform: ` +
  `Tekster er kuttet til ${searchLimits.shortTextCharacters} tegn, lengre lenker mangler, og lister er tomme. Oppslag på dokumentet gir alt.`;
/** The form of a `dokumentId`, and an example. */
export const dokumentIdFormat = 'Id-en til dokumentet, på formen <fiksOrgId>_<integrasjonId>_<meldingType>_<meldingId>';
export const exampleDokumentId = '3f1c2a9e-7b64-4d0f-9a51-0c8e5d2b7f10_8d7c1d70-51a8-4c3e-9a86-6b1df3f6a001_mappe_b8a1f1c4-5d56-4f3c-8d5f-0a7b6c9d2e11';
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
  @Field(meldingType)
  readonly type!: string;
  @Field({ description: dokumentIdFormat, example: exampleDokumentId })
  readonly dokumentId!: string;
}

/** The envelope of a hit (KS Fiks' MeldingV1…). */
export class InnsynTreff {
  @Field({ format: 'uuid' })
  readonly meldingId!: string;
  @Field({ description: dokumentIdFormat, example: exampleDokumentId })
  readonly dokumentId!: string;
  @Field({ type: 'integer', format: 'int32', example: 3 })
  readonly sikkerhetsniva!: number;
  @Field({ type: FiksOrganisasjonAnswer, description: `En kommune som ikke er registrert her, har id ${NIL}` })
  readonly fiksOrganisasjon!: FiksOrganisasjonAnswer;
  @Field({ required: false, format: 'date-time' })
  readonly sorteringDato?: string;
  @Field({ required: false })
  readonly korrelasjonId?: string;
  @Field({ type: ForelderAnswer, required: false })
  readonly forelder?: ForelderAnswer;
  @Field({ required: false })
  readonly eksternRef?: string;
  readonly meldingMetadata!: Readonly<Record<string, unknown>>;
  @Field({ required: false, type: 'number', format: 'double', example: 0.87 })
  readonly score?: number;
  @Field({ required: false, format: 'date-time' })
  readonly tilgjengeligTil?: string;
}

/** Makes the class of a hit whose metadata is one of the models. `name` is its name in the OpenAPI document. */
function treffAv(name: string, ...models: readonly [Type<object>, ...Type<object>[]]): Type<InnsynTreff> {
  class Hit extends InnsynTreff {}
  const [only] = models;
  // Generated clients cannot read a choice between schemas.
  const either = { type: 'object', additionalProperties: true, description: `${metadata} Feltene følger av versjon: ${models.map(({ name: one }) => one).join(', ')}.` } as const;
  Field(models.length === 1 ? { type: only, description: metadata } : either)(Hit.prototype, 'meldingMetadata');
  Object.defineProperty(Hit, 'name', { value: name });
  return Hit;
}
const MappeTreff = treffAv('MeldingV1MappeV1', MappeV1);
const JournalpostTreff = treffAv('MeldingV1JournalpostV1', JournalpostV1);
const FakturaTreff = treffAv('MeldingV1FakturaV1', FakturaV1);
const ByggesakTreff = treffAv('MeldingV1ByggesakV1', ByggesakV1);
const InnsendtskjemaTreff = treffAv('MeldingV1InnsendtskjemaV1', InnsendtskjemaV1);
const SkjemakladdTreff = treffAv('MeldingV1SkjemakladdV1', SkjemakladdV1);
const KommunaltjenesteTreff = treffAv('MeldingV1KommunaltjenesteV1', KommunaltjenesteV1);
const MatrikkelenhetTreff = treffAv('MeldingV1MatrikkelenhetV1', MatrikkelenhetV1);
// Only a client that accepts forsendelseV1 and not forsendelseV2 gets the older one.
const PostTreff = treffAv('MeldingV1PostSokHit', ForsendelseV2);
const AlleTreff = treffAv(
  'MeldingV1OppslagMetadata',
  ...[MappeV1, JournalpostV1, FakturaV1, ByggesakV1] as const,
  ...[InnsendtskjemaV1, SkjemakladdV1, KommunaltjenesteV1, MatrikkelenhetV1, ForsendelseV1, ForsendelseV2],
);

const periodeText = 'Datoene til det eldste og det nyeste treffet. Objektet er tomt når søket ikke har treff.';
const driftsmeldingerText = 'Driftsmeldingene som vises nå, fra organisasjonene det er filtrert på, ellers fra dem som har noe som gjelder innbyggeren selv';

class OrganisasjonAggregering {
  @Field({ type: FiksOrganisasjonAnswer })
  readonly fiksOrg!: FiksOrganisasjonAnswer;
  @Field({ type: 'integer', format: 'int64', example: 3 })
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
  @Field({ type: 'integer', format: 'int64', example: 0, description: 'Antall organisasjoner til, som har treff, men ikke er med i listen' })
  readonly flereFiksOrganisasjoner!: number;
  @Field({ type: Periode, description: periodeText })
  readonly dateRange!: Periode;
}
class FakturastatusAggregering {
  @Field({ example: 'IKKE_BETALT' })
  readonly status!: string;
  @Field({ type: 'integer', format: 'int64', example: 3 })
  readonly antallTreff!: number;
}
class ArstallAggregering {
  @Field({ example: '2026' })
  readonly arstall!: string;
  @Field({ type: 'integer', format: 'int64', example: 3 })
  readonly antallTreff!: number;
}
class FakturaAggregeringer {
  @Field({ type: OrganisasjonAggregering, isArray: true })
  readonly fiksOrganisasjon!: readonly OrganisasjonAggregering[];
  @Field({ type: 'integer', format: 'int64', example: 0, description: 'Antall organisasjoner til, som har treff, men ikke er med i listen' })
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
  @Field({ type: 'integer', format: 'int64', example: 3 })
  readonly antallTreff!: number;
}
class KommunaltjenesteAggregeringer {
  @Field({ type: KommuneAggregering, isArray: true })
  readonly kommune!: readonly KommuneAggregering[];
  @Field({ type: 'integer', format: 'int64', example: 0, description: 'Antall kommuner til, som har treff, men ikke er med i listen' })
  readonly flereKommuner!: number;
}

class LegacyFiksOrganisasjonAggregering {
  @Field({ format: 'uuid' })
  readonly id!: string;
  @Field({ example: 'Bergen' })
  readonly visningsnavn!: string;
  @Field({ type: 'integer', format: 'int64', example: 3 })
  readonly antallTreff!: number;
  @Field({ description: 'Om søket er begrenset til organisasjonen' })
  readonly valgt!: boolean;
}
class LegacyTypeAggregering {
  @Field(meldingType)
  readonly type!: string;
  @Field({ type: 'integer', format: 'int64', example: 3, description: 'Antall treff i svaret' })
  readonly antallTreff!: number;
  @Field({ type: 'integer', format: 'int64', example: 3, description: 'Antall treff når søket ikke er begrenset til noen typer' })
  readonly antallTreffKategori!: number;
  @Field({ description: 'Om søket er begrenset til typen' })
  readonly valgt!: boolean;
}
class LegacyAggregeringer {
  @Field({ type: LegacyFiksOrganisasjonAggregering, isArray: true })
  readonly fiksOrganisasjon!: readonly LegacyFiksOrganisasjonAggregering[];
  @Field({ type: LegacyTypeAggregering, isArray: true })
  readonly type!: readonly LegacyTypeAggregering[];
  @Field({ type: Periode, description: periodeText })
  readonly dateRange!: Periode;
}

/** The common fields of all results and groups of hits. */
class InnsynAntall {
  @Field({ type: 'integer', format: 'int64', example: 1, description: 'Antall treff i alt' })
  readonly antallTreff!: number;
  @Field({ type: 'integer', format: 'int64', example: 0, description: hidden })
  readonly treffMedHoyereInnloggingsniva!: number;
  readonly treff!: readonly InnsynTreff[];
}
class InnsynSokeresultat extends InnsynAntall {
  @Field({ description: 'Om søket har treff som krever et høyere innloggingsnivå' })
  readonly harMeldingerMedHoyereSikkerhetsniva!: boolean;
  @Field({ type: 'integer', format: 'int32', example: 0 })
  readonly forespurtFra!: number;
  @Field({ type: 'integer', format: 'int32', example: 50 })
  readonly forespurtAntall!: number;
  @Field({ type: DriftsmeldingAnswer, isArray: true, description: driftsmeldingerText })
  readonly driftsmeldinger!: readonly DriftsmeldingAnswer[];
}

/** Makes a class with these hits, and these aggregations if there are any. `name` is its name in the OpenAPI document. */
function resultatAv<B extends InnsynAntall>(name: string, base: Type<B>, hit: Type<InnsynTreff>): Type<B>;
function resultatAv<B extends InnsynAntall, A extends object>(name: string, base: Type<B>, hit: Type<InnsynTreff>, aggregeringer: Type<A>): Type<B & { readonly aggregeringer: A }>;
function resultatAv(name: string, base: Type<InnsynAntall>, hit: Type<InnsynTreff>, aggregeringer?: Type<object>): Type<InnsynAntall> {
  class Result extends base {}
  Field({ type: hit, isArray: true })(Result.prototype, 'treff');
  if (aggregeringer) Field({ type: aggregeringer })(Result.prototype, 'aggregeringer');
  Object.defineProperty(Result, 'name', { value: name });
  return Result;
}
export const MappeResultat = resultatAv('MappeSokresultat', InnsynSokeresultat, MappeTreff, PeriodeAggregeringer);
export const JournalpostResultat = resultatAv('JournalpostSokresultat', InnsynSokeresultat, JournalpostTreff, PeriodeAggregeringer);
export const ByggesakResultat = resultatAv('ByggesakSokeresultat', InnsynSokeresultat, ByggesakTreff, PeriodeAggregeringer);
export const PostResultat = resultatAv('PostSokeresultat', InnsynSokeresultat, PostTreff, PeriodeAggregeringer);
export const FakturaResultat = resultatAv('FakturaSokeresultat', InnsynSokeresultat, FakturaTreff, FakturaAggregeringer);
export const EiendomResultat = resultatAv('EiendomSokeresultat', InnsynSokeresultat, MatrikkelenhetTreff);
export const KommunaltjenesteResultat = resultatAv('KommunaltjenesteSokeresultat', InnsynSokeresultat, KommunaltjenesteTreff, KommunaltjenesteAggregeringer);
export const LegacyResultat = resultatAv('LegacySokeresultat', InnsynSokeresultat, AlleTreff, LegacyAggregeringer);

class SkjemaGruppe extends InnsynAntall {
  @Field({ description: 'Om søket har treff som krever et høyere innloggingsnivå' })
  readonly harMeldingerMedHoyereSikkerhetsniva!: boolean;
}
const InnsendtSkjemaResultat = resultatAv('InnsendtSkjemaResultat', SkjemaGruppe, InnsendtskjemaTreff, PeriodeAggregeringer);
const SkjemakladdResultat = resultatAv('SkjemakladdResultat', SkjemaGruppe, SkjemakladdTreff, PeriodeAggregeringer);
/** Submitted forms and drafts (KS Fiks' SkjemaSokeresultat). */
export class SkjemaSokeresultat {
  @Field({ type: InnsendtSkjemaResultat })
  readonly innsendtSkjema!: InstanceType<typeof InnsendtSkjemaResultat>;
  @Field({ type: SkjemakladdResultat })
  readonly skjemakladd!: InstanceType<typeof SkjemakladdResultat>;
  @Field({ type: DriftsmeldingAnswer, isArray: true, description: driftsmeldingerText })
  readonly driftsmeldinger!: readonly DriftsmeldingAnswer[];
}

const onlyWithKommune = 'Gruppen er med bare når kommune er oppgitt';
const KommunaltjenesteGruppe = resultatAv('ResultatKommunaltjenesteV1', InnsynAntall, KommunaltjenesteTreff);
const gruppe = (name: string, hit: Type<InnsynTreff>) => ({ type: resultatAv(name, InnsynAntall, hit) });
/** Hits of every type, in groups (KS Fiks' MultiSokeresultat). */
export class MultiSokeresultat {
  @Field(gruppe('ResultatByggesakV1', ByggesakTreff))
  readonly byggesak!: InnsynAntall;
  @Field(gruppe('ResultatMatrikkelenhetV1', MatrikkelenhetTreff))
  readonly eiendom!: InnsynAntall;
  @Field({ type: KommunaltjenesteGruppe, required: false, description: onlyWithKommune })
  readonly tjenesteMinKommune?: InnsynAntall;
  @Field({ type: KommunaltjenesteGruppe, required: false, description: onlyWithKommune })
  readonly tjenesteAndreKommuner?: InnsynAntall;
  @Field({ type: KommunaltjenesteGruppe })
  readonly tjenesteAlleKommuner!: InnsynAntall;
  @Field(gruppe('ResultatPostSokHit', PostTreff))
  readonly post!: InnsynAntall;
  @Field(gruppe('ResultatInnsendtskjemaV1', InnsendtskjemaTreff))
  readonly innsendtSkjema!: InnsynAntall;
  @Field(gruppe('ResultatSkjemakladdV1', SkjemakladdTreff))
  readonly kladd!: InnsynAntall;
  @Field(gruppe('ResultatFakturaV1', FakturaTreff))
  readonly faktura!: InnsynAntall;
}

class SistInnloggetMultiSokMelding {
  @Field(meldingVersjon)
  readonly versjon!: string;
  @Field({ example: 'Vedtak i byggesak' })
  readonly tittel!: string;
  @Field({ format: 'date-time' })
  readonly dato!: string;
  @Field({ required: false, example: '4601' })
  readonly fiksOrganisasjonKommunenummer?: string;
  @Field({ required: false, example: 'Bergen – Postmottak' })
  readonly avsender?: string;
}
/** The new messages since the previous visit (KS Fiks' SistInnloggetMultiSokeresultat). */
export class SistInnloggetMultiSokeresultat {
  @Field({ type: 'integer', format: 'int64', example: 1, description: 'Antall nye meldinger i alt' })
  readonly antallTreff!: number;
  @Field({ type: 'integer', format: 'int64', example: 0, description: hidden })
  readonly treffMedHoyereInnloggingsniva!: number;
  @Field({ type: SistInnloggetMultiSokMelding, isArray: true })
  readonly treff!: readonly SistInnloggetMultiSokMelding[];
  @Field({ required: false, format: 'date-time', description: 'Slutten på forrige besøk. Et besøk slutter etter en halv time uten kall. Feltet mangler på det første besøket.' })
  readonly sistInnlogget?: string;
}

const flereBarn = { example: 0, description: 'Antall dokumenter til, som ikke er med i barn. Svaret har de 500 nyeste.' };
const feil = { required: false, enum: oppslagsfeil, description: 'Grunnen til at tjenesten ikke viser noe dokument' };
/** One document, or the reason why there is none. */
export class OppslagResultat {
  @Field({ type: AlleTreff, required: false })
  readonly hit?: InnsynTreff;
  @Field(feil)
  readonly lookupErrorCode?: string;
}
/** The documents with one correlation id. */
export class KorrelasjonOppslag {
  @Field({ type: AlleTreff, isArray: true })
  readonly barn!: readonly InnsynTreff[];
  @Field(flereBarn)
  readonly flereBarn!: number;
  @Field({ type: 'integer', format: 'int64', example: 0 })
  readonly barnOverInnloggingsniva!: number;
}
/** A document and its children. */
export class ForelderOppslagResultat {
  @Field({ type: AlleTreff, required: false })
  readonly forelder?: InnsynTreff;
  @Field(feil)
  readonly ingenForelderKode?: string;
  @Field({ type: AlleTreff, isArray: true })
  readonly barn!: readonly InnsynTreff[];
  @Field(flereBarn)
  readonly flereBarn!: number;
  @Field({ type: 'integer', format: 'int64', example: 0 })
  readonly barnPaHoyereInnloggingniva!: number;
}

type Funnet = Pick<Sokeresultat, 'antallTreff' | 'treffMedHoyereInnloggingsniva' | 'treff'>;
const antallOf = ({ antallTreff, treffMedHoyereInnloggingsniva, treff }: Funnet) => ({
  antallTreff,
  treffMedHoyereInnloggingsniva,
  harMeldingerMedHoyereSikkerhetsniva: treffMedHoyereInnloggingsniva > 0,
  treff,
});

/** The fields that every search response has. */
export const resultatOf = (found: Funnet, { driftsmeldinger }: Pick<Sokesvar, 'driftsmeldinger'>, { fra, antall }: { readonly fra: number; readonly antall: number }) => ({
  ...antallOf(found),
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

export const skjemaOf = (part: Sokeresultat) => ({ ...antallOf(part), aggregeringer: periodeOf(part) });

/** The aggregations of a search for everything in one list, with what the filter has chosen. */
export const listeOf = ({ fiksOrganisasjon, typer, dateRange }: Listesvar, organisasjoner: readonly string[], chosen: readonly string[]): LegacyAggregeringer => ({
  fiksOrganisasjon: fiksOrganisasjon.map(({ fiksOrg: { id, visningsnavn }, antallTreff }) => ({ id, visningsnavn, antallTreff, valgt: organisasjoner.includes(id) })),
  type: typer.map((one) => ({ ...one, valgt: chosen.includes(one.type) })),
  dateRange: dateRange ?? {},
});
