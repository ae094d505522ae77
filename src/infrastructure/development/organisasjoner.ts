import { v5 as uuidv5 } from 'uuid';
import register from './organisasjoner.json' with { type: 'json' };

/** A kommune or fylkeskommune as of 2024. `nummer` has four digits, or two for a fylkeskommune. */
export interface RegisteredOrganisation {
  readonly type: 'KOMMUNE' | 'FYLKESKOMMUNE';
  readonly nummer: string;
  /** A Sámi name has the Norwegian one beside it: `Unjárga - Nesseby`. */
  readonly navn: string;
  readonly orgnr: string;
}

/** The 357 kommuner and the 15 fylkeskommuner. Oslo is in both lists, with one orgnr. */
export const organisations: readonly RegisteredOrganisation[] = [
  ...register.kommuner.map((one) => ({ type: 'KOMMUNE' as const, ...one })),
  ...register.fylkeskommuner.map((one) => ({ type: 'FYLKESKOMMUNE' as const, ...one, navn: `${one.navn} fylkeskommune` })),
];

/** The organisation with this kommunenummer or fylkesnummer. */
export const organisationNumbered = (nummer: string): RegisteredOrganisation | undefined =>
  organisations.find((one) => one.nummer === nummer);

/** The fiksOrgId of an organisation in the examples, derived from its type and number. */
export const fiksOrgIdOf = ({ type, nummer }: Pick<RegisteredOrganisation, 'type' | 'nummer'>): string =>
  uuidv5(`${type}/${nummer}`, '7d0f3a52-0c1e-4a53-8a0e-52b3c6f1f9d4');
