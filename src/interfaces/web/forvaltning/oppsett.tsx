import { Alert, Paragraph, Skeleton } from '@digdir/designsystemet-react';
import { queryOptions, useMutation, useMutationState, useQuery } from '@tanstack/react-query';
import { useLocation, useParams, type LinkProps } from '@tanstack/react-router';
import { useId, type ReactNode } from 'react';
import { api, queryClient, type Schemas } from '../api/client.js';
import { errorOf } from '../api/error.js';
import { useLive } from '../api/live.js';
import { readsRecord, useMeg } from '../api/meg.js';
import { whole } from '../api/whole.js';
import { Organisasjonsmeny, type Fane } from '../shell/organisasjonsmeny.js';
import { Lenke, Side } from '../shell/page.js';
import { Papirlinje } from '../shell/papir.js';
import { useReceipt, type Receipt } from '../shell/receipt.js';
import { useSprak } from '../shell/sprak.js';
import { Tilstand } from '../shell/states.js';
import { useTekster } from './tekster.js';

export type Konfigurasjon = Schemas['Konfigurasjon'];
export type Undertjeneste = 'INNSYN' | 'KOMMUNALE_TJENESTER' | 'MINE_EIENDOMMER';

/** The organisation of the page, and the names of the commands that she may send there. */
export function useOrganisasjon() {
  const { org = '' } = useParams({ strict: false });
  const { organisasjoner } = useMeg();
  const mine = organisasjoner.find(({ fiksOrgId }) => fiksOrgId === org);
  return { org, mine, kan: (command: string) => mine?.kan.includes(command) ?? false };
}

/** The answer has the first of each list. The rest is asked for, so that every list and every form knows all there is. */
const oppsettOf = (org: string) =>
  queryOptions({
    queryKey: ['oppsett', org],
    queryFn: async ({ signal }): Promise<Konfigurasjon> => {
      const path = { fiksOrgId: org };
      const oppsett = (await api.GET('/min-kommune/api/v1/{fiksOrgId}/konfigurasjon', { params: { path }, signal })).data!;
      const { antall: total, integrasjoner, kommunaleTjenester, eiendomslenker, driftsmeldinger } = oppsett;
      return {
        ...oppsett,
        integrasjoner: await whole(integrasjoner, async (query) => (await api.GET('/min-kommune/api/v1/{fiksOrgId}/tilgjengelige-integrasjoner', { params: { path, query }, signal })).data!, total.integrasjoner),
        kommunaleTjenester: await whole(kommunaleTjenester, async (query) => (await api.GET('/min-kommune/api/v1/{fiksOrgId}/kommunale-tjenester', { params: { path, query }, signal })).data!.treff, total.kommunaleTjenester),
        eiendomslenker: await whole(eiendomslenker, async (query) => (await api.GET('/min-kommune/api/v1/{fiksOrgId}/eiendomslenker', { params: { path, query }, signal })).data!.treff, total.eiendomslenker),
        driftsmeldinger: await whole(driftsmeldinger, async (query) => (await api.GET('/min-kommune/api/v1/{fiksOrgId}/driftsmeldinger', { params: { path, query }, signal })).data!.treff, total.driftsmeldinger),
      };
    },
  });
/** All that the organisation has set up. Every page of Forvaltning reads it, and the stream of changes keeps it up to date. */
export const useOppsett = (org: string) => useQuery(oppsettOf(org));
/** The same, asked for now. */
export const fetchOppsett = (org: string): Promise<Konfigurasjon> => queryClient.query({ ...oppsettOf(org), staleTime: 0 });

/** The same, as it was last answered. */
export const heldOppsett = (org: string): Konfigurasjon | undefined => queryClient.getQueryData(oppsettOf(org).queryKey);

/** Everything that the pages hold, but who she is. */
export const refresh = () => queryClient.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'meg' });

