import { Paragraph } from '@digdir/designsystemet-react';
import type { LinkProps } from '@tanstack/react-router';
import { useState, type ReactNode } from 'react';
import { Dialogboks } from '../shell/dialog.js';
import { useSprak } from '../shell/sprak.js';
import { Feil } from '../shell/states.js';
import { useEndring } from './oppsett.js';
import { useTekster } from './tekster.js';

interface Sletting<L> {
  /** The consequence of deleting, in words. */
  readonly tekst: string;
  /** The citizens' page where the link stood. */
  readonly se: LinkProps['to'];
  readonly slett: (lenke: L) => Promise<void>;
  /** Whether citizens see the link now. */
  readonly sees: (lenke: L) => Promise<boolean>;
  readonly lagIgjen: (lenke: L) => Promise<void>;
}

/** The question before a link is deleted, and the deletion. What is deleted does not come back: the opposite is the same link anew. */
export function useSletting<L extends { readonly tittel: string }>({ tekst, se, slett, sees, lagIgjen }: Sletting<L>): { readonly sporr: (lenke: L) => void; readonly dialog: ReactNode } {
  const { m } = useSprak();
  const tekster = useTekster();
  const f = tekster.lenker;
  const [removing, setRemoving] = useState<L>();
  const [asking, ask] = useState(false);
  const restore = useEndring(lagIgjen, () => ({ tekst: tekster.angret }));
  const remove = useEndring(slett, async (_, gone) => {
    ask(false);
    // A look that fails takes neither the undoing from her, nor what was done.
    const still = await sees(gone).catch(() => undefined);
    const tekst = still === undefined ? f.ikkeKontrollert : (still ? f.fremdelesSynlig : f.borte)(m.klokke(Date.now()));
    return { tekst, se, angre: () => { restore.mutate(gone); }, color: still === false ? 'success' : 'warning' };
  });
  return {
    sporr: (lenke) => {
      setRemoving(lenke);
      ask(true);
    },
    dialog: (
      <Dialogboks apen={asking} lukk={() => { ask(false); }} tittel={f.slettTittel(removing?.tittel ?? '')} knapp={f.slett} farge="danger" venter={remove.isPending} send={() => { if (removing) remove.mutate(removing); }}>
        <Paragraph>{tekst}</Paragraph>
        {remove.isError && <Feil error={remove.error} />}
      </Dialogboks>
    ),
  };
}
