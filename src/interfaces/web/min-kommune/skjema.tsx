import { Card, Heading } from '@digdir/designsystemet-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { api } from '../api/client.js';
import { useMeg } from '../api/meg.js';
import { Flere } from '../shell/flere.js';
import { LenkeUt, Side } from '../shell/page.js';
import { Sokefelt } from '../shell/sokefelt.js';
import { useSprak } from '../shell/sprak.js';
import { SkjelettKort, Tilstand, Tom } from '../shell/states.js';
import { useAktor } from './aktor.js';
import { Driftsmeldinger } from './driftsmelding.js';
import { HoyereNiva } from './sokeside.js';
import { useTerm } from './term.js';

/** The forms of each kind that are asked for at a time. */
const pageSize = 50;

/** Skjema: the drafts that she can go on with first, then what she has sent. */
export function Skjema() {
  const { t, m } = useSprak();
  const [term, sok] = useTerm();
  const { onBehalfOf } = useAktor();
  const { egenKommune } = useMeg();
  const query = useInfiniteQuery({
    queryKey: ['skjema', term, onBehalfOf],
    initialPageParam: 0,
    queryFn: async ({ pageParam: fra, signal }) => (await api.POST('/innsyn-sok/api/v1/skjema/sok', { params: { query: { term, fra, antall: pageSize, ...onBehalfOf } }, body: {}, signal })).data!,
    getNextPageParam: ({ innsendtSkjema, skjemakladd }, _, fra) => (fra + pageSize < Math.max(innsendtSkjema.antallTreff, skjemakladd.antallTreff) ? fra + pageSize : undefined),
    select: ({ pages }) => ({ first: pages[0]!, innsendte: pages.flatMap(({ innsendtSkjema }) => innsendtSkjema.treff), kladder: pages.flatMap(({ skjemakladd }) => skjemakladd.treff) }),
  });
  return (
    <Side tittel={t.skjema.tittel}>
      <Sokefelt etikett={t.skjema.sok} term={term} sok={sok} />
      <Tilstand query={query} skjelett={<SkjelettKort hoyde={110} />}>
        {({ first: { innsendtSkjema, skjemakladd, driftsmeldinger }, innsendte, kladder }) => (
          <>
            <Driftsmeldinger meldinger={driftsmeldinger} navnPa={(org) => (org === egenKommune?.fiksOrgId ? egenKommune.navn : [...innsendte, ...kladder].find(({ fiksOrganisasjon }) => fiksOrganisasjon.id === org)?.fiksOrganisasjon.visningsnavn)} />
            <HoyereNiva antall={innsendtSkjema.treffMedHoyereInnloggingsniva + skjemakladd.treffMedHoyereInnloggingsniva} />
            {innsendte.length + kladder.length === 0 ? (
              term === '' ? (
                <Tom tittel={t.skjema.tom} tekst={t.skjema.tomTekst} />
              ) : (
                <Tom tittel={t.sok.ingen(term)} tekst={t.sok.ingenTekst} />
              )
            ) : (
              <>
                <Del id="kladder" tittel={t.skjema.kladder} tom={t.skjema.ingenKladder}>
                  {kladder.map(({ dokumentId, meldingMetadata: { tittel, endretdato, url, mottaker } }) => (
                    <li key={dokumentId}>
                      <Card data-color="neutral" className="kort">
                        <Heading level={3} data-size="2xs">
                          {tittel}
                        </Heading>
                        <p className="dempet">{[mottaker && t.skjema.til(mottaker), t.skjema.endret(m.nylig(endretdato))].filter(Boolean).join(' · ')}</p>
                        <p>
                          <LenkeUt href={url}>{t.skjema.fortsett}</LenkeUt>
                        </p>
                      </Card>
                    </li>
                  ))}
                </Del>
                <Del id="innsendte" tittel={t.skjema.innsendte} tom={t.skjema.ingenInnsendte}>
                  {innsendte.map(({ dokumentId, meldingMetadata: { tittel, innsendtdato, mottaker, skjemafil, vedlegg, url } }) => (
                    <li key={dokumentId}>
                      <Card data-color="neutral" className="kort">
                        <Heading level={3} data-size="2xs">
                          {tittel}
                        </Heading>
                        <p className="dempet">
                          {t.skjema.til(mottaker)} · {t.skjema.sendt(m.nylig(innsendtdato))}
                        </p>
                        <ul className="lenkeliste">
                          {url && (
                            <li>
                              <LenkeUt href={url}>{t.skjema.apne}</LenkeUt>
                            </li>
                          )}
                          {[skjemafil, ...(vedlegg ?? [])].map((fil) => (
                            <li key={fil.nedlastingslenke}>
                              <LenkeUt href={fil.nedlastingslenke}>{fil.filnavn}</LenkeUt>
                            </li>
                          ))}
                        </ul>
                      </Card>
                    </li>
                  ))}
                </Del>
                <Flere query={query} />
              </>
            )}
          </>
        )}
      </Tilstand>
    </Side>
  );
}

function Del({ id, tittel, tom, children }: { readonly id: string; readonly tittel: string; readonly tom: string; readonly children: readonly ReactNode[] }) {
  return (
    <section className="avsnitt" aria-labelledby={id}>
      <Heading level={2} data-size="sm" id={id}>
        {tittel}
      </Heading>
      {children.length === 0 ? <p className="dempet">{tom}</p> : <ul className="liste">{children}</ul>}
    </section>
  );
}
