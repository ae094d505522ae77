import { Alert, Heading, Paragraph } from '@digdir/designsystemet-react';
import { LenkeUt } from '../shell/page.js';
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

/** One driftsmelding. @param kommune the name of the kommune that says it; missing or empty where it is not known. */
export function Driftsmelding({ melding, kommune }: { readonly melding: Melding; readonly kommune?: string | undefined }) {
  const { t } = useSprak();
  const severity = isSeverity(melding.meldingType) ? melding.meldingType : 'INFORMASJON';
  return (
    <Alert data-color={colors[severity]} className="merknad">
      <Heading level={2} data-size="2xs">
        {t.driftsmelding[severity](kommune || t.driftsmelding.kommunen)}
      </Heading>
      <Paragraph>{melding.innhold}</Paragraph>
      {melding.url && (
        <Paragraph>
          <LenkeUt href={melding.url}>{melding.urlTekst ?? t.driftsmelding.merInformasjon}</LenkeUt>
        </Paragraph>
      )}
    </Alert>
  );
}

interface DriftsmeldingerProps {
  readonly meldinger: readonly (Melding & { readonly id: string; readonly fiksOrgId: string })[];
  /** The name of an organisation; undefined where it is not known. */
  readonly navnPa: (fiksOrgId: string) => string | undefined;
}

/** All driftsmeldinger of a page, the most severe first, as the service sorts them. Equal ones are one, from all who say it. */
export function Driftsmeldinger({ meldinger, navnPa }: DriftsmeldingerProps) {
  const { t } = useSprak();
  if (meldinger.length === 0) return null;
  const equal = Map.groupBy(meldinger, ({ innhold, meldingType, url }) => JSON.stringify([innhold, meldingType, url]));
  return (
    <div className="liste" role="region" aria-label={t.driftsmelding.overskrift}>
      {[...equal.values()].map((same) => (
        <Driftsmelding key={same[0]!.id} melding={same[0]!} kommune={t.driftsmelding.flere(same.flatMap(({ fiksOrgId }) => navnPa(fiksOrgId) ?? []))} />
      ))}
    </div>
  );
}
