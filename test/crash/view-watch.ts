import { setTimeout as pause } from 'node:timers/promises';
import pg from 'pg';

/** How often the views are looked at, in ms. */
const lookEvery = 50;
/** What the issue allows a view to stand still while the log goes on, in ms. */
export const longestStandstill = 10_000;

export const keptByTwo = 'the views are kept by two at once';

interface Move {
  readonly name: string;
  readonly since: string;
  readonly until: string;
  /** The process, as it calls itself. */
  readonly holder: string;
}

/** Sees how the views of a database move: who moves them, in what steps, and how long they stand still behind the log. */
export class ViewWatch {
  private readonly standing = new Map<string, { position: bigint; since: number }>();
  private readonly worst = new Map<string, number>();
  private over = false;
  private looking: Promise<void> | undefined;

  private constructor(private readonly client: pg.Client) {}

  /** Begins; the service has made its tables. */
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

  /** The longest that any view has stood still behind the log, in ms. */
  get standstill(): number {
    return Math.max(0, ...this.worst.values());
  }

  /** Ends, and tells everything that was not as it must be. */
  async end(): Promise<string[]> {
    this.over = true;
    await this.looking;
    const faults = await this.faults();
    await this.client.query('drop trigger moved on view; drop function note_move(); drop table moved');
    await this.client.end();
    const slow = [...this.worst].filter(([, ms]) => ms > longestStandstill).map(([name, ms]) => `the view ${name} stood still for ${ms.toFixed(0)} ms`);
    return [...faults, ...slow];
  }

  /** What was wrong until now with how they moved. */
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
      const before = this.standing.get(name);
      if (before?.position !== BigInt(position) || position === head) this.standing.set(name, { position: BigInt(position), since: now });
      else this.worst.set(name, Math.max(this.worst.get(name) ?? 0, now - before.since));
    }
  }
}

/**
 * Every step begins where the one before it ended, and processes do not take turns. (One that has lost its lease may come
 * back when the one that followed it is gone.)
 */
function faultsIn(moves: readonly Move[]): string[] {
  const faults: string[] = [];
  const at = new Map<string, string>();
  // The search index is kept under a right of its own (infrastructure/workers/search-feed.ts), perhaps by another process.
  const holdersOf = { innsynssok: [] as string[], views: [] as string[] };
  for (const move of moves) {
    const { name, since, until } = move;
    if ((at.get(name) ?? since) !== since || BigInt(until) < BigInt(since)) faults.push(`the view ${name} went from ${since} to ${until} when it was at ${at.get(name)}`);
    at.set(name, until);
    const holders = name === 'innsynssok' ? holdersOf.innsynssok : holdersOf.views;
    if (move.holder === holders[0]) continue;
    holders.unshift(move.holder);
    if (holders[0] === holders[2] && holders[1] === holders[3]) faults.push(`${keptByTwo}: ${holders.slice(0, 2).join(' and ')}, at ${until} of ${name}`);
  }
  if (moves.length === 0) faults.push('no view has moved');
  return faults;
}
