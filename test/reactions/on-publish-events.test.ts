import type { DynamoDBRecord } from 'aws-lambda';
import { describe, expect, it } from 'vitest';
import { onPublishEvents } from '../../functions/on-publish-events.ts';
import { localQueues } from '../../local/reactions/queues.ts';
import type { Event } from '../../shared/domain/event.ts';
import type { Services } from '../../shared/http/services.ts';
import { insertedEvent } from '../../shared/reactions/inserted.ts';
import { reactToRecords } from '../../shared/reactions/react.ts';
import { OUTBOX_SHARDS } from '../../shared/store/keys.ts';
import { sqliteTable } from '../../shared/store/sqlite-table.ts';
import { aName } from '../support/names.ts';
import { aRegistry, aTenant } from '../support/registry.ts';

const registry = await aRegistry();

if (onPublishEvents.kind !== 'stream') throw new TypeError('expected a reaction to a stream');
const reactor = onPublishEvents;

/** Records of so many events, as the stream tells of them. */
async function records(count: number): Promise<DynamoDBRecord[]> {
  const taken: DynamoDBRecord[] = [];
  const model = aName('model');
  registry.consume(async (some) => void taken.push(...some.filter((one) => isOf(one, model))));
  const { publisher } = await aTenant(registry);
  await publisher.createModel({ model });
  for (let n = 1; n < count; n += 1) await publisher.updateModel({ model, description: String(n) });
  await expect.poll(() => taken.length).toBe(count);
  return taken;
}

const isOf = ({ eventName, dynamodb }: DynamoDBRecord, model: string) =>
  eventName === 'INSERT' &&
  dynamodb?.NewImage?.['kind']?.S === 'event' &&
  JSON.stringify(dynamodb.NewImage).includes(model);

/** The registry's own services, with a bus that takes what it is told to take. */
function servicesWith(takes: (event: Event) => boolean) {
  const published: string[] = [];
  const table = sqliteTable({ file: ':memory:' });
  const letters = localQueues({ table, now: registry.services.now, newId: registry.services.newId });
  const services: Services = {
    ...registry.services,
    letters,
    bus: {
      publish: async (events) => {
        published.push(...events.filter(takes).map(({ id }) => id));
        return events.filter((event) => !takes(event));
      },
    },
  };
  return { services, published, letters: async () => (await table.query({ pk: 'LETTERS', limit: 10 })).items };
}

const poison = (record: DynamoDBRecord): DynamoDBRecord => ({
  ...record,
  dynamodb: { ...record.dynamodb, NewImage: { ...record.dynamodb?.NewImage, seq: { S: 'twelve' } } },
});

describe('O3: a record that nobody can read', () => {
  it('is put aside whole, and holds up none of its neighbours', async () => {
    const { services, published, letters } = servicesWith(() => true);
    const [first, second, third] = await records(3);
    if (!first || !second || !third) throw new Error('expected three records');

    expect(await reactToRecords(reactor, [first, poison(second), third], services)).toBeUndefined();

    expect(published).toEqual([idOf(first), idOf(third)]);
    const [letter] = await letters();
    expect(letter).toMatchObject({ reaction: 'onPublishEvents', reason: expect.stringContaining('seq') });
    expect(JSON.parse(String(letter?.['body']))).toEqual(poison(second).dynamodb?.NewImage);
    expect(registry.log).toContainEqual(expect.objectContaining({ code: 'letter.put', reaction: 'onPublishEvents' }));
  });
});

describe('events that the bus does not take', () => {
  it('come again from the first of them on, and the others are out of the outbox', async () => {
    const [first, second, third] = await records(3);
    if (!first || !second || !third) throw new Error('expected three records');
    const { services } = servicesWith(({ id }) => id !== idOf(second));

    expect(await reactToRecords(reactor, [first, second, third], services)).toBe(second);
  });
});

describe('what is no new event', () => {
  it('is passed over', async () => {
    const { services, published } = servicesWith(() => true);
    const [first] = await records(1);
    if (!first) throw new Error('expected a record');

    await reactToRecords(
      reactor,
      [
        { ...first, eventName: 'MODIFY' },
        { ...first, eventName: 'REMOVE' },
      ],
      services,
    );

    expect(published).toEqual([]);
  });
});

describe('O2: an event that the bus has', () => {
  it('leaves the outbox and stays what it is: hash, mark and place', async () => {
    const [record] = await records(1);
    const { id, tenant, model } = eventIn(record);

    const waiting = async () => {
      const shards = Array.from({ length: OUTBOX_SHARDS }, (_, shard) => shard);
      const before = new Date('2100-01-01');
      const pages = shards.map((shard) => registry.services.store.outbox(shard, { before, limit: 1_000 }));
      return (await Promise.all(pages)).flatMap(({ items }) => items.map((one) => one.id));
    };
    await expect.poll(waiting).not.toContain(id);
    const { items } = await registry.services.store.chain(tenant, model?.id, { limit: 1 });
    expect(items[0]).toEqual({ ...eventIn(record), published: true });
  });
});

/** The event that a record tells of. */
function eventIn(record: DynamoDBRecord | undefined): Event {
  const event = record && insertedEvent(record);
  if (!event || event instanceof Error) throw new TypeError('expected the record of an event', { cause: event });
  return event;
}
const idOf = (record: DynamoDBRecord) => eventIn(record).id;
