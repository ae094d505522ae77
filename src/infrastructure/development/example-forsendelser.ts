import { v5 as uuidv5 } from 'uuid';
import type { SvarUtAccount } from '../../application/ports/svarut-accounts.js';
import type { ExampleSvarUtAccounts } from './example-svarut-accounts.js';
import { fiksOrgIdOf, organisations } from './organisasjoner.js';
import type { SimulatedForsendelse } from './svarut-simulator.js';

const namespace = '0c4f8b52-9b0e-4f0e-8d8b-6f0a1f3e2d71';

/** The recipients of letters: synthetic persons (Tenor: month + 80) and an organisation. */
const kari = { navn: 'Kari Syntetisk', digitalId: '12818510088', adresselinje1: 'Åsveien 1', postnummer: '5003', poststed: 'Bergen' };
const ola = { navn: 'Ola Syntetisk', digitalId: '03867220088', adresselinje1: 'Ørneveien 2', postnummer: '7010', poststed: 'Trondheim' };
const bedrift = { navn: 'Eksempelbedrift AS', digitalId: '910753614' };

interface Letter extends Omit<SimulatedForsendelse, 'id' | 'kontoId' | 'dokumenter'> {
  /** The place of the account among the organisation's. */
  readonly konto: number;
  readonly fil: string;
}

const letters: readonly (Letter & { readonly nummer: string })[] = [
  { nummer: '4601', konto: 0, tittel: 'Vedtak om plass i kulturskolen', mottaker: kari, dato: '2026-11-02T08:15:00Z', status: 'LEST', fil: 'vedtak-kulturskole.pdf' },
  { nummer: '4601', konto: 0, tittel: 'Nabovarsel: Ny garasje i Åsveien 3', mottaker: kari, dato: '2026-11-12T12:00:00Z', status: 'LEVERT_ALTINN', fil: 'nabovarsel.pdf' },
  { nummer: '4601', konto: 1, tittel: 'Svar på byggesøknad', mottaker: kari, dato: '2026-10-20T09:30:00Z', status: 'LEVERT_ALTINN', fil: 'svar-byggesøknad.pdf' },
  { nummer: '4601', konto: 0, tittel: 'Skjenkebevilling er innvilget', mottaker: bedrift, dato: '2026-09-15T10:00:00Z', status: 'LEVERT_ALTINN', fil: 'bevilling.pdf' },
  { nummer: '5001', konto: 0, tittel: 'Innkalling til legetime på helsestasjonen', mottaker: ola, dato: '2026-11-18T07:45:00Z', status: 'SENDT_DIGITALT', fil: 'innkalling.pdf', sikkerhetsniva: 'HOYESTE' },
];

/** A letter from every other organisation to a person, and one to a virksomhet. The second account's is seen when it is switched on. */
const everywhere: readonly Letter[] = [
  { konto: 0, tittel: 'Kvittering for henvendelsen din', mottaker: kari, dato: '2026-11-10T09:00:00Z', status: 'LEVERT_ALTINN', fil: 'kvittering.pdf' },
  { konto: 0, tittel: 'Svar på søknad om tilskudd', mottaker: bedrift, dato: '2026-10-05T11:30:00Z', status: 'LEVERT_ALTINN', fil: 'tilskudd.pdf' },
  { konto: 1, tittel: 'Foreløpig svar i byggesaken', mottaker: ola, dato: '2026-11-16T13:20:00Z', status: 'LEVERT_ALTINN', fil: 'forelopig-svar.pdf' },
];

/** The letters of the simulated SvarUt, from all organisations. Those from an account that is off are not seen until it is switched on. */
export const exampleForsendelser = (accounts: ExampleSvarUtAccounts): readonly SimulatedForsendelse[] =>
  organisations.flatMap((organisation) => {
    const kontoer = accounts.accountsOf(fiksOrgIdOf(organisation));
    const from = ({ konto, fil, ...letter }: Letter, idOf: (account: SvarUtAccount) => string) =>
      kontoer.slice(konto, konto + 1).map((account) => ({ ...letter, id: idOf(account), kontoId: account.id, dokumenter: [{ filnavn: fil, mimeType: 'application/pdf', storrelse: 48_213 }] }));
    const own = letters.filter(({ nummer }) => nummer === organisation.nummer);
    if (own.length > 0) return own.flatMap(({ nummer: _, ...letter }) => from(letter, () => uuidv5(letter.tittel, namespace)));
    // Without a hash for each of the thousand, because the service makes them at every start.
    return everywhere.flatMap((letter, n) => from(letter, ({ id }) => `${id.slice(0, -1)}${n}`));
  });
