import { Alert, Button, Card, Heading, Paragraph, Skeleton, Tag } from '@digdir/designsystemet-react';
import { Buildings2Icon, EnvelopeClosedIcon, EyeIcon, FileTextIcon, FolderIcon, ReceiptIcon } from '@navikt/aksel-icons';
import { Link, useNavigate } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { queries, type Schemas } from '../api/client.js';
import { useMeg } from '../api/meg.js';
import { Lenke, Side } from '../shell/page.js';
import { Sokefelt } from '../shell/sokefelt.js';
import { useSprak } from '../shell/sprak.js';
import { Tilstand } from '../shell/states.js';
import { useAktor } from './aktor.js';
import { Driftsmeldinger } from './driftsmelding.js';
import { Tjenestekort } from './tjenestekort.js';
import { unpaid } from './ubetalt.js';

/** The front page: search, the messages of the kommune, the cards, and the tjenester of the kommune. */
export function Forside() {
  const { t, m } = useSprak();
  const meg = useMeg();
  const { onBehalfOf, opptrerSom } = useAktor();
  const navigate = useNavigate();
  const kommune = meg.egenKommune;
  const page = queries.useQuery(
    'get',
    '/min-kommune/api/v1/innbygger/{fiksOrgId}/sider/{side}',
    { params: { path: { fiksOrgId: kommune?.fiksOrgId ?? '', side: 'FORSIDE' }, query: { opptrerSom } } },
    { enabled: kommune !== null },
  );
  const alt = queries.useQuery('post', '/innsyn-sok/api/v1/multi/sok', { params: { query: { antall: 1, ...onBehalfOf } } });
  const saker = queries.useQuery('post', '/innsyn-sok/api/v1/mappe/sok', { params: { query: { antall: 1, ...onBehalfOf } }, body: {} });
  const nytt = queries.useQuery('post', '/innsyn-sok/api/v1/multi/sist-innlogget-sok', { params: { query: { antall: 50, ...onBehalfOf } } }, { staleTime: Infinity });
  const isNew = (...kinds: readonly string[]) => (nytt.data?.sistInnlogget ? nytt.data.treff : []).filter(({ versjon }) => kinds.some((kind) => versjon.startsWith(kind))).length;
  const counted = alt.data;
  // Asked for last, because the page is whole without it.
  const ubetalt = queries.useQuery('post', '/innsyn-sok/api/v1/faktura/sok', { params: { query: { antall: 1, ...onBehalfOf } }, body: { status: [...unpaid] } }, { enabled: (counted?.faktura.antallTreff ?? 0) > 0 });
  // The search can be away while the page is not.
  const troubled = page.failureReason ? undefined : [alt, saker, nytt].find(({ error, failureReason }) => error ?? failureReason);
  /** A number that cannot be had is left out. One that is on its way has its place. */
  const missing = ({ isError }: { readonly isError: boolean }) => (isError ? '' : undefined);
  return (
    <Side tittel={t.forside.hei(meg.representerer?.navn ?? meg.navn)}>
      <Sokefelt etikett={t.forside.sokEtikett} term="" sok={(q) => void navigate({ to: '/sok', search: { q } })} />
      {kommune === null && (
        <Alert data-color="info">
          <Heading level={2} data-size="2xs">
            {t.forside.velgKommune}
          </Heading>
          <Paragraph>{t.forside.velgKommuneTekst}</Paragraph>
          <Button asChild>
            <Link to="/profil" hash="kommune">
              {t.forside.velgKommuneKnapp}
            </Link>
          </Button>
        </Alert>
      )}
      {page.data && <Driftsmeldinger meldinger={page.data.driftsmeldinger} navnPa={() => page.data.navn} />}
      <section className="avsnitt" aria-labelledby="mine-opplysninger">
        <div className="avsnittstopp">
          <Heading level={2} data-size="sm" id="mine-opplysninger">
            {t.forside.mineOpplysninger}
          </Heading>
          {nytt.data?.sistInnlogget && <p className="dempet">{t.forside.nyttSiden(m.nylig(nytt.data.sistInnlogget))}</p>}
        </div>
        {troubled && (
          <Tilstand<unknown> query={troubled} skjelett={null}>
            {() => null}
          </Tilstand>
        )}
        <ul className="rutenett">
          <Kort til="/post" ikon={<EnvelopeClosedIcon aria-hidden />} tittel={t.meny.post} tekst={t.forside.postTekst} antall={counted ? t.forside.brev(counted.post.antallTreff) : missing(alt)} nye={isNew('forsendelse', 'post')} />
          <Kort til="/saker" ikon={<FolderIcon aria-hidden />} tittel={t.meny.saker} tekst={t.forside.sakerTekst} antall={saker.data ? t.forside.saker(saker.data.antallTreff) : missing(saker)} nye={isNew('mappe', 'byggesak', 'journalpost')} />
          <Kort til="/faktura" ikon={<ReceiptIcon aria-hidden />} tittel={t.meny.faktura} tekst={t.forside.fakturaTekst} antall={counted ? t.forside.fakturaer(counted.faktura.antallTreff) : missing(alt)} nye={isNew('faktura')} venter={ubetalt.data && ubetalt.data.antallTreff > 0 && t.forside.ubetalte(ubetalt.data.antallTreff)} />
          <Kort til="/skjema" ikon={<FileTextIcon aria-hidden />} tittel={t.meny.skjema} tekst={t.forside.skjemaTekst} antall={counted ? t.forside.skjemaer(counted.innsendtSkjema.antallTreff + counted.kladd.antallTreff) : missing(alt)} nye={isNew('innsendtskjema', 'skjemakladd')} />
          <Kort til="/eiendommer" ikon={<Buildings2Icon aria-hidden />} tittel={t.meny.eiendommer} tekst={t.forside.eiendommerTekst} antall={counted ? t.forside.eiendommer(counted.eiendom.antallTreff) : missing(alt)} nye={0} />
          <Kort til="/innsynslogg" ikon={<EyeIcon aria-hidden />} tittel={t.skall.innsynslogg} tekst={t.forside.innsynsloggTekst} antall="" nye={0} />
        </ul>
      </section>
      {kommune !== null && (
        <section className="avsnitt" aria-labelledby="tjenester">
          <div className="avsnittstopp">
            <Heading level={2} data-size="sm" id="tjenester">
              {t.forside.tjenesterI(kommune.navn)}
            </Heading>
            <Lenke to="/tjenester">{t.forside.seAlle}</Lenke>
          </div>
          <Tilstand query={page} skjelett={<TjenesteSkjelett />} erTom={({ tjenester }) => tjenester.length === 0} tom={<p className="dempet">{t.forside.ingenTjenester}</p>}>
            {({ tjenester }) => <Tjenester tjenester={tjenester} />}
          </Tilstand>
        </section>
      )}
    </Side>
  );
}