/** Asks `ferdig` for the receipt of a write. The write is done, so a look that fails is told as that, and not as a failure. */
export function useFunn() {
  const { ikkeKontrollert } = useTekster();
  return async (ferdig: () => Receipt | undefined | Promise<Receipt | undefined>): Promise<Receipt | undefined> => {
    try {
      return await ferdig();
    } catch {
      return { tekst: ikkeKontrollert, color: 'warning' };
    }
  };
}

/** Whether two values have the same content. */
export const same = (one: unknown, other: unknown) => JSON.stringify(one) === JSON.stringify(other);

/**
 * A write. Afterwards the pages are asked for anew, and what `ferdig` finds out is said. What she asks for meanwhile waits, and is done
 * in order: `venter` has the values that are not done yet. `mutate` does not send a value that waits already, because a button that is
 * loading can still be pressed. `enqueue` does, because a switch goes to and fro.
 */
export function useEndring<V, T>(gjor: (value: V) => Promise<T>, ferdig?: (data: T, value: V) => Receipt | undefined | Promise<Receipt | undefined>) {
  const say = useReceipt();
  const { t } = useSprak();
  const tekster = useTekster();
  const find = useFunn();
  const id = useId();
  const mutationKey = [id];
  const venter = useMutationState({ filters: { mutationKey, status: 'pending' }, select: ({ state }) => state.variables as V });
  const mutation = useMutation({
    mutationKey,
    scope: { id },
    mutationFn: gjor,
    onSuccess: async (data, value) => {
      await refresh();
      const receipt = await find(() => ferdig?.(data, value));
      if (receipt) say(receipt);
    },
    onError: (error) => {
      // A row that somebody else has changed: what stands now is shown, and she can try again.
      if (errorOf(error).kind === 'conflict') {
        void refresh();
        say({ tekst: tekster.opptatt, color: 'warning' });
      } else say({ tekst: errorOf(error).in(t.feil).message || t.tilstand.feilTekst, color: 'warning' });
    },
  });
  const mutate = (value: V) => {
    if (queryClient.isMutating({ mutationKey, predicate: ({ state }) => same(state.variables, value) }) === 0) mutation.mutate(value);
  };
  return { ...mutation, mutate, enqueue: mutation.mutate, venter };
}

type Page = 'FORSIDE' | 'FORSENDELSE' | 'SAK' | 'FAKTURA' | 'SKJEMA' | 'EIENDOM';
/** The page as citizens see it now. Reads after the write of this tab, so that it tells whether the write has reached them. */
export async function lookAt(org: string, side: Page, query: { readonly matrikkelnummer?: string; readonly opptrerSom?: 'PERSON' | 'ORGANISASJON' } = {}) {
  const { data } = await api.GET('/min-kommune/api/v1/innbygger/{fiksOrgId}/sider/{side}', { params: { path: { fiksOrgId: org, side }, query } });
  return data!;
}

/** The id of the resource that roles and tilganger are on: the organisation, or one of its undertjenester. */
export async function resourceOf(org: string, undertjeneste: Undertjeneste | undefined): Promise<string> {
  if (undertjeneste === undefined) return org;
  const { data } = await api.GET('/autorisasjon-query/api/v1/autorisasjon/synlige', { params: { query: { parent: org, ressursType: undertjeneste } } });
  const found = data?.ressurser[0];
  if (!found) throw new Error(undertjeneste);
  return found.id;
}

/** The header that lets a change through only when nobody has changed the thing since this revision. */
export const ifMatch = (revisjon: number) => ({ 'If-Match': `"${revisjon}"` });

interface ForvaltningProps {
  readonly tittel: string;
  readonly ingress?: ReactNode;
  readonly ved?: ReactNode;
  readonly faner?: readonly Fane[];
  /** The pages above this one, below the organisation. */
  readonly smuler?: readonly { readonly to: LinkProps['to']; readonly tekst: string }[];
  /** The command that the page is for. Those who may not send it are told so. */
  readonly kommando?: string;
  readonly children: (konfigurasjon: Konfigurasjon) => ReactNode;
}

