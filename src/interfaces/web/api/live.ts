import { useEffect } from 'react';
import { queryClient } from './client.js';

/**
 * Keeps a page of an organisation up to date: each change that the service tells of makes the shown answers stale. The stream is
 * closed while the tab is hidden, and everything shown is asked for again when it comes back.
 */
export function useLive(fiksOrgId: string | undefined): void {
  useEffect(() => {
    if (fiksOrgId === undefined) return;
    let source: EventSource | undefined;
    const refresh = () => void queryClient.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'meg' });
    const open = () => {
      source = new EventSource(`/min-kommune/api/v1/${fiksOrgId}/hendelsesstrom`);
      source.onmessage = refresh;
    };
    const follow = () => {
      source?.close();
      source = undefined;
      if (document.hidden) return;
      refresh();
      open();
    };
    if (!document.hidden) open();
    document.addEventListener('visibilitychange', follow);
    return () => {
      document.removeEventListener('visibilitychange', follow);
      source?.close();
    };
  }, [fiksOrgId]);
}
