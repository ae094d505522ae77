import { Representasjon, type Representert } from '../../application/ports/representasjon.js';
import type { Fodselsnummer } from '../../domain/values/fodselsnummer.js';
import { parseOrganisasjonsnummer } from '../../domain/values/organisasjonsnummer.js';

const havn = { orgnr: parseOrganisasjonsnummer('910753614'), navn: 'Eksempel Havn AS' };
const lag = { orgnr: parseOrganisasjonsnummer('311234560'), navn: 'Eksempel Velforening' };

/** The organisations that the example's persons may act for; all are synthetic (testdata/synthetic-identifiers.json). */
const examples: Readonly<Record<string, readonly Representert[]>> = {
  '12818510088': [havn],
  '28929930039': [havn, lag],
};

/** A stand-in for the register of roles, with a few made-up ones. Everybody else acts for nobody. */
export class ExampleRepresentasjon extends Representasjon {
  /** @param mayActFor the organisations by the person's fødselsnummer. */
  constructor(private readonly mayActFor: Readonly<Record<string, readonly Representert[]>> = examples) {
    super();
  }

  organisationsOf(fnr: Fodselsnummer): Promise<readonly Representert[]> {
    return Promise.resolve(Object.hasOwn(this.mayActFor, fnr) ? this.mayActFor[fnr]! : []);
  }
}
