import { EMPTY_ROOT, Hash, join, type Place } from './merkle.ts';

/**
 * The parts of a proof, in its order. Each is one hash: that of the nodes under the places, which are the complete
 * subtrees of a part of the tree.
 */
export type Parts = readonly (readonly Place[])[];

/**
 * What proves to whoever has the root of a tree of this size that a leaf is in it.
 * @throws RangeError for a leaf that is not in it
 */
export function inclusionParts(index: number, size: number): Parts {
  if (!isWithin(index, size)) throw new RangeError(`There is no leaf ${index} in a tree of ${size}.`);
  return path(index, 0, size);
}

function path(index: number, from: number, to: number): Place[][] {
  if (to - from === 1) return [];
  const middle = from + half(to - from);
  return index < middle
    ? [...path(index, from, middle), placesOf(middle, to)]
    : [...path(index, middle, to), placesOf(from, middle)];
}

/**
 * What proves to whoever has the roots of two trees that the later one has all of the earlier one, unchanged.
 * @throws RangeError where the earlier one is empty, or larger
 */
export function consistencyParts(earlier: number, later: number): Parts {
  if (!(Number.isSafeInteger(later) && Number.isInteger(earlier) && earlier > 0 && earlier <= later))
    throw new RangeError(`A tree of ${later} does not continue one of ${earlier}.`);
  return subproof(earlier, 0, later, true);
}

/** `known`: the hash of this part is the earlier root itself, which need not be said. */
function subproof(earlier: number, from: number, to: number, known: boolean): Place[][] {
  if (earlier === to) return known ? [] : [placesOf(from, to)];
  const middle = from + half(to - from);
  return earlier <= middle
    ? [...subproof(earlier, from, middle, known), placesOf(middle, to)]
    : [...subproof(earlier, middle, to, false), placesOf(from, middle)];
}

/** The largest power of two below a number. */
const half = (size: number): number => {
  let power = 1;
  while (power * 2 < size) power *= 2;
  return power;
};

/** The complete subtrees that the leaves from one to before another form, where the first is the first of a subtree. */
function placesOf(from: number, to: number): Place[] {
  const places: Place[] = [];
  for (let start = from; start < to; ) {
    let level = 0;
    while (start % 2 ** (level + 1) === 0 && start + 2 ** (level + 1) <= to) level += 1;
    places.push({ level, index: start / 2 ** level });
    start += 2 ** level;
  }
  return places;
}

/** A proof, of its parts and the hashes of their nodes. */
export const proofOf = (parts: Parts, hashAt: (place: Place) => Hash): Hash[] =>
  parts.map((places) => places.map(hashAt).reduceRight((right, left) => join(left, right)));

/** A tree, as a checkpoint tells of it. */
export interface Head {
  readonly size: number;
  readonly root: Hash;
}

/** Whether a leaf is proved to be in the tree of this root. */
export function isIncluded(
  { index, leaf, proof }: { readonly index: number; readonly leaf: Hash; readonly proof: readonly Hash[] },
  { size, root }: Head,
): boolean {
  if (!proof.every(isHash)) return false;
  if (!isWithin(index, size)) return false;
  let [node, last, result] = [index, size - 1, leaf];
  for (const one of proof) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      result = join(one, result);
      [node, last] = rising(node, last);
    } else result = join(result, one);
    [node, last] = [Math.floor(node / 2), Math.floor(last / 2)];
  }
  return last === 0 && result === root;
}

const isHash = (text: Hash): boolean => Hash.safeParse(text).success;

const isWithin = (index: number, size: number): boolean =>
  Number.isSafeInteger(size) && Number.isInteger(index) && index >= 0 && index < size;

/** Up to where a node at the right edge has a sibling. */
function rising(node: number, last: number): [number, number] {
  let [one, other] = [node, last];
  while (one % 2 === 0 && one !== 0) [one, other] = [one / 2, Math.floor(other / 2)];
  return [one, other];
}

/** Whether the tree of the later root is proved to have all of the tree of the earlier one, unchanged. */
export function isContinued(earlier: Head, later: Head, proof: readonly Hash[]): boolean {
  if (!proof.every(isHash)) return false;
  if (!(Number.isSafeInteger(later.size) && Number.isInteger(earlier.size))) return false;
  if (earlier.size < 0 || earlier.size > later.size) return false;
  if (earlier.size === 0) return earlier.root === EMPTY_ROOT && proof.length === 0;
  if (earlier.size === later.size) return earlier.root === later.root && proof.length === 0;

  let [node, last] = [earlier.size - 1, later.size - 1];
  while (node % 2 === 1) [node, last] = [Math.floor(node / 2), Math.floor(last / 2)];
  const [first, ...rest] = node === 0 ? [earlier.root, ...proof] : proof;
  if (first === undefined) return false;
  let [before, after] = [first, first];
  for (const one of rest) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      [before, after] = [join(one, before), join(one, after)];
      [node, last] = rising(node, last);
    } else after = join(after, one);
    [node, last] = [Math.floor(node / 2), Math.floor(last / 2)];
  }
  return last === 0 && before === earlier.root && after === later.root;
}
