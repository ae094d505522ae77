import { hash, randomBytes } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { consistencyProof, GrowingTree, inclusionProof, leafHash, rootAt, edgeOf, type ReadTiles, type TileId } from '../../src/application/proof/merkle-tree.js';
import { checkpointText, NoteRefused, NoteSigner, openNote, parseCheckpoint } from '../../src/application/proof/signed-note.js';
import { TreeHash, verifyConsistency, verifyInclusion } from '../../src/interfaces/cli/verify.js';

// The tree, its proofs and the signed notes, against the vectors of RFC 6962, a naive tree and the verifier, which shares no code.

const sha256 = (bytes: Uint8Array): Buffer => hash('sha256', bytes, 'buffer');
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const leaves = (count: number) => Array.from({ length: count }, (_, n) => leafHash(Buffer.from(`linje ${n}`)));

/** MTH of RFC 9162 section 2.1.1, as it is written there. */
function naive(hashes: readonly Uint8Array[]): Buffer {
  if (hashes.length === 0) return sha256(Buffer.of());
  if (hashes.length === 1) return Buffer.from(hashes[0]!);
  let middle = 1;
  while (middle * 2 < hashes.length) middle *= 2;
  return sha256(Buffer.concat([Buffer.of(1), naive(hashes.slice(0, middle)), naive(hashes.slice(middle))]));
}

/** A tree that is kept in tiles, and reads them back. */
class Kept {
  readonly tiles = new Map<string, Buffer>();
  constructor(private readonly tree = new GrowingTree()) {}

  append(hashes: readonly Uint8Array[]): void {
    for (const { level, index, hashes: content } of this.tree.append(hashes)) this.tiles.set(`${level}/${index}`, content);
  }
  readonly read: ReadTiles = (ids: readonly TileId[]) => Promise.resolve(ids.map(({ level, index }) => this.tiles.get(`${level}/${index}`) ?? Buffer.alloc(0)));
  root = () => rootAt(this.tree.size, this.read);
  /** The root with one leaf more, of the same tree opened again from its tiles. */
  async reopenedWith(leaf: Uint8Array): Promise<Buffer> {
    const again = new Kept(new GrowingTree(this.tree.size, await this.read(edgeOf(this.tree.size))));
    for (const [place, content] of this.tiles) again.tiles.set(place, content);
    again.append([leaf]);
    return again.root();
  }
}

