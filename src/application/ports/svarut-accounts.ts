/** A SvarUt account (svarut-konfigurasjon-api v1). `aktivert` tells whether it can send, not whether Innsyn shows its post. */
export interface SvarUtAccount {
  readonly id: string;
  readonly fiksOrgId: string;
  /** The integration that sends from the account. */
  readonly avsender: string;
  readonly visningsnavn: string;
  readonly epost?: string;
  readonly altinnAktiv: boolean;
  readonly sdpAktiv: boolean;
  readonly aktivert: boolean;
}

/** The external register of SvarUt accounts, read only. */
export abstract class SvarUtAccounts {
  /** The accounts of an organisation. */
  abstract list(fiksOrgId: string): Promise<readonly SvarUtAccount[]>;
  /** One account; undefined when there is none with this id. */
  abstract find(kontoId: string): Promise<SvarUtAccount | undefined>;
}