/** A page of Fiks forvaltning: breadcrumbs, the organisation's menu, tabs that are links, and the five states. */
export function Forvaltning({ tittel, ingress, ved, faner, smuler = [], kommando, children }: ForvaltningProps) {
  const { t } = useSprak();
  const f = useTekster();
  const { org, mine, kan } = useOrganisasjon();
  const query = useOppsett(org);
  useLive(mine && org);
  const entries: readonly Fane[] = [
    { to: '/forvaltning/$org', tekst: f.meny.tjenester, exact: true },
    { to: '/forvaltning/$org/innsyn', tekst: f.meny.innsyn },
    { to: '/forvaltning/$org/kommunale-tjenester', tekst: f.meny.kommunaleTjenester },
    { to: '/forvaltning/$org/mine-eiendommer', tekst: f.meny.mineEiendommer },
    { to: '/forvaltning/$org/administratorer', tekst: f.meny.administratorer },
    { to: '/forvaltning/$org/tilgangsgjennomgang', tekst: f.meny.gjennomgang },
    ...(mine && readsRecord(mine) ? [{ to: '/revisjon/$org', tekst: f.meny.revisjon } as const] : []),
  ];
  const admin = query.data?.administratorer.find(({ navn }) => navn)?.navn ?? undefined;
  const { pathname } = useLocation();
  const fane = faner?.find(({ to }) => to?.replace('$org', org) === pathname)?.tekst;
  return (
    <Side
      tittel={tittel}
      ingress={ingress}
      ved={ved}
      under={<Papirlinje papir={[mine?.navn, fane]} />}
      over={
        <>
          <Organisasjonsmeny className="orgmeny" navn={f.meny.navn} org={org} faner={entries} />
          {smuler.length > 0 && (
            <nav aria-label={t.skall.brodsmuler}>
              <ol className="smuler">
                {smuler.map(({ to, tekst }) => (
                  <li key={tekst}>
                    <Lenke to={to} params={{ org } as never}>
                      {tekst}
                    </Lenke>
                  </li>
                ))}
                <li aria-current="page">{tittel}</li>
              </ol>
            </nav>
          )}
        </>
      }
    >
      {faner && <Organisasjonsmeny className="faner" navn={f.faner.navn} org={org} faner={faner} />}
      <Tilstand query={query} skjelett={<SkjelettTabell />} spor={admin}>
        {(konfigurasjon) => (
          <>
            {kommando !== undefined && !kan(kommando) && (
              <Alert data-color="info" className="merknad">
                <Paragraph>
                  {f.bareLese} {admin !== undefined && f.sporOmRolle(admin)}
                </Paragraph>
              </Alert>
            )}
            {children(konfigurasjon)}
          </>
        )}
      </Tilstand>
    </Side>
  );
}

/** The shape of a table that is on its way. */
export function SkjelettTabell({ rader = 5 }: { readonly rader?: number }) {
  return (
    <div className="liste">
      <Skeleton variant="rectangle" height={96} />
      {Array.from({ length: rader }, (_, n) => (
        <Skeleton key={n} variant="rectangle" height={56} />
      ))}
    </div>
  );
}

/** Undertjenester that are not open yet, with the way to open them. */
export function Stengt() {
  const { org } = useOrganisasjon();
  const f = useTekster();
  return (
    <Alert data-color="warning" className="merknad">
      <Paragraph>
        <strong>{f.stengt}.</strong> {f.stengtTekst}
      </Paragraph>
      <Lenke to="/forvaltning/$org" params={{ org }}>
        {f.tilTjenestene}
      </Lenke>
    </Alert>
  );
}

/** The last change of something: its time, and the name of the one who made it. */
export function SistEndret({ endret, endretAv }: { readonly endret?: string | null | undefined; readonly endretAv?: string | null | undefined }) {
  const { m } = useSprak();
  const tekster = useTekster();
  if (!endret || !endretAv) return null;
  return <span className="dempet liten">{tekster.sistEndret(m.nylig(endret), endretAv)}</span>;
}

