import { Button, Card, Heading, Paragraph, Tag } from '@digdir/designsystemet-react';
import { PlusIcon } from '@navikt/aksel-icons';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { api, type Schemas } from '../api/client.js';
import { whole } from '../api/whole.js';
import { Fakta } from '../shell/fakta.js';
import { Utsnitt } from '../shell/flere.js';
import type { Fane } from '../shell/organisasjonsmeny.js';
import { Lenke } from '../shell/page.js';
import { useSprak } from '../shell/sprak.js';
import { Tilstand, Tom } from '../shell/states.js';
import { Forvaltning, resourceOf, SistEndret, SkjelettTabell, Stengt, useEndring, useOrganisasjon } from './oppsett.js';
import { useTekster } from './tekster.js';

export type Integrasjon = Schemas['KonfigurertIntegrasjon'];
/** The undertjenester that have integrations, with the addresses of their pages. */
export const steder = {
  INNSYN: { liste: '/forvaltning/$org/innsyn', ny: '/forvaltning/$org/innsyn/integrasjoner/ny', en: '/forvaltning/$org/innsyn/integrasjoner/$id', kommando: 'CreateIntegration' },
  MINE_EIENDOMMER: { liste: '/forvaltning/$org/mine-eiendommer/integrasjoner', ny: '/forvaltning/$org/mine-eiendommer/integrasjoner/ny', en: '/forvaltning/$org/mine-eiendommer/integrasjoner/$id', kommando: 'CreateIntegration' },
} as const;
export type Sted = keyof typeof steder;
/** The pages above that of an integration. */
export function useSmuler(sted: Sted) {
  const { meny, faner } = useTekster();
  const above = sted === 'INNSYN' ? ({ to: '/forvaltning/$org/innsyn', tekst: meny.innsyn } as const) : ({ to: '/forvaltning/$org/mine-eiendommer', tekst: meny.mineEiendommer } as const);
  return [above, { to: steder[sted].liste, tekst: faner.integrasjoner }] as const;
}
/** The tilganger that an integration can have in each. */
export const bruk = { INNSYN: ['INNSYN.INDEX.MAPPE', 'INNSYN.INDEX.FAKTURA', 'INNSYN.INDEX.SKJEMA', 'INNSYN.SOK'], MINE_EIENDOMMER: ['MATRIKKEL.QUERY'] } as const;

interface Props {
  readonly sted: Sted;
  readonly tittel: string;
  readonly faner: readonly Fane[];
}

/** The tab Integrasjoner: those that the undertjeneste uses. */
export function Integrasjoner({ sted, tittel, faner }: Props) {
  const { m } = useSprak();
  const tekster = useTekster();
  const f = tekster.integrasjoner;
  const { org, kan } = useOrganisasjon();
  const navigate = useNavigate();
  const place = steder[sted];
  const create = (
    <Button data-color="accent" onClick={() => void navigate({ to: place.ny, params: { org } })}>
      <PlusIcon aria-hidden /> {f.opprett}
    </Button>
  );
  const isGlobalOf = (one: Integrasjon) => one.global && one.fiksOrganisasjonUuid !== org;
  return (
    <Forvaltning tittel={tittel} faner={faner} kommando={place.kommando}>
      {({ avtale, integrasjoner }) => {
        if (!avtale.apen) return <Stengt />;
        const used = integrasjoner.filter(({ tilknyttet }) => (tilknyttet as readonly string[]).includes(sted));
        return (
          <>
            <Card data-color="neutral" className="kort">
              <Heading level={2} data-size="xs">
                {f.hva}
              </Heading>
              <Paragraph>{sted === 'INNSYN' ? f.hvaTekst : f.hvaEiendom}</Paragraph>
            </Card>
            {used.length === 0 ? (
              <Tom tittel={f.tom} tekst={f.tomTekst}>
                {kan('CreateIntegration') && <div>{create}</div>}
              </Tom>
            ) : (
              <>
                <div className="avsnittstopp">
                  {kan('CreateIntegration') && create}
                  <span className="dempet">{tekster.vis.integrasjoner(used.length)}</span>
                </div>
                <Utsnitt alle={used}>
                  {(rows) => (
                    <ul className="rader">
                      {rows.map((one) => (
                        <li key={one.uuid}>
                          <div className="radnavn">
                            <Lenke to={place.en} params={{ org, id: one.uuid }}>
                              {one.navn}
                            </Lenke>
                            {one.beskrivelse && <span className="dempet">{one.beskrivelse}</span>}
                            <SistEndret endret={one.endret} endretAv={one.endretAv} />
                          </div>
                          <ul className="merker">
                            {isGlobalOf(one) && <Nokkelklar />}
                            {one.tilganger.filter(({ undertjeneste }) => undertjeneste === sted).map(({ privilegium, visningsnavn }) => (
                              <li key={privilegium}>
                                <Tag data-color="info" data-size="sm">
                                  {visningsnavn}
                                </Tag>
                              </li>
                            ))}
                          </ul>
                          <Fakta
                            fakta={[
                              // A ready-made one has neither storage nor a password to choose here.
                              [f.lagring, sted === 'INNSYN' && (one.lagring ? f.lagringer[one.lagring] : !isGlobalOf(one) && f.ikkeValgt)],
                              [f.passord, !isGlobalOf(one) && (one.passordLaget ? f.laget(m.nylig(one.passordLaget)) : f.ikkeLaget)],
                            ]}
                          />
                        </li>
                      ))}
                    </ul>
                  )}
                </Utsnitt>
              </>
            )}
          </>
        );
      }}
    </Forvaltning>
  );
}

