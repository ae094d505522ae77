import { actingFor, sessionLimits, Sessions, sessionUseMs, type Session, type TimedSession } from '../../application/innlogging/sessions.js';
import type { Representert } from '../../application/ports/representasjon.js';
import { parseInstant, type Instant } from '../../domain/values/instant.js';
import type { PersonId } from '../../domain/values/person-id.js';
import { newSecret, secretHash } from '../crypto/session-secret.js';

const [idleMs, maxMs] = [sessionLimits.idle * 60_000, sessionLimits.max * 60_000];

/** A session with its times, in ms since 1970. */
interface Kept {
  readonly session: Session;
  readonly begun: number;
  readonly used: number;
  readonly expires: number;
}

/** The sessions in memory, for tests. */
export class MemorySessions extends Sessions {
  private readonly kept = new Map<string, Kept>();

  start(session: Session, now: Instant): Promise<string> {
    return Promise.resolve(this.keep({ session: copied(session), begun: Date.parse(now), used: Date.parse(now), expires: Date.parse(now) + maxMs }));
  }

  find(secret: string, now: Instant): Promise<Session | undefined> {
    const known = this.known(secret, now);
    if (known && known.used <= Date.parse(now) - sessionUseMs) this.kept.set(secretHash(secret), { ...known, used: Date.parse(now) });
    return Promise.resolve(known && copied(known.session));
  }

  look(secret: string, now: Instant): Promise<Session | undefined> {
    const known = this.known(secret, now);
    return Promise.resolve(known && copied(known.session));
  }

  choose(secret: string, representerer: Representert | undefined, now: Instant): Promise<string | undefined> {
    const known = this.known(secret, now);
    if (!known) return Promise.resolve(undefined);
    this.kept.delete(secretHash(secret));
    return Promise.resolve(this.keep({ ...known, session: copied(actingFor(known.session, representerer)), used: Date.parse(now) }));
  }

  of(person: PersonId): Promise<readonly TimedSession[]> {
    const instant = (ms: number) => parseInstant(new Date(ms).toISOString());
    const hers = [...this.kept.values()].filter(({ session }) => session.person?.id === person).sort((a, b) => a.begun - b.begun);
    return Promise.resolve(hers.map(({ session, begun, used }) => ({ session: copied(session), opprettet: instant(begun), sistBrukt: instant(used) })));
  }

  end(secret: string, now: Instant): Promise<Session | undefined> {
    const known = this.known(secret, now);
    this.kept.delete(secretHash(secret));
    return Promise.resolve(known?.session);
  }

  endBySid(issuer: string, sid: string): Promise<void> {
    return this.remove(({ session }) => session.issuer === issuer && session.sid === sid);
  }

  endPerson(person: PersonId): Promise<void> {
    return this.remove(({ session }) => session.person?.id === person);
  }

  sweep(now: Instant): Promise<void> {
    return this.remove((one) => !isLive(one, now));
  }

  private keep(one: Kept): string {
    const secret = newSecret();
    this.kept.set(secretHash(secret), one);
    return secret;
  }

  private known(secret: string, now: Instant): Kept | undefined {
    const one = this.kept.get(secretHash(secret));
    return one && isLive(one, now) ? one : undefined;
  }

  private remove(gone: (one: Kept) => boolean): Promise<void> {
    for (const [hash, one] of this.kept) if (gone(one)) this.kept.delete(hash);
    return Promise.resolve();
  }
}

const isLive = ({ used, expires }: Kept, now: Instant): boolean => Date.parse(now) < expires && Date.parse(now) < used + idleMs;

/** A copy through JSON, as a real store would return it. */
const copied = (session: Session): Session => JSON.parse(JSON.stringify(session)) as Session;
