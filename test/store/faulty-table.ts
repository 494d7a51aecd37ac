import { Contention, type Item, type Query, type Table, Unavailable, type Write } from '../../shared/store/table.ts';
import { keyOfWrite, keyText, positionOf } from '../../shared/store/table-limits.ts';
import { allOf } from './promises/support.ts';

/** What goes wrong, as chances from 0 to 1 for each call. */
export interface Faults {
  /** The call never reaches the database. */
  readonly crash?: number;
  /** A write is done, and its answer gets lost. */
  readonly lostReply?: number;
  /** A transaction meets another one. */
  readonly contention?: number;
  /** An index shows some items as they were before their last write. */
  readonly staleIndex?: number;
}
export type Fault = keyof Faults;

export interface FaultyTableOptions {
  readonly faults: Faults;
  /** Decides, from 0 to 1: the same numbers make the same faults. */
  readonly random: () => number;
  readonly onFault?: (fault: Fault) => void;
  /** How long an index may lag behind, in milliseconds by this clock; for ever unless told. */
  readonly lag?: { readonly ms: number; readonly now: () => number };
}

const FOR_EVER = { ms: Number.POSITIVE_INFINITY, now: () => 0 };

/** Any table, as a bad day shows it. It keeps every promise but those about when it answers. */
export function faultyTable(table: Table, { faults, random, onFault, lag = FOR_EVER }: FaultyTableOptions): Table {
  const former = new Map<string, Former>();

  const strikes = (fault: Fault): boolean => {
    const does = random() < (faults[fault] ?? 0);
    if (does) onFault?.(fault);
    return does;
  };
  const crash = () => {
    if (strikes('crash')) throw new Unavailable('The process died before the call.');
  };
  const loseReply = () => {
    if (strikes('lostReply')) throw new Unavailable('The answer got lost.');
  };
  /** Does what was asked for, as it was when it was asked: to remember takes a moment. */
  const remembering = async (asked: readonly Write[], perform: (writes: readonly Write[]) => Promise<void>) => {
    if (!faults.staleIndex) return perform(asked);
    const writes = structuredClone(asked);
    const keys = writes.map(keyOfWrite);
    const before = await table.batchGet(keys);
    await perform(writes);
    for (const [index, key] of keys.entries())
      former.set(keyText(key), { item: before[index], until: lag.now() + lag.ms });
  };
  const lagging = () => {
    for (const [key, { until }] of former) if (until < lag.now()) former.delete(key);
    return former;
  };

  return {
    async get(key) {
      crash();
      return table.get(key);
    },
    async batchGet(keys) {
      crash();
      return table.batchGet(keys);
    },
    async query(query) {
      crash();
      if (!query.index || !strikes('staleIndex')) return table.query(query);
      return stalePage(
        await allOf(table, { index: query.index, pk: query.pk, limit: 1_000 }),
        lagging(),
        query,
        random,
      );
    },
    async transact(writes) {
      crash();
      if (strikes('contention')) throw new Contention();
      await remembering(writes, (copies) => table.transact(copies));
      loseReply();
    },
    async putEach(items) {
      crash();
      const puts = items.map((put) => ({ put }));
      await remembering(puts, (copies) => table.putEach(copies.flatMap((copy) => ('put' in copy ? [copy.put] : []))));
      loseReply();
    },
  };
}

/** What an index may show in place of an item, and until when. */
interface Former {
  readonly item: Item | undefined;
  readonly until: number;
}

/** A page of an index in which each item that was written lately shows either state of it. */
function stalePage(present: readonly Item[], former: ReadonlyMap<string, Former>, query: Query, random: () => number) {
  const shown = new Map<string, Item | undefined>(present.map((item) => [keyText(item), item]));
  for (const [key, { item }] of former) if (random() < 0.5) shown.set(key, item);
  const items = [...shown.values()].filter((item) => item !== undefined);
  return pageOf(items, query);
}

/** Answers a query from items in memory. */
function pageOf(items: readonly Item[], { index, pk, from, to, prefix, order, limit, after }: Query) {
  const [pkName, skName] = index ? ([`${index}pk`, `${index}sk`] as const) : (['pk', 'sk'] as const);
  const place = (item: Readonly<Record<string, unknown>>) => [skName, 'pk', 'sk'].map((name) => String(item[name]));
  const sign = order === 'descending' ? -1 : 1;
  const behind = (item: Item) => !after || sign * compared(place(item), place(after)) > 0;
  const found = items
    .filter((item) => item[pkName] === pk && item[skName] !== undefined)
    .filter((item) => isWithin(String(item[skName]), { from, to, prefix }) && behind(item))
    .toSorted((one, other) => sign * compared(place(one), place(other)));
  const page = found.slice(0, limit);
  const last = page.at(-1);
  return { items: page, ...(last && page.length < found.length && { next: positionOf(last, index) }) };
}

type Range = { readonly [P in 'from' | 'to' | 'prefix']: string | undefined };

const isWithin = (sk: string, { from = '', to, prefix = '' }: Range): boolean =>
  compared([sk], [from]) >= 0 && (to === undefined || compared([sk], [to]) <= 0) && sk.startsWith(prefix);

/** By the UTF-8 bytes of the first that differ. */
function compared(one: readonly string[], other: readonly string[]): number {
  const differences = one.map((text, index) => Buffer.compare(Buffer.from(text), Buffer.from(other[index] ?? '')));
  return differences.find((difference) => difference !== 0) ?? 0;
}

/** Numbers from 0 to 1 that a seed decides (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
