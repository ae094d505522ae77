import { Button, Dialog, Heading, Paragraph } from '@digdir/designsystemet-react';
import { useEffect, useId } from 'react';
import { queryClient } from '../api/client.js';
import { loginAddress, megQuery, type Meg } from '../api/meg.js';
import { useSprak } from './sprak.js';

/** The notice that her session is over. She logs in beside the page, which is hidden meanwhile and keeps what she has written. */
export function Utlogget({ person: { porten, innloggingsniva } }: { readonly person: Meg }) {
  const { t } = useSprak();
  const heading = useId();
  useEffect(() => {
    const comesBack = () => {
      if (!document.hidden) void queryClient.invalidateQueries(megQuery);
    };
    addEventListener('focus', comesBack);
    document.addEventListener('visibilitychange', comesBack);
    return () => {
      removeEventListener('focus', comesBack);
      document.removeEventListener('visibilitychange', comesBack);
    };
  }, []);
  const asEmployee = porten === 'ansattporten';
  return (
    <Dialog open closedby="none" closeButton={false} aria-labelledby={heading} data-color="neutral">
      <Dialog.Block>
        <Heading level={2} data-size="sm" id={heading} tabIndex={-1} autoFocus>
          {t.innlogging.over}
        </Heading>
      </Dialog.Block>
      <Dialog.Block>
        <Paragraph>{t.innlogging.overTekst}</Paragraph>
      </Dialog.Block>
      <Dialog.Block>
        <div className="knapper">
          <Button asChild data-color="accent">
            <a href={asEmployee ? loginAddress('ansattporten', '/forvaltning', innloggingsniva) : loginAddress('idporten', '/', innloggingsniva)} target="_blank" rel="noopener">
              {asEmployee ? t.skall.loggInnAnsattporten : t.skall.loggInnIdporten} ({t.skall.nyFane})
            </a>
          </Button>
          <Button variant="tertiary" data-color="accent" onClick={() => void queryClient.invalidateQueries(megQuery)}>
            {t.innlogging.fortsett}
          </Button>
        </div>
      </Dialog.Block>
    </Dialog>
  );
}
