/** An account in SvarUt (svarut-konfigurasjon-api v1). `aktivert` is whether it can send, not whether Innsyn shows its post. */
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

/** The register of SvarUt accounts; not ours to change. */
export abstract class SvarUtAccounts {
  abstract list(fiksOrgId: string): Promise<readonly SvarUtAccount[]>;
  abstract find(kontoId: string): Promise<SvarUtAccount | undefined>;
}
