import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import type { CommandRequest } from '../commands/decision.js';
import type { Konfigurasjon } from '../konfigurasjon/konfigurasjon.js';
import { readKonfigurasjon } from '../konfigurasjon/read-konfigurasjon.js';
import type { Documents } from '../ports/documents.js';
import { SvarUtAccounts, type SvarUtAccount } from '../ports/svarut-accounts.js';
import { Revisjonsadgang } from '../revisjon/adgang.js';
import { documentKey } from '../views/projection.js';
import { svarUtKontoer } from '../views/svarut.js';
import type { Moment } from './moment.js';
import { TimeMachine, type PastOrganisation } from './time-machine.js';

/** All that an organisation had configured at a moment. Refused unless the actor may read the audit trail, and as `TimeMachine` does. */
export class GetTilstand extends Query<{ readonly organisation: PastOrganisation; readonly konfigurasjon: Konfigurasjon }> {
  constructor(
    readonly request: CommandRequest,
    readonly fiksOrgId: string,
    readonly per: Moment | undefined,
  ) {
    super();
  }
}

@QueryHandler(GetTilstand)
export class GetTilstandHandler implements IQueryHandler<GetTilstand> {
  constructor(
    private readonly adgang: Revisjonsadgang,
    private readonly machine: TimeMachine,
    private readonly accounts: SvarUtAccounts,
  ) {}

  async execute({ request, fiksOrgId, per }: GetTilstand) {
    await this.adgang.require(request.actor, fiksOrgId);
    const organisation = await this.machine.organisationAt(fiksOrgId, per);
    await this.adgang.note(request, fiksOrgId, 'TILSTAND', { per });
    return { organisation, konfigurasjon: await konfigurasjonIn(organisation, await accountsOf(this.accounts, [organisation])) };
  }
}

/** The configuration of an organisation at a moment, with references of the persons who had roles. */
export async function konfigurasjonIn({ documents, fiksOrgId, time }: PastOrganisation, accounts: SvarUtAccounts): Promise<Konfigurasjon> {
  return (await readKonfigurasjon({ documents, accounts }, fiksOrgId, time, { medPersoner: true })).konfigurasjon;
}

/** The accounts that SvarUt has today, and those that were shown at one of the moments. SvarUt keeps no history of them. */
export async function accountsOf(accounts: SvarUtAccounts, moments: readonly PastOrganisation[]): Promise<SvarUtAccounts> {
  const { fiksOrgId } = moments[0]!;
  const today = await accounts.list(fiksOrgId);
  const shown = (await Promise.all(moments.map(({ documents }) => shownIn(documents, fiksOrgId)))).flat();
  const gone = [...new Set(shown)].filter((id) => !today.some((one) => one.id === id)).map((id) => ({ id, fiksOrgId, navn: 'Ukjent konto i SvarUt' }) as SvarUtAccount);
  return Object.assign(Object.create(accounts) as SvarUtAccounts, { list: () => Promise.resolve([...today, ...gone]) });
}

const shownIn = async (documents: Documents, fiksOrgId: string): Promise<readonly string[]> => (await documents.get(svarUtKontoer, documentKey(fiksOrgId, fiksOrgId)))?.data.synlige ?? [];
