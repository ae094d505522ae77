import { Card, Heading, Tag } from '@digdir/designsystemet-react';
import { api, type Schemas } from '../api/client.js';
import { Side } from '../shell/page.js';
import { Fakta } from '../shell/fakta.js';
import { useSprak } from '../shell/sprak.js';
import { pageSize, Treffliste, usePages } from './sokeside.js';

/** Hvem har sett mine opplysninger: each search for her and each look-up of her, the newest first. */
export function Innsynslogg() {
  const { t } = useSprak();
  const sider = usePages(['innsynslogg'], async (fra, signal) => {
    const { data } = await api.GET('/min-kommune/api/v1/innbygger/innsynslogg', { params: { query: { fra, antall: pageSize } }, signal });
    return { ...data!, treffMedHoyereInnloggingsniva: 0, driftsmeldinger: [] };
  });
  return (
    <Side tittel={t.innsynslogg.tittel} ingress={t.innsynslogg.ingress}>
      <Treffliste sider={sider} tom={{ tittel: t.innsynslogg.tom, tekst: t.innsynslogg.tomTekst }} id={({ requestId, tidspunkt }) => requestId + tidspunkt}>
        {(linje) => <Linje linje={linje} />}
      </Treffliste>
    </Side>
  );
}

function Linje({ linje }: { readonly linje: Schemas['InnsynsloggLinje'] }) {
  const { t, m } = useSprak();
  const { tidspunkt, integrasjon, organisasjoner, antallOrganisasjoner, sok, formal, resultat, onBehalfOf } = linje;
  const others = antallOrganisasjoner - organisasjoner.length;
  const names = [...organisasjoner.map(({ visningsnavn }) => visningsnavn), ...(others > 0 ? [t.innsynslogg.for(others)] : [])];
  const facts = [
    [t.innsynslogg.hva, t.innsynslogg.sok[sok] ?? sok],
    [t.innsynslogg.organisasjoner, names.join(', ')],
    [t.aktor.virksomheter, onBehalfOf],
    [t.innsynslogg.formal, formal],
  ] as const;
  return (
    <Card data-color="neutral" className="kort">
      <div className="linje">
        <Heading level={2} data-size="2xs">
          {integrasjon.navn ?? t.innsynslogg.slettetSystem}
        </Heading>
        <Tag data-color={resultat === 'AVSLATT' ? 'warning' : 'neutral'} data-size="sm">
          {t.innsynslogg.resultater[resultat] ?? resultat}
        </Tag>
      </div>
      <p className="dempet">{m.ukedag(tidspunkt)}</p>
      <Fakta fakta={facts} />
    </Card>
  );
}
