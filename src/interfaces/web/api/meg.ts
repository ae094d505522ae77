import { queryOptions, useMutation, useQuery } from '@tanstack/react-query';
import { createContext, use } from 'react';
import { api, queryClient, request } from './client.js';
import { errorOf } from './error.js';

/** A role in an organisation, as `GET /meg` tells it. */
export interface Rolle {
  readonly rolle: string;
  readonly undertjeneste?: string | null;
}
/** An organisation where she has a role, and the names of the commands that she may send there. */
export interface MinOrganisasjon {
  readonly fiksOrgId: string;
  readonly navn: string;
  readonly organisasjonsnummer: string;
  readonly kommunenummer?: string | null;
  readonly fylkesnummer?: string | null;
  readonly roller: readonly Rolle[];
  readonly kan: readonly string[];
}
/** A virksomhet that she may act for. */
export interface Virksomhet {
  readonly orgnr: string;
  readonly navn: string;
}
/** The person who is logged in, by her session. */
export interface Meg {
  readonly navn: string;
  readonly personId?: string | null;
  readonly innloggingsniva: 3 | 4;
  readonly porten: string | null;
  readonly plattform: boolean;
  readonly egenKommune: { readonly fiksOrgId: string; readonly navn: string; readonly kommunenummer: string } | null;
  readonly representerer: Virksomhet | null;
  readonly kanRepresentere: readonly Virksomhet[];
  /** Whether the register of roles did not answer, so that `kanRepresentere` may lack some. */
  readonly kanRepresentereUkjent: boolean;
  readonly organisasjoner: readonly MinOrganisasjon[];
}

/** Whether she may read the record of the organisation: its administrators and auditors do. */
export const readsRecord = ({ roller }: MinOrganisasjon): boolean => roller.some(({ rolle, undertjeneste }) => rolle === 'REVISOR' || (rolle === 'ADMIN' && !undertjeneste));
/** The first page of an organisation for her. One who only audits it has nothing to set up. */
export const firstPageOf = ({ roller }: MinOrganisasjon): '/revisjon/$org' | '/forvaltning/$org' => (roller.every(({ rolle }) => rolle === 'REVISOR') ? '/revisjon/$org' : '/forvaltning/$org');

/** The person who is logged in; null for nobody. */
export const megQuery = queryOptions({
  queryKey: ['meg'],
  staleTime: 60_000,
  queryFn: async (): Promise<Meg | null> => {
    try {
      const { data } = await api.GET('/min-kommune/api/v1/meg');
      const { navn, innloggingsniva, porten, egenKommune, representerer, ...rest } = data!;
      // A field without a value is missing in the answer.
      return { ...rest, navn: navn ?? '', innloggingsniva: innloggingsniva === 4 ? 4 : 3, porten: porten ?? null, egenKommune: egenKommune ?? null, representerer: representerer ?? null, kanRepresentereUkjent: 'kanRepresentereUkjent' in rest && rest.kanRepresentereUkjent === true };
    } catch (error) {
      if (errorOf(error).kind === 'login') return null;
      throw error;
    }
  },
});

/** Reads who is logged in. */
export const useMegQuery = () => useQuery(megQuery);

/** The person whose pages are shown. She stays when her session ends, so that what she has written does too. */
export const Person = createContext<Meg | undefined>(undefined);

/** The person who is logged in. Only for pages within the shell, which shows the login to everybody else. */
export function useMeg(): Meg {
  const person = use(Person);
  if (!person) throw new Error('Nobody is logged in');
  return person;
}

/** Changes who she is, or acts for. Everything that the pages hold is asked for anew, because it may be another person's. */
export const useChangeMeg = () =>
  useMutation({
    mutationFn: ({ kommunenummer, orgnr }: { readonly kommunenummer?: string; readonly orgnr?: string | null }) =>
      kommunenummer === undefined ? api.PUT('/min-kommune/api/v1/meg/representerer', { body: { orgnr } }) : api.PUT('/min-kommune/api/v1/meg/kommune', { body: { kommunenummer } }),
    // The page that asked stays, because it tells what happened. Only what it and the others show is asked for anew.
    onSuccess: async () => {
      await queryClient.invalidateQueries(megQuery);
      await queryClient.resetQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'meg' });
    },
  });

/** Ends the session, here and at the issuer, and forgets what the pages hold about her. */
export async function logOut(): Promise<void> {
  const { til } = await request<{ readonly til: string }>('POST', '/utlogging');
  queryClient.clear();
  location.assign(til);
}

/** The address of a login that comes back to this page. */
export const loginAddress = (porten: 'idporten' | 'ansattporten', til = location.pathname + location.search, niva: 3 | 4 = 4): string =>
  `/innlogging/${porten}?${new URLSearchParams({ til, niva: String(niva) }).toString()}`;
