import { useEffect, useState } from 'react';
import { flushSync } from 'react-dom';
import { useSprak } from './sprak.js';

/** The time at which the printing of the page began, in ms; undefined on a screen. */
export function usePapir(): number | undefined {
  const [began, begin] = useState<number>();
  useEffect(() => {
    // The browser takes its picture of the page as soon as this returns.
    const before = () => { flushSync(() => { begin(Date.now()); }); };
    const after = () => { begin(undefined); };
    window.addEventListener('beforeprint', before);
    window.addEventListener('afterprint', after);
    return () => {
      window.removeEventListener('beforeprint', before);
      window.removeEventListener('afterprint', after);
    };
  }, []);
  return began;
}

interface PapirlinjeProps {
  /** The part that a screen shows too; missing where its address and menus say it. */
  readonly skjerm?: string | undefined;
  readonly papir: readonly (string | undefined | false)[];
}

/** A line below the heading that tells paper what the page shows and when it was printed, because paper has no address and no tabs. */
export function Papirlinje({ skjerm, papir }: PapirlinjeProps) {
  const { t, m } = useSprak();
  const began = usePapir();
  const text = began === undefined ? skjerm : [...papir, t.skall.skrevetUt(m.tidspunkt(began))].filter(Boolean).join(' · ');
  return text ? <p className="dempet">{text}</p> : null;
}
