import { Button } from '@digdir/designsystemet-react';
import type { UseInfiniteQueryResult } from '@tanstack/react-query';
import { useEffect, useLayoutEffect, useRef, useState, type ReactNode } from 'react';
import { flushSync } from 'react-dom';
import { useSprak } from './sprak.js';

/**
 * The button that asks for the next page of a list. When the last page has come by it, a text takes its place, and its focus if it had
 * that.
 */
export function Flere({ query }: { readonly query: Pick<UseInfiniteQueryResult, 'hasNextPage' | 'isFetchingNextPage'> & { readonly fetchNextPage: () => unknown } }) {
  const { t } = useSprak();
  const [asked, ask] = useState(false);
  const hasFocus = useRef(false);
  const text = useRef<HTMLParagraphElement>(null);
  const { hasNextPage } = query;
  useLayoutEffect(() => {
    // A button that is taken away loses its focus to the body, and no event tells of it.
    if (!hasNextPage && hasFocus.current && document.activeElement === document.body) text.current?.focus({ preventScroll: true });
    hasFocus.current = false;
  }, [hasNextPage]);
  if (!hasNextPage)
    return asked ? (
      <p className="dempet" tabIndex={-1} ref={text}>
        {t.tilstand.alleVist}
      </p>
    ) : null;
  return (
    <div className="knapper">
      <Button
        variant="secondary"
        loading={query.isFetchingNextPage}
        onFocus={() => { hasFocus.current = true; }}
        onBlur={() => { hasFocus.current = false; }}
        onClick={() => {
          ask(true);
          query.fetchNextPage();
        }}
      >
        {t.tilstand.visFlere}
      </Button>
    </div>
  );
}

/** The most rows that a list shows before she asks for more. */
const rowsAtOnce = 100;

/** A list that the page holds whole, some rows at a time, with the button for more. It is printed whole. */
export function Utsnitt<T>({ alle, children }: { readonly alle: readonly T[]; readonly children: (vist: readonly T[]) => ReactNode }) {
  const { t } = useSprak();
  const [count, show] = useState(rowsAtOnce);
  useEffect(() => {
    // The browser takes its picture of the page as soon as this returns.
    const showAll = () => { flushSync(() => { show(Infinity); }); };
    window.addEventListener('beforeprint', showAll);
    return () => { window.removeEventListener('beforeprint', showAll); };
  }, []);
  return (
    <>
      {children(alle.slice(0, count))}
      {alle.length > rowsAtOnce && (
        <div className="linje">
          {alle.length > count && (
            <p role="status" className="dempet">
              {t.tilstand.viser(count, alle.length)}
            </p>
          )}
          <Flere query={{ hasNextPage: alle.length > count, isFetchingNextPage: false, fetchNextPage: () => { show(count + rowsAtOnce); } }} />
        </div>
      )}
    </>
  );
}
