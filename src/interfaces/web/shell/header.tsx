import { Alert, Button, Dropdown } from '@digdir/designsystemet-react';
import { BriefcaseIcon, Buildings3Icon, ChevronDownIcon, LeaveIcon, MenuHamburgerIcon, PersonCircleIcon, XMarkIcon } from '@navikt/aksel-icons';
import { Link, useLocation, useNavigate, type LinkProps } from '@tanstack/react-router';
import { useEffect, useId, useRef, useState } from 'react';
import { logOut, type Meg } from '../api/meg.js';
import { useSprak } from './sprak.js';

/** Whether an address belongs to those who set Min kommune up, and not to citizens. */
export const isManagement = (pathname: string): boolean => /^\/(forvaltning|revisjon)(\/|$)/.test(pathname);

interface Entry {
  readonly to: LinkProps['to'];
  readonly text: string;
  readonly exact?: boolean;
}
function useEntries(): readonly Entry[] {
  const { t } = useSprak();
  const { pathname } = useLocation();
  const { meny } = t;
  // The pages of an organisation have their own menus, because they need to know which organisation it is.
  if (isManagement(pathname)) return [];
  return [
    { to: '/', text: meny.forside, exact: true },
    { to: '/post', text: meny.post },
    { to: '/saker', text: meny.saker },
    { to: '/faktura', text: meny.faktura },
    { to: '/skjema', text: meny.skjema },
    { to: '/eiendommer', text: meny.eiendommer },
    { to: '/tjenester', text: meny.tjenester },
  ];
}

/** The header: the name of the place, the account, and the menu. On a phone the menu opens below it. */
export function Header({ meg }: { readonly meg: Meg | null | undefined }) {
  const { t } = useSprak();
  const { pathname } = useLocation();
  const [open, setOpen] = useState(false);
  const entries = useEntries();
  const menu = useId();
  const button = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    setOpen(false);
  }, [pathname]);
  const management = isManagement(pathname);
  const hasMenu = Boolean(meg) && entries.length > 0;
  return (
    <header className="topp" data-color="neutral">
      <div className="topplinje">
        <Link to={management ? '/forvaltning' : '/'} className="merke ds-focus">
          <svg viewBox="0 0 32 32" aria-hidden="true">
            <rect width="32" height="32" rx="7" className="merke-flate" />
            <path d="M7 16.5 16 8l9 8.5M10 14v10h12V14M14 24v-5h4v5" className="merke-strek" />
          </svg>
          {management ? t.skall.forvaltning : t.skall.minKommune}
        </Link>
        <div className="topphoyre">
          {meg && <Account meg={meg} />}
          {hasMenu && (
            <Button
              ref={button}
              className="menyknapp"
              variant="tertiary"
              aria-expanded={open}
              aria-controls={menu}
              onClick={() => {
                setOpen(!open);
              }}
            >
              {open ? <XMarkIcon aria-hidden /> : <MenuHamburgerIcon aria-hidden />}
              {t.skall.meny}
            </Button>
          )}
        </div>
      </div>
      {hasMenu && (
        <nav
          id={menu}
          className="hovedmeny"
          data-open={open}
          aria-label={t.skall.hovedmeny}
          onKeyDown={({ key }) => {
            if (key !== 'Escape' || !open) return;
            setOpen(false);
            button.current?.focus();
          }}
        >
          <ul>
            {entries.map(({ to, text, exact }) => (
              <li key={to}>
                <Link to={to} className="ds-focus" activeOptions={{ exact: exact === true, includeSearch: false }} activeProps={{ 'aria-current': 'page' }}>
                  {text}
                </Link>
              </li>
            ))}
          </ul>
        </nav>
      )}
    </header>
  );
}

/** The account: who she is and acts for, the way to the other pages, and out. */
function Account({ meg }: { readonly meg: Meg }) {
  const { t } = useSprak();
  const navigate = useNavigate();
  const { pathname } = useLocation();
  const [leaving, setLeaving] = useState(false);
  const [stayed, setStayed] = useState(false);
  const [open, setOpen] = useState(false);
  const management = isManagement(pathname);
  const organisation = management ? meg.organisasjoner.find(({ fiksOrgId }) => pathname.includes(fiksOrgId)) : undefined;
  const name = organisation?.navn ?? (management ? meg.navn : (meg.representerer?.navn ?? meg.navn));
  const go = (to: LinkProps['to']) => () => {
    setOpen(false);
    void navigate({ to });
  };
  return (
    <Dropdown.TriggerContext>
      <Dropdown.Trigger variant="tertiary" className="konto" aria-label={`${t.skall.konto}: ${name}`} aria-expanded={open}>
        {organisation ? <Buildings3Icon aria-hidden /> : !management && meg.representerer ? <BriefcaseIcon aria-hidden /> : <PersonCircleIcon aria-hidden />}
        <span className="kontonavn">{name}</span>
        <ChevronDownIcon aria-hidden />
      </Dropdown.Trigger>
      <Dropdown
        open={open}
        onOpen={() => {
          setOpen(true);
        }}
        onClose={() => {
          setOpen(false);
        }}
      >
        <Dropdown.List>
          {!management && (meg.kanRepresentere.length > 0 || meg.kanRepresentereUkjent || meg.representerer) && (
            <Dropdown.Item>
              <Dropdown.Button onClick={go('/velg-aktor')}>{t.skall.byttAktor}</Dropdown.Button>
            </Dropdown.Item>
          )}
          {management && meg.organisasjoner.length > 1 && (
            <Dropdown.Item>
              <Dropdown.Button onClick={go('/forvaltning')}>{t.skall.byttOrganisasjon}</Dropdown.Button>
            </Dropdown.Item>
          )}
          {management ? (
            <Dropdown.Item>
              <Dropdown.Button onClick={go('/')}>{t.skall.tilMinKommune}</Dropdown.Button>
            </Dropdown.Item>
          ) : (
            (meg.organisasjoner.length > 0 || meg.plattform) && (
              <Dropdown.Item>
                <Dropdown.Button onClick={go('/forvaltning')}>{t.skall.tilForvaltning}</Dropdown.Button>
              </Dropdown.Item>
            )
          )}
          <Dropdown.Item>
            <Dropdown.Button onClick={go('/profil')}>{t.skall.profil}</Dropdown.Button>
          </Dropdown.Item>
          <Dropdown.Item>
            <Dropdown.Button
              disabled={leaving}
              onClick={() => {
                setLeaving(true);
                setStayed(false);
                logOut().catch(() => {
                  setLeaving(false);
                  setStayed(true);
                });
              }}
            >
              <LeaveIcon aria-hidden /> {leaving ? t.skall.loggerUt : t.skall.loggUt}
            </Dropdown.Button>
          </Dropdown.Item>
        </Dropdown.List>
        {stayed && (
          <Alert data-color="warning" role="alert">
            {t.skall.ikkeLoggetUt}
          </Alert>
        )}
      </Dropdown>
    </Dropdown.TriggerContext>
  );
}
