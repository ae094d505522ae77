import { Paragraph, Table, Tag } from '@digdir/designsystemet-react';
import { api, queries } from '../api/client.js';
import { Switch } from '../shell/felt.js';
import { Lenke } from '../shell/page.js';
import { useSprak } from '../shell/sprak.js';
import { Tilstand, Tom } from '../shell/states.js';
import { useInnsynFaner } from './faner.js';
import { EnIntegrasjon } from './integrasjon.js';
import { NyIntegrasjon } from './integrasjon-ny.js';
import { Integrasjoner, Tilgjengelige } from './integrasjoner.js';
import { Forvaltning, heldOppsett, ifMatch, SistEndret, SkjelettTabell, Stengt, useEndring, useOrganisasjon, type Konfigurasjon } from './oppsett.js';
import { Tjenesteadministratorer } from './personer.js';
import { useTekster } from './tekster.js';

const useTittel = () => {
  return useTekster().sidetittel.innsyn;
};
/** Innsyn, Integrasjoner. */
export const InnsynIntegrasjoner = () => <Integrasjoner sted="INNSYN" tittel={useTittel()} faner={useInnsynFaner()} />;
/** Innsyn, Tilgjengelige integrasjoner. */
export const InnsynTilgjengelige = () => <Tilgjengelige sted="INNSYN" tittel={useTittel()} faner={useInnsynFaner()} />;
/** Innsyn, Opprett integrasjon. */
export const InnsynNyIntegrasjon = () => <NyIntegrasjon sted="INNSYN" />;
/** Innsyn, one integration. */
export const InnsynIntegrasjon = () => <EnIntegrasjon sted="INNSYN" />;
/** Innsyn, Tjenesteadministratorer. */
export const InnsynTjenesteadministratorer = () => <Tjenesteadministratorer undertjeneste="INNSYN" tittel={useTittel()} faner={useInnsynFaner()} />;

type Konto = Konfigurasjon['svarUtKontoer'][number];

/** Innsyn, SvarUt: the accounts whose post citizens see. */
export function SvarUt() {
  const tekster = useTekster();
  const f = tekster.svarUt;
  const { org, kan } = useOrganisasjon();
  const send = async ({ konto, synlig, revisjon }: { readonly konto: Konto; readonly synlig: boolean; readonly revisjon: number | undefined }) => {
    const { data } = await api.PUT('/min-kommune/api/v1/{fiksOrgId}/svarut-kontoer/{kontoId}', { params: { path: { fiksOrgId: org, kontoId: konto.konto.id }, ...(revisjon !== undefined && { header: ifMatch(revisjon) }) }, body: { synlig } });
    return data!;
  };
  const undo = useEndring(send, () => ({ tekst: tekster.angret }));
  const change = useEndring(
    // The revision when its turn comes, because the switch before it has made a new one.
    (asked: { readonly konto: Konto; readonly synlig: boolean }) => send({ ...asked, revisjon: heldOppsett(org)?.svarUtRevisjon }),
    ({ revisjon }, { konto, synlig }) => ({
      tekst: (synlig ? f.vises : f.skjules)(konto.konto.navn),
      se: '/post',
      angre: () => { undo.mutate({ konto, synlig: !synlig, revisjon }); },
    }),
  );
  return (
    <Forvaltning tittel={useTittel()} faner={useInnsynFaner()} kommando="EnableSvarUtAccount">
      {({ avtale, svarUtKontoer }) =>
        !avtale.apen ? (
          <Stengt />
        ) : (
          <>
            <Paragraph>{f.tekst}</Paragraph>
            {svarUtKontoer.length === 0 ? (
              <Tom tittel={f.tom} tekst={f.tomTekst} />
            ) : (
              <ul className="rader">
                {svarUtKontoer.map((konto) => (
                  <li key={konto.konto.id}>
                    <div className="radnavn">
                      <strong>{konto.konto.navn}</strong>
                      {!konto.konto.aktivert && (
                        <span>
                          <Tag data-color="warning" data-size="sm">
                            {f.inaktiv}
                          </Tag>
                        </span>
                      )}
                      <SistEndret endret={konto.endret} endretAv={konto.endretAv} />
                    </div>
                    <Switch
                      label={
                        <>
                          {f.vis}
                          <span className="ds-sr-only">: {konto.konto.navn}</span>
                        </>
                      }
                      checked={change.venter.findLast((asked) => asked.konto.konto.id === konto.konto.id)?.synlig ?? konto.synlig}
                      readOnly={!kan('EnableSvarUtAccount')}
                      onChange={({ target }) => { if (kan('EnableSvarUtAccount')) change.enqueue({ konto, synlig: target.checked }); }}
                    />
                  </li>
                ))}
              </ul>
            )}
          </>
        )
      }
    </Forvaltning>
  );
}

