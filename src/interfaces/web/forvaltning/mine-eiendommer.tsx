import { Paragraph } from '@digdir/designsystemet-react';
import { api } from '../api/client.js';
import { proveeiendomOf } from '../texts/proveeiendom.js';
import type { Eiendomslenke } from './eiendomslenke-skjema.js';
import { useEiendommerFaner } from './faner.js';
import { EnIntegrasjon } from './integrasjon.js';
import { NyIntegrasjon } from './integrasjon-ny.js';
import { Integrasjoner, Tilgjengelige } from './integrasjoner.js';
import { Forvaltning, ifMatch, lookAt, SistEndret, Stengt, useOrganisasjon } from './oppsett.js';
import { Tjenesteadministratorer } from './personer.js';
import { useSletting } from './sletting.js';
import { Lenkehandlinger, Rader } from './rader.js';
import { useTekster } from './tekster.js';

const useTittel = () => {
  return useTekster().sidetittel.mineEiendommer;
};
/** Mine eiendommer, Integrasjoner. */
export const EiendommerIntegrasjoner = () => <Integrasjoner sted="MINE_EIENDOMMER" tittel={useTittel()} faner={useEiendommerFaner()} />;
/** Mine eiendommer, Tilgjengelige integrasjoner. */
export const EiendommerTilgjengelige = () => <Tilgjengelige sted="MINE_EIENDOMMER" tittel={useTittel()} faner={useEiendommerFaner()} />;
/** Mine eiendommer, Opprett integrasjon. */
export const EiendommerNyIntegrasjon = () => <NyIntegrasjon sted="MINE_EIENDOMMER" />;
/** Mine eiendommer, one integration. */
export const EiendommerIntegrasjon = () => <EnIntegrasjon sted="MINE_EIENDOMMER" />;
/** Mine eiendommer, Tjenesteadministratorer. */
export const EiendommerTjenesteadministratorer = () => <Tjenesteadministratorer undertjeneste="MINE_EIENDOMMER" tittel={useTittel()} faner={useEiendommerFaner()} />;

/** Mine eiendommer: the links under the properties of the kommune. */
export function MineEiendommer() {
  const tekster = useTekster();
  const f = tekster.eiendom;
  const { org, mine, kan } = useOrganisasjon();
  const remove = useSletting<Eiendomslenke>({
    tekst: f.slettTekst,
    se: '/eiendommer',
    slett: async ({ id, revisjon }) => {
      await api.DELETE('/min-kommune/api/v1/{fiksOrgId}/eiendomslenker/{id}', { params: { path: { fiksOrgId: org, id }, header: ifMatch(revisjon) } });
    },
    sees: async ({ id }) => (await lookAt(org, 'EIENDOM', { matrikkelnummer: proveeiendomOf(mine) })).lenker.some((one) => one.id === id),
    lagIgjen: async ({ tittel, mal }) => {
      await api.POST('/min-kommune/api/v1/{fiksOrgId}/eiendomslenker', { params: { path: { fiksOrgId: org } }, body: { tittel, mal } });
    },
  });
  const may = kan('CreateEiendomslenke');
  return (
    <Forvaltning tittel={useTittel()} faner={useEiendommerFaner()} kommando="CreateEiendomslenke">
      {({ avtale, eiendomslenker }) =>
        !avtale.apen ? (
          <Stengt />
        ) : (
          <>
            <Paragraph>{f.tekst}</Paragraph>
            <Rader
              ting={eiendomslenker}
              tom={{ tittel: f.tom, tekst: f.tomTekst }}
              ny={may ? { to: '/forvaltning/$org/mine-eiendommer/lenker/ny', tekst: f.opprett } : undefined}
              vist={tekster.vis.lenker(eiendomslenker.length)}
            >
              {(lenke) => (
                <>
                  <div className="radnavn">
                    <strong>{lenke.tittel}</strong>
                    <code className="liten">{lenke.mal}</code>
                    <SistEndret endret={lenke.endret} endretAv={lenke.endretAv} />
                  </div>
                  {may && <Lenkehandlinger to="/forvaltning/$org/mine-eiendommer/lenker/$id" lenke={lenke} slett={() => { remove.sporr(lenke); }} />}
                </>
              )}
            </Rader>
            {remove.dialog}
          </>
        )
      }
    </Forvaltning>
  );
}
