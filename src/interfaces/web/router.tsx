import { createRootRoute, createRoute, createRouter, lazyRouteComponent, Outlet, useLocation } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { queryClient } from './api/client.js';
import { Person, useMegQuery, type Meg } from './api/meg.js';
import { Innlogging } from './shell/innlogging.js';
import { Frame, Side } from './shell/page.js';
import { ReceiptProvider } from './shell/receipt.js';
import { Feil, FinnesIkke, SkjelettKort, Tilstand } from './shell/states.js';
import { useSprak } from './shell/sprak.js';
import { Utlogget } from './shell/utlogget.js';
import { fromField, isDay } from './texts/date-field.js';

const idOf = ({ personId, navn }: Meg) => personId ?? navn;

/** The person whose pages are shown: who is logged in, or was until her session ended. Nobody once the answers are thrown away. */
function usePerson(meg: Meg | null | undefined): Meg | undefined {
  const [person, keep] = useState<Meg>();
  const isOther = Boolean(meg && person && idOf(meg) !== idOf(person));
  if (meg === undefined ? person !== undefined : meg !== null && meg !== person && !isOther) keep(meg ?? undefined);
  useEffect(() => {
    // Nothing of the one before may be seen by the next.
    if (isOther) location.reload();
  }, [isOther]);
  const isOver = meg === null && person !== undefined;
  useEffect(() => {
    if (!isOver) return;
    // She is back, so what was refused meanwhile is asked for again.
    return () => void queryClient.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'meg' });
  }, [isOver]);
  return person;
}

/** The shell of every page. Only the guide is open to those who are not logged in. */
function Shell() {
  const meg = useMegQuery();
  const { pathname } = useLocation();
  const person = usePerson(meg.data);
  const isOpen = pathname === '/veiledning';
  const isHidden = meg.data !== person && !isOpen;
  return (
    <ReceiptProvider>
      <Frame meg={meg.data}>
        <Tilstand query={meg} skjelett={<SkjelettKort antall={4} />}>
          {() =>
            person === undefined && !isOpen ? (
              <Innlogging />
            ) : (
              <Person value={person}>
                <div className="side-eller-skjult" hidden={isHidden}>
                  <Outlet />
                </div>
                {isHidden && person && meg.data === null && <Utlogget person={person} />}
              </Person>
            )
          }
        </Tilstand>
      </Frame>
    </ReceiptProvider>
  );
}

function UkjentSide() {
  const { t } = useSprak();
  return (
    <Side tittel={t.tilstand.finnesIkke}>
      <FinnesIkke />
    </Side>
  );
}

function OdelagtSide({ error, reset }: { readonly error: unknown; readonly reset: () => void }) {
  const { t } = useSprak();
  return (
    <Side tittel={t.tilstand.feil}>
      <Feil error={error} provIgjen={reset} />
    </Side>
  );
}

const root = createRootRoute({ component: Shell, notFoundComponent: UkjentSide });
const text = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value).trim() : '');
/** The words that she searches for. A page without them has no parameter. */
const words = ({ q }: Record<string, unknown>): { readonly q?: string } => (text(q) === '' ? {} : { q: text(q) });

const oneOf =
  <T extends string>(...values: readonly T[]) =>
  (value: unknown): T | undefined =>
    values.find((one) => one === value);
const mappeType = oneOf('SAK', 'BYGGESAK');
const unpaid = oneOf('ubetalte');
const order = oneOf('DATO_DESC');
/** A parameter that is left out of the address when it has no value. */
const given = <K extends string, V>(name: K, value: V | undefined) => (value === undefined ? {} : { [name]: value }) as { readonly [key in K]?: V };
/** How the signing ended that she comes back from. */
const outcome = oneOf('SIGNERT', 'AVVIST', 'VENTER');
const optionalText = (value: unknown) => (text(value) === '' ? undefined : text(value));

const part = oneOf('oppsett', 'tilganger', 'side');
const position = (value: unknown) => (/^\d{1,15}$/.test(text(value)) ? Number(value) : undefined);
/** The texts of these names that the address has. */
const texts = <K extends string>(search: Record<string, unknown>, ...names: readonly K[]) =>
  Object.fromEntries(names.flatMap((name) => (text(search[name]) === '' ? [] : [[name, text(search[name])]]))) as { readonly [key in K]?: string };
/** The bounds of a period in the address. What is no date, such as a part of one, is overridden, because the router keeps what is left out. */
const periodOf = (search: Record<string, unknown>, isDate: (text: string) => boolean) =>
  Object.fromEntries(Object.entries(texts(search, 'fra', 'til')).map(([name, value]) => [name, isDate(value) ? value : undefined])) as { readonly fra?: string; readonly til?: string };
const isMoment = (value: string) => fromField(value) !== undefined;

