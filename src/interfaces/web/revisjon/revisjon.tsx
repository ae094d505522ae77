import { Link, useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { Side } from '../shell/page.js';
import { useTekster } from './tekster.js';
import './revisjon.css';

/** The organisation whose record the page shows. */
export function useOrg(): string {
  const { org = '' } = useParams({ strict: false });
  return org;
}

/** A page of Revisjon: the tabs, which are links so that each has an address, and the heading. */
export function Revisjon({ tittel, ingress, ved, children }: { readonly tittel: string; readonly ingress: string; readonly ved?: ReactNode; readonly children: ReactNode }) {
  const t = useTekster();
  const org = useOrg();
  const tabs = [
    ['/revisjon/$org', t.faner.hendelser],
    ['/revisjon/$org/slik-var-det', t.faner.slikVarDet],
    ['/revisjon/$org/forskjell', t.faner.forskjell],
    ['/revisjon/$org/kontroll', t.faner.kontroll],
    ['/revisjon/$org/innsynslogg', t.faner.innsynslogg],
  ] as const;
  return (
    <Side
      tittel={tittel}
      ingress={ingress}
      ved={ved}
      over={
        <nav className="revisjonsfaner ikke-utskrift" aria-label={t.faner.navn}>
          <ul>
            {tabs.map(([to, tekst]) => (
              <li key={to}>
                <Link to={to} params={{ org }} className="ds-focus" activeOptions={{ exact: true, includeSearch: false }} activeProps={{ 'aria-current': 'page' }}>
                  {tekst}
                </Link>
              </li>
            ))}
          </ul>
        </nav>
      }
    >
      {children}
    </Side>
  );
}

/** The parameter of the next page in a `Link` header; undefined on the last page. */
export function nextIn(response: Response, parameter: string): string | undefined {
  const [, address] = /<([^>]+)>;\s*rel="?next"?/.exec(response.headers.get('Link') ?? '') ?? [];
  return (address !== undefined && new URL(address, location.origin).searchParams.get(parameter)) || undefined;
}

/** The texts in the fields of a form, by name, without the empty fields. */
export const writtenIn = (form: HTMLFormElement): Readonly<Record<string, string>> =>
  Object.fromEntries([...new FormData(form)].flatMap(([name, value]) => (typeof value === 'string' && value.trim() !== '' ? [[name, value.trim()]] : [])));
