import { Alert, Button, Card, Heading, Paragraph, Tag } from '@digdir/designsystemet-react';
import { CheckmarkCircleFillIcon, PadlockLockedIcon } from '@navikt/aksel-icons';
import { useSearch, type LinkProps } from '@tanstack/react-router';
import { api } from '../api/client.js';
import { MedEpost } from '../shell/epost.js';
import { Lenke } from '../shell/page.js';
import { useSprak } from '../shell/sprak.js';
import { Forvaltning, useEndring, useOrganisasjon, type Konfigurasjon, type Undertjeneste } from './oppsett.js';
import { useTekster } from './tekster.js';

const undertjenester: readonly (readonly [Undertjeneste, LinkProps['to']])[] = [
  ['INNSYN', '/forvaltning/$org/innsyn'],
  ['KOMMUNALE_TJENESTER', '/forvaltning/$org/kommunale-tjenester'],
  ['MINE_EIENDOMMER', '/forvaltning/$org/mine-eiendommer'],
];

/** Tjenester: Min kommune is taken in use and signed, and its undertjenester are opened. */
export function Tjenester() {
  const f = useTekster();
  const { mine } = useOrganisasjon();
  const { signering } = useSearch({ from: '/forvaltning/$org' });
  return (
    <Forvaltning tittel={f.tjenester.tittel} ingress={mine && f.tjenester.ingress(mine.navn)}>
      {(konfigurasjon) => (
        <>
          {signering !== undefined && (
            <Alert data-color={signering === 'SIGNERT' ? 'success' : 'warning'} role="status" className="merknad">
              {f.tjenester.utfall[signering]}
            </Alert>
          )}
          <MinKommune konfigurasjon={konfigurasjon} />
          <section className="avsnitt">
            <Heading level={2} data-size="sm">
              {f.tjenester.undertjenester}
            </Heading>
            <ul className="rutenett">
              {undertjenester.map(([undertjeneste, to]) => (
                <li key={undertjeneste}>
                  <Undertjenestekort konfigurasjon={konfigurasjon} undertjeneste={undertjeneste} to={to} />
                </li>
              ))}
            </ul>
          </section>
        </>
      )}
    </Forvaltning>
  );
}

function MinKommune({ konfigurasjon: { avtale, administratorer } }: { readonly konfigurasjon: Konfigurasjon }) {
  const { m } = useSprak();
  const tekster = useTekster();
  const f = tekster.tjenester;
  const { org, kan } = useOrganisasjon();
  const adopt = useEndring(
    async () => (await api.POST('/konfigurasjon/api/v1/organisasjoner/{fiksOrgId}/tjenester/{kode}/initialiser', { params: { path: { fiksOrgId: org, kode: 'MIN_KOMMUNE' } } })).data,
    () => ({ tekst: f.tattIBrukNa }),
  );
  const sign = useEndring(async () => {
    const { data } = await api.POST('/min-kommune/api/v1/{fiksOrgId}/signeringer', { params: { path: { fiksOrgId: org }, query: { landingssideUrl: location.origin + location.pathname } } });
    if (data) location.assign(data.url);
  });
  const may = kan('AdoptTjeneste');
  const admin = administratorer.find(({ navn }) => navn)?.navn ?? undefined;
  const needed = avtale.tattIBruk && avtale.maSigneres;
  return (
    <Card data-color="neutral" className="kort" asChild>
      <section aria-labelledby="min-kommune">
        <div className="avsnittstopp">
          <Heading level={2} data-size="sm" id="min-kommune">
            {f.minKommune}
          </Heading>
          {avtale.tattIBruk && (
            <Tag data-color={avtale.apen ? 'success' : 'warning'}>
              <CheckmarkCircleFillIcon aria-hidden /> {f.tattIBruk}
            </Tag>
          )}
        </div>
        <Paragraph>{f.minKommuneTekst}</Paragraph>
        <p>
          <Lenke to="/veiledning">{f.dokumentasjon}</Lenke>
        </p>
        {!avtale.harHovedavtale && <Alert data-color="warning"><MedEpost tekst={f.manglerHovedavtale} /></Alert>}
        {avtale.stenges && <Alert data-color="warning">{f.stenges(m.dag(avtale.stenges))}</Alert>}
        {avtale.signertVersjon && !needed && <p className="dempet">{f.signert(avtale.signertVersjon)}</p>}
        {needed && <Paragraph>{f.signerTekst(avtale.gjeldendeVersjon)}</Paragraph>}
        {!avtale.tattIBruk && may && (
          <div>
            <Button data-color="accent" loading={adopt.isPending} onClick={() => { adopt.mutate(undefined); }}>
              {f.taIBruk}
            </Button>
          </div>
        )}
        {needed && may && (
          <div>
            <Button data-color="accent" loading={sign.isPending} onClick={() => { sign.mutate(undefined); }}>
              {avtale.signertVersjon ? f.signerPaNytt : f.signer}
            </Button>
          </div>
        )}
        {(!avtale.tattIBruk || needed) && !may && (
          <Alert data-color="info">
            {f.trengerAdministrator} {admin !== undefined && tekster.sporOmRolle(admin)}
          </Alert>
        )}
      </section>
    </Card>
  );
}

function Undertjenestekort({ konfigurasjon: { avtale, tjenesteadministratorer }, undertjeneste, to }: { readonly konfigurasjon: Konfigurasjon; readonly undertjeneste: Undertjeneste; readonly to: LinkProps['to'] }) {
  const f = useTekster();
  const { org } = useOrganisasjon();
  const administrators = tjenesteadministratorer.filter((one) => one.undertjeneste === undertjeneste).length;
  return (
    <Card data-color="neutral" className="kort">
      <Heading level={3} data-size="xs">
        {avtale.apen ? (
          <Lenke to={to} params={{ org } as never}>
            {f.undertjenester[undertjeneste]}
          </Lenke>
        ) : (
          f.undertjenester[undertjeneste]
        )}
      </Heading>
      <Paragraph>{f.tjenester.tekster[undertjeneste]}</Paragraph>
      <p className="dempet linje">
        {avtale.apen ? (
          f.tjenester.administratorer(administrators)
        ) : (
          <>
            <PadlockLockedIcon aria-hidden /> {f.tjenester.ikkeApen}
          </>
        )}
      </p>
    </Card>
  );
}
