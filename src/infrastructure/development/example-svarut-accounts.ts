import { v5 as uuidv5 } from 'uuid';
import { SvarUtAccounts, type SvarUtAccount, type SvarUtOrganisation } from '../../application/ports/svarut-accounts.js';
import { fiksOrgIdOf, organisations } from './organisasjoner.js';

const namespace = 'b6a2c9de-6d5c-4a39-9d5b-2f1d0f7f6c55';

/** Three made-up accounts for every organisation. One of them cannot send, as some in the real register cannot. */
export class ExampleSvarUtAccounts extends SvarUtAccounts {
  private readonly all: ReadonlyMap<string, readonly SvarUtAccount[]> = new Map(
    organisations.map((organisation) => {
      const fiksOrgId = fiksOrgIdOf(organisation);
      const account = (unit: string, aktivert: boolean): SvarUtAccount => ({
        id: uuidv5(`${fiksOrgId}/${unit}`, namespace),
        fiksOrgId,
        avsender: uuidv5(`${fiksOrgId}/${unit}/avsender`, namespace),
        navn: `${organisation.navn} – ${unit}`,
        altinnAktiv: aktivert,
        sdpAktiv: false,
        aktivert,
        gyldig: aktivert,
        altinnmaler: {},
        sdpmaler: {},
        maler: { altinn: [], sdp: [] },
      });
      return [fiksOrgId, [account('Postmottak', true), account('Byggesak', true), account('Eiendomsskatt', false)]];
    }),
  );
  private readonly byId = new Map([...this.all.values()].flat().map((account) => [account.id, account]));

  list(fiksOrgId: string): Promise<readonly SvarUtAccount[]> {
    return Promise.resolve(this.accountsOf(fiksOrgId));
  }

  accountsOf(fiksOrgId: string): readonly SvarUtAccount[] {
    return this.all.get(fiksOrgId) ?? [];
  }

  find(kontoId: string): Promise<SvarUtAccount | undefined> {
    return Promise.resolve(this.byId.get(kontoId));
  }

  ofSender(avsender: string): Promise<SvarUtAccount | undefined> {
    return Promise.resolve([...this.byId.values()].find((account) => account.avsender === avsender));
  }

  organisation(fiksOrgId: string): Promise<SvarUtOrganisation> {
    const eposter = this.all.has(fiksOrgId) ? ['svarut@kommune.example'] : [];
    return Promise.resolve({ fiksOrgId, eposter });
  }
}
