import { hashSize, tileWidth, type TileId } from '../../../application/proof/merkle-tree.js';
import { ProofStore, type EndedLog, type Growth, type NumberedPosition, type SealedLog, type SignedCheckpoint } from '../../../application/proof/proof-store.js';
import { orUnavailable, type Database, type Queries, type Statement } from '../database.js';

/** The new hashes that are stored by one statement. */
const hashesPerStatement = 1_024;

const present = '(select id from log_identity order by number desc limit 1)';

const sql = {
  identify: { name: 'log_identify', text: 'insert into log_identity (number, id) values (1, gen_random_uuid()) on conflict do nothing' },
  log: { name: 'log_sealed', text: 'select id, position from log_identity, merkle_progress order by number desc limit 1' },
  begin: {
    name: 'log_begin',
    text: 'insert into log_identity (number, id, begun, reason) select max(number) + 1, gen_random_uuid(), $1, $2 from log_identity returning id',
  },
  restart: { name: 'merkle_restart', text: 'update merkle_progress set position = 0' },
  clear: { name: 'merkle_clear', text: 'truncate merkle_tree, merkle_tile' },
  ended: {
    name: 'log_ended',
    text: 'select earlier.id, next.begun as ended, next.reason from log_identity earlier join log_identity next on next.number = earlier.number + 1 order by earlier.number desc',
  },
  signed: { name: 'log_signed', text: `select distinct tree from checkpoint where log = ${present} order by tree` },
  sizes: { name: 'merkle_sizes', text: 'select tree, size from merkle_tree where tree = any($1)' },
  tiles: {
    name: 'merkle_tiles',
    text: `select asked.n, encode(tile.hashes, 'hex') as hashes
           from unnest($2::smallint[], $3::bigint[]) with ordinality as asked (level, index, n)
           join merkle_tile tile on tile.tree = $1 and tile.level = asked.level and tile.index = asked.index`,
  },
  places: {
    name: 'merkle_places',
    text: `select place.number, place.position from merkle_tile tile, unnest(tile.numbers, tile.positions) with ordinality as place (number, position, n)
           where tile.tree = $1 and tile.level = 0 and tile.index between $2::bigint / ${tileWidth} and ($3::bigint - 1) / ${tileWidth}
             and tile.index * ${tileWidth} + place.n > $2::bigint and tile.index * ${tileWidth} + place.n <= $3::bigint
           order by tile.index, place.n`,
  },
  indexOf: {
    name: 'merkle_index_of',
    text: `select index * ${tileWidth} + array_position(positions, $2) - 1 as at from merkle_tile
           where tree = $1 and level = 0 and positions[1] <= $2 order by index desc limit 1`,
  },
  advance: { name: 'merkle_advance', text: 'update merkle_progress set position = $2 where position = $1 returning position' },
  trees: {
    name: 'merkle_grow_trees',
    text: `insert into merkle_tree (tree, size) select tree, size from json_to_recordset($1::json) as grown (tree text, size bigint)
           on conflict (tree) do update set size = excluded.size`,
  },
  grow: {
    name: 'merkle_grow_tiles',
    text: `insert into merkle_tile (tree, level, index, hashes, numbers, positions)
           select grown.tree, grown.level, grown.index, coalesce(substring(had.hashes from 1 for grown.had), '') || decode(grown.added, 'hex'), grown.numbers, grown.positions
           from json_to_recordset($1::json) as grown (tree text, level smallint, index bigint, had integer, added text, numbers bigint[], positions bigint[])
             left join merkle_tile had on had.tree = grown.tree and had.level = grown.level and had.index = grown.index
           on conflict (tree, level, index) do update set hashes = excluded.hashes,
             numbers = merkle_tile.numbers || excluded.numbers, positions = merkle_tile.positions || excluded.positions`,
  },
  extend: {
    name: 'merkle_extend',
    text: `insert into merkle_tree (tree, size) select $1, $3 where $2 = 0 or exists (select from merkle_tree where tree = $1)
           on conflict (tree) do update set size = excluded.size where merkle_tree.size = $2 returning size`,
  },
  unsigned: {
    name: 'merkle_unsigned',
    text: `select tree, size from merkle_tree grown
           where size > coalesce((select max(size) from checkpoint where log = ${present} and checkpoint.tree = grown.tree), 0) order by tree`,
  },
  save: { name: 'log_save_checkpoint', text: `insert into checkpoint (log, tree, size, note) values (${present}, $1, $2, $3) on conflict do nothing` },
  cosign: { name: 'log_cosign_checkpoint', text: `update checkpoint set note = $3 where log = ${present} and tree = $1 and size = $2` },
  retire: { name: 'seal_key_retire', text: 'insert into seal_key (public_key, retired) values ($1, $2) on conflict do nothing' },
  retired: { name: 'seal_key_retired', text: 'select public_key from seal_key order by retired desc, public_key' },
  last: { name: 'log_last_checkpoint', text: `select size, note from checkpoint where log = coalesce($3::uuid, ${present}) and tree = $1 and size <= $2 order by size desc limit 1` },
  checkpoints: { name: 'log_checkpoints', text: `select size, note from checkpoint where log = ${present} and tree = $1 and size > $2 order by size limit $3` },
} satisfies Record<string, Statement>;

interface CheckpointRow {
  readonly size: bigint;
  readonly note: string;
}
const signed = ({ size, note }: CheckpointRow): SignedCheckpoint => ({ size: Number(size), note });

/** The trees and checkpoints in PostgreSQL, a row for each tile. */
export class PostgresProofStore extends ProofStore {
  constructor(private readonly database: Database) {
    super();
  }

