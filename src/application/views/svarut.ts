import { type IQueryHandler, Query, QueryHandler } from '@nestjs/cqrs';
import { refuseMissing } from '../commands/access.js';
import { OrganisationStatusReader } from '../commands/organisation-status-reader.js';
import type { Actor } from '../ports/actor.js';
import { Documents, type Document } from '../ports/documents.js';
import { SvarUtAccounts, type SvarUtAccount, type SvarUtOrganisation } from '../ports/svarut-accounts.js';
import type { Recorded } from '../ports/projection.js';
import { changeBy, documentKey, projection, streamKey, type LastChange } from './projection.js';

/** The ids of the SvarUt accounts whose post an organisation shows in Innsyn. */
export interface SvarUtView {
  readonly fiksOrgId: string;
  readonly synlige: readonly string[];
  /** The last change of each switch, by the account's id. */
  readonly endringer: Readonly<Record<string, LastChange>>;
}

const changed = (document: SvarUtView | undefined, event: Recorded<'SvarUtAccountEnabled' | 'SvarUtAccountDisabled'>) => ({ ...document?.endringer, [event.data.kontoId]: changeBy(event) });

export const svarUtKontoer = projection<SvarUtView>({
  name: 'svarUt',
  version: 2,
  keys: (event) => [streamKey(event)],
  on: {
    SvarUtAccountEnabled: (document, event) => ({
      fiksOrgId: event.stream.tenant,
      synlige: [...(document?.synlige ?? []), event.data.kontoId],
      endringer: changed(document, event),
    }),
    SvarUtAccountDisabled: (document, event) => ({
      fiksOrgId: event.stream.tenant,
      synlige: (document?.synlige ?? []).filter((id) => id !== event.data.kontoId),
      endringer: changed(document, event),
    }),
  },
});

/** A SvarUt account, and whether Innsyn shows its post. The change is missing while nobody has set the switch. */
export interface SvarUtSwitch extends Partial<LastChange> {
  readonly konto: SvarUtAccount;
  readonly synlig: boolean;
}

/** All SvarUt accounts of an organisation with their switches. Checks no access. */
export async function svarUtSwitches(documents: Documents, accounts: SvarUtAccounts, fiksOrgId: string) {
  const [kontoer, document] = await Promise.all([accounts.list(fiksOrgId), documents.get(svarUtKontoer, documentKey(fiksOrgId, fiksOrgId))]);
  const synlige = new Set(document?.data.synlige);
  return {
    data: kontoer.map((konto): SvarUtSwitch => ({ konto, synlig: synlige.has(konto.id), ...document?.data.endringer[konto.id] })),
    revision: document?.revision ?? -1n,
  };
}

/**
 * All SvarUt accounts of an organisation with their switches, and the revision of the switches (-1 when none was ever
 * changed). Refused unless the actor may read the configuration.
 */
export class ListSvarUtSwitches extends Query<Pick<Document<readonly SvarUtSwitch[]>, 'data' | 'revision'>> {
  constructor(
    readonly actor: Actor,
    readonly fiksOrgId: string,
  ) {
    super();
  }
}

@QueryHandler(ListSvarUtSwitches)
export class ListSvarUtSwitchesHandler implements IQueryHandler<ListSvarUtSwitches> {
  constructor(
    private readonly documents: Documents,
    private readonly organisations: OrganisationStatusReader,
    private readonly accounts: SvarUtAccounts,
  ) {}

  async execute({ actor, fiksOrgId }: ListSvarUtSwitches) {
    await this.organisations.requireReading(actor, 'konfigurasjon', fiksOrgId);
    return svarUtSwitches(this.documents, this.accounts, fiksOrgId);
  }
}

/** The SvarUt accounts of an organisation. Refused unless the actor may read the configuration. */
export class ListSvarUtAccounts extends Query<readonly SvarUtAccount[]> {
  constructor(
    readonly actor: Actor,
    readonly fiksOrgId: string,
  ) {
    super();
  }
}

@QueryHandler(ListSvarUtAccounts)
export class ListSvarUtAccountsHandler implements IQueryHandler<ListSvarUtAccounts> {
  constructor(
    private readonly organisations: OrganisationStatusReader,
    private readonly accounts: SvarUtAccounts,
  ) {}

  async execute({ actor, fiksOrgId }: ListSvarUtAccounts) {
    await this.organisations.requireReading(actor, 'konfigurasjon', fiksOrgId);
    return this.accounts.list(fiksOrgId);
  }
}

/** One SvarUt account, by its id or its sender. Refused unless the actor may read the configuration of its organisation. */
export class GetSvarUtAccount extends Query<SvarUtAccount> {
  constructor(
    readonly actor: Actor,
    readonly by: { readonly kontoId: string } | { readonly avsender: string },
  ) {
    super();
  }
}

@QueryHandler(GetSvarUtAccount)
export class GetSvarUtAccountHandler implements IQueryHandler<GetSvarUtAccount> {
  constructor(
    private readonly organisations: OrganisationStatusReader,
    private readonly accounts: SvarUtAccounts,
  ) {}

  async execute({ actor, by }: GetSvarUtAccount) {
    const account = (await ('kontoId' in by ? this.accounts.find(by.kontoId) : this.accounts.ofSender(by.avsender))) ?? refuseMissing();
    await this.organisations.requireReading(actor, 'konfigurasjon', account.fiksOrgId);
    return account;
  }
}

/** The settings of an organisation in SvarUt. Refused unless the actor may read its configuration. */
export class GetSvarUtOrganisation extends Query<SvarUtOrganisation> {
  constructor(
    readonly actor: Actor,
    readonly fiksOrgId: string,
  ) {
    super();
  }
}

@QueryHandler(GetSvarUtOrganisation)
export class GetSvarUtOrganisationHandler implements IQueryHandler<GetSvarUtOrganisation> {
  constructor(
    private readonly organisations: OrganisationStatusReader,
    private readonly accounts: SvarUtAccounts,
  ) {}

  async execute({ actor, fiksOrgId }: GetSvarUtOrganisation) {
    await this.organisations.requireReading(actor, 'konfigurasjon', fiksOrgId);
    return this.accounts.organisation(fiksOrgId);
  }
}
