import type { Meg } from '../api/meg.js';
import { Lenke } from './page.js';
import { useSprak } from './sprak.js';

/** The footer: what concerns every page. */
export function Footer({ meg }: { readonly meg: Meg | null | undefined }) {
  const { t, sprak, choose } = useSprak();
  const other = sprak === 'nb' ? 'nn' : 'nb';
  return (
    <footer className="bunn" data-color="neutral">
      <nav aria-label={t.skall.bunn}>
        <ul>
          <li>
            <Lenke to="/veiledning">{t.skall.veiledning}</Lenke>
          </li>
          {meg && (
            <li>
              <Lenke to="/innsynslogg">{t.skall.innsynslogg}</Lenke>
            </li>
          )}
          <li>
            <a className="ds-link" href="/api">
              {t.skall.api}
            </a>
          </li>
        </ul>
      </nav>
      <button type="button" className="ds-link sprakvalg" lang={other} onClick={() => void choose(other)}>
        {other === 'nn' ? 'Nynorsk' : 'Bokmål'}
      </button>
    </footer>
  );
}
