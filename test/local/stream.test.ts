import type { DynamoDBRecord } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { type Consumer, tableStream } from '../../local/stream.ts';
import { fromAttributes } from '../../shared/store/dynamo-item.ts';
import { type SqliteTable, sqliteTable } from '../../shared/store/sqlite-table.ts';
import type { Item } from '../../shared/store/table.ts';
import { aName } from '../support/names.ts';
import { aRegistry, aTenant } from '../support/registry.ts';

const registry = await aRegistry();

function streamed(): { table: SqliteTable; errors: unknown[]; consume: (consumer: Consumer) => void } {
  const errors: unknown[] = [];
  const now = () => new Date('2026-04-09T12:34:56.789Z');
  const stream = tableStream({ region: 'eu-west-1', now, onError: (error) => errors.push(error) });
  const table = sqliteTable({ file: ':memory:' });
  table.onCommit(stream.commit);
  return { table, errors, consume: stream.consume };
}

const item = (sk: string, n: number): Item => ({ pk: 'p', sk, n, list: [n] });
const newImage = ({ dynamodb }: DynamoDBRecord) => fromAttributes((dynamodb?.NewImage ?? {}) as never);

describe('the stream of a table', () => {
  it('tells of each change as a DynamoDB stream with both images does', async () => {
    const { table, consume } = streamed();
    const records: DynamoDBRecord[] = [];
    consume(async (some) => void records.push(...some));

    await table.transact([{ put: item('a', 1) }]);
    await table.transact([{ put: item('a', 2) }, { put: item('b', 1) }]);
    await table.transact([{ remove: { pk: 'p', sk: 'a' } }]);

    await expect.poll(() => records.length).toBe(4);
    expect(records.map(({ eventName }) => eventName)).toEqual(['INSERT', 'MODIFY', 'INSERT', 'REMOVE']);
    expect(records[1]).toEqual({
      eventID: expect.stringMatching(/^[0-9a-f]{32}$/),
      eventName: 'MODIFY',
      eventVersion: '1.1',
      eventSource: 'aws:dynamodb',
      awsRegion: 'eu-west-1',
      eventSourceARN: expect.stringContaining(':table/signet/stream/'),
      dynamodb: {
        ApproximateCreationDateTime: 1775738096,
        Keys: { pk: { S: 'p' }, sk: { S: 'a' } },
        OldImage: { pk: { S: 'p' }, sk: { S: 'a' }, n: { N: '1' }, json: { S: '{"list":[1]}' } },
        NewImage: { pk: { S: 'p' }, sk: { S: 'a' }, n: { N: '2' }, json: { S: '{"list":[2]}' } },
        SequenceNumber: expect.stringMatching(/^\d{21}$/),
        SizeBytes: expect.any(Number),
        StreamViewType: 'NEW_AND_OLD_IMAGES',
      },
    });
    const sequence = records.map(({ dynamodb }) => dynamodb?.SequenceNumber);
    expect(sequence).toEqual(sequence.toSorted());
    expect(new Set(sequence).size).toBe(4);
  });

  it('does not tell of a write that changed nothing', async () => {
    const { table, consume } = streamed();
    const records: DynamoDBRecord[] = [];
    consume(async (some) => void records.push(...some));

    await table.putEach([item('a', 1)]);
    await table.putEach([item('a', 1)]);
    await table.putEach([item('b', 1)]);

    await expect.poll(() => records.length).toBe(2);
    expect(records.map(newImage)).toEqual([item('a', 1), item('b', 1)]);
  });

  it('gives a consumer that fails the same changes again, and none out of turn', async () => {
    const { table, errors, consume } = streamed();
    const taken: number[] = [];
    let failures = 0;
    consume(async (records) => {
      if (failures < 2) {
        failures += 1;
        throw new Error('not now');
      }
      taken.push(...records.map((record) => Number(newImage(record)['n'])));
    });
    for (let n = 1; n <= 250; n += 1) await table.transact([{ put: item('a', n) }]);

    await expect.poll(() => taken.length, { timeout: 5_000 }).toBe(250);
    expect(taken).toEqual(Array.from({ length: 250 }, (_, index) => index + 1));
    expect(errors).toHaveLength(2);
  });

  it('keeps no more than 100,000 changes for a consumer, the latest ones', async () => {
    const stream = tableStream({ region: 'eu-west-1', now: () => new Date(), onError: () => {} });
    const change = (n: number) => stream.commit([{ key: { pk: 'p', sk: 'a' }, after: item('a', n) }]);
    const { promise: held, resolve: release } = Promise.withResolvers<void>();
    const taken: number[] = [];
    stream.consume(async (records) => {
      taken.push(...records.map(({ dynamodb }) => Number(dynamodb?.NewImage?.['n']?.N)));
      await held;
    });
    change(0);
    await expect.poll(() => taken).toEqual([0]);
    for (let n = 1; n <= 100_003; n += 1) change(n);
    release();

    await expect.poll(() => taken.at(-1), { timeout: 20_000 }).toBe(100_003);
    expect(taken).toHaveLength(1 + 100_000);
    expect(taken[1]).toBe(4);
  });

  it('lets no consumer hold up another, or a write', async () => {
    const { table, consume } = streamed();
    const taken: number[] = [];
    consume(() => new Promise(() => {}));
    consume(async (records) => void taken.push(records.length));

    await table.transact([{ put: item('a', 1) }]);
    await expect.poll(() => taken).toEqual([1]);
  });

  it('tells of the events of a registry in the order of each chain', async () => {
    const seqs: number[] = [];
    const model = aName('model');
    registry.consume(async (records) => {
      for (const image of records.filter(({ eventName }) => eventName === 'INSERT').map(newImage)) {
        if (image['kind'] === 'event' && (image['model'] as { name?: string } | undefined)?.name === model) {
          seqs.push(Number(image['seq']));
        }
      }
    });
    const { publisher } = await aTenant(registry);
    await publisher.createModel({ model });
    for (const description of ['a', 'b', 'c']) await publisher.updateModel({ model, description });

    await expect.poll(() => seqs).toEqual([1, 2, 3, 4]);
  });
});
