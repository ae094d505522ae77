import { Alert } from '@digdir/designsystemet-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useMeg } from '../api/meg.js';
import { Organisasjonsmeny } from '../shell/organisasjonsmeny.js';
import { Side } from '../shell/page.js';
import { Papirlinje } from '../shell/papir.js';
import { useTekster } from './tekster.js';
import './revisjon.css';

/** The organisation whose record the page shows. */
export function useOrg(): string {
  const { org = '' } = useParams({ strict: false });
  return org;
}

/** The organisation's name; undefined where she has no role. */
export function useOrgNavn(): string | undefined {
  const org = useOrg();
  return useMeg().organisasjoner.find(({ fiksOrgId }) => fiksOrgId === org)?.navn;
}

interface RevisjonProps {
  readonly tittel: string;
  readonly ingress: string;
  readonly ved?: ReactNode;
  /** The choices that decide what the page shows, in words. Paper has them, because their form is not printed. */
  readonly utvalg?: readonly string[];
  readonly children: ReactNode;
}

/** A page of Revisjon: the tabs, which are links so that each has an address, the heading, and the organisation. */
export function Revisjon({ tittel, ingress, ved, utvalg = [], children }: RevisjonProps) {
  const t = useTekster();
  const org = useOrg();
  const navn = useOrgNavn();
  const faner = [
    { to: '/revisjon/$org', tekst: t.faner.hendelser, exact: true },
    { to: '/revisjon/$org/slik-var-det', tekst: t.faner.slikVarDet },
    { to: '/revisjon/$org/forskjell', tekst: t.faner.forskjell },
    { to: '/revisjon/$org/kontroll', tekst: t.faner.kontroll },
    { to: '/revisjon/$org/innsynslogg', tekst: t.faner.innsynslogg },
  ] as const;
  return (
    <Side tittel={tittel} ingress={ingress} ved={ved} under={<Papirlinje skjerm={navn} papir={[navn, ...utvalg]} />} over={<Organisasjonsmeny className="faner ikke-utskrift" navn={t.faner.navn} org={org} faner={faner} />}>
      {children}
    </Side>
  );
}

/** Says that the answer has events that are dated after its moment, because the clock was set back. @param senere how many there are */
export function Klokken({ senere }: { readonly senere: number | null | undefined }) {
  const t = useTekster();
  return senere ? <Alert data-color="warning">{t.senereDatert(senere)}</Alert> : null;
}

/** The pages of a list that the service continues from where the last one ended, as one list. @param ask asks for the page of that address. */
export const useListe = <T,>(key: readonly unknown[], ask: (neste: URLSearchParams | undefined, signal: AbortSignal) => Promise<{ readonly data?: readonly T[]; readonly response: Response }>) =>
  useInfiniteQuery({
    queryKey: key,
    initialPageParam: undefined as string | undefined,
    queryFn: async ({ pageParam, signal }) => {
      const { data, response } = await ask(pageParam === undefined ? undefined : new URLSearchParams(pageParam), signal);
      return { linjer: data!, neste: nextIn(response) };
    },
    getNextPageParam: ({ neste }) => neste,
    select: ({ pages }) => pages.flatMap(({ linjer }) => linjer),
  });

/** The parameters of the next page, from the `Link` header; undefined on the last page. */
function nextIn(response: Response): string | undefined {
  const [, address] = /<([^>]+)>;\s*rel="?next"?/.exec(response.headers.get('Link') ?? '') ?? [];
  return address === undefined ? undefined : new URL(address, location.origin).search;
}

/** The place that a page begins at, as a query parameter; nothing on the first page. */
export const fra = (neste: URLSearchParams | undefined) => (neste === undefined ? {} : { fortsettFra: Number(neste.get('fortsettFra')) });

/** The texts in the fields of a form, by name, without the empty fields. */
export const writtenIn = (form: HTMLFormElement): Readonly<Record<string, string>> =>
  Object.fromEntries([...new FormData(form)].flatMap(([name, value]) => (typeof value === 'string' && value.trim() !== '' ? [[name, value.trim()]] : [])));