function Nokkelklar() {
  const f = useTekster().integrasjoner;
  return (
    <li>
      <Tag data-color="success" data-size="sm">
        {f.nokkelklar}
      </Tag>
    </li>
  );
}

/** The tab Tilgjengelige integrasjoner: those that can be added, the ready-made ones among them. */
export function Tilgjengelige({ sted, tittel, faner }: Props) {
  const tekster = useTekster();
  const f = tekster.integrasjoner;
  const { org, kan } = useOrganisasjon();
  const query = useQuery({
    queryKey: ['tilgjengelige', org, sted],
    queryFn: ({ signal }) => whole<Integrasjon>([], async (page) => (await api.GET('/min-kommune/api/v1/{fiksOrgId}/tilgjengelige-integrasjoner', { params: { path: { fiksOrgId: org }, query: { undertjeneste: sted, ...page } }, signal })).data!),
  });
  const detach = useEndring(
    async (one: Integrasjon) => {
      const ressursId = await resourceOf(org, sted);
      await api.DELETE('/konfigurasjon/api/v1/integrasjoner/{integrasjonId}/tilknyttede-ressurser/{ressursId}', { params: { path: { integrasjonId: one.uuid, ressursId } } });
    },
    () => ({ tekst: tekster.angret }),
  );
  const attach = useEndring(
    async (one: Integrasjon) => {
      const ressursId = await resourceOf(org, sted);
      const path = { integrasjonId: one.uuid, ressursId };
      if (one.global) await api.PUT('/konfigurasjon/api/v1/integrasjoner/{integrasjonId}/tilknyttede-ressurser/{ressursId}/tilganger', { params: { path } });
      else await api.PUT('/konfigurasjon/api/v1/integrasjoner/{integrasjonId}/tilknyttede-ressurser/{ressursId}', { params: { path } });
    },
    (_, one) => ({
      angre: () => { detach.mutate(one); },
      // A ready-made one gets the tilganger that it asks for. Others have none before somebody gives them.
      ...(one.global ? { tekst: f.lagtTil(one.navn) } : { tekst: f.lagtTilUtenTilganger(one.navn), se: steder[sted].en, params: { org, id: one.uuid }, lenke: f.giTilganger }),
    }),
  );
  return (
    <Forvaltning tittel={tittel} faner={faner} kommando="AttachIntegration">
      {({ avtale }) =>
        !avtale.apen ? (
          <Stengt />
        ) : (
          <Tilstand query={query} skjelett={<SkjelettTabell rader={3} />} erTom={(all) => all.length === 0} tom={<Tom tittel={f.tilgjengeligTom} tekst={f.tilgjengeligTomTekst} />}>
            {(all) => (
              <>
                <Paragraph>{f.tilgjengeligTekst}</Paragraph>
                <Utsnitt alle={all}>
                  {(rows) => (
                    <ul className="rader">
                      {rows.map((one) => (
                        <li key={one.uuid}>
                          <div className="radnavn">
                            <strong>{one.navn}</strong>
                            {one.beskrivelse && <span className="dempet">{one.beskrivelse}</span>}
                            <span className="dempet liten">{f.eier(one.fiksOrganisasjonNavn)}</span>
                          </div>
                          <ul className="merker">
                            {one.global && <Nokkelklar />}
                          </ul>
                          {kan('AttachIntegration') && (
                            <Button
                              variant="secondary"
                              data-color="accent"
                              aria-label={f.leggTil_(one.navn)}
                              loading={attach.venter.some(({ uuid }) => uuid === one.uuid)}
                              onClick={() => { attach.mutate(one); }}
                            >
                              <PlusIcon aria-hidden /> {f.leggTil}
                            </Button>
                          )}
                        </li>
                      ))}
                    </ul>
                  )}
                </Utsnitt>
              </>
            )}
          </Tilstand>
        )
      }
    </Forvaltning>
  );
}
