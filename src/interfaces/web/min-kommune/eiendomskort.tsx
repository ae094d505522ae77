import { Card, Heading } from '@digdir/designsystemet-react';
import type { ReactNode } from 'react';
import { LenkerUt } from '../shell/page.js';
import { useSprak } from '../shell/sprak.js';

/** A property as its owner sees it, with the links that the kommune has made for it. Fiks forvaltning shows it with a chosen one. */
export interface EiendomProps {
  readonly adresse?: ReactNode;
  readonly kommune: string;
  readonly kommunenummer: string;
  readonly gardsnummer: string;
  readonly bruksnummer: string;
  readonly festenummer?: string;
  readonly seksjonsnummer?: string;
  readonly lenker: readonly { readonly tittel: string; readonly lenke: string }[];
}

/** The card of a property. */
export function Eiendomskort({ adresse, kommune, kommunenummer, gardsnummer, bruksnummer, festenummer = '0', seksjonsnummer = '0', lenker }: EiendomProps) {
  const { t } = useSprak();
  const number = t.eiendommer.matrikkel(gardsnummer, bruksnummer, festenummer, seksjonsnummer);
  return (
    <Card data-color="neutral" className="kort">
      <Heading level={2} data-size="xs">
        {adresse ?? t.eiendommer.uten}
      </Heading>
      <p className="dempet">
        {number} · {kommune} ({kommunenummer})
      </p>
      {lenker.length === 0 ? (
        <p className="dempet">{t.eiendommer.ingenLenker}</p>
      ) : (
        <LenkerUt lenker={lenker} navn={t.eiendommer.lenker} />
      )}
    </Card>
  );
}
