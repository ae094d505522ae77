import { Link, type LinkProps } from '@tanstack/react-router';

/** A page of an organisation, in a menu or as a tab. */
export interface Fane {
  readonly to: LinkProps['to'];
  readonly tekst: string;
  /** The pages below this one do not belong to it. */
  readonly exact?: boolean;
}

/** Links to pages of an organisation, as a menu or as tabs: each page has an address, and the present one says that it is. */
export function Organisasjonsmeny({ navn, org, faner, className }: { readonly navn: string; readonly org: string; readonly faner: readonly Fane[]; readonly className: string }) {
  return (
    <nav className={className} aria-label={navn}>
      <ul>
        {faner.map(({ to, tekst, exact }) => (
          <li key={to}>
            <Link to={to} params={{ org } as never} className="ds-focus" activeOptions={{ exact: exact === true, includeSearch: false }} activeProps={{ 'aria-current': 'page' }}>
              {tekst}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