const getParentRoute = () => root;
const routes = [
  createRoute({ getParentRoute, path: '/', component: lazyRouteComponent(() => import('./min-kommune/forside.js'), 'Forside') }),
  createRoute({ getParentRoute, path: '/post', validateSearch: words, component: lazyRouteComponent(() => import('./min-kommune/post.js'), 'Post') }),
  createRoute({
    getParentRoute,
    path: '/saker',
    validateSearch: (search: Record<string, unknown>) => ({ ...words(search), ...given('type', mappeType(search['type'])) }),
    component: lazyRouteComponent(() => import('./min-kommune/saker.js'), 'Saker'),
  }),
  createRoute({ getParentRoute, path: '/saker/$id', component: lazyRouteComponent(() => import('./min-kommune/sak.js'), 'Sak') }),
  createRoute({
    getParentRoute,
    path: '/faktura',
    validateSearch: (search: Record<string, unknown>) => ({ ...words(search), ...given('vis', unpaid(search['vis'])) }),
    component: lazyRouteComponent(() => import('./min-kommune/faktura.js'), 'Fakturaer'),
  }),
  createRoute({ getParentRoute, path: '/skjema', validateSearch: words, component: lazyRouteComponent(() => import('./min-kommune/skjema.js'), 'Skjema') }),
  createRoute({ getParentRoute, path: '/eiendommer', validateSearch: words, component: lazyRouteComponent(() => import('./min-kommune/eiendommer.js'), 'Eiendommer') }),
  createRoute({ getParentRoute, path: '/tjenester', validateSearch: words, component: lazyRouteComponent(() => import('./min-kommune/tjenester.js'), 'Tjenester') }),
  createRoute({
    getParentRoute,
    path: '/sok',
    validateSearch: (search: Record<string, unknown>) => ({ ...words(search), ...given('type', optionalText(search['type'])), ...given('org', optionalText(search['org'])), ...given('sortering', order(search['sortering'])) }),
    component: lazyRouteComponent(() => import('./min-kommune/sok.js'), 'Sok'),
  }),
  createRoute({ getParentRoute, path: '/innsynslogg', component: lazyRouteComponent(() => import('./min-kommune/innsynslogg.js'), 'Innsynslogg') }),
  createRoute({ getParentRoute, path: '/profil', component: lazyRouteComponent(() => import('./min-kommune/profil.js'), 'Profil') }),
  createRoute({ getParentRoute, path: '/velg-aktor', component: lazyRouteComponent(() => import('./min-kommune/velg-aktor.js'), 'VelgAktor') }),
  createRoute({ getParentRoute, path: '/forvaltning', component: lazyRouteComponent(() => import('./forvaltning/velg-organisasjon.js'), 'VelgOrganisasjon') }),
  createRoute({ getParentRoute, path: '/forvaltning/$org', validateSearch: ({ signering }: Record<string, unknown>) => given('signering', outcome(signering)), component: lazyRouteComponent(() => import('./forvaltning/tjenester.js'), 'Tjenester') }),
  createRoute({ getParentRoute, path: '/forvaltning/$org/administratorer', component: lazyRouteComponent(() => import('./forvaltning/personer.js'), 'Administratorer') }),
  createRoute({ getParentRoute, path: '/forvaltning/$org/tilgangsgjennomgang', component: lazyRouteComponent(() => import('./forvaltning/gjennomgang.js'), 'Gjennomgang') }),
  createRoute({ getParentRoute, path: '/forvaltning/$org/innsyn', component: lazyRouteComponent(() => import('./forvaltning/innsyn.js'), 'InnsynIntegrasjoner') }),
  createRoute({ getParentRoute, path: '/forvaltning/$org/innsyn/tilgjengelige', component: lazyRouteComponent(() => import('./forvaltning/innsyn.js'), 'InnsynTilgjengelige') }),
  createRoute({ getParentRoute, path: '/forvaltning/$org/innsyn/integrasjoner/ny', component: lazyRouteComponent(() => import('./forvaltning/innsyn.js'), 'InnsynNyIntegrasjon') }),
  createRoute({ getParentRoute, path: '/forvaltning/$org/innsyn/integrasjoner/$id', component: lazyRouteComponent(() => import('./forvaltning/innsyn.js'), 'InnsynIntegrasjon') }),
  createRoute({ getParentRoute, path: '/forvaltning/$org/innsyn/svarut', component: lazyRouteComponent(() => import('./forvaltning/innsyn.js'), 'SvarUt') }),
  createRoute({ getParentRoute, path: '/forvaltning/$org/innsyn/tjenesteadministratorer', component: lazyRouteComponent(() => import('./forvaltning/innsyn.js'), 'InnsynTjenesteadministratorer') }),
  createRoute({ getParentRoute, path: '/forvaltning/$org/innsyn/statistikk', component: lazyRouteComponent(() => import('./forvaltning/innsyn.js'), 'Statistikk') }),
  createRoute({ getParentRoute, path: '/forvaltning/$org/innsyn/driftsmeldinger', component: lazyRouteComponent(() => import('./forvaltning/driftsmeldinger.js'), 'Driftsmeldinger') }),
  createRoute({ getParentRoute, path: '/forvaltning/$org/innsyn/driftsmeldinger/ny', component: lazyRouteComponent(() => import('./forvaltning/driftsmelding-skjema.js'), 'NyDriftsmelding') }),
  createRoute({ getParentRoute, path: '/forvaltning/$org/innsyn/driftsmeldinger/$id', component: lazyRouteComponent(() => import('./forvaltning/driftsmelding-skjema.js'), 'RedigerDriftsmelding') }),
  createRoute({ getParentRoute, path: '/forvaltning/$org/kommunale-tjenester', component: lazyRouteComponent(() => import('./forvaltning/kommunale-tjenester.js'), 'KommunaleTjenester') }),
  createRoute({ getParentRoute, path: '/forvaltning/$org/kommunale-tjenester/tjenesteadministratorer', component: lazyRouteComponent(() => import('./forvaltning/kommunale-tjenester.js'), 'TjenesterTjenesteadministratorer') }),
  createRoute({ getParentRoute, path: '/forvaltning/$org/kommunale-tjenester/ny', component: lazyRouteComponent(() => import('./forvaltning/lenke-skjema.js'), 'NyTjeneste') }),
  createRoute({ getParentRoute, path: '/forvaltning/$org/kommunale-tjenester/$id', component: lazyRouteComponent(() => import('./forvaltning/lenke-skjema.js'), 'RedigerTjeneste') }),
  createRoute({ getParentRoute, path: '/forvaltning/$org/mine-eiendommer', component: lazyRouteComponent(() => import('./forvaltning/mine-eiendommer.js'), 'MineEiendommer') }),
  createRoute({ getParentRoute, path: '/forvaltning/$org/mine-eiendommer/integrasjoner', component: lazyRouteComponent(() => import('./forvaltning/mine-eiendommer.js'), 'EiendommerIntegrasjoner') }),
  createRoute({ getParentRoute, path: '/forvaltning/$org/mine-eiendommer/integrasjoner/ny', component: lazyRouteComponent(() => import('./forvaltning/mine-eiendommer.js'), 'EiendommerNyIntegrasjon') }),
  createRoute({ getParentRoute, path: '/forvaltning/$org/mine-eiendommer/integrasjoner/$id', component: lazyRouteComponent(() => import('./forvaltning/mine-eiendommer.js'), 'EiendommerIntegrasjon') }),
  createRoute({ getParentRoute, path: '/forvaltning/$org/mine-eiendommer/tilgjengelige', component: lazyRouteComponent(() => import('./forvaltning/mine-eiendommer.js'), 'EiendommerTilgjengelige') }),
  createRoute({ getParentRoute, path: '/forvaltning/$org/mine-eiendommer/tjenesteadministratorer', component: lazyRouteComponent(() => import('./forvaltning/mine-eiendommer.js'), 'EiendommerTjenesteadministratorer') }),
  createRoute({ getParentRoute, path: '/forvaltning/$org/mine-eiendommer/lenker/ny', component: lazyRouteComponent(() => import('./forvaltning/eiendomslenke-skjema.js'), 'NyEiendomslenke') }),
  createRoute({ getParentRoute, path: '/forvaltning/$org/mine-eiendommer/lenker/$id', component: lazyRouteComponent(() => import('./forvaltning/eiendomslenke-skjema.js'), 'RedigerEiendomslenke') }),
  createRoute({
    getParentRoute,
    path: '/revisjon/$org',
    validateSearch: (search: Record<string, unknown>) => ({
      ...texts(search, 'hvem', 'gjelder', 'hendelse'),
      ...periodOf(search, isDay),
      ...(search['eldste'] === true && { eldste: true }),
    }),
    component: lazyRouteComponent(() => import('./revisjon/hendelser.js'), 'Hendelser'),
  }),
  createRoute({
    getParentRoute,
    path: '/revisjon/$org/slik-var-det',
    validateSearch: (search: Record<string, unknown>) => ({ ...given('posisjon', position(search['posisjon'])), ...given('vis', part(search['vis'])) }),
    component: lazyRouteComponent(() => import('./revisjon/slik-var-det.js'), 'SlikVarDet'),
  }),
  createRoute({
    getParentRoute,
    path: '/revisjon/$org/forskjell',
    validateSearch: (search: Record<string, unknown>) => periodOf(search, isMoment),
    component: lazyRouteComponent(() => import('./revisjon/forskjell.js'), 'Forskjell'),
  }),
  createRoute({ getParentRoute, path: '/revisjon/$org/kontroll', component: lazyRouteComponent(() => import('./revisjon/kontroll.js'), 'Kontroll') }),
  createRoute({
    getParentRoute,
    path: '/revisjon/$org/innsynslogg',
    validateSearch: (search: Record<string, unknown>) => periodOf(search, isDay),
    component: lazyRouteComponent(() => import('./revisjon/innsynslogg.js'), 'Innsynslogg'),
  }),
  createRoute({ getParentRoute, path: '/veiledning', component: lazyRouteComponent(() => import('./forvaltning/veiledning.js'), 'Veiledning') }),
] as const;

/** The routes of the pages, named as the user guide names them. */
export const router = createRouter({
  routeTree: root.addChildren(routes),
  defaultPreload: 'intent',
  scrollRestoration: true,
  defaultErrorComponent: OdelagtSide,
  defaultNotFoundComponent: UkjentSide,
  defaultPendingComponent: () => <SkjelettKort antall={4} />,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
