import { Alert, Button, Paragraph } from '@digdir/designsystemet-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import type { Schemas } from '../api/client.js';
import { loginAddress, useMeg } from '../api/meg.js';
import { Flere } from '../shell/flere.js';
import { useSprak } from '../shell/sprak.js';
import { SkjelettKort, Tilstand, Tom } from '../shell/states.js';
import { Driftsmeldinger } from './driftsmelding.js';

/** The fields that the answers of all searches have. */
export interface Page<T> {
  readonly antallTreff: number;
  readonly treffMedHoyereInnloggingsniva: number;
  readonly driftsmeldinger: readonly Schemas['DriftsmeldingAnswer'][];
  readonly treff: readonly T[];
}

/** The organisation that a hit may name. */
interface FromOrganisation {
  readonly fiksOrganisasjon?: { readonly id: string; readonly visningsnavn: string };
}

/** The hits of a page of a list. */
export const pageSize = 20;

/** A search whose pages are asked for one by one. @param key what the answer depends on, beside the page. */
export const usePages = <T,>(key: readonly unknown[], ask: (fra: number, signal: AbortSignal) => Promise<Page<T>>) =>
  useInfiniteQuery({
    queryKey: ['sok', ...key],
    initialPageParam: 0,
    queryFn: ({ pageParam, signal }) => ask(pageParam, signal),
    getNextPageParam: (last, pages) => {
      const shown = pages.reduce((sum, { treff }) => sum + treff.length, 0);
      return last.treff.length > 0 && shown < last.antallTreff ? shown : undefined;
    },
  });

interface TrefflisteProps<T> {
  readonly sider: ReturnType<typeof usePages<T>>;
  readonly tom: { readonly tittel: string; readonly tekst: string };
  readonly skjeletthoyde?: number;
  readonly id: (treff: T) => string;
  readonly children: (treff: T) => ReactNode;
}

/** A list of hits with the driftsmeldinger of its page, and the button for more. */
export function Treffliste<T extends object>({ sider, tom, id, skjeletthoyde = 130, children }: TrefflisteProps<T>) {
  const { t } = useSprak();
  const { egenKommune } = useMeg();
  return (
    <Tilstand query={sider} skjelett={<SkjelettKort hoyde={skjeletthoyde} />}>
      {({ pages }) => {
        const [first] = pages;
        const treff = pages.flatMap((page) => page.treff);
        const { driftsmeldinger, antallTreff, treffMedHoyereInnloggingsniva } = first!;
        return (
          <>
            <Driftsmeldinger meldinger={driftsmeldinger} navnPa={(org) => (org === egenKommune?.fiksOrgId ? egenKommune.navn : (treff as readonly FromOrganisation[]).find((one) => one.fiksOrganisasjon?.id === org)?.fiksOrganisasjon?.visningsnavn)} />
            <HoyereNiva antall={treffMedHoyereInnloggingsniva} />
            {treff.length === 0 ? (
              <Tom tittel={tom.tittel} tekst={tom.tekst} />
            ) : (
              <>
                <ul className="liste">
                  {treff.map((one) => (
                    <li key={id(one)}>{children(one)}</li>
                  ))}
                </ul>
                <div className="linje">
                  <p role="status" className="dempet">
                    {t.tilstand.viser(treff.length, antallTreff)}
                  </p>
                  <Flere query={sider} />
                </div>
              </>
            )}
          </>
        );
      }}
    </Tilstand>
  );
}

/** The way to what her login is too weak for; nothing when she sees everything. */
export function HoyereNiva({ antall }: { readonly antall: number }) {
  const { t } = useSprak();
  if (antall === 0) return null;
  return (
    <Alert data-color="info" className="merknad">
      <Paragraph>{t.tilstand.krevNiva4}</Paragraph>
      <Button asChild variant="secondary">
        <a href={loginAddress('idporten')}>{t.tilstand.loggInnHoyere}</a>
      </Button>
    </Alert>
  );
}
