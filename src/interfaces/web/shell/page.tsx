import { Heading, SkipLink } from '@digdir/designsystemet-react';
import { ExternalLinkIcon } from '@navikt/aksel-icons';
import { Link as RouterLink, useLocation, useRouter, type LinkProps } from '@tanstack/react-router';
import { useEffect, useRef, type ComponentProps, type ReactNode } from 'react';
import type { Meg } from '../api/meg.js';
import { Footer } from './footer.js';
import { Header } from './header.js';
import { useSprak } from './sprak.js';
import { hasShortcut } from './utseende.js';

/** The frame of every page: skip link, header, the page itself and footer. */
export function Frame({ meg, children }: { readonly meg: Meg | null | undefined; readonly children: ReactNode }) {
  const { t } = useSprak();
  useSearchShortcut();
  return (
    <>
      <SkipLink href="#innhold">{t.skall.tilInnhold}</SkipLink>
      <Header meg={meg} />
      <main id="innhold" tabIndex={-1}>
        {children}
      </main>
      <Footer meg={meg} />
    </>
  );
}

/** The key `/` leads to the search, unless she is writing or has turned it off. */
function useSearchShortcut(): void {
  const router = useRouter();
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      const { target } = event;
      const isWriting = target instanceof HTMLElement && (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName));
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || isWriting || !hasShortcut() || document.querySelector('dialog[open]')) return;
      event.preventDefault();
      const field = document.querySelector<HTMLInputElement>('main input[type=search]');
      if (field) field.focus();
      else void router.navigate({ to: '/sok', search: { q: '' } });
    };
    document.addEventListener('keydown', press);
    return () => {
      document.removeEventListener('keydown', press);
    };
  }, [router]);
}

/** Whether the page is the first of this visit. The browser has then put the focus where it belongs. */
let isFirstPage = true;

interface SideProps {
  /** The heading, and the beginning of the document's title. */
  readonly tittel: string;
  readonly ingress?: ReactNode;
  /** Stands above the heading, such as breadcrumbs. */
  readonly over?: ReactNode;
  /** Stands beside the heading, such as the page's button. */
  readonly ved?: ReactNode;
  /** Stands below the heading. */
  readonly under?: ReactNode;
  readonly children?: ReactNode;
}

/** A page with its heading. The heading gets the focus when she navigates to the page, so that a screen reader reads it. */
export function Side({ tittel, ingress, over, ved, under, children }: SideProps) {
  const { t } = useSprak();
  const heading = useRef<HTMLHeadingElement>(null);
  const { pathname } = useLocation();
  const place = pathname.startsWith('/forvaltning') || pathname.startsWith('/revisjon') ? t.skall.forvaltning : t.skall.minKommune;
  useEffect(() => {
    document.title = tittel === place ? tittel : `${tittel} – ${place}`;
  }, [tittel, place]);
  useEffect(() => {
    if (!isFirstPage) heading.current?.focus();
    isFirstPage = false;
  }, [pathname]);
  return (
    <div className="side">
      {over}
      <div className="sidetopp">
        <Heading level={1} data-size="lg" ref={heading} tabIndex={-1}>
          {tittel}
        </Heading>
        {ved}
      </div>
      {under}
      {ingress !== undefined && <p className="ingress">{ingress}</p>}
      {children}
    </div>
  );
}

/** A link to a page of these pages, in the design system's form. */
export function Lenke({ className, ...props }: LinkProps & { readonly className?: string; readonly children: ReactNode }) {
  return <RouterLink className={className === undefined ? 'ds-link' : `ds-link ${className}`} {...props} />;
}

const isWeb = (url: string) => URL.canParse(url) && ['https:', 'http:', 'mailto:', 'tel:'].includes(new URL(url).protocol);

/** A link out of these pages, in a new tab. An address that a browser could run, such as javascript:, is shown as text. */
export function LenkeUt({ href, className, children, ...props }: ComponentProps<'a'> & { readonly href: string }) {
  const { t } = useSprak();
  if (!isWeb(href)) return <span>{children}</span>;
  return (
    <a className={className === undefined ? 'ds-link' : className} href={href} target="_blank" rel="noopener noreferrer" {...props}>
      {children}
      {/* A word joiner keeps the icon on the line of the last word. */}
      {'\u2060'}
      <ExternalLinkIcon title={t.skall.nyFane} className="ut" />
    </a>
  );
}

/** A link as the service has it. */
export interface Lenken {
  readonly tittel: string;
  readonly lenke: string;
}
/** Links out of these pages, in a list; nothing when there are none. @param navn the name of the list for those who do not see it */
export function LenkerUt({ lenker, navn }: { readonly lenker: readonly Lenken[]; readonly navn?: string }) {
  if (lenker.length === 0) return null;
  return (
    <ul className="lenkeliste" aria-label={navn}>
      {lenker.map(({ tittel, lenke }) => (
        <li key={tittel + lenke}>
          <LenkeUt href={lenke}>{tittel}</LenkeUt>
        </li>
      ))}
    </ul>
  );
}
