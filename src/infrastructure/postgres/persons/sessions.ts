import { actingFor, sessionLimits, Sessions, sessionUseMs, type Session, type SessionLimits, type TimedSession } from '../../../application/innlogging/sessions.js';
import type { Representert } from '../../../application/ports/representasjon.js';
import { parseInstant, type Instant } from '../../../domain/values/instant.js';
import type { PersonId } from '../../../domain/values/person-id.js';
import type { SealedValues } from '../../crypto/sealed-values.js';
import { newSecret, secretHash } from '../../crypto/session-secret.js';
import { orUnavailable, type Database, type Statement } from '../database.js';

const minute = 60_000;
/** The moment this many ms after another. */
const after = (now: Instant, ms: number): string => new Date(Date.parse(now) + ms).toISOString();

const instant = (moment: string): Instant => parseInstant(new Date(moment).toISOString());

/** The condition of a live session, for `$2` the present moment and `$3` the earliest last use. */
const isLive = 'utloper > $2 and sist_brukt > $3';

/** The sessions in PostgreSQL, sealed and found by the hash of their secret, so a copy of the table lets nobody in. */
export class PostgresSessions extends Sessions {
  constructor(
    private readonly database: Database,
    private readonly sealing: SealedValues,
    private readonly limits: SessionLimits = sessionLimits,
  ) {
    super();
  }

  async start(session: Session, now: Instant): Promise<string> {
    const secret = newSecret();
    const hash = secretHash(secret);
    const text = `insert into okter (hash, issuer, sid, person, innhold, opprettet, sist_brukt, utloper) values ($1, $2, $3, $4, $5, $6, $6, $7)`;
    await this.ask({ name: 'session_start', text }, [hash, session.issuer, session.sid ?? null, session.person?.id ?? null, this.sealing.seal(session, hash), now, after(now, this.limits.max * minute)]);
    return secret;
  }

  async find(secret: string, now: Instant): Promise<Session | undefined> {
    const hash = secretHash(secret);
    const row = await this.row(hash, now);
    if (row?.unnoted) await this.ask({ name: 'session_use', text: 'update okter set sist_brukt = $2 where hash = $1 and sist_brukt < $2' }, [hash, now]);
    return row && this.open(row.innhold, hash);
  }

  async look(secret: string, now: Instant): Promise<Session | undefined> {
    const hash = secretHash(secret);
    const row = await this.row(hash, now);
    return row && this.open(row.innhold, hash);
  }

  async choose(secret: string, representerer: Representert | undefined, now: Instant): Promise<string | undefined> {
    const session = await this.find(secret, now);
    if (!session) return undefined;
    const next = newSecret();
    const hash = secretHash(next);
    // In one statement, so that of two choices at once only one finds the session.
    const text = `with gone as (delete from okter where hash = $1 and ${isLive} returning *)
      insert into okter (hash, issuer, sid, person, innhold, opprettet, sist_brukt, utloper)
      select $4, issuer, sid, person, $5, opprettet, $2, utloper from gone returning hash`;
    const moved = await this.ask({ name: 'session_choose', text }, [secretHash(secret), ...this.live(now), hash, this.sealing.seal(actingFor(session, representerer), hash)]);
    return moved.length > 0 ? next : undefined;
  }

  async of(person: PersonId): Promise<readonly TimedSession[]> {
    const rows = await this.ask<{ hash: string; innhold: string; opprettet: string; sist_brukt: string }>({ name: 'session_of', text: 'select hash, innhold, opprettet, sist_brukt from okter where person = $1 order by opprettet' }, [person]);
    return rows.flatMap(({ hash, innhold, opprettet, sist_brukt }) => {
      const session = this.open(innhold, hash);
      return session ? [{ session, opprettet: instant(opprettet), sistBrukt: instant(sist_brukt) }] : [];
    });
  }

  async end(secret: string, now: Instant): Promise<Session | undefined> {
    const hash = secretHash(secret);
    const [row] = await this.ask<{ innhold: string; live: boolean }>({ name: 'session_end', text: `delete from okter where hash = $1 returning innhold, (${isLive}) as live` }, [hash, ...this.live(now)]);
    return row?.live ? this.open(row.innhold, hash) : undefined;
  }

  async endBySid(issuer: string, sid: string): Promise<void> {
    await this.ask({ name: 'session_end_by_sid', text: 'delete from okter where issuer = $1 and sid = $2' }, [issuer, sid]);
  }

  async endPerson(person: PersonId): Promise<void> {
    await this.ask({ name: 'session_end_person', text: 'delete from okter where person = $1' }, [person]);
  }

  async sweep(now: Instant): Promise<void> {
    await this.ask({ name: 'session_sweep', text: 'delete from okter where utloper <= $1 or sist_brukt <= $2' }, this.live(now));
  }

  private async row(hash: string, now: Instant): Promise<{ readonly innhold: string; readonly unnoted: boolean } | undefined> {
    const [row] = await this.ask<{ innhold: string; unnoted: boolean }>(
      { name: 'session_find', text: `select innhold, sist_brukt <= $4 as unnoted from okter where hash = $1 and ${isLive}` },
      [hash, ...this.live(now), after(now, -Math.min(sessionUseMs, (this.limits.idle * minute) / 10))],
    );
    return row;
  }

  /** The present moment, and the latest use that is too long ago. */
  private live(now: Instant): readonly string[] {
    return [now, after(now, -this.limits.idle * minute)];
  }

  /** The session in a row; undefined when another person key has sealed it. */
  private open(sealed: string, hash: string): Session | undefined {
    return this.sealing.open(sealed, hash) as Session | undefined;
  }

  private ask<R extends object>(statement: Statement, values: readonly unknown[]): Promise<R[]> {
    return orUnavailable(this.database.query<R>(statement, values));
  }
}
