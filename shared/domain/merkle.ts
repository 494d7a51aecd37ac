import { hash } from 'node:crypto';
import * as z from 'zod/mini';

/**
 * The Merkle tree of RFC 6962: whoever has its root can be shown with a few hashes that an entry is in it, and that a
 * later root has all that was in an earlier one. What is kept of it are its *nodes*: the hashes of complete subtrees,
 * which never change, however much is appended.
 */

/** SHA-256 in base64. */
export const Hash = z.string().check(z.regex(/^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/, 'expected a SHA-256 in base64'));
export type Hash = z.output<typeof Hash>;

/** A complete subtree: its leaves are those from `index × 2^level` to before `(index + 1) × 2^level`. */
export interface Place {
  readonly level: number;
  readonly index: number;
}

export interface Node extends Place {
  readonly hash: Hash;
}

/** What is kept to append to a tree: how many leaves it has, and the complete subtrees that they form, the largest first. */
export interface Frontier {
  readonly size: number;
  readonly hashes: readonly Hash[];
}

export const EMPTY: Frontier = { size: 0, hashes: [] };

const LEAF = Buffer.of(0);
const INNER = Buffer.of(1);
/** The root of a tree without leaves. */
export const EMPTY_ROOT = hash('sha256', '', 'base64');

const bytes = (one: Hash): Buffer => Buffer.from(one, 'base64');

/** The hash of an entry. It can never be that of a subtree. */
export const leafHash = (entry: string | Uint8Array): Hash =>
  hash('sha256', Buffer.concat([LEAF, typeof entry === 'string' ? Buffer.from(entry) : entry]), 'base64');

/** The hash of a subtree of two halves. */
export const join = (left: Hash, right: Hash): Hash =>
  hash('sha256', Buffer.concat([INNER, bytes(left), bytes(right)]), 'base64');

/** Puts one leaf behind the others: what is kept from now on, and the nodes that are complete with it, the leaf first. */
export function append(
  { size, hashes }: Frontier,
  leaf: Hash,
): { readonly frontier: Frontier; readonly nodes: Node[] } {
  const kept = [...hashes];
  const nodes: Node[] = [{ level: 0, index: size, hash: leaf }];
  let last = leaf;
  for (let level = 1, index = size; index % 2 === 1; level += 1) {
    index = (index - 1) / 2;
    last = join(kept.pop() as Hash, last);
    nodes.push({ level, index, hash: last });
  }
  return { frontier: { size: size + 1, hashes: [...kept, last] }, nodes };
}

/** The root of all that was appended. */
export const rootOf = ({ hashes }: Frontier): Hash =>
  hashes.length === 0 ? EMPTY_ROOT : hashes.reduceRight((right, left) => join(left, right));
