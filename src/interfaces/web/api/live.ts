import { useEffect } from 'react';
import { queryClient } from './client.js';

/** The pause before a stream that the service refused is asked for again, in ms. */
const retryMs = 5000;

/**
 * Keeps a page of an organisation up to date: each change that the service tells of makes the shown answers stale. The stream is
 * closed while the tab is hidden, and everything shown is asked for again when it comes back. A browser gives a stream up after an
 * answer that is none, such as 503 of a service that starts. The page then tries again by itself.
 */
export function useLive(fiksOrgId: string | undefined): void {
  useEffect(() => {
    if (fiksOrgId === undefined) return;
    let source: EventSource | undefined;
    const refresh = () => void queryClient.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'meg' });
    let retry: ReturnType<typeof setTimeout> | undefined;
    const open = (afterFailure = false) => {
      const opened = new EventSource(`/min-kommune/api/v1/${fiksOrgId}/hendelsesstrom`);
      source = opened;
      opened.onmessage = ({ data }: MessageEvent<string>) => {
        // The first event of a stream may tell of no change. Asking anew then would keep a session alive that nobody uses.
        if ((JSON.parse(data) as { readonly visninger: readonly string[] }).visninger.length > 0) refresh();
      };
      if (afterFailure) opened.onopen = refresh;
      opened.onerror = () => {
        if (opened.readyState === EventSource.CLOSED) retry = setTimeout(open, retryMs, true);
      };
    };
    const close = () => {
      clearTimeout(retry);
      source?.close();
    };
    const follow = () => {
      close();
      if (document.hidden) return;
      refresh();
      open();
    };
    if (!document.hidden) open();
    document.addEventListener('visibilitychange', follow);
    return () => {
      document.removeEventListener('visibilitychange', follow);
      close();
    };
  }, [fiksOrgId]);
}
