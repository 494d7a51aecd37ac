import { expect, it } from 'vitest';
import { sqliteTable } from '../../shared/store/sqlite-table.ts';
import { aBeginning, START } from './beginning.ts';
import { CALM } from './chaos.ts';
import { arnOf, ask } from './people.ts';
import { aLife, aSchedule } from './schedule.ts';
import { aWorld } from './world.ts';

const MINUTE = 60_000;
const AT_ONCE = 100;
const ATTEMPTS_MAX = 50;

it('C4: a request that comes a hundred times at once, after 11 minutes and after 23 hours is done once', async () => {
  const { items, memberships, bucket } = await aBeginning();
  const table = sqliteTable({ file: ':memory:' });
  await table.putEach(items);
  const schedule = aSchedule(START);
  const arrived = () => {};
  const { servicesOf } = aWorld({ chaos: CALM, schedule, table, bucket: bucket(), memberships, arrived });
  let ended = START.getTime();

  /** Asks under one key so many times at once, again where it is told to. */
  async function answers(times: number): Promise<unknown[]> {
    const asking = async (index: number): Promise<unknown> => {
      for (let attempt = 1; ; attempt += 1) {
        const input = { model: 'free', source: 's3://elsewhere/m' };
        const headers = { 'Idempotency-Key': 'one' };
        const { statusCode, body } = await ask(
          { name: 'registerVersion', input, arn: arnOf('ann'), headers },
          servicesOf(aLife(`request ${index}`)),
          'request',
        );
        if (statusCode !== 409 || attempt === ATTEMPTS_MAX) return { statusCode, body };
      }
    };
    const all = Promise.all(Array.from({ length: times }, (_, index) => asking(index)));
    ended += MINUTE;
    await schedule.runUntil(new Date(ended));
    return all;
  }

  const [first, ...others] = await answers(AT_ONCE);
  ended += 11 * MINUTE;
  const later = await answers(1);
  ended = START.getTime() + 23 * 60 * MINUTE;
  const latest = await answers(1);

  expect(first).toMatchObject({ statusCode: 201 });
  expect([...others, ...later, ...latest]).toEqual(Array.from({ length: AT_ONCE + 1 }, () => first));
  const [model] = (await table.query({ pk: 'T#acme#MODELS', prefix: 'M#free', limit: 1 })).items;
  expect(model).toMatchObject({ nextVersion: 2, seq: 2 });
  await table.close();
});
