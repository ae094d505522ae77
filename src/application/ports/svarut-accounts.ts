/** A SvarUt account (svarut-konfigurasjon-api v1). `aktivert` tells whether it can send, not whether Innsyn shows its post. */
export interface SvarUtAccount {
  readonly id: string;
  readonly fiksOrgId: string;
  /** The integration that sends from the account. */
  readonly avsender: string;
  readonly navn: string;
  readonly altinnAktiv: boolean;
  readonly sdpAktiv: boolean;
  readonly aktivert: boolean;
  /** Whether all that sending needs is set. */
  readonly gyldig: boolean;
  /** Its settings, in the shapes that SvarUt publishes. Only SvarUt changes them. */
  readonly altinnmaler: object;
  readonly sdpmaler: object;
  readonly maler: { readonly altinn: readonly object[]; readonly sdp: readonly object[] };
  readonly forside?: object;
  readonly altinn?: object;
  readonly sdp?: object;
  readonly print?: object;
}

/** The settings of an organisation in SvarUt. */
export interface SvarUtOrganisation {
  readonly fiksOrgId: string;
  readonly eposter: readonly string[];
}

/** The external register of SvarUt accounts, read only. */
export abstract class SvarUtAccounts {
  /** The accounts of an organisation. */
  abstract list(fiksOrgId: string): Promise<readonly SvarUtAccount[]>;
  /** One account; undefined when there is none with this id. */
  abstract find(kontoId: string): Promise<SvarUtAccount | undefined>;
  /** The account that an integration sends from; undefined when there is none. */
  abstract ofSender(avsender: string): Promise<SvarUtAccount | undefined>;
  /** The settings of an organisation. One that SvarUt does not know has no addresses. */
  abstract organisation(fiksOrgId: string): Promise<SvarUtOrganisation>;
}
