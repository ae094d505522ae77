import { Button, Paragraph, Tag } from '@digdir/designsystemet-react';
import { api } from '../api/client.js';
import { Lenke } from '../shell/page.js';
import { useSprak } from '../shell/sprak.js';
import { capital } from '../texts/moments.js';
import { pageOf, sideOf, useSynlighet, type Melding } from './driftsmelding-skjema.js';
import { useInnsynFaner } from './faner.js';
import { Forvaltning, ifMatch, lookAt, SistEndret, Stengt, useEndring, useOrganisasjon } from './oppsett.js';
import { Rader } from './rader.js';
import { useTekster } from './tekster.js';

const statusColors: Readonly<Record<string, 'success' | 'info' | 'neutral'>> = { SYNLIG: 'success', KOMMENDE: 'info', TIDLIGERE: 'neutral' };

/** Innsyn, Driftsmeldinger: all of them, the withdrawn ones too, because they can be used again. */
export function Driftsmeldinger() {
  const { m } = useSprak();
  const tekster = useTekster();
  const f = tekster.drift;
  const { org, kan } = useOrganisasjon();
  const tell = useSynlighet();
  // The opposite of withdrawing: the same period again, unless somebody has changed the message since.
  const undo = useEndring(
    async ({ melding: { id, startDato, sluttDato }, etag }: { readonly melding: Melding; readonly etag: string }) =>
      (await api.PUT('/min-kommune/api/v1/{fiksOrgId}/driftsmeldinger/{id}/periode', { params: { path: { fiksOrgId: org, id }, header: { 'If-Match': etag } }, body: { ...(startDato && { startDato }), ...(sluttDato && { sluttDato }) } })).data!,
    (melding) => tell(melding),
  );
  const withdraw = useEndring(
    async ({ id, revisjon }: Melding) => (await api.DELETE('/min-kommune/api/v1/{fiksOrgId}/driftsmeldinger/{id}', { params: { path: { fiksOrgId: org, id }, header: ifMatch(revisjon) } })).response.headers.get('ETag')!,
    async (etag, melding) => {
      // A look that fails takes neither the undoing from her, nor what was done.
      const page = await lookAt(org, sideOf(melding.kategori)).catch(() => undefined);
      const still = page?.driftsmeldinger.some(({ id }) => id === melding.id);
      const told = still === undefined ? f.ikkeKontrollert : (still ? f.fremdelesSynlig : f.borte)(m.klokke(Date.now()), f.sider[melding.kategori]!);
      return { tekst: told, se: pageOf(melding.kategori), angre: () => { undo.mutate({ melding, etag }); }, color: still === false ? 'success' : 'warning' };
    },
  );
  const may = kan('PublishDriftsmelding');
  const order = ['SYNLIG', 'KOMMENDE', 'TIDLIGERE'];
  return (
    <Forvaltning tittel={tekster.sidetittel.innsyn} faner={useInnsynFaner()} kommando="PublishDriftsmelding">
      {({ avtale, driftsmeldinger }) => {
        if (!avtale.apen) return <Stengt />;
        const sorted = [...driftsmeldinger].sort((a, b) => order.indexOf(a.status) - order.indexOf(b.status) || (a.endret < b.endret ? 1 : -1));
        return (
          <>
            <Paragraph>{f.tekst}</Paragraph>
            <Rader
              ting={sorted}
              tom={{ tittel: f.tom, tekst: f.tomTekst }}
              ny={may ? { to: '/forvaltning/$org/innsyn/driftsmeldinger/ny', tekst: f.opprett } : undefined}
              vist={tekster.vis.driftsmeldinger(sorted.length)}
            >
              {(melding) => (
                <>
                  <div className="radnavn">
                    <strong>{melding.innhold}</strong>
                    <span className="dempet">
                      {f.sider[melding.kategori]} · {f.alvorligheter[melding.meldingType]}
                    </span>
                    <span className="dempet">{capital([m.periode(melding.startDato, melding.sluttDato), !melding.sluttDato && f.utenSlutt].filter(Boolean).join(', '))}</span>
                    <SistEndret endret={melding.endret} endretAv={melding.endretAv} />
                  </div>
                  <span>
                    <Tag data-color={statusColors[melding.status] ?? 'neutral'} data-size="sm">
                      {melding.trukketTilbake ? f.trukket : f.statuser[melding.status]}
                    </Tag>
                  </span>
                  {may && (
                    <div className="knapper">
                      <Lenke to="/forvaltning/$org/innsyn/driftsmeldinger/$id" params={{ org, id: melding.id }}>
                        {melding.status === 'TIDLIGERE' ? f.brukIgjen : tekster.rediger}
                        <span className="ds-sr-only"> {melding.innhold}</span>
                      </Lenke>
                      {melding.status !== 'TIDLIGERE' && (
                        <Button variant="tertiary" data-color="danger" aria-label={f.trekk_(melding.innhold)} loading={withdraw.venter.some(({ id }) => id === melding.id)} onClick={() => { withdraw.mutate(melding); }}>
                          {f.trekk}
                        </Button>
                      )}
                    </div>
                  )}
                </>
              )}
            </Rader>
          </>
        );
      }}
    </Forvaltning>
  );
}
