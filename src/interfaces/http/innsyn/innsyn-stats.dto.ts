import { z } from 'zod';
import { shownName } from '../../../application/innsyn/versjoner.js';
import type { InnsynsmeldingView, Meldingstall } from '../../../application/views/innsynsmelding.js';
import { meldingstyper, type Meldingsversjon } from '../../../domain/values/meldingstype.js';
import { uuid, wholeNumber } from '../server/input.js';
import { Field } from '../server/shape.js';

/** The names of the versions in KS Fiks, with ours. Nobody can have sent a version without one. */
const versjoner = new Map<string, Meldingsversjon | undefined>([
  ...['barnevernmappeV1', 'barnevernjournalpostV1', 'byggesakV1', 'matrikkelenhetV1', 'kommunaltjenesteV1', 'forsendelseV1', 'oppgaveV1'].map((navn) => [navn, undefined] as const),
  ...(Object.keys(meldingstyper) as Meldingsversjon[]).map((versjon) => [shownName(versjon), versjon] as const),
]);

export const versjonParam = z
  .string()
  .refine((navn) => versjoner.has(navn), 'Må være en versjon som KS Fiks har, for eksempel mappeV1')
  .transform((navn) => ({ navn, versjon: versjoner.get(navn) }))
  .meta({ description: 'Versjonen til meldingene', examples: ['mappeV1'] });
export type VersjonParam = z.output<typeof versjonParam>;

/** The most ids on a page, and as many as one with the usual 90 bytes for each makes 225 kB. */
const [maxPage, defaultPage] = [10_000, 2500];
export const StatsQuery = z.strictObject({ integrasjonId: uuid('Bare meldingene til denne integrasjonen').optional() });
export type StatsQuery = z.output<typeof StatsQuery>;
export const IderQuery = z.strictObject({
  antall: wholeNumber(1, maxPage, defaultPage, `Antall id-er du ber om, høyst ${maxPage}`),
  fortsettFra: z
    .string()
    .regex(/^[0-9a-f-]{36}_[0-9a-f-]{36}$/, 'Må være hentet fra adressen i Link')
    .optional()
    .meta({ description: 'Stedet i listen der siden begynner, slik Link på siden før har det' }),
});
export type IderQuery = z.output<typeof IderQuery>;

const int64 = { type: 'integer', format: 'int64', example: 4000 } as const;

class StatsIntegrasjon {
  @Field({ format: 'uuid' })
  id!: string;
  @Field({ example: 'Sakarkivet' })
  navn!: string;
}
class InnsynDocCountStat {
  @Field({ format: 'uuid' })
  fiksOrgId!: string;
  @Field({ format: 'uuid', deprecated: true, description: 'Bruk integrasjon.id' })
  integrasjonId!: string;
  @Field({ type: StatsIntegrasjon })
  integrasjon!: StatsIntegrasjon;
  @Field({ example: 'mappeV1' })
  meldingstype!: string;
  @Field({ ...int64, description: 'Antall meldinger nå' })
  docCount!: number;
}
export class InnsynOrganisasjonStats {
  @Field({ type: InnsynDocCountStat, isArray: true })
  eierStats!: InnsynDocCountStat[];
}
class InnsynIntegrasjonMeldingDocCountStat {
  @Field({ enum: [...versjoner.keys()], example: 'mappeV1' })
  meldingstype!: string;
  @Field({ ...int64, description: 'Antall meldinger nå' })
  docCount!: number;
  @Field({ description: 'Om integrasjonen kan indeksere meldinger av typen nå' })
  harIntegrasjonTilgang!: boolean;
}
class InnsynIntegrasjonDocCountStat {
  @Field({ format: 'uuid' })
  fiksOrgId!: string;
  @Field({ type: StatsIntegrasjon })
  integrasjon!: StatsIntegrasjon;
  @Field({ type: InnsynIntegrasjonMeldingDocCountStat, isArray: true })
  meldinger!: InnsynIntegrasjonMeldingDocCountStat[];
}
export class InnsynIntegrasjonOrganisasjonStats {
  @Field({ type: InnsynIntegrasjonDocCountStat, isArray: true })
  eierStats!: InnsynIntegrasjonDocCountStat[];
}
class InnsynMeldingStat {
  @Field({ format: 'uuid' })
  id!: string;
  @Field({ format: 'date-time', description: 'Tidspunktet for siste endring' })
  sistEndret!: string;
}
export class InnsynIntegrasjonMeldingIdList {
  @Field({ format: 'uuid' })
  fiksOrgId!: string;
  @Field({ format: 'uuid', required: false, description: 'Integrasjonen som listen er begrenset til' })
  integrasjonId?: string;
  @Field({ example: 'mappeV1' })
  versjon!: string;
  @Field({ type: InnsynMeldingStat, isArray: true })
  meldinger!: InnsynMeldingStat[];
}

export const perVersjon = (fiksOrgId: string, tall: readonly Meldingstall[]): InnsynOrganisasjonStats => ({
  eierStats: tall.map(({ integrasjon, versjon, antall }) => ({ fiksOrgId, integrasjonId: integrasjon.id, integrasjon, meldingstype: shownName(versjon), docCount: antall })),
});

export function perIntegrasjon(fiksOrgId: string, tall: readonly Meldingstall[]): InnsynIntegrasjonOrganisasjonStats {
  const ids = [...new Set(tall.map(({ integrasjon }) => integrasjon.id))];
  return {
    eierStats: ids.map((id) => {
      const own = tall.filter(({ integrasjon }) => integrasjon.id === id);
      const meldinger = own.map(({ versjon, antall, harTilgang }) => ({ meldingstype: shownName(versjon), docCount: antall, harIntegrasjonTilgang: harTilgang }));
      return { fiksOrgId, integrasjon: own[0]!.integrasjon, meldinger };
    }),
  };
}

/** The place of a message in a list of ids, as the `Link` of the page has it. */
export const stedOf = ({ integrasjonId, meldingId }: InnsynsmeldingView): string => `${integrasjonId}_${meldingId}`;
