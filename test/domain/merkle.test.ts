import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  append,
  EMPTY,
  type Frontier,
  type Hash,
  join,
  leafHash,
  type Place,
  rootOf,
} from '../../shared/domain/merkle.ts';
import {
  consistencyParts,
  inclusionParts,
  isContinued,
  isIncluded,
  proofOf,
} from '../../shared/domain/merkle-proof.ts';

const base64 = (hex: string): Hash => Buffer.from(hex, 'hex').toString('base64');

/** The entries, roots and proofs by which implementations of RFC 6962 are compared: those of Certificate Transparency. */
const ENTRIES = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
].map((hex) => Buffer.from(hex, 'hex'));
const ROOTS = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
].map(base64);
const EMPTY_ROOT = base64('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');

const INCLUSIONS: readonly [index: number, size: number, proof: readonly string[]][] = [
  [0, 1, []],
  [
    0,
    8,
    [
      '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
    ],
  ],
  [
    5,
    8,
    [
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ],
  ],
  [2, 3, ['fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125']],
  [
    1,
    5,
    [
      '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
    ],
  ],
];

const CONSISTENCIES: readonly [earlier: number, later: number, proof: readonly string[]][] = [
  [1, 1, []],
  [
    1,
    8,
    [
      '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
    ],
  ],
  [
    6,
    8,
    [
      '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
      'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ],
  ],
  [
    2,
    5,
    [
      '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
      'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b',
    ],
  ],
  [
    6,
    7,
    [
      '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
      'b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f',
      'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
    ],
  ],
];

/** A tree of entries, appended one by one, with all of its nodes. */
function treeOf(entries: readonly (string | Uint8Array)[]) {
  const nodes = new Map<string, Hash>();
  const heads: Frontier[] = [EMPTY];
  for (const entry of entries) {
    const { frontier, nodes: made } = append(heads.at(-1) ?? EMPTY, leafHash(entry));
    heads.push(frontier);
    for (const { level, index, hash } of made) nodes.set(`${level}/${index}`, hash);
  }
  const hashAt = ({ level, index }: Place): Hash => {
    const found = nodes.get(`${level}/${index}`);
    if (found === undefined) throw new Error(`There is no complete subtree ${level}/${index}.`);
    return found;
  };
  return { hashAt, headAt: (size: number) => ({ size, root: rootOf(heads[size] ?? EMPTY) }), nodes, heads };
}

const entriesOf = (many: number): string[] => Array.from({ length: many }, (_, n) => `entry ${n}`);

/** The root as RFC 6962 defines it, by recursion over all entries. */
function rootBy(entries: readonly string[]): Hash {
  if (entries.length === 1) return leafHash(entries[0] ?? '');
  let half = 1;
  while (half * 2 < entries.length) half *= 2;
  return join(rootBy(entries.slice(0, half)), rootBy(entries.slice(half)));
}

describe('the tree of RFC 6962', () => {
  const tree = treeOf(ENTRIES);

  it('has the published roots', () => {
    expect(rootOf(EMPTY)).toBe(EMPTY_ROOT);
    expect(ENTRIES.map((_, at) => tree.headAt(at + 1).root)).toEqual(ROOTS);
  });

  it.each(INCLUSIONS)('proves leaf %i of %i as published', (index, size, proof) => {
    const made = proofOf(inclusionParts(index, size), tree.hashAt);
    expect(made).toEqual(proof.map(base64));
    expect(isIncluded({ index, leaf: leafHash(ENTRIES[index] ?? ''), proof: made }, tree.headAt(size))).toBe(true);
  });

  it.each(CONSISTENCIES)('proves that %i leaves are continued by %i as published', (earlier, later, proof) => {
    const made = proofOf(consistencyParts(earlier, later), tree.hashAt);
    expect(made).toEqual(proof.map(base64));
    expect(isContinued(tree.headAt(earlier), tree.headAt(later), made)).toBe(true);
  });

  it('has the root that its definition gives, for each size to 70, and keeps one hash for each bit of it', () => {
    const entries = entriesOf(70);
    const { headAt, heads } = treeOf(entries);
    for (let size = 1; size <= entries.length; size += 1) {
      expect(headAt(size).root).toBe(rootBy(entries.slice(0, size)));
      expect(heads[size]?.hashes).toHaveLength([...size.toString(2)].filter((bit) => bit === '1').length);
    }
  });

  it('makes less than two nodes for each leaf', () => {
    expect(treeOf(entriesOf(1_000)).nodes.size).toBeLessThan(2_000);
  });
});

describe('a proof', () => {
  const SIZE = 70;
  const entries = entriesOf(SIZE);
  const { hashAt, headAt } = treeOf(entries);
  const indexAndSize = fc
    .integer({ min: 1, max: SIZE })
    .chain((size) => fc.record({ size: fc.constant(size), index: fc.nat(size - 1) }));
  const twoSizes = fc
    .integer({ min: 1, max: SIZE })
    .chain((later) => fc.record({ later: fc.constant(later), earlier: fc.integer({ min: 1, max: later }) }));
  /** Ways to make another proof of one. */
  const forgery = fc.record({
    kind: fc.constantFrom('bit', 'drop', 'twice', 'behind', 'before', 'swap'),
    at: fc.nat(7),
  });
  function forged(proof: readonly Hash[], { kind, at }: { kind: string; at: number }): Hash[] {
    const place = proof.length === 0 ? 0 : at % proof.length;
    const one = proof[place] ?? EMPTY_ROOT;
    if (kind === 'bit') return proof.length === 0 ? [EMPTY_ROOT] : proof.with(place, leafHash(one));
    if (kind === 'drop') return proof.length === 0 ? [EMPTY_ROOT] : proof.toSpliced(place, 1);
    if (kind === 'twice') return proof.toSpliced(place, 0, one);
    if (kind === 'before') return [EMPTY_ROOT, ...proof];
    if (kind === 'swap' && proof.length > 1) return [...proof.slice(1), proof[0] ?? ''];
    return [...proof, EMPTY_ROOT];
  }

  it('convinces of every leaf of every tree, and of no other leaf, place or tree', () => {
    fc.assert(
      fc.property(indexAndSize, fc.nat(SIZE), fc.nat(SIZE), ({ index, size }, other, otherSize) => {
        const proof = proofOf(inclusionParts(index, size), hashAt);
        const leaf = leafHash(entries[index] ?? '');
        expect(isIncluded({ index, leaf, proof }, headAt(size))).toBe(true);
        if (other !== index) {
          expect(isIncluded({ index: other, leaf, proof }, headAt(size))).toBe(false);
          expect(isIncluded({ index, leaf: leafHash(`entry ${other}`), proof }, headAt(size))).toBe(false);
        }
        if (otherSize !== size) expect(isIncluded({ index, leaf, proof }, headAt(otherSize))).toBe(false);
      }),
    );
  });

  it('convinces of every tree that it continues every earlier one, and of no other', () => {
    fc.assert(
      fc.property(twoSizes, fc.nat(SIZE), ({ earlier, later }, other) => {
        const proof = proofOf(consistencyParts(earlier, later), hashAt);
        expect(isContinued(headAt(earlier), headAt(later), proof)).toBe(true);
        const another = { size: earlier, root: leafHash('another') };
        expect(isContinued(another, headAt(later), proof)).toBe(false);
        expect(isContinued(headAt(earlier), { size: later, root: another.root }, proof)).toBe(false);
        if (other !== earlier && other > 0) expect(isContinued(headAt(other), headAt(later), proof)).toBe(false);
      }),
    );
  });

  it('convinces of nothing once a hash is another, gone, there twice or at another place', () => {
    fc.assert(
      fc.property(indexAndSize, twoSizes, forgery, ({ index, size }, { earlier, later }, how) => {
        const inclusion = forged(proofOf(inclusionParts(index, size), hashAt), how);
        const leaf = leafHash(entries[index] ?? '');
        expect(isIncluded({ index, leaf, proof: inclusion }, headAt(size))).toBe(false);
        const consistency = forged(proofOf(consistencyParts(earlier, later), hashAt), how);
        expect(isContinued(headAt(earlier), headAt(later), consistency)).toBe(false);
      }),
    );
  });

  it('convinces of nothing when a hash is spelled in a way that only a lenient reader takes for the same', () => {
    const [first = '', ...rest] = proofOf(inclusionParts(0, 8), hashAt);
    const leaf = leafHash(entries[0] ?? '');
    for (const spelling of [` ${first}`, first.slice(0, -1), `${first}\n`, first.replaceAll('/', '_').concat('=')])
      expect(isIncluded({ index: 0, leaf, proof: [spelling, ...rest] }, headAt(8))).toBe(false);
    expect(isContinued(headAt(1), headAt(8), [` ${first}`, ...rest])).toBe(false);
  });

  it('is not made of what cannot be proved', () => {
    for (const [index, size] of [
      [0, 0],
      [1, 1],
      [-1, 4],
      [0.5, 4],
    ] as const)
      expect(() => inclusionParts(index, size)).toThrow(RangeError);
    for (const [earlier, later] of [
      [0, 4],
      [5, 4],
      [-1, 4],
      [1.5, 4],
    ] as const)
      expect(() => consistencyParts(earlier, later)).toThrow(RangeError);
    const { root } = headAt(4);
    expect(isIncluded({ index: 4, leaf: leafHash('entry 4'), proof: [] }, { size: 4, root })).toBe(false);
    expect(isContinued({ size: 5, root }, { size: 4, root }, [])).toBe(false);
    expect(isContinued({ size: 1, root }, { size: 4, root }, [])).toBe(false);
    expect(isContinued({ size: 3, root }, { size: 4, root }, [])).toBe(false);
    expect(isContinued({ size: 1.5, root }, { size: 4, root }, [])).toBe(false);
  });

  it('that nothing was before anything needs no hash', () => {
    expect(isContinued({ size: 0, root: EMPTY_ROOT }, headAt(4), [])).toBe(true);
    expect(isContinued({ size: 0, root: headAt(4).root }, headAt(4), [])).toBe(false);
  });
});

it('A4: a proof in a tree of 100 million leaves is below 2 KB, and that of two trees is proved between any two', () => {
  const SIZE = 100_000_000;
  const parts = [inclusionParts(12_345_678, SIZE), consistencyParts(12_345_678, SIZE)];
  for (const proof of parts.map((one) => proofOf(one, () => EMPTY_ROOT)))
    expect(JSON.stringify(proof).length).toBeLessThan(2_048);
  const { hashAt, headAt } = treeOf(entriesOf(40));
  for (let later = 1; later <= 40; later += 1)
    for (let earlier = 1; earlier <= later; earlier += 1)
      expect(isContinued(headAt(earlier), headAt(later), proofOf(consistencyParts(earlier, later), hashAt))).toBe(true);
});
