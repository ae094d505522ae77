import { Alert, Button, Card, Heading, Paragraph } from '@digdir/designsystemet-react';
import { useLocation } from '@tanstack/react-router';
import { loginAddress } from '../api/meg.js';
import { Side } from './page.js';
import { isManagement } from './header.js';
import { useSprak } from './sprak.js';

/** The page for everybody who is not logged in. After the login she comes to the page that she asked for. */
export function Innlogging() {
  const { t } = useSprak();
  const { pathname, searchStr } = useLocation();
  const query = new URLSearchParams(searchStr);
  const brokeOff = query.get('innlogging') === 'avbrutt';
  // The page that she asked for, without what the last login came to.
  query.delete('innlogging');
  const til = query.size > 0 ? `${pathname}?${query.toString()}` : pathname;
  const forManagement = isManagement(pathname);
  const citizen = (
    <Card key="innbygger" data-color="neutral" className="kort">
      <Heading level={2} data-size="xs">
        {t.innlogging.innbygger}
      </Heading>
      <Paragraph>{t.innlogging.innbyggerTekst}</Paragraph>
      <div>
        <Button asChild data-color="accent" variant={forManagement ? 'secondary' : 'primary'}>
          <a href={loginAddress('idporten', forManagement ? '/' : til)}>{t.skall.loggInnIdporten}</a>
        </Button>
      </div>
    </Card>
  );
  const employee = (
    <Card key="ansatt" data-color="neutral" className="kort">
      <Heading level={2} data-size="xs">
        {t.innlogging.ansatt}
      </Heading>
      <Paragraph>{t.innlogging.ansattTekst}</Paragraph>
      <div>
        <Button asChild data-color="accent" variant={forManagement ? 'primary' : 'secondary'}>
          <a href={loginAddress('ansattporten', forManagement ? til : '/forvaltning')}>{t.skall.loggInnAnsattporten}</a>
        </Button>
      </div>
    </Card>
  );
  return (
    <Side tittel={forManagement ? t.skall.forvaltning : t.innlogging.tittel} ingress={t.innlogging.ingress}>
      {brokeOff && <Alert data-color="info">{t.innlogging.avbrutt}</Alert>}
      <div className="rutenett to">{forManagement ? [employee, citizen] : [citizen, employee]}</div>
    </Side>
  );
}
