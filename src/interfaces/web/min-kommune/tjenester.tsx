import { Heading, Skeleton } from '@digdir/designsystemet-react';
import { api, queries } from '../api/client.js';
import { useMeg } from '../api/meg.js';
import { Side } from '../shell/page.js';
import { Sokefelt } from '../shell/sokefelt.js';
import { useSprak } from '../shell/sprak.js';
import { Tilstand } from '../shell/states.js';
import { useAktor } from './aktor.js';
import { Markert } from './markert.js';
import { pageSize, Treffliste, usePages } from './sokeside.js';
import { useTerm } from './term.js';
import { Tjenestekort } from './tjenestekort.js';

/** Kommunale tjenester: her own kommune's first, the starred ones before the others, and those of all others by search. */
export function Tjenester() {
  const { t } = useSprak();
  const { egenKommune } = useMeg();
  const { onBehalfOf, opptrerSom } = useAktor();
  const [term, sok] = useTerm();
  const page = queries.useQuery(
    'get',
    '/min-kommune/api/v1/innbygger/{fiksOrgId}/sider/{side}',
    { params: { path: { fiksOrgId: egenKommune?.fiksOrgId ?? '', side: 'FORSIDE' }, query: { opptrerSom } } },
    { enabled: egenKommune !== null && term === '' },
  );
  const sider = usePages(['tjenester', term, onBehalfOf, egenKommune?.fiksOrgId], async (fra, signal) => {
    const own = egenKommune ? [egenKommune.fiksOrgId] : [];
    const { data } = await api.POST('/innsyn-sok/api/v1/kommunaltjeneste/sok', {
      params: { query: { term, fra, antall: pageSize, ...onBehalfOf } },
      body: term === '' ? { ekskluderteKommuneFiksOrgId: own } : {},
      signal,
    });
    return data!;
  });
  return (
    <Side tittel={t.tjenester.tittel}>
      <Sokefelt etikett={t.tjenester.sok} term={term} sok={sok} />
      {egenKommune !== null && term === '' && (
        <section className="avsnitt" aria-labelledby="egne">
          <Heading level={2} data-size="sm" id="egne">
            {t.tjenester.egne(egenKommune.navn)}
          </Heading>
          <Tilstand query={page} skjelett={<Skeleton variant="rectangle" height={220} />} erTom={({ tjenester }) => tjenester.length === 0} tom={<p className="dempet">{t.forside.ingenTjenester}</p>}>
            {({ tjenester }) => (
              <ul className="rutenett">
                {tjenester.map(({ id, tittel, lenke, favoritt }) => (
                  <li key={id}>
                    <Tjenestekort tittel={tittel} lenke={lenke} favoritt={favoritt} />
                  </li>
                ))}
              </ul>
            )}
          </Tilstand>
        </section>
      )}
      <section className="avsnitt" aria-labelledby="andre">
        <Heading level={2} data-size="sm" id="andre">
          {term === '' ? t.tjenester.andre : t.tjenester.treff(term)}
        </Heading>
        <Treffliste sider={sider} tom={{ tittel: t.tjenester.ingenTreff(term), tekst: t.tjenester.ingenTreffTekst }} id={({ dokumentId }) => dokumentId} skjeletthoyde={90}>
          {({ meldingMetadata: { tittel, lenke, kommuneVisningsnavn } }) => <Tjenestekort tittel={<Markert tekst={tittel} term={term} />} lenke={lenke} eier={kommuneVisningsnavn} />}
        </Treffliste>
      </section>
    </Side>
  );
}