  async log(): Promise<SealedLog> {
    const found = await this.read<SealedLog>(sql.log, []);
    if (found[0]) return found[0];
    await orUnavailable(this.database.query(sql.identify));
    return (await this.read<SealedLog>(sql.log, []))[0]!;
  }

  async begin(reason: string, time: string): Promise<string> {
    await this.log();
    return orUnavailable(
      this.database.transaction(async (tx) => {
        const [begun] = await tx.query<{ id: string }>(sql.begin, [time, reason]);
        await tx.query(sql.restart);
        await tx.query(sql.clear);
        return begun!.id;
      }),
    );
  }

  ended(): Promise<readonly EndedLog[]> {
    return this.read<EndedLog>(sql.ended, []);
  }

  async signed(): Promise<readonly string[]> {
    return (await this.read<{ tree: string }>(sql.signed, [])).map(({ tree }) => tree);
  }

  async sizes(trees: readonly string[]): Promise<ReadonlyMap<string, number>> {
    return sizesOf(await this.read(sql.sizes, [trees]));
  }

  async tiles(tree: string, tiles: readonly TileId[]): Promise<readonly Uint8Array[]> {
    const rows = await this.read<{ n: bigint; hashes: string }>(sql.tiles, [tree, tiles.map(({ level }) => level), tiles.map(({ index }) => index)]);
    const found = new Map(rows.map(({ n, hashes }) => [Number(n), Buffer.from(hashes, 'hex')]));
    return tiles.map((_, n) => found.get(n + 1) ?? Buffer.alloc(0));
  }

  async places(fiksOrgId: string, first: number, count: number): Promise<readonly NumberedPosition[]> {
    const rows = await this.read<{ number: bigint; position: bigint }>(sql.places, [fiksOrgId, first, first + count]);
    return rows.map(({ number, position }) => ({ number: Number(number), position }));
  }

  async indexOf(fiksOrgId: string, position: bigint): Promise<number | undefined> {
    const [row] = await this.read<{ at: bigint | null }>(sql.indexOf, [fiksOrgId, position]);
    const at = row?.at ?? undefined;
    return at === undefined ? undefined : Number(at);
  }

  grow(from: bigint, to: bigint, growths: readonly Growth[]): Promise<boolean> {
    const trees = JSON.stringify(growths.map(({ tree, size }) => ({ tree, size })));
    // What a crash takes away is taken in again.
    return orUnavailable(
      this.database.background.transaction(
        async (tx) => {
          if ((await tx.query(sql.advance, [from, to])).length === 0) return false;
          await tx.query(sql.trees, [trees]);
          await growTiles(tx, growths);
          return true;
        },
        { durable: false },
      ),
    );
  }

  extend(size: number, growth: Growth): Promise<boolean> {
    return orUnavailable(
      this.database.background.transaction(
        async (tx) => {
          if ((await tx.query(sql.extend, [growth.tree, size, growth.size])).length === 0) return false;
          await growTiles(tx, [growth]);
          return true;
        },
        { durable: false },
      ),
    );
  }

  async unsigned(): Promise<ReadonlyMap<string, number>> {
    return sizesOf(await this.read(sql.unsigned, []));
  }

  async save(tree: string, { size, note }: SignedCheckpoint): Promise<void> {
    await orUnavailable(this.database.query(sql.save, [tree, size, note]));
  }

  async cosign(tree: string, { size, note }: SignedCheckpoint): Promise<void> {
    await orUnavailable(this.database.query(sql.cosign, [tree, size, note]));
  }

  async retire(publicKey: string, time: string): Promise<void> {
    await orUnavailable(this.database.query(sql.retire, [publicKey, time]));
  }

  async retired(): Promise<readonly string[]> {
    return (await this.read<{ public_key: string }>(sql.retired, [])).map((row) => row.public_key);
  }

  async last(tree: string, size = Number.MAX_SAFE_INTEGER, log?: string): Promise<SignedCheckpoint | undefined> {
    const [row] = await this.read<CheckpointRow>(sql.last, [tree, size, log ?? null]);
    return row && signed(row);
  }

  async checkpoints(tree: string, after: number, limit: number): Promise<readonly SignedCheckpoint[]> {
    return (await this.read<CheckpointRow>(sql.checkpoints, [tree, after, limit])).map(signed);
  }

  private read<R extends object>(statement: Statement, values: readonly unknown[]): Promise<R[]> {
    return orUnavailable(this.database.query<R>(statement, values));
  }
}

/** Stores the hashes by which tiles have grown, some tiles at a time, because a statement of the embedded database holds the event loop. */
async function growTiles(tx: Queries, growths: readonly Growth[]): Promise<void> {
  let [rows, hashes]: [object[], number] = [[], 0];
  const store = async () => {
    if (rows.length > 0) await tx.query(sql.grow, [JSON.stringify(rows)]);
    [rows, hashes] = [[], 0];
  };
  for (const { tree, tiles, places } of growths)
    for (const { level, index, hashes: all, had = 0 } of tiles) {
      const own = level === 0 ? (places.get(index) ?? []) : [];
      const added = all.subarray(had * hashSize);
      rows.push({ tree, level, index, had: had * hashSize, added: added.toString('hex'), numbers: own.map(({ number }) => number), positions: own.map(({ position }) => Number(position)) });
      if ((hashes += added.length / hashSize) >= hashesPerStatement) await store();
    }
  await store();
}

const sizesOf = (rows: readonly { tree: string; size: bigint }[]): ReadonlyMap<string, number> => new Map(rows.map(({ tree, size }) => [tree, Number(size)]));
