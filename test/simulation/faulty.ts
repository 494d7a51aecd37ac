import { Contention, type Table } from '../../shared/store/table.ts';
import { faultyTable } from '../store/faulty-table.ts';
import type { Chaos } from './chaos.ts';
import { aLife, type Life, type Schedule } from './schedule.ts';

/** An index of DynamoDB lags behind by moments. */
const LAG_MS = 2_000;

/** A table as a process sees it: each call takes a time, and may be the last thing that the process does. */
export function tableAsSeen(table: Table, { random, strikes, between, chances }: Chaos, schedule: Schedule) {
  const now = () => schedule.now().getTime();
  const faulty = faultyTable(table, { faults: chances, random, lag: { ms: LAG_MS, now } });
  const landing = aLife('the network');

  return (life: Life): Table => {
    const call = <T>(what: string, work: () => Promise<T>): Promise<T> =>
      schedule.turn(life, what, strikes('slow') ? between(500, 5_000) : between(1, 20), async () => {
        if (strikes('diesBefore')) return endOf<T>(life);
        const value = await work();
        return strikes('diesAfter') ? endOf<T>(life) : value;
      });
    return {
      get: (key) => call('get', () => faulty.get(key)),
      batchGet: (keys) => call('batchGet', () => faulty.batchGet(keys)),
      query: (query) => call('query', () => faulty.query(query)),
      transact(writes) {
        return call('transact', async () => {
          if (!strikes('late')) return faulty.transact(writes);
          void schedule
            .turn(landing, 'lands', between(5, strikes('slow') ? 8_000 : 60), () => table.transact(writes))
            .catch(() => undefined);
          throw new Contention();
        });
      },
      putEach(items) {
        return call('putEach', () => faulty.putEach(items));
      },
    };
  };
}

/** Whoever is dead hears of nothing. */
export function endOf<T>(life: Life): T {
  life.end();
  return undefined as T;
}
