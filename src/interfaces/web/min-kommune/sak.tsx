import { Card, Heading, Skeleton, Tag } from '@digdir/designsystemet-react';
import { ArrowLeftIcon } from '@navikt/aksel-icons';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { api, type Schemas } from '../api/client.js';
import { ApiError } from '../api/error.js';
import { Lenke, LenkeUt, Side } from '../shell/page.js';
import { Fakta } from '../shell/fakta.js';
import { useSprak } from '../shell/sprak.js';
import { Tilstand } from '../shell/states.js';
import { useAktor } from './aktor.js';
import { Saksmerker } from './saker.js';
import { HoyereNiva } from './sokeside.js';

/** One case: its facts, its course, and its documents. */
export function Sak() {
  const { t } = useSprak();
  const { id } = useParams({ from: '/saker/$id' });
  const { onBehalfOf } = useAktor();
  const query = useQuery({
    queryKey: ['sak', id, onBehalfOf],
    queryFn: async ({ signal }) => {
      const { data } = await api.GET('/innsyn-sok/api/v1/oppslag/forelder', { params: { query: { forelderId: id, forelderType: 'mappe', ...onBehalfOf } }, signal });
      const { forelder, ingenForelderKode, barn, flereBarn, barnPaHoyereInnloggingniva } = data!;
      if (!forelder) throw new ApiError(404, ingenForelderKode ?? 'SAK_FINNES_IKKE', '');
      // The look-up of a mappe answers a mappe and its journalposter.
      return { forelder: forelder as unknown as Schemas['MeldingV1MappeV1'], barn: barn as unknown as readonly Schemas['MeldingV1JournalpostV1'][], more: flereBarn, hidden: barnPaHoyereInnloggingniva };
    },
  });
  const back = (
    <p className="ikke-utskrift">
      <Lenke to="/saker">
        <ArrowLeftIcon aria-hidden />
        {t.saker.tilbake}
      </Lenke>
    </p>
  );
  return (
    <Side tittel={query.data?.forelder.meldingMetadata.tittel ?? t.saker.sak} over={back}>
      <Tilstand query={query} skjelett={<SakSkjelett />}>
        {({ forelder, barn, more, hidden }) => (
          <>
            <Saksmerker sak={forelder.meldingMetadata} />
            <Saksfakta sak={forelder.meldingMetadata} kommune={forelder.fiksOrganisasjon.visningsnavn} />
            <Forlop sak={forelder.meldingMetadata} />
            <HoyereNiva antall={hidden} />
            <section className="avsnitt" aria-labelledby="dokumenter">
              <Heading level={2} data-size="sm" id="dokumenter">
                {t.saker.dokumenter}
              </Heading>
              {barn.length === 0 ? (
                <p className="dempet">{t.saker.ingenDokumenter}</p>
              ) : (
                <ul className="liste">
                  {barn.map(({ dokumentId, meldingMetadata }) => (
                    <li key={dokumentId}>
                      <Journalpost post={meldingMetadata} />
                    </li>
                  ))}
                </ul>
              )}
              {more > 0 && <p className="dempet">{t.tilstand.viser(barn.length, barn.length + more)}</p>}
            </section>
            <Lenker lenker={forelder.meldingMetadata.lenker ?? []} />
          </>
        )}
      </Tilstand>
    </Side>
  );
}

const SakSkjelett = () => (
  <div className="liste">
    <Skeleton variant="rectangle" height={32} width={220} />
    <Skeleton variant="rectangle" height={140} />
    <Skeleton variant="rectangle" height={110} />
  </div>
);