describe('The tree of a log', () => {
  it('has the root of the definition at every size to 700, however it has grown, and also when it is opened again', async () => {
    const all = leaves(700);
    const one = new Kept();
    const verifier = new TreeHash(sha256);
    for (let size = 0; size <= all.length; size++) {
      const root = hex(naive(all.slice(0, size)));
      expect([size, hex(await one.root()), hex(verifier.root())]).toEqual([size, root, root]);
      if (size === all.length) break;
      if (size % 50 === 6 || size % 256 === 0) expect(hex(await one.reopenedWith(all[size]!))).toBe(hex(naive(all.slice(0, size + 1))));
      one.append([all[size]!]);
      verifier.add(all[size]!);
    }
    const batches = new Kept();
    for (let at = 0; at < all.length; at += 97) batches.append(all.slice(at, at + 97));
    expect(hex(await batches.root())).toBe(hex(await one.root()));
  });

  it.each([65_535, 65_536, 65_537])('has the root of the verifier, and proofs that it accepts, at %i leaves', async (size) => {
    const all = leaves(size);
    const kept = new Kept();
    kept.append(all);
    const verifier = new TreeHash(sha256);
    for (const one of all) verifier.add(one);
    const root = await kept.root();
    expect(hex(root)).toBe(hex(verifier.root()));
    for (const index of [0, 255, 256, 65_534, size - 1]) expect(verifyInclusion({ index, size, root, leafHash: all[index]!, proof: await inclusionProof(index, size, kept.read) }, sha256)).toBe(true);
    for (const earlier of [1, 255, 256, 257, 65_535]) {
      const before = { size: earlier, root: await rootAt(earlier, kept.read) };
      expect(verifyConsistency(before, { size, root }, await consistencyProof(earlier, size, kept.read), sha256)).toBe(true);
    }
    verifier.add(all[0]!);
    expect(hex(await kept.reopenedWith(all[0]!))).toBe(hex(verifier.root()));
  });

  it('proves each leaf and each earlier tree, and an altered proof proves nothing', async () => {
    const all = leaves(260);
    const kept = new Kept();
    kept.append(all);
    for (const size of [1, 2, 3, 7, 8, 200, 255, 256, 257, 260]) {
      const root = naive(all.slice(0, size));
      for (let index = 0; index < size; index += size > 20 ? 17 : 1) {
        const proof = await inclusionProof(index, size, kept.read);
        const claim = { index, size, root, leafHash: all[index]!, proof };
        expect(verifyInclusion(claim, sha256)).toBe(true);
        expect(verifyInclusion({ ...claim, leafHash: leafHash(Buffer.from('en annen')) }, sha256)).toBe(false);
        expect(verifyInclusion({ ...claim, proof: [...proof, randomBytes(32)] }, sha256)).toBe(false);
        if (proof.length > 0) expect(verifyInclusion({ ...claim, proof: proof.slice(1) }, sha256)).toBe(false);
        if (size > 1) expect(verifyInclusion({ ...claim, index: (index + 1) % size }, sha256)).toBe(false);
      }
      for (let earlier = 0; earlier <= size; earlier += size > 20 ? 13 : 1) {
        const [before, after] = [{ size: earlier, root: naive(all.slice(0, earlier)) }, { size, root }];
        const proof = await consistencyProof(earlier, size, kept.read);
        expect(verifyConsistency(before, after, proof, sha256)).toBe(true);
        if (earlier > 0) expect(verifyConsistency({ ...before, root: randomBytes(32) }, after, proof, sha256)).toBe(false);
        expect(verifyConsistency(before, after, [...proof, randomBytes(32)], sha256)).toBe(false);
      }
    }
    expect(() => inclusionProof(260, 260, kept.read)).toThrow(RangeError);
    expect(() => consistencyProof(261, 260, kept.read)).toThrow(RangeError);
  });

  const vectors = '../shared/data/testdata/rfc6962-merkle-vectors.json';
  (existsSync(vectors) ? it : it.skip)(`gives the published vectors${existsSync(vectors) ? '' : ` – NOT COMPARED: ${vectors} is not here`}`, async () => {
    const { leavesHex, rootBySize, inclusion, consistency } = JSON.parse(readFileSync(vectors, 'utf8')) as {
      leavesHex: string[];
      rootBySize: string[];
      inclusion: { index: number; size: number; proof: string[] }[];
      consistency: { first: number; second: number; proof: string[] }[];
    };
    const kept = new Kept();
    kept.append(leavesHex.map((leaf) => leafHash(Buffer.from(leaf, 'hex'))));
    for (const [size, root] of rootBySize.entries()) expect(hex(await rootAt(size, kept.read))).toBe(root);
    for (const { index, size, proof } of inclusion) expect((await inclusionProof(index, size, kept.read)).map(hex)).toEqual(proof);
    for (const { first, second, proof } of consistency) expect((await consistencyProof(first, second, kept.read)).map(hex)).toEqual(proof);
  });
});

describe('A signed note', () => {
  const signer = new NoteSigner('minkommune.example/logg', Buffer.alloc(32, 7));
  const checkpoint = { origin: signer.name, size: 260, root: Buffer.alloc(32, 1) };
  const note = signer.sign(checkpointText(checkpoint));

  it('is opened with its key, also with signatures of others', () => {
    const cosigned = new NoteSigner('vitne', Buffer.alloc(32, 9)).sign(note);
    for (const one of [note, cosigned]) expect(parseCheckpoint(openNote(one, signer.verifierKey))).toEqual(checkpoint);
    expect(note).toMatch(/^minkommune\.example\/logg\n260\n\S{44}\n\n— minkommune\.example\/logg \S{92}\n$/);
  });

  it.each([
    ['another size', note.replace('260', '261'), 'Signaturen på kontrollpunktet er ikke gyldig.'],
    ['another key', new NoteSigner(signer.name, Buffer.alloc(32, 8)).sign(checkpointText(checkpoint)), 'Kontrollpunktet er ikke signert med nøkkelen'],
    ['no signature', checkpointText(checkpoint), 'Kontrollpunktet er ikke et signert notat.'],
    ['a line that is none', `${note}x\n`, 'Kontrollpunktet har en linje som ikke er en signatur.'],
  ])('is refused with %s', (_, altered, message) => {
    expect(() => openNote(altered, signer.verifierKey)).toThrow(NoteRefused);
    expect(() => openNote(altered, signer.verifierKey)).toThrow(message);
  });

  it('is not opened with what is no key', () => {
    for (const key of ['', 'navn', signer.verifierKey.replace('+', '+0'), signer.verifierKey.replace('minkommune', 'dinkommune')]) expect(() => openNote(note, key)).toThrow(NoteRefused);
  });
});
