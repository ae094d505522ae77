import { Injectable } from '@nestjs/common';
import { Clock } from '../ports/clock.js';
import { PersonLogin } from './person-login.js';
import { Persons } from '../ports/persons.js';
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
    return { secret: await this.start(login), landing };
  }

  private async start({ person, ...login }: Awaited<ReturnType<PersonLogin['finish']>>['login']): Promise<string> {
    const { fnr, navn } = person ?? {};
    for (;;) {
      const id = fnr && (await this.persons.identify({ fnr, ...(navn !== undefined && { navn }) }));
      const secret = await this.sessions.start({ ...login, ...(person && id && { person: { id, ...person } }) }, this.clock.now());
      // A person who was forgotten meanwhile has another reference from now on, and her other sessions have ended.
      if (id === undefined || (await this.persons.reveal([id])).has(id)) return secret;
      await this.sessions.end(secret, this.clock.now());
    }
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

  /** The session with this secret. */
  find(secret: string): Promise<Session | undefined> {
    return this.sessions.find(secret, this.clock.now());
  }
}
