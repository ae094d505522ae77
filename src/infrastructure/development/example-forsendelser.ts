import { v5 as uuidv5 } from 'uuid';
import type { ExampleSvarUtAccounts } from './example-svarut-accounts.js';
import { fiksOrgIdOf, organisationNumbered } from './organisasjoner.js';
import type { SimulatedForsendelse } from './svarut-simulator.js';

const namespace = '0c4f8b52-9b0e-4f0e-8d8b-6f0a1f3e2d71';

/** The recipients of letters: synthetic persons (Tenor: month + 80) and an organisation. */
const kari = { navn: 'Kari Syntetisk', digitalId: '12818510088', adresselinje1: 'Åsveien 1', postnummer: '5003', poststed: 'Bergen' };
const ola = { navn: 'Ola Syntetisk', digitalId: '03867220088', adresselinje1: 'Ørneveien 2', postnummer: '7010', poststed: 'Trondheim' };
const bedrift = { navn: 'Eksempelbedrift AS', digitalId: '910753614' };

const letters = [
  { nummer: '4601', konto: 0, tittel: 'Vedtak om plass i kulturskolen', mottaker: kari, dato: '2026-11-02T08:15:00Z', status: 'LEST', fil: 'vedtak-kulturskole.pdf' },
  { nummer: '4601', konto: 0, tittel: 'Nabovarsel: Ny garasje i Åsveien 3', mottaker: kari, dato: '2026-11-12T12:00:00Z', status: 'LEVERT_ALTINN', fil: 'nabovarsel.pdf' },
  { nummer: '4601', konto: 1, tittel: 'Svar på byggesøknad', mottaker: kari, dato: '2026-10-20T09:30:00Z', status: 'LEVERT_ALTINN', fil: 'svar-byggesøknad.pdf' },
  { nummer: '4601', konto: 0, tittel: 'Skjenkebevilling er innvilget', mottaker: bedrift, dato: '2026-09-15T10:00:00Z', status: 'LEVERT_ALTINN', fil: 'bevilling.pdf' },
  { nummer: '5001', konto: 0, tittel: 'Innkalling til legetime på helsestasjonen', mottaker: ola, dato: '2026-11-18T07:45:00Z', status: 'SENDT_DIGITALT', fil: 'innkalling.pdf', sikkerhetsniva: 'HOYESTE' },
] as const;

/** The letters of the simulated SvarUt. One is from an account that is off, so nobody sees it until it is switched on. */
export const exampleForsendelser = (accounts: ExampleSvarUtAccounts): readonly SimulatedForsendelse[] =>
  letters.flatMap(({ nummer, konto, fil, ...letter }) => {
    const organisation = organisationNumbered(nummer);
    const account = organisation && accounts.accountsOf(fiksOrgIdOf(organisation))[konto];
    if (!account) return [];
    return [{ ...letter, id: uuidv5(letter.tittel, namespace), kontoId: account.id, dokumenter: [{ filnavn: fil, mimeType: 'application/pdf', storrelse: 48_213 }] }];
  });