/** The most tjenester on the front page that are not starred. */
const mostOthers = 6;

function Tjenester({ tjenester }: { readonly tjenester: readonly Schemas['TjenesteAnswer'][] }) {
  const starred = tjenester.filter(({ favoritt }) => favoritt);
  const others = tjenester.filter(({ favoritt }) => !favoritt).slice(0, mostOthers);
  return (
    <ul className="rutenett">
      {[...starred, ...others].map(({ id, tittel, lenke, favoritt }) => (
        <li key={id}>
          <Tjenestekort tittel={tittel} lenke={lenke} favoritt={favoritt} />
        </li>
      ))}
    </ul>
  );
}

const TjenesteSkjelett = () => (
  <div className="rutenett">
    {[1, 2, 3].map((n) => (
      <Skeleton key={n} variant="rectangle" height={104} />
    ))}
  </div>
);

interface KortProps {
  readonly til: '/post' | '/saker' | '/faktura' | '/skjema' | '/eiendommer' | '/innsynslogg';
  readonly ikon: ReactNode;
  readonly tittel: string;
  readonly tekst: string;
  readonly antall: string | undefined;
  readonly nye: number;
  /** The number of those that she has something to do with. */
  readonly venter?: string | false | undefined;
}
function Kort({ til, ikon, tittel, tekst, antall, nye, venter }: KortProps) {
  const { t } = useSprak();
  return (
    <li>
      <Card data-color="neutral" className="kort kortlenke med-ikon" asChild>
        <Link to={til} className="kortlenke med-ikon ds-focus">
          {ikon}
          <span className="kort">
            <strong className="tittel">{tittel}</strong>
            <span>{tekst}</span>
            {(antall !== '' || nye > 0) && (
              <span className="linje">
                <span className="dempet">{antall ?? <Skeleton variant="text" width={6} />}</span>
                {venter && (
                  <Tag data-color="warning" data-size="sm">
                    {venter}
                  </Tag>
                )}
                {nye > 0 && (
                  <Tag data-color="success" data-size="sm">
                    {t.forside.nytt(nye)}
                  </Tag>
                )}
              </span>
            )}
          </span>
        </Link>
      </Card>
    </li>
  );
}
