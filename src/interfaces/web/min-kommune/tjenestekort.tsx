import { Card, Tag } from '@digdir/designsystemet-react';
import { StarFillIcon } from '@navikt/aksel-icons';
import type { ReactNode } from 'react';
import { LenkeUt } from '../shell/page.js';
import { useSprak } from '../shell/sprak.js';

/** A kommunal tjeneste as citizens see it. Fiks forvaltning shows it while it is written. */
export interface TjenesteProps {
  /** The title, or the title with what was searched for marked. */
  readonly tittel: ReactNode;
  readonly lenke: string;
  readonly favoritt?: boolean;
  /** The kommune that has the tjeneste, where it is not given by the page. */
  readonly eier?: string | undefined;
}

/** The card of a kommunal tjeneste. A starred one comes first in the lists, and says why. */
export function Tjenestekort({ tittel, lenke, favoritt = false, eier }: TjenesteProps) {
  const { t } = useSprak();
  return (
    <Card data-color="neutral" className="kort">
      <LenkeUt href={lenke} className="kortlenke ds-focus">
        <span className="tittel">
          <strong>{tittel}</strong>
        </span>
      </LenkeUt>
      {eier !== undefined && <span className="dempet">{eier}</span>}
      {favoritt && (
        <span>
          <Tag data-color="info" data-size="sm">
            <StarFillIcon aria-hidden /> {t.tjenester.stjerne}
          </Tag>
        </span>
      )}
    </Card>
  );
}
