import { Button } from '@digdir/designsystemet-react';
import { PlusIcon } from '@navikt/aksel-icons';
import { useNavigate, type LinkProps } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Utsnitt } from '../shell/flere.js';
import { Lenke } from '../shell/page.js';
import { Tom } from '../shell/states.js';
import { useOrganisasjon } from './oppsett.js';
import { useTekster } from './tekster.js';

interface RaderProps<T> {
  readonly ting: readonly T[];
  /** Said when there is nothing: what will come. */
  readonly tom: { readonly tittel: string; readonly tekst: string };
  /** The page where a new one is made; missing for those who may not make one. */
  readonly ny?: { readonly to: LinkProps['to']; readonly tekst: string } | undefined;
  /** How many there are, in words. */
  readonly vist: string;
  readonly radklasse?: string;
  readonly children: (ting: T) => ReactNode;
}

/** The things of an organisation as rows, with the button that makes a new one. */
export function Rader<T extends { readonly id: string }>({ ting, tom, ny, vist, radklasse, children }: RaderProps<T>) {
  const navigate = useNavigate();
  const { org } = useOrganisasjon();
  const create = ny && (
    <Button data-color="accent" onClick={() => void navigate({ to: ny.to, params: { org } as never })}>
      <PlusIcon aria-hidden /> {ny.tekst}
    </Button>
  );
  if (ting.length === 0)
    return (
      <Tom tittel={tom.tittel} tekst={tom.tekst}>
        {create && <div>{create}</div>}
      </Tom>
    );
  return (
    <>
      <div className="avsnittstopp">
        {create}
        <span className="dempet">{vist}</span>
      </div>
      <Utsnitt alle={ting}>
        {(rows) => (
          <ul className="rader">
            {rows.map((one) => (
              <li key={one.id} className={radklasse}>
                {children(one)}
              </li>
            ))}
          </ul>
        )}
      </Utsnitt>
    </>
  );
}

/** The end of a link's row: the way to change it, and to delete it. */
export function Lenkehandlinger({ to, lenke, slett }: { readonly to: LinkProps['to']; readonly lenke: { readonly id: string; readonly tittel: string }; readonly slett: () => void }) {
  const tekster = useTekster();
  const { org } = useOrganisasjon();
  return (
    <div className="knapper">
      <Lenke to={to} params={{ org, id: lenke.id } as never}>
        {tekster.rediger}
        <span className="ds-sr-only"> {lenke.tittel}</span>
      </Lenke>
      <Button variant="tertiary" data-color="danger" aria-label={tekster.lenker.slett_(lenke.tittel)} onClick={slett}>
        {tekster.lenker.slett}
      </Button>
    </div>
  );
}
