import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';

/** The interval of measuring the views, in ms. */
const lookEvery = 50;
/** The longest time that a view may stand still while the log goes on, in ms. The issue on several processes sets it. */
export const longestStandstill = 10_000;

export const updatedByTwo = 'the views are kept by two at once';

interface Move {
  readonly name: string;
  readonly since: string;
  readonly until: string;
  /** The process, by its `application_name`. */
  readonly holder: string;
}

/** Watches the checkpoints of a database: which process moves them, in what steps, and how long they stand still behind the log. */
export class ViewWatch {
  private readonly organisation = new Map<string, { position: bigint; since: number }>();
  private readonly worst = new Map<string, number>();
  private over = false;
  private looking: Promise<void> | undefined;

  private constructor(private readonly client: pg.Client) {}

  /** Begins to watch. The tables of the service must exist. */
  static async begin(url: string): Promise<ViewWatch> {
    const client = new pg.Client(url);
    await client.connect();
    await client.query(`
      create table moved (n bigint generated always as identity, name text, since bigint, until bigint, holder text);
      create function note_move() returns trigger language plpgsql as $$ begin
        insert into moved (name, since, until, holder) values (new.name, old.position, new.position, current_setting('application_name'));
        return null;
      end $$;
      create trigger moved after update of position on view for each row execute function note_move()`);
    const watch = new ViewWatch(client);
    watch.looking = watch.look();
    return watch;
  }

  /** The longest time that any view has stood still behind the log, in ms. */
  get standstill(): number {
    return Math.max(0, ...this.worst.values());
  }

  /** Stops watching. Resolves with all faults, standstills among them. */
  async end(): Promise<string[]> {
    this.over = true;
    await this.looking;
    const faults = await this.faults();
    await this.client.query('drop trigger moved on view; drop function note_move(); drop table moved');
    await this.client.end();
    const slow = [...this.worst].filter(([, ms]) => ms > longestStandstill).map(([name, ms]) => `the view ${name} stood still for ${ms.toFixed(0)} ms`);
    return [...faults, ...slow];
  }

  /** The faults in the moves so far. */
  async faults(): Promise<string[]> {
    return faultsIn((await this.client.query<Move>('select name, since, until, holder from moved order by n')).rows);
  }

  private async look(): Promise<void> {
    while (!this.over) {
      await this.measure();
      await pause(lookEvery);
    }
  }

  private async measure(): Promise<void> {
    const { rows } = await this.client.query<{ name: string; position: string; head: string }>(
      'select name, position, (select coalesce(max(position), 0) from event) as head from view where serving',
    );
    const now = performance.now();
    for (const { name, position, head } of rows) {
      const before = this.organisation.get(name);
      if (before?.position !== BigInt(position) || position === head) this.organisation.set(name, { position: BigInt(position), since: now });
      else this.worst.set(name, Math.max(this.worst.get(name) ?? 0, now - before.since));
    }
  }
}

/**
 * Every move must begin where the previous one ended, and two processes must not take turns. One return is allowed, because a
 * process that has lost its lease may acquire it again when its successor is gone.
 */
function faultsIn(moves: readonly Move[]): string[] {
  const faults: string[] = [];
  const at = new Map<string, string>();
  // The search feed has a lease of its own (infrastructure/workers/search-feed.ts), which another process may hold.
  const holdersOf = { innsynssok: [] as string[], views: [] as string[] };
  for (const move of moves) {
    const { name, since, until } = move;
    if ((at.get(name) ?? since) !== since || BigInt(until) < BigInt(since)) faults.push(`the view ${name} went from ${since} to ${until} when it was at ${at.get(name)}`);
    at.set(name, until);
    const holders = name === 'innsynssok' ? holdersOf.innsynssok : holdersOf.views;
    if (move.holder === holders[0]) continue;
    holders.unshift(move.holder);
    if (holders[0] === holders[2] && holders[1] === holders[3]) faults.push(`${updatedByTwo}: ${holders.slice(0, 2).join(' and ')}, at ${until} of ${name}`);
  }
  if (moves.length === 0) faults.push('no view has moved');
  return faults;
}
