import type { Fodselsnummer } from '../../domain/values/fodselsnummer.js';
import type { Innloggingsniva } from '../ports/actor.js';
import type { Porten, Session } from './sessions.js';

/** A login that an issuer vouches for. */
export interface Login {
  /** Missing for the operator of the platform, in development only. */
  readonly person?: { readonly fnr: Fodselsnummer; readonly navn?: string; readonly innloggingsniva: Innloggingsniva };
  readonly porten: Porten;
  readonly issuer: string;
  readonly sid?: string;
}

/** The reasons why a login comes to nothing. */
export type LoginFault =
  /** The service has no client at this porten. */
  | 'IKKE_SATT_OPP'
  /** The issuer does not answer. */
  | 'SVARER_IKKE'
  /** The issuer does not let this service begin a login. It is the operator who must mend that. */
  | 'IKKE_BEGYNT'
  /** The person broke off. */
  | 'AVBRUTT'
  /** The answer does not belong to a login that began in this browser, or it came too late. */
  | 'UKJENT_INNLOGGING'
  /** The issuer’s answer is not good: forged, used before, meant for another, or with a login that is too weak. */
  | 'AVVIST';

/** The login came to nothing. Its cause, which is for the log, holds nothing that came from the issuer. */
export class LoginFailed extends Error {
  /** @param landing the page that the person was on her way to, where it is known. */
  constructor(
    readonly fault: LoginFault,
    readonly landing?: string,
    options?: ErrorOptions,
  ) {
    super(`Innloggingen førte ikke frem: ${fault}`, options);
    this.name = 'LoginFailed';
  }
}

/** Logs persons in and out at their issuers. */
export abstract class PersonLogin {
  /** Whether the operator of the platform logs in here, as she does in development only. */
  abstract readonly takesPlatform: boolean;
  /**
   * Begins a login. Rejects with `LoginFailed`.
   * @param landing the path of this service that the login returns to.
   * @param niva the lowest level that will do.
   * @returns the address to send the browser to, and a sealed text, which the browser keeps until it returns.
   */
  abstract begin(porten: Porten, landing: string, niva: Innloggingsniva): Promise<{ readonly url: string; readonly pending: string }>;
  /**
   * Completes a login with the parameters that the browser returned with. Rejects with `LoginFailed`.
   * @param pending the sealed text of `begin`; undefined when the browser has none.
   */
  abstract finish(pending: string | undefined, parameters: string): Promise<{ readonly login: Login; readonly landing: string }>;
  /** The address at which the browser ends the session at the issuer; undefined when the issuer has none, or does not answer. */
  abstract logoutUrl(session: Session): Promise<string | undefined>;
  /** The session that a logout token of an issuer ends. Rejects with `LoginFailed` when the token is not good. */
  abstract ended(logoutToken: string): Promise<{ readonly issuer: string; readonly sid: string }>;
}
