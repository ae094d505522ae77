import { Button } from '@digdir/designsystemet-react';
import type { UseInfiniteQueryResult } from '@tanstack/react-query';
import { useSprak } from './sprak.js';

/** The button that asks for the next page of a list; nothing on the last page. */
export function Flere({ query }: { readonly query: Pick<UseInfiniteQueryResult, 'hasNextPage' | 'isFetchingNextPage' | 'fetchNextPage'> }) {
  const { t } = useSprak();
  if (!query.hasNextPage) return null;
  return (
    <div className="knapper">
      <Button variant="secondary" loading={query.isFetchingNextPage} onClick={() => void query.fetchNextPage()}>
        {t.tilstand.visFlere}
      </Button>
    </div>
  );
}
