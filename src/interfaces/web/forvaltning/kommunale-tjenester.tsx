import { Button, Paragraph } from '@digdir/designsystemet-react';
import { StarFillIcon, StarIcon } from '@navikt/aksel-icons';
import { api } from '../api/client.js';
import { LenkeUt } from '../shell/page.js';
import { useTjenesterFaner } from './faner.js';
import { isSeen, type Tjeneste } from './lenke-skjema.js';
import { Forvaltning, ifMatch, SistEndret, Stengt, useEndring, useOrganisasjon } from './oppsett.js';
import { Tjenesteadministratorer } from './personer.js';
import { useSletting } from './sletting.js';
import { Lenkehandlinger, Rader } from './rader.js';
import { useTekster } from './tekster.js';

/** Kommunale tjenester, Tjenesteadministratorer. */
export function TjenesterTjenesteadministratorer() {
  return <Tjenesteadministratorer undertjeneste="KOMMUNALE_TJENESTER" tittel={useTekster().sidetittel.kommunaleTjenester} faner={useTjenesterFaner()} />;
}

/** Kommunale tjenester: the links, each with its star. */
export function KommunaleTjenester() {
  const tekster = useTekster();
  const f = tekster.lenker;
  const { org, kan } = useOrganisasjon();
  const star = async ({ tjeneste: { id, revisjon }, on }: { readonly tjeneste: Tjeneste; readonly on: boolean }) => {
    const at = { params: { path: { fiksOrgId: org, id }, header: ifMatch(revisjon) } };
    const path = '/min-kommune/api/v1/{fiksOrgId}/kommunale-tjenester/{id}/stjerne';
    return (on ? await api.PUT(path, at) : await api.DELETE(path, at)).data!;
  };
  const undo = useEndring(star, () => ({ tekst: tekster.angret }));
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
  return (
    <Forvaltning tittel={tekster.sidetittel.kommunaleTjenester} faner={useTjenesterFaner()} kommando="CreateKommunalTjeneste">
      {({ avtale, kommunaleTjenester }) => {
        if (!avtale.apen) return <Stengt />;
        const sorted = [...kommunaleTjenester].sort((a, b) => Number(b.favoritt) - Number(a.favoritt) || a.tittel.localeCompare(b.tittel, 'nb'));
        return (
          <>
            <Paragraph>{f.tekst}</Paragraph>
            <Rader
              ting={sorted}
              tom={{ tittel: f.tom, tekst: f.tomTekst }}
              ny={may ? { to: '/forvaltning/$org/kommunale-tjenester/ny', tekst: f.opprett } : undefined}
              vist={tekster.vis.tjenester(sorted.length)}
              radklasse="medstjerne"
            >
              {(tjeneste) => (
                <>
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
                  {may && <Lenkehandlinger to="/forvaltning/$org/kommunale-tjenester/$id" lenke={tjeneste} slett={() => { remove.sporr(tjeneste); }} />}
                </>
              )}
            </Rader>
            {remove.dialog}
          </>
        );
      }}
    </Forvaltning>
  );
}
