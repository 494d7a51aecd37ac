import { type ChainEntry, Checkpoint, Log, type LogEntry, LogNode } from '../domain/checkpoint.ts';
import { Event } from '../domain/event.ts';
import type { Hash, Place } from '../domain/merkle.ts';
import type { ModelId, TenantId } from '../domain/names.ts';
import { CHECKPOINT_PREFIX, dueKeys, keys, SEQUENCE_MAX } from './keys.ts';
import { list } from './list.ts';
import { pagesOf } from './pages.ts';
import { pageQuery, present, readerOf } from './read.ts';
import type { Listed, PageOf } from './store.ts';
import type { Query, Table } from './table.ts';

/** What the store knows of the logs by which records are proved. */
export interface LogStore {
  log(tenant: TenantId): Promise<Log | undefined>;
  /** The logs of all tenants, of one shard. Read from an index, which may lag behind by moments. */
  logs(shard: number, page: PageOf): Promise<Listed<Log>>;
  /** Entries in their order, from one place to before another. */
  logEntries(tenant: TenantId, from: number, to: number): Promise<readonly LogEntry[]>;
  /** The hashes of nodes that are there. */
  logHashes(tenant: TenantId, places: readonly Place[]): Promise<readonly Hash[]>;
  /** The first entry that a chain has at or behind an event. Read from an index, which may lag behind by moments. */
  markAt(tenant: TenantId, model: ModelId | undefined, seq: number): Promise<ChainEntry | undefined>;
  /** The last entry that a chain has. Read from an index, which may lag behind by moments. */
  lastMark(tenant: TenantId, model: ModelId | undefined): Promise<ChainEntry | undefined>;
  checkpoint(tenant: TenantId, number: number): Promise<Checkpoint | undefined>;
  checkpoints(tenant: TenantId, page: PageOf): Promise<Listed<Checkpoint>>;
  /** The events of a chain from one to another, both inclusive. */
  chainBetween(tenant: TenantId, model: ModelId | undefined, from: number, to: number): Promise<readonly Event[]>;
}

/** So many keys are asked for at once. */
const AT_ONCE = 1_000;

export function logStore(table: Table): LogStore {
  const mark = async (query: Omit<Query, 'limit'>): Promise<ChainEntry | undefined> => {
    const { items } = await table.query({ ...query, index: 'gsi2', limit: 1 });
    const { entry } = items[0] ? LogNode.parse(items[0]) : {};
    return entry?.type === 'chain' ? entry : undefined;
  };
  const read = readerOf(table);
  const nodes = async (tenant: TenantId, places: readonly Place[]): Promise<LogNode[]> => {
    const items = await table.batchGet(places.map((place) => keys.logNode(tenant, place)));
    return present(LogNode, items);
  };

  return {
    log: (tenant) => read(Log, keys.log(tenant)),
    logs: (shard, page) => list(table, { index: 'due', pk: dueKeys.logs(shard), ...pageQuery(page) }, Log),

    async logEntries(tenant, from, to) {
      const places = Array.from({ length: to - from }, (_, at) => ({ level: 0, index: from + at }));
      const found: LogNode[] = [];
      for (let at = 0; at < places.length; at += AT_ONCE)
        found.push(...(await nodes(tenant, places.slice(at, at + AT_ONCE))));
      return found.flatMap(({ entry }) => (entry ? [entry] : []));
    },
    logHashes: async (tenant, places) =>
      places.length === 0 ? [] : (await nodes(tenant, places)).map(({ hash }) => hash),

    markAt: (tenant, model, seq) => mark({ pk: keys.marks(tenant, model), from: keys.mark(seq) }),
    lastMark: (tenant, model) => mark({ pk: keys.marks(tenant, model), order: 'descending' }),

    checkpoint: (tenant, number) => read(Checkpoint, keys.checkpoint(tenant, number)),
    checkpoints: (tenant, page) =>
      list(table, { pk: keys.ofLog(tenant), prefix: CHECKPOINT_PREFIX, ...pageQuery(page) }, Checkpoint),

    async chainBetween(tenant, model, from, to) {
      const range = {
        pk: keys.history(tenant, model),
        from: keys.event(tenant, model, from).sk,
        to: keys.event(tenant, model, Math.min(to, SEQUENCE_MAX)).sk,
      };
      const events: Event[] = [];
      const pages = pagesOf((after) => list(table, { ...range, ...pageQuery({ limit: 500, after }) }, Event));
      for await (const page of pages) events.push(...page);
      return events;
    },
  };
}
