import { z } from 'zod';
import { fnrSeers } from '../../../application/commands/access.js';
import { undertjenester } from '../../../domain/values/undertjeneste.js';
import { flag } from '../server/input.js';
import { Field, lastChange } from '../server/shape.js';
import { KonfigurertDriftsmelding } from './driftsmelding.dto.js';
import { EiendomslenkeAnswer } from './eiendomslenke.dto.js';
import { KonfigurertIntegrasjon } from './integrasjon.dto.js';
import { KommunalTjenesteAnswer } from './kommunal-tjeneste.dto.js';
import { SvarUtSwitchAnswer } from './svarut-konto.dto.js';

/** An administrator. Only roles that may appoint and dismiss get `fnr`. */
export class Administrator {
  @Field({ format: 'uuid', description: 'Referansen til personen' })
  id!: string;
  @Field({ required: false, example: 'Syntetisk Administrator Bergen' })
  navn?: string;
  @Field({ required: false, seenBy: fnrSeers })
  fnr?: string;
  @Field({ required: false, format: 'date', description: 'Den siste dagen personen har rollen, i norsk tid. Mangler når den ikke har noen slutt.' })
  utlop?: string;
  @Field({ required: false, format: 'date', seenBy: ['ADMINISTRATOR', 'REVISOR'], description: 'Dagen personen sist brukte rollen. Bare administratorer og revisorer får feltet.' })
  sistBrukt?: string;
  @Field({ required: false, format: 'date-time', description: 'Tidspunktet personen har hatt rollen siden' })
  gitt?: string;
  @Field({ required: false, description: 'Navnet på den som ga rollen', example: 'Plattformen' })
  gittAvNavn?: string;
}
export class Tjenesteadministrator extends Administrator {
  @Field({ enum: undertjenester })
  undertjeneste!: string;
}
export class Avtalestatus {
  @Field({ description: 'Om organisasjonen har hovedavtale' })
  harHovedavtale!: boolean;
  @Field({ description: 'Om Min kommune er tatt i bruk' })
  tattIBruk!: boolean;
  @Field({ required: false, example: '1.0' })
  signertVersjon?: string;
  @Field({ example: '1.0' })
  gjeldendeVersjon!: string;
  @Field({ description: 'Om undertjenestene er åpne' })
  apen!: boolean;
  @Field({ required: false, format: 'date', description: 'Dagen undertjenestene stenges, når tjenestevedlegget er sagt opp' })
  stenges?: string;
  @Field({ description: 'Om organisasjonen må signere tjenestevedlegget, første gang eller på nytt' })
  maSigneres!: boolean;
}

/** The most items of each list on a configuration page. The endpoint of each list pages through the rest. */
export const maxListed = 200;

/** The items of each list that may have more than the page shows. */
export class Antall {
  @Field({ example: 12 })
  integrasjoner!: number;
  @Field({ example: 30 })
  kommunaleTjenester!: number;
  @Field({ example: 8 })
  eiendomslenker!: number;
  @Field({ example: 2 })
  driftsmeldinger!: number;
}

/** All data of the configuration pages of one organisation, in one response. */
export class Konfigurasjon {
  @Field({ format: 'uuid' })
  fiksOrgId!: string;
  @Field({ example: 'Bergen' })
  navn!: string;
  @Field({ type: Avtalestatus })
  avtale!: Avtalestatus;
  @Field({ type: Administrator, isArray: true })
  administratorer!: Administrator[];
  @Field({ type: Administrator, isArray: true, description: 'De som kan lese oppsettet og revisjonssporet, men ikke endre noe' })
  revisorer!: Administrator[];
  @Field({ type: Tjenesteadministrator, isArray: true })
  tjenesteadministratorer!: Tjenesteadministrator[];
  @Field({ type: KonfigurertIntegrasjon, isArray: true, description: 'Egne og globale integrasjoner' })
  integrasjoner!: KonfigurertIntegrasjon[];
  @Field({ type: SvarUtSwitchAnswer, isArray: true })
  svarUtKontoer!: SvarUtSwitchAnswer[];
  @Field({ ...lastChange.revisjon, description: 'Revisjonen av valgene for SvarUt-kontoene, til If-Match. -1 når ingen har valgt.' })
  svarUtRevisjon!: number;
  @Field({ type: KommunalTjenesteAnswer, isArray: true })
  kommunaleTjenester!: KommunalTjenesteAnswer[];
  @Field({ type: EiendomslenkeAnswer, isArray: true })
  eiendomslenker!: EiendomslenkeAnswer[];
  @Field({ type: KonfigurertDriftsmelding, isArray: true })
  driftsmeldinger!: KonfigurertDriftsmelding[];
  @Field({ type: Antall, description: `Antall i alt. Svaret har høyst ${maxListed} integrasjoner, kommunale tjenester, eiendomslenker og driftsmeldinger. Listene for hver av dem har resten.` })
  antall!: Antall;
}

export const FilQuery = z.strictObject({ personer: flag(false, 'Om rollene skal være med, som referanser til personer') });
export type FilQuery = z.output<typeof FilQuery>;

/** A global integration of another organisation. */
export class GlobalIntegrasjon {
  @Field({ format: 'uuid' })
  id!: string;
  @Field({ example: 'SvarUt' })
  navn!: string;
  @Field({ type: String, isArray: true, description: 'Tilgangene integrasjonen får når den legges til', example: ['INNSYN.INDEX.MAPPE'] })
  forespurt!: string[];
}

/** The revision of a thing that changes expect. */
export class Revisjon {
  @Field({ description: 'Typen og id-en til tingen', example: 'kommunalTjeneste/3f1c2a9e-7b64-4d0f-9a51-0c8e5d2b7f10' })
  ting!: string;
  @Field({ description: 'Revisjonen. -1 for en ting uten endringer.', example: 3 })
  revisjon!: number;
}

/** The configuration as one document, with what a plan against it needs. */
export class Konfigurasjonsfil {
  @Field({ description: 'Posisjonen i loggen som dokumentet viser', example: 4711, format: 'int64' })
  posisjon!: number;
  @Field({ format: 'date-time', description: 'Tidspunktet dokumentet gjelder. Driftsmeldinger, tilganger og roller som er over da, er ikke med.' })
  tidspunkt!: string;
  @Field({ type: 'object', additionalProperties: true, description: 'Dokumentet. Skjemaet finnes på /min-kommune/api/v1/konfigurasjonsfil/skjema.' })
  konfigurasjon!: object;
  @Field({ type: Revisjon, isArray: true, description: 'Revisjonen av hver ting, til If-Match. Også av driftsmeldinger som er over.' })
  revisjoner!: Revisjon[];
  @Field({ type: GlobalIntegrasjon, isArray: true, description: 'Globale integrasjoner fra andre organisasjoner, enten de er lagt til eller ikke' })
  globale!: GlobalIntegrasjon[];
}