/** Innsyn, Statistikk: the numbers of messages, by integration and type. */
export function Statistikk() {
  const { m } = useSprak();
  const tekster = useTekster();
  const f = tekster.statistikk;
  const { org } = useOrganisasjon();
  const query = queries.useQuery('get', '/innsyn-stats/api/v1/{fiksOrgId}/stats/meldinger', { params: { path: { fiksOrgId: org } } });
  return (
    <Forvaltning tittel={useTittel()} faner={useInnsynFaner()}>
      {() => (
        <Tilstand query={query} skjelett={<SkjelettTabell rader={4} />} erTom={({ eierStats }) => eierStats.length === 0} tom={<Tom tittel={f.tom} tekst={f.tomTekst} />}>
          {({ eierStats }) => {
            const rows = eierStats.flatMap(({ integrasjon, meldinger }) => meldinger.map((one) => ({ ...one, id: integrasjon.id, navn: integrasjon.navn })));
            const sum = rows.reduce((total, { docCount }) => total + docCount, 0);
            return (
              <>
                <Paragraph>{f.tekst}</Paragraph>
                <div className="rull" tabIndex={0} role="group" aria-label={tekster.faner.statistikk}>
                  <Table data-color="neutral">
                    <Table.Head>
                      <Table.Row>
                        <Table.HeaderCell>{f.integrasjon}</Table.HeaderCell>
                        <Table.HeaderCell>{f.type}</Table.HeaderCell>
                        <Table.HeaderCell>{f.antall}</Table.HeaderCell>
                        <Table.HeaderCell>{f.tilgang}</Table.HeaderCell>
                      </Table.Row>
                    </Table.Head>
                    <Table.Body>
                      {rows.map(({ id, navn, meldingstype, docCount, harIntegrasjonTilgang }) => (
                        <Table.Row key={id + meldingstype}>
                          <Table.HeaderCell scope="row">
                            <Lenke to="/forvaltning/$org/innsyn/integrasjoner/$id" params={{ org, id }}>
                              {navn}
                            </Lenke>
                          </Table.HeaderCell>
                          <Table.Cell>{f.typer[meldingstype] ?? meldingstype}</Table.Cell>
                          <Table.Cell>
                            <span className="linje">
                              <span className="tallkolonne">{m.tall(docCount)}</span>
                              <meter min={0} max={sum} value={docCount} aria-label={f.andel(f.typer[meldingstype] ?? meldingstype, Math.round((100 * docCount) / Math.max(1, sum)))} />
                            </span>
                          </Table.Cell>
                          <Table.Cell>{harIntegrasjonTilgang ? f.ja : f.nei}</Table.Cell>
                        </Table.Row>
                      ))}
                      <Table.Row>
                        <Table.HeaderCell scope="row">{f.sum}</Table.HeaderCell>
                        <Table.Cell></Table.Cell>
                        <Table.Cell>{m.tall(sum)}</Table.Cell>
                        <Table.Cell></Table.Cell>
                      </Table.Row>
                    </Table.Body>
                  </Table>
                </div>
              </>
            );
          }}
        </Tilstand>
      )}
    </Forvaltning>
  );
}
