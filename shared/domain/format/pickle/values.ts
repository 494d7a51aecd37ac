/** What is known of a value on the stack of a pickle, without making it. */
export type Value =
  | { readonly is: 'text'; readonly text: string }
  | { readonly is: 'number'; readonly number: number }
  | { readonly is: 'tuple'; readonly items: readonly Value[] }
  /** A class or function, by its full name. */
  | { readonly is: 'global'; readonly name: string }
  /** What came of calling one. */
  | { readonly is: 'object'; readonly of: string; readonly given: readonly Value[]; state?: Value }
  | { readonly is: 'dict'; entries?: Map<string, Value> }
  | typeof NONE
  | typeof TRUTH
  | typeof MARK
  | typeof OPAQUE;

export const NONE = { is: 'none' } as const;
export const TRUTH = { is: 'truth' } as const;
export const MARK = { is: 'mark' } as const;
/** Something of which nothing has to be known. */
export const OPAQUE = { is: 'opaque' } as const;

/** Names and shapes are short: longer texts and tuples are opaque, and stand for nothing. */
export const TEXT_MAX = 128;
const ITEMS_MAX = 32;
const ENTRIES_MAX = 16;

export const textOf = (text: string): Value => (text.length <= TEXT_MAX ? { is: 'text', text } : OPAQUE);
export const tupleOf = (items: readonly Value[]): Value =>
  items.length <= ITEMS_MAX ? { is: 'tuple', items: [...items] } : OPAQUE;
export const dictOf = (): Value => ({ is: 'dict' });

/** Keeps the entries of a dict that may be the state of an array. */
export function setItems(target: Value, items: readonly Value[]): void {
  if (target.is !== 'dict') return;
  const entries = target.entries ?? new Map<string, Value>();
  for (let at = 0; at + 1 < items.length && entries.size < ENTRIES_MAX; at += 2) {
    const [key, value] = [items[at], items[at + 1]];
    if (key?.is === 'text' && value) entries.set(key.text, value);
  }
  if (entries.size > 0) target.entries = entries;
}
