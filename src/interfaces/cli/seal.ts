import { createPublicKey, hash, verify as verifySignature } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { innsynsloggTree } from '../../application/proof/innsynslogg-sealing.js';
import { logLine } from '../../application/proof/log-line.js';
import { hashSize, tileWidth } from '../../application/proof/merkle-tree.js';
import { wholeLog, type ProofStore } from '../../application/proof/proof-store.js';
import { organisationOf, Sealing } from '../../application/proof/sealing.js';
import { NoteSigner, publicKeyOf } from '../../application/proof/signed-note.js';
import { readConfig, type Config } from '../../infrastructure/config.js';
import { CheckpointFolder } from '../../infrastructure/operations/checkpoint-folder.js';
import { adoptNextKey, nextKey, sealKey, type StoresInDatabase } from '../../stores.js';
import { runCommandLine } from './command-line.js';
import { Progress } from './progress.js';
import { inWords, LogCheck, openCheckpoints, TreeHash } from './verify.js';
import { withStores } from './with-stores.js';

// `npm run -s seal -- <command>`: the operator's commands on the sealing of the log. On the embedded database the service must be
// stopped; on a server it may run during `verify`. Exit codes: 0 done and whole, 1 could not be done, 3 the log is not whole.

const sha256 = (bytes: Uint8Array) => hash('sha256', bytes, 'buffer');
const spki = Buffer.from('302a300506032b6570032100', 'hex');
const verifyEd25519 = (key: Uint8Array, bytes: Uint8Array, signature: Uint8Array): boolean =>
  signature.length === 64 && verifySignature(null, bytes, createPublicKey({ key: Buffer.concat([spki, key]), format: 'der', type: 'spki' }), signature);

const sealingOf = (config: Config, { stored, proof }: StoresInDatabase) => new Sealing(stored, proof, sealKey(config));
const folderOf = ({ checkpointDir }: Config) => (checkpointDir === undefined ? undefined : new CheckpointFolder(checkpointDir));

/** The checkpoints of a tree, with where each comes from. */
async function* checkpointsOf(proof: ProofStore, tree: string): AsyncIterable<{ readonly source: string; readonly note: string }> {
  for (let after = 0; ; ) {
    const some = await proof.checkpoints(tree, after, 500);
    if (some.length === 0) return;
    for (const { size, note } of some) yield { source: `kontrollpunkt ${size}`, note };
    after = some.at(-1)!.size;
  }
}

/** Checks the whole log against the checkpoints of its tree and of every organisation's. Returns the exit code. */
async function verify(config: Config, stores: StoresInDatabase, also: readonly string[]): Promise<number> {
  const { stored, proof } = stores;
  const sealing = sealingOf(config, stores);
  const kept = await folderOf(config)?.last((await sealing.signerOf(wholeLog)).name);
  const mine = also.flatMap((folder) => readdirSync(folder).map((name) => ({ source: join(folder, name), note: readFileSync(join(folder, name), 'utf8') })));
  let tiles: { readonly first: number; readonly hashes: Uint8Array } = { first: 0, hashes: new Uint8Array() };
  const keptLeaf = (index: number) => {
    const at = index * hashSize - tiles.first * hashSize;
    return at >= 0 && at + hashSize <= tiles.hashes.length ? tiles.hashes.subarray(at, at + hashSize) : undefined;
  };
  const checks = new Map<string, LogCheck>();
  for (const tree of (await proof.signed()).filter((one) => one !== innsynsloggTree)) {
    const notes = tree === wholeLog ? [...(kept === undefined ? [] : [{ source: 'KONTROLLPUNKT_DIR', note: kept }]), ...mine] : [];
    for await (const note of checkpointsOf(proof, tree)) notes.push(note);
    checks.set(tree, new LogCheck(openCheckpoints(notes, await sealing.verifierKeys(tree), sha256, verifyEd25519), sha256, tree === wholeLog ? keptLeaf : undefined));
  }
  const whole = checks.get(wholeLog);
  if (!whole) throw new Error('Loggen er ikke forseglet ennå. Start tjenesten, og prøv igjen om litt.');
  const progress = new Progress('Kontrollerer', Number(await stored.head()));
  let number = 0;
  for await (const page of stored.readAll({ pageSize: tileWidth })) {
    const ids = [0, 1].map((n) => ({ level: 0, index: Math.floor(number / tileWidth) + n }));
    const [one, next] = await proof.tiles(wholeLog, ids);
    tiles = { first: ids[0]!.index * tileWidth, hashes: one!.length === tileWidth * hashSize ? Buffer.concat([one!, next!]) : one! };
    for (const event of page) {
      const leaf = Buffer.from(`\0${logLine(event, ++number)}`);
      whole.leaf(leaf);
      const organisation = organisationOf(event.stream);
      if (organisation !== undefined) checks.get(organisation)?.leaf(leaf);
    }
    progress.at(Number(page.at(-1)!.position), number);
  }
  progress.stop();
  const isWhole = await isInnsynsloggWhole(stores, await sealing.verifierKeys(innsynsloggTree));
  if (!isWhole) process.stdout.write('IKKE HEL: innsynsloggen er ikke den som er forseglet.\n');
  const said = [...checks].map(([tree, check]) => ({ tree, ...inWords(check.verdict()) }));
  const wrong = said.filter(({ code }) => code !== 0);
  for (const { tree, text } of wrong) process.stdout.write(tree === wholeLog ? `${text}\n` : `Organisasjonen ${tree}: ${text}\n`);
  if (wrong.length > 0 || !isWhole) return 3;
  process.stdout.write(`${said.find(({ tree }) => tree === wholeLog)!.text}\n     Loggene til ${said.length - 1} organisasjoner stemmer med den.\n`);
  return 0;
}

