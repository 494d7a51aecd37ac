/**
 * All that the store asks of a database. Two adapters keep these promises, and one suite
 * (`test/store/table-promises.ts`) holds both to them: `dynamo-table.ts` and `sqlite-table.ts`.
 *
 * Whatever breaks a limit of `table-limits.ts` is a bug of the caller: a `RangeError`, before anything is sent.
 */
export interface Table {
  /** The item as of the last committed write, or `undefined`. */
  get(key: Key): Promise<Item | undefined>;

  /** The items in the order of the keys, each as of the last committed write. Any number of keys. */
  batchGet(keys: readonly Key[]): Promise<(Item | undefined)[]>;

  /**
   * One page of one partition, in the order of the sort key's UTF-8 bytes; items of equal sort keys, which only an
   * index can have, come in any order, each once. Index reads may lag behind on AWS.
   */
  query(query: Query): Promise<Page>;

  /**
   * All of the writes, or none, durably. At most 100, each of another item, 4 MB together.
   *
   * @throws {ConditionFailed} when a condition does not hold; nothing was written
   * @throws {Contention} when another transaction was at work on the same items, be it an earlier attempt of this one
   * @throws {StorageFull} when there is no room; nothing was written
   * @throws {Unavailable} when it is not known whether anything was written
   */
  transact(writes: readonly Write[]): Promise<void>;

  /**
   * Unconditional puts in any number, each on its own: for rows that mean nothing until a transaction refers to them.
   * Of several with one key the last counts. When it throws, any of them may have been written.
   *
   * @throws {Unavailable} when there is no room, or the database asks for more patience than a caller has
   */
  putEach(items: readonly Item[]): Promise<void>;
}

export interface Key {
  readonly pk: string;
  readonly sk: string;
}

export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json };

/**
 * What is stored: its key, the keys of the indexes it appears in, and any JSON, 400 KB together. It comes back as
 * `JSON.parse(JSON.stringify(item))`: attributes that are `undefined` are not stored, and −0 is 0.
 */
export type Item = Key & { readonly [P in IndexKey]?: string | undefined } & {
  readonly [name: string]: Json | undefined;
};

/** The indexes. An item appears in one only when it has both of that index's keys. */
export const INDEXES = ['gsi1', 'gsi2', 'due'] as const;
export type Index = (typeof INDEXES)[number];
export type IndexKey = `${Index}pk` | `${Index}sk`;

/** What must hold of the item for the whole transaction to happen. */
export type Condition =
  | { readonly absent: true }
  /** The item is there and each of these attributes has this value. Numbers are safe integers. */
  | { readonly equals: Readonly<Record<string, string | number | boolean>> };

export type Write =
  | { readonly put: Item; readonly if?: Condition }
  | { readonly remove: Key; readonly if?: Condition }
  /** Writes nothing: the condition alone must hold. */
  | { readonly check: Key; readonly if: Condition };

export interface Query {
  /** Without one, the table itself, strongly consistent. */
  readonly index?: Index;
  readonly pk: string;
  /** Sort keys from `from` to `to`, both inclusive; either may be left out. Not together with `prefix`. */
  readonly from?: string;
  readonly to?: string;
  readonly prefix?: string;
  readonly order?: 'ascending' | 'descending';
  /** At most so many items, 1 to 1,000. */
  readonly limit: number;
  /** Go on behind this position: the `next` of the page before, or the key attributes of any item of it. */
  readonly after?: Position;
}

/** The key attributes (`pk`, `sk` and, on an index, its two) of the last item of a page. */
export type Position = Readonly<Record<string, string>>;

export interface Page {
  readonly items: readonly Item[];
  /**
   * Present when there is more behind this page. A page ends at its limit or after 1 MB, so it may be short and have one;
   * behind one that was cut for its size there may be nothing.
   */
  readonly next?: Position;
}

/** A condition of a transaction did not hold. `failed` has the positions of the writes whose condition failed. */
export class ConditionFailed extends Error {
  readonly failed: readonly number[];

  constructor(failed: readonly number[], options?: ErrorOptions) {
    super(`conditions failed: ${failed.join(', ')}`, options);
    this.name = 'ConditionFailed';
    this.failed = failed;
  }
}

/** Another transaction held the same items, or the database asks for patience; the same call may succeed later. */
export class Contention extends Error {
  constructor(options?: ErrorOptions) {
    super('another transaction is at work on these items', options);
    this.name = 'Contention';
  }
}

/** The database cannot store or answer now: its disk is full, or it is out of reach. Nothing was written, or it is not known. */
export class Unavailable extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'Unavailable';
  }
}

/** There is no room for the write, or the disk fails. Nothing was written; reads still work, and writes once there is room. */
export class StorageFull extends Unavailable {
  constructor(options?: ErrorOptions) {
    super('The disk has no room for this write.', options);
    this.name = 'StorageFull';
  }
}
