import { Button, Paragraph } from '@digdir/designsystemet-react';
import { PlusIcon, StarFillIcon, StarIcon } from '@navikt/aksel-icons';
import { useNavigate } from '@tanstack/react-router';
import { api } from '../api/client.js';
import { Lenke, LenkeUt } from '../shell/page.js';
import { useSprak } from '../shell/sprak.js';
import { Tom } from '../shell/states.js';
import { useTjenesterFaner } from './faner.js';
import { isSeen, type Tjeneste } from './lenke-skjema.js';
import { Forvaltning, ifMatch, SistEndret, Stengt, useEndring, useOrganisasjon } from './oppsett.js';
import { Tjenesteadministratorer } from './personer.js';
import { useSletting } from './sletting.js';

/** Kommunale tjenester, Tjenesteadministratorer. */
export function TjenesterTjenesteadministratorer() {
  const { t } = useSprak();
  return <Tjenesteadministratorer undertjeneste="KOMMUNALE_TJENESTER" tittel={t.forvaltning.sidetittel.kommunaleTjenester} faner={useTjenesterFaner()} />;
}

/** Kommunale tjenester: the links, each with its star. */
export function KommunaleTjenester() {
  const { t } = useSprak();
  const f = t.forvaltning.lenker;
  const { org, kan } = useOrganisasjon();
  const navigate = useNavigate();
  const star = async ({ tjeneste: { id, revisjon }, on }: { readonly tjeneste: Tjeneste; readonly on: boolean }) => {
    const at = { params: { path: { fiksOrgId: org, id }, header: ifMatch(revisjon) } };
    const path = '/min-kommune/api/v1/{fiksOrgId}/kommunale-tjenester/{id}/stjerne';
    return (on ? await api.PUT(path, at) : await api.DELETE(path, at)).data!;
  };
  const undo = useEndring(star, () => ({ tekst: t.forvaltning.angret }));
  const change = useEndring(star, (tjeneste, { on }) => ({
    tekst: (on ? f.stjernemerket : f.ikkeStjerne)(tjeneste.tittel),
    se: '/tjenester',
    angre: () => { undo.mutate({ tjeneste, on: !on }); },
  }));
  const remove = useSletting<Tjeneste>({
    tekst: f.slettTekst,
    se: '/tjenester',
    slett: async ({ id, revisjon }) => {
      await api.DELETE('/min-kommune/api/v1/{fiksOrgId}/kommunale-tjenester/{id}', { params: { path: { fiksOrgId: org, id }, header: ifMatch(revisjon) } });
    },
    sees: (tjeneste) => isSeen(org, tjeneste),
    lagIgjen: async ({ tittel, lenke, rettetMot, favoritt }) => {
      const { data } = await api.POST('/min-kommune/api/v1/{fiksOrgId}/kommunale-tjenester', { params: { path: { fiksOrgId: org } }, body: { tittel, lenke, rettetMot: rettetMot as 'PERSON' } });
      if (favoritt && data) await star({ tjeneste: data, on: true });
    },
  });
  const may = kan('CreateKommunalTjeneste');
  const create = (
    <Button data-color="accent" onClick={() => void navigate({ to: '/forvaltning/$org/kommunale-tjenester/ny', params: { org } })}>
      <PlusIcon aria-hidden /> {f.opprett}
    </Button>
  );
  return (
    <Forvaltning tittel={t.forvaltning.sidetittel.kommunaleTjenester} faner={useTjenesterFaner()} kommando="CreateKommunalTjeneste">
      {({ avtale, kommunaleTjenester }) => {
        if (!avtale.apen) return <Stengt />;
        const sorted = [...kommunaleTjenester].sort((a, b) => Number(b.favoritt) - Number(a.favoritt) || a.tittel.localeCompare(b.tittel, 'nb'));
        return (
          <>
            <Paragraph>{f.tekst}</Paragraph>
            {sorted.length === 0 ? (
              <Tom tittel={f.tom} tekst={f.tomTekst}>
                {may && <div>{create}</div>}
              </Tom>
            ) : (
              <>
                <div className="avsnittstopp">
                  {may && create}
                  <span className="dempet">{t.forvaltning.vis.tjenester(sorted.length)}</span>
                </div>
                <ul className="rader">
                  {sorted.map((tjeneste) => (
                    <li key={tjeneste.id} className="medstjerne">
                      {may ? (
                        <Button icon variant="tertiary" data-color="accent" aria-pressed={tjeneste.favoritt} aria-label={f.gi(tjeneste.tittel)} onClick={() => { change.mutate({ tjeneste, on: !tjeneste.favoritt }); }}>
                          {tjeneste.favoritt ? <StarFillIcon aria-hidden className="stjerne" /> : <StarIcon aria-hidden />}
                        </Button>
                      ) : (
                        <span>{tjeneste.favoritt && <StarFillIcon title={f.stjerne} className="stjerne" />}</span>
                      )}
                      <div className="radnavn">
                        <strong>{tjeneste.tittel}</strong>
                        <span className="liten">
                          <LenkeUt href={tjeneste.lenke}>{tjeneste.lenke}</LenkeUt>
                        </span>
                        <span className="dempet">{f.rettet[tjeneste.rettetMot]}</span>
                        <SistEndret endret={tjeneste.endret} endretAv={tjeneste.endretAv} />
                      </div>
                      {may && (
                        <div className="knapper">
                          <Lenke to="/forvaltning/$org/kommunale-tjenester/$id" params={{ org, id: tjeneste.id }}>
                            {t.forvaltning.rediger}
                            <span className="ds-sr-only"> {tjeneste.tittel}</span>
                          </Lenke>
                          <Button variant="tertiary" data-color="danger" aria-label={f.slett_(tjeneste.tittel)} onClick={() => { remove.sporr(tjeneste); }}>
                            {t.forvaltning.lenker.slett}
                          </Button>
                        </div>
                      )}
                    </li>
                  ))}
                </ul>
              </>
            )}
            {remove.dialog}
          </>
        );
      }}
    </Forvaltning>
  );
}
