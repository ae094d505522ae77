import { Card, Heading, Tag } from '@digdir/designsystemet-react';
import { api, type Schemas } from '../api/client.js';
import { LenkeUt, Side } from '../shell/page.js';
import { Sokefelt } from '../shell/sokefelt.js';
import { useSprak } from '../shell/sprak.js';
import { useAktor } from './aktor.js';
import { pageSize, Treffliste, usePages } from './sokeside.js';
import { useTerm } from './term.js';

/** Post fra kommunen: the letters that she has got, the newest first. */
export function Post() {
  const { t } = useSprak();
  const [term, sok] = useTerm();
  const { onBehalfOf } = useAktor();
  const sider = usePages(['post', term, onBehalfOf], async (fra, signal) => {
    const { data } = await api.POST('/innsyn-sok/api/v1/post/sok', { params: { query: { term, fra, antall: pageSize, ...onBehalfOf } }, body: {}, signal });
    return data!;
  });
  return (
    <Side tittel={t.post.tittel}>
      <Sokefelt etikett={t.post.sok} term={term} sok={sok} />
      <Treffliste sider={sider} tom={term === '' ? { tittel: t.post.tom, tekst: t.post.tomTekst } : { tittel: t.sok.ingen(term), tekst: t.sok.ingenTekst }} id={({ dokumentId }) => dokumentId}>
        {({ meldingMetadata }) => <Brev brev={meldingMetadata} />}
      </Treffliste>
    </Side>
  );
}

function Brev({ brev }: { readonly brev: Schemas['ForsendelseV2'] }) {
  const { t, m } = useSprak();
  const { tittel, avsender, sendtDato, lest, dokumenter, lenker, svarLenke } = brev;
  return (
    <Card data-color="neutral" className="kort">
      <div className="linje">
        <Heading level={2} data-size="xs">
          {tittel}
        </Heading>
        {!lest && (
          <Tag data-color="info" data-size="sm">
            {t.post.ulest}
          </Tag>
        )}
      </div>
      <p className="dempet">
        {t.post.fra(avsender)} · {m.nylig(sendtDato)}
      </p>
      {dokumenter.length > 0 && (
        <ul className="lenkeliste" aria-label={t.post.dokumenter}>
          {dokumenter.map((dokument) => (
            <li key={dokument.nedlastingLenke}>
              <LenkeUt href={dokument.nedlastingLenke}>{dokument.tittel}</LenkeUt>
            </li>
          ))}
        </ul>
      )}
      {lenker.map(({ url, urlTekst, ledetekst }) => (
        <p key={url}>
          {ledetekst} <LenkeUt href={url}>{urlTekst}</LenkeUt>
        </p>
      ))}
      {svarLenke && (
        <p>
          <LenkeUt href={svarLenke}>{t.post.svar}</LenkeUt>
        </p>
      )}
    </Card>
  );
}
