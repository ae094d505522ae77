import { Injectable } from '@nestjs/common';
import { Clock } from '../ports/clock.js';
import { Persons } from '../ports/persons.js';
import { LoginFailed, PersonLogin, type Login } from './person-login.js';
import { Sessions, type Session } from './sessions.js';

/** Completes logins and ends sessions. */
@Injectable()
export class Innlogging {
  constructor(
    private readonly logins: PersonLogin,
    private readonly persons: Persons,
    private readonly sessions: Sessions,
    private readonly clock: Clock,
  ) {}

  /**
   * Completes a login, and starts a session in place of the one that the browser had. Rejects with `LoginFailed`.
   * @param pending the sealed text that `PersonLogin.begin` gave the browser.
   * @param parameters the query that the browser returned with.
   * @param before the secret of the session that the browser has.
   * @returns the secret of the session, and the page that the login was for.
   */
  async complete(pending: string | undefined, parameters: string, before: string | undefined): Promise<{ readonly secret: string; readonly landing: string }> {
    const { login, landing } = await this.logins.finish(pending, parameters);
    if (before !== undefined) await this.sessions.end(before, this.clock.now());
    return { secret: await this.start(login, landing), landing };
  }

  private async start({ person, ...login }: Login, landing: string): Promise<string> {
    if (!person) return this.sessions.start(login, this.clock.now());
    const { fnr, navn } = person;
    const id = await this.persons.identify({ fnr, ...(navn !== undefined && { navn }) });
    const secret = await this.sessions.start({ ...login, person: { id, ...person } }, this.clock.now());
    if ((await this.persons.reveal([id])).has(id)) return secret;
    // She was forgotten meanwhile, and has another reference from now on.
    await this.sessions.end(secret, this.clock.now());
    throw new LoginFailed('UKJENT_INNLOGGING', landing);
  }

  /** Ends a session. Returns the address at which the browser ends it at the issuer too; undefined when there is none. */
  async end(secret: string): Promise<string | undefined> {
    const ended = await this.sessions.end(secret, this.clock.now());
    return ended && this.logins.logoutUrl(ended);
  }

  /** Ends the sessions that an issuer names with a logout token. Rejects with `LoginFailed` when the token is not good. */
  async endByToken(logoutToken: string): Promise<void> {
    const { issuer, sid } = await this.logins.ended(logoutToken);
    await this.sessions.endBySid(issuer, sid);
  }

  /** Ends the sessions that an issuer knows by this name. Says nothing of whether there were any. */
  endBySid(issuer: string, sid: string): Promise<void> {
    return this.sessions.endBySid(issuer, sid);
  }

  /** The session with this secret. One without a person counts only where the platform logs in. */
  async find(secret: string): Promise<Session | undefined> {
    return this.counting(await this.sessions.find(secret, this.clock.now()));
  }

  /** As `find`, and notes no use. */
  async look(secret: string): Promise<Session | undefined> {
    return this.counting(await this.sessions.look(secret, this.clock.now()));
  }

  private counting(session: Session | undefined): Session | undefined {
    return session?.person || this.logins.takesPlatform ? session : undefined;
  }
}