/** Whether the leaves of the innsynslogg are those that are signed. Its lines have an end, so only the leaves are kept. */
async function isInnsynsloggWhole({ innsynslogg, proof }: StoresInDatabase, keys: readonly string[]): Promise<boolean> {
  const notes: { readonly source: string; readonly note: string }[] = [];
  for await (const note of checkpointsOf(proof, innsynsloggTree)) notes.push(note);
  const left = [...openCheckpoints(notes, keys, sha256, verifyEd25519)];
  const tree = new TreeHash(sha256);
  while (left.length > 0) {
    const leaves = await innsynslogg.leaves(tree.size, tileWidth);
    if (leaves.length === 0) return false;
    for (const leaf of leaves) {
      tree.add(leaf);
      if (left[0]?.size === tree.size && Buffer.from(tree.root()).toString('base64') !== left.shift()!.root) return false;
    }
  }
  return true;
}

/** Calls `work` while no process seals. Throws when the service runs. */
async function alone<T>(stores: StoresInDatabase, work: () => Promise<T>): Promise<T> {
  const lease = await stores.views.acquireLease('forsegling');
  if (!lease) throw new Error('Tjenesten kjører. Stopp den først, i alle prosesser.');
  try {
    return await work();
  } finally {
    await lease.release();
  }
}

async function begin(config: Config, stores: StoresInDatabase, reason: string): Promise<void> {
  const origin = await sealingOf(config, stores).begin(reason, new Date().toISOString());
  process.stderr.write(`En ny logg er begynt: ${origin}. Den forsegles fra den første hendelsen når tjenesten starter.\nRevisorene ser grunnen, og det siste kontrollpunktet i den gamle loggen.\n`);
}

async function rotate(config: Config, stores: StoresInDatabase, lost?: string): Promise<void> {
  const sealing = sealingOf(config, stores);
  const note = await sealing.rotate(nextKey(config, 'seal'), new Date().toISOString(), lost === undefined ? undefined : publicKeyOf(lost));
  const { name } = await sealing.signerOf(wholeLog);
  const { verifierKey } = new NoteSigner(name, nextKey(config, 'seal'));
  if (note !== undefined) await folderOf(config)?.save(note, verifierKey);
  adoptNextKey(config, 'seal');
  process.stderr.write(
    config.sealKey === undefined
      ? `Nøkkelen er byttet. Den nye er ${verifierKey}\n`
      : 'De siste kontrollpunktene er signert med begge nøklene. Sett SEAL_KEY til den nye nøkkelen før tjenesten starter, og fjern SEAL_KEY_NEW.\n',
  );
}

await runCommandLine('seal', (program) =>
  program
    .usage('$0 <kommando>: forseglingen av loggen, for den som driver tjenesten')
    .command('verify', 'Kontroller hele loggen, og at loggene til organisasjonene stemmer med den', (command) => command.option('also', { type: 'string', array: true, describe: 'Mapper med kontrollpunkter av hele loggen som noen har tatt vare på' }), async ({ also = [] }) => {
      const config = readConfig();
      process.exitCode = await withStores(config, (stores) => verify(config, stores, also));
    })
    .command('new', 'Begynn en ny logg, når en sikkerhetskopi er lagt tilbake', (command) => command.option('reason', { type: 'string', demandOption: true, describe: 'Grunnen, som revisorene ser' }), async ({ reason }) => {
      if (reason.trim() === '') throw new Error('Oppgi grunnen med --reason.');
      const config = readConfig();
      await withStores(config, (stores) => alone(stores, () => begin(config, stores, reason.trim())));
    })
    .command('rotate', 'Bytt nøkkelen som forsegler', (command) => command.option('lost', { type: 'string', describe: 'Den offentlige delen av nøkkelen til nå, som i nokler, når selve nøkkelen er tapt' }), async ({ lost }) => {
      const config = readConfig();
      await withStores(config, (stores) => alone(stores, () => rotate(config, stores, lost)));
    })
    .demandCommand(1, 'Oppgi en kommando.'),
);
