import { Alert, Heading, Paragraph } from '@digdir/designsystemet-react';
import { LenkerUt, type Lenken } from '../shell/page.js';
import { useSprak } from '../shell/sprak.js';

/** A driftsmelding as citizens see it. The forms of Fiks forvaltning show it before it is published. */
export interface Melding {
  readonly innhold: string;
  readonly meldingType: string;
  readonly url?: string | null;
  readonly urlTekst?: string | null;
}

const colors = { INFORMASJON: 'info', ADVARSEL: 'warning', FEIL: 'danger' } as const;
type Severity = keyof typeof colors;
const isSeverity = (type: string): type is Severity => type in colors;

interface DriftsmeldingProps {
  readonly melding: Melding;
  /** The name of the kommune that says it; missing or empty where it is not known. */
  readonly kommune?: string | undefined;
  /** The links of all who say it; missing when only the message has one. */
  readonly lenker?: readonly Lenken[];
}

/** One driftsmelding. */
export function Driftsmelding({ melding, kommune, lenker }: DriftsmeldingProps) {
  const { t } = useSprak();
  const links = lenker ?? (melding.url ? [{ lenke: melding.url, tittel: melding.urlTekst ?? t.driftsmelding.merInformasjon }] : []);
  const severity = isSeverity(melding.meldingType) ? melding.meldingType : 'INFORMASJON';
  return (
    <Alert data-color={colors[severity]} className="merknad">
      <Heading level={2} data-size="2xs">
        {t.driftsmelding[severity](kommune || t.driftsmelding.kommunen)}
      </Heading>
      <Paragraph>{melding.innhold}</Paragraph>
      <LenkerUt lenker={links} />
    </Alert>
  );
}

interface DriftsmeldingerProps {
  readonly meldinger: readonly (Melding & { readonly id: string; readonly fiksOrgId: string })[];
  /** The name of an organisation; undefined where it is not known. */
  readonly navnPa: (fiksOrgId: string) => string | undefined;
}

/** All driftsmeldinger of a page, the most severe first, as the service sorts them. Equal ones are one, from all who say it, with the links of all. */
export function Driftsmeldinger({ meldinger, navnPa }: DriftsmeldingerProps) {
  const { t } = useSprak();
  if (meldinger.length === 0) return null;
  const equal = Map.groupBy(meldinger, ({ innhold, meldingType }) => JSON.stringify([innhold, meldingType]));
  /** The links to different places, told from each other by whose they are. */
  const linksOf = (same: typeof meldinger): readonly Lenken[] => {
    const byUrl = Map.groupBy(same.filter(({ url }) => url), ({ url }) => url!);
    return [...byUrl].map(([lenke, [first]]) => {
      const tittel = first!.urlTekst ?? t.driftsmelding.merInformasjon;
      const kommune = byUrl.size > 1 ? navnPa(first!.fiksOrgId) : undefined;
      return { lenke, tittel: kommune === undefined ? tittel : `${tittel} (${kommune})` };
    });
  };
  return (
    <div className="liste" role="region" aria-label={t.driftsmelding.overskrift}>
      {[...equal.values()].map((same) => (
        <Driftsmelding key={same[0]!.id} melding={same[0]!} kommune={t.driftsmelding.flere(same.flatMap(({ fiksOrgId }) => navnPa(fiksOrgId) ?? []))} lenker={linksOf(same)} />
      ))}
    </div>
  );
}