function Saksfakta({ sak, kommune }: { readonly sak: Schemas['MappeV1']; readonly kommune: string }) {
  const { t, m } = useSprak();
  const { saksaar, sakssekvensnummer, saksdato, sistOppdatert, saksansvarlig, minPart, beskrivelse, eiendommer } = sak;
  const facts = [
    [t.sok.avsender, kommune],
    [t.saker.nummer, saksaar && sakssekvensnummer ? `${saksaar}/${sakssekvensnummer}` : undefined],
    [t.saker.saksdato, saksdato && m.dag(saksdato)],
    [t.saker.sistOppdatert, sistOppdatert && m.tidspunkt(sistOppdatert)],
    [t.saker.minRolle, minPart?.rolle],
    [t.saker.saksansvarlig, saksansvarlig],
    [t.saker.eiendommer, eiendommer?.map(({ matrikkel }) => `${matrikkel?.gardsnummer ?? ''}/${matrikkel?.bruksnummer ?? ''}`).join(', ')],
  ] as const;
  return (
    <Card data-color="neutral" className="kort">
      {beskrivelse && <p>{beskrivelse}</p>}
      <Fakta fakta={facts} />
    </Card>
  );
}

function Forlop({ sak }: { readonly sak: Schemas['MappeV1'] }) {
  const { t, m } = useSprak();
  const { saksdato, milepeler, navaerendeMilepel, avsluttet, erAvsluttet } = sak;
  const steps = [...(milepeler ?? [])];
  if (navaerendeMilepel && !steps.some(({ navn, startdato }) => navn === navaerendeMilepel.navn && startdato === navaerendeMilepel.startdato)) steps.push(navaerendeMilepel);
  const course = [
    ...(saksdato ? [{ navn: t.saker.saksdato, startdato: saksdato, beskrivelse: undefined }] : []),
    ...steps.sort((a, b) => a.startdato.localeCompare(b.startdato)),
    ...(erAvsluttet ? [{ navn: t.saker.avsluttet, startdato: avsluttet ?? '', beskrivelse: undefined }] : []),
  ];
  if (course.length < 2) return null;
  return (
    <section className="avsnitt" aria-labelledby="forlop">
      <Heading level={2} data-size="sm" id="forlop">
        {t.saker.forlop}
      </Heading>
      <ol className="forlop">
        {course.map(({ navn, startdato, beskrivelse }, n) => (
          <li key={navn + startdato} aria-current={n === course.length - 1 ? 'step' : undefined}>
            <strong>{navn}</strong>
            {startdato !== '' && <p className="dempet">{m.dag(startdato)}</p>}
            {beskrivelse && <p>{beskrivelse}</p>}
          </li>
        ))}
      </ol>
    </section>
  );
}

function Journalpost({ post }: { readonly post: Schemas['JournalpostV1'] }) {
  const { t, m } = useSprak();
  const { tittel, dato, journalposttype, dokumenter, beskrivelse, klagefrist } = post;
  return (
    <Card data-color="neutral" className="kort">
      <div className="linje">
        <Heading level={3} data-size="2xs">
          {tittel}
        </Heading>
        {(journalposttype === 'I' || journalposttype === 'U') && (
          <Tag data-color="neutral" data-size="sm">
            {journalposttype === 'I' ? t.saker.inn : t.saker.ut}
          </Tag>
        )}
      </div>
      {dato && <p className="dempet">{m.nylig(dato)}</p>}
      {beskrivelse && <p>{beskrivelse}</p>}
      {klagefrist && <p>{t.saker.klagefrist(m.dag(klagefrist))}</p>}
      {dokumenter && dokumenter.length > 0 && (
        <ul className="lenkeliste" aria-label={t.post.dokumenter}>
          {dokumenter.map((dokument) => (
            <li key={dokument.filnavn + dokument.tittel}>{dokument.lenke ? <LenkeUt href={dokument.lenke}>{dokument.tittel}</LenkeUt> : dokument.tittel}</li>
          ))}
        </ul>
      )}
    </Card>
  );
}

function Lenker({ lenker }: { readonly lenker: readonly Schemas['MappeV1Lenke'][] }) {
  const { t, sprak } = useSprak();
  if (lenker.length === 0) return null;
  return (
    <section className="avsnitt" aria-labelledby="lenker">
      <Heading level={2} data-size="sm" id="lenker">
        {t.saker.lenker}
      </Heading>
      <ul className="lenkeliste">
        {lenker.map(({ url, egendefinert }) => (
          <li key={url}>
            <LenkeUt href={url}>{(sprak === 'nn' ? egendefinert?.nn : undefined) ?? egendefinert?.nb ?? t.saker.lenke}</LenkeUt>
          </li>
        ))}
      </ul>
    </section>
  );
}
