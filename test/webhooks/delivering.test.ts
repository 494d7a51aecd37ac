import { Webhook as Verifier } from 'standardwebhooks';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { SCHEDULE } from '../../shared/domain/delivery.ts';
import type { TenantId } from '../../shared/domain/names.ts';
import { putTenantPolicy } from '../../shared/domain/policy.ts';
import { redeliver } from '../../shared/domain/redelivery.ts';
import type { Tenant } from '../../shared/domain/tenant.ts';
import { deleteWebhook, rotateWebhookSecret, updateWebhook } from '../../shared/domain/webhook.ts';
import { aWorld, type Receiver } from './world.ts';

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;
const DAY = 24 * HOUR;
const WELL: Receiver = () => ({ status: 204 });
const ILL: Receiver = () => ({ status: 500 });

/** A tenant with one webhook of all events. */
async function aWorldWith(receiver: Receiver, interrupt?: Parameters<typeof aWorld>[1]) {
  const world = aWorld(receiver, interrupt);
  const tenant = await world.tenant('acme');
  const { webhook, secret } = await world.webhook(tenant);
  const found = async (): Promise<Tenant> => (await world.store.tenant(tenant)) as Tenant;
  return {
    ...world,
    tenant,
    webhook,
    secret,
    found,
    /** Something that has an event. */
    event: async (times = 1) =>
      world.happened(
        tenant,
        putTenantPolicy(await found(), await policyOf(world, tenant), {}, world.occasion()),
        times,
      ),
    deliveries: async () => (await world.store.deliveries(webhook, { limit: 100 })).items,
    now: async () => world.store.webhook(tenant, webhook.id),
  };
}

const policyOf = async ({ store }: ReturnType<typeof aWorld>, tenant: TenantId) =>
  (await store.policies(tenant)).ofTenant;

afterEach(() => {
  vi.useRealTimers();
});

/** What a receiver makes of a message when it comes. */
function verified(secret: string, { body, headers, at }: ReturnType<typeof aWorld>['sent'][number]): unknown {
  vi.useFakeTimers({ now: at, toFake: ['Date'] });
  return new Verifier(secret).verify(body, { ...headers });
}

describe('an event on its way to a webhook', () => {
  it('arrives at once, signed', async () => {
    const world = await aWorldWith(WELL);
    const event = await world.event();
    await world.pass(SECOND);
    const [message] = world.sent;

    expect(world.sent).toHaveLength(1);
    expect(message && verified(world.secret, message)).toMatchObject({ type: event.type, data: { id: event.id } });
    expect(await world.deliveries()).toMatchObject([{ event: event.id, state: 'delivered' }]);
  });

  it('makes one delivery, however often the bus brings it', async () => {
    const world = await aWorldWith(WELL);
    await world.event(5);
    await world.pass(DAY);

    expect(world.sent).toHaveLength(1);
    expect(await world.deliveries()).toHaveLength(1);
  });

  it('W2: has one id over all its attempts and when it is delivered again, and another time with each', async () => {
    let status = 500;
    const world = await aWorldWith(() => ({ status }));
    const event = await world.event();
    await world.pass(5 * DAY - HOUR);
    status = 200;
    const [failed] = await world.deliveries();
    const change = redeliver(await world.found(), (await world.now()) as never, failed, event.id, world.occasion());
    await world.happened(world.tenant, change);
    await world.pass(SECOND);
    const ofEvent = world.sent.filter(({ headers }) => headers['webhook-id'] === event.id);
    const times = ofEvent.map(({ headers }) => Number(headers['webhook-timestamp']));

    expect(ofEvent).toHaveLength(SCHEDULE.length + 1);
    expect(new Set(ofEvent.map(({ body }) => body)).size).toBe(1);
    expect(times).toEqual(ofEvent.map(({ at }) => Math.floor(at.getTime() / 1_000)));
    expect(new Set(times).size).toBe(times.length);
    for (const message of ofEvent) expect(verified(world.secret, message)).toBeDefined();
  });

  it('W3: is tried eleven times in 75.6 hours, a fifth earlier or later, through queue and table', async () => {
    const world = await aWorldWith(ILL);
    await world.event();
    await world.pass(5 * DAY - HOUR);
    const waits = world.sent.map(({ at }, index) => at.getTime() - (world.sent[index - 1]?.at ?? at).getTime());

    expect(waits).toHaveLength(SCHEDULE.length);
    for (const [index, wait] of waits.entries()) {
      const seconds = SCHEDULE[index] ?? Number.NaN;
      expect(wait / SECOND).toBeGreaterThanOrEqual(0.8 * seconds - 0.01);
      // Whole seconds of a queue, and the minute of the sweep.
      expect(wait / SECOND).toBeLessThanOrEqual(1.2 * seconds + 61);
    }
    expect(await world.deliveries()).toMatchObject([{ state: 'failed', attempts: { length: SCHEDULE.length } }]);
  });

  it('W3: comes back as late as the receiver asks', async () => {
    const world = await aWorldWith((_, at) =>
      at.getUTCHours() < 15 ? { status: 503, retryAfterSeconds: 3 * 3_600 } : { status: 200 },
    );
    await world.event();
    await world.pass(DAY);

    expect(world.sent.map(({ at }) => at.getUTCHours())).toEqual([12, 15]);
  });

  it('W3: switches its webhook off when the receiver says that it is gone, and nothing is sent any more', async () => {
    const world = await aWorldWith(() => ({ status: 410 }));
    await world.event();
    await world.pass(SECOND);
    await world.event();
    await world.pass(5 * DAY);
    const { items } = await world.store.chain(world.tenant, undefined, { limit: 100 });

    expect(world.sent).toHaveLength(1);
    expect(await world.now()).toMatchObject({ state: 'disabled', disabled: { reason: 'gone' } });
    expect(items.filter(({ type }) => type === 'webhook.disabled')).toMatchObject([
      { actor: { principal: 'signet:on-deliver-webhook' }, data: { webhook: world.webhook.id, reason: 'gone' } },
    ]);
  });

  it('W3: switches its webhook off after five days of failures only', async () => {
    const world = await aWorldWith(ILL);
    for (let day = 0; day < 5; day += 1) {
      await world.event();
      await world.pass(DAY - HOUR);
      expect(await world.now()).toMatchObject({ state: 'enabled', failingSince: expect.any(String) });
    }
    await world.pass(DAY);

    expect(await world.now()).toMatchObject({ state: 'disabled', disabled: { reason: 'failing' } });
    await world.pass(5 * DAY);
    expect((await world.deliveries()).filter(({ state }) => state === 'pending')).toEqual([]);
  });

  it('W3: leaves a webhook on where one message of many arrives', async () => {
    let count = 0;
    const world = await aWorldWith(() => {
      count += 1;
      return { status: count % 7 === 0 ? 200 : 500 };
    });
    for (let day = 0; day < 10; day += 1) {
      await world.event();
      await world.pass(DAY);
    }

    expect(await world.now()).toMatchObject({ state: 'enabled' });
  });

  it('W6: is signed with both secrets while there are two, and with the new one behind that', async () => {
    const world = await aWorldWith(WELL);
    const fresh = world.services.secrets.fresh(world.webhook);
    const next = world.services.secrets.open(fresh.sealed, world.webhook);
    const change = rotateWebhookSecret(
      await world.found(),
      world.webhook,
      { secret: fresh, overlapHours: 24 },
      world.occasion(),
    );
    await world.store.commit(change);
    await world.event();
    await world.pass(DAY);
    await world.event();
    await world.pass(SECOND);
    const [during, after] = world.sent;
    if (!during || !after) throw new Error('expected two messages');

    expect(verified(world.secret, during)).toBeDefined();
    expect(verified(next, during)).toBeDefined();
    expect(verified(next, after)).toBeDefined();
    expect(() => verified(world.secret, after)).toThrow('No matching signature');
  });

  it('is given up when its webhook is switched off or deleted meanwhile', async () => {
    const world = await aWorldWith(ILL);
    await world.event();
    await world.pass(SECOND);
    const off = updateWebhook(
      await world.found(),
      (await world.now()) as never,
      { state: 'disabled' },
      world.occasion(),
    );
    await world.store.commit(off);
    await world.pass(HOUR);
    expect(await world.deliveries()).toMatchObject([
      { state: 'failed', attempts: [{ status: 500 }, { error: 'the webhook is switched off' }] },
    ]);

    const gone = deleteWebhook(await world.found(), (await world.now()) as never, world.occasion());
    await world.store.commit(gone);
    await world.event();
    await world.pass(DAY);
    expect(world.sent).toHaveLength(1);
  });
});

/** Ends a function at one of its steps, once. */
class Killed extends Error {}

describe('W4: functions that are killed', () => {
  /** How often the receiver gets the event when the function ends at the step of this number. */
  async function receivedWhenKilledAt(kill: number, receiver: Receiver) {
    let steps = 0;
    let isKilled = false;
    const world = await aWorldWith(receiver, () => {
      steps += 1;
      if (steps !== kill) return;
      isKilled = true;
      throw new Killed();
    });
    await world.event();
    await world.pass(5 * DAY - HOUR);
    return { isKilled, steps, received: world.sent.length, deliveries: await world.deliveries() };
  }

  it('W4: lose nothing, and send once more at most, wherever they are killed', async () => {
    const { steps } = await receivedWhenKilledAt(Number.NaN, WELL);
    expect(steps).toBeGreaterThanOrEqual(10);
    for (let kill = 1; kill <= steps; kill += 1) {
      const { isKilled, received, deliveries } = await receivedWhenKilledAt(kill, WELL);

      expect({ kill, isKilled }).toEqual({ kill, isKilled: true });
      expect(received, `killed at ${kill}`).toBeGreaterThanOrEqual(1);
      expect(received, `killed at ${kill}`).toBeLessThanOrEqual(2);
      expect(deliveries).toMatchObject([{ state: 'delivered' }]);
    }
  });

  it('W4: go through all attempts, and one more at most, wherever they are killed', async () => {
    const { steps, received: all } = await receivedWhenKilledAt(Number.NaN, ILL);
    for (let kill = 1; kill <= steps; kill += 1) {
      const { received, deliveries } = await receivedWhenKilledAt(kill, ILL);

      expect(received, `killed at ${kill}`).toBeGreaterThanOrEqual(all);
      expect(received, `killed at ${kill}`).toBeLessThanOrEqual(all + 1);
      expect(deliveries).toMatchObject([{ state: 'failed', tries: all }]);
    }
  });
});

it('W9: an attempt takes less than a millisecond of a processor besides the table', async () => {
  const world = await aWorldWith(WELL);
  const attempts = 300;
  for (let n = 0; n < attempts; n += 1) await world.event();
  const begun = process.cpuUsage();
  await world.pass(SECOND);
  const { user, system } = process.cpuUsage(begun);

  expect(world.sent).toHaveLength(attempts);
  // With the table in memory, its writes and the dispatch: three times as much as the attempt.
  expect((user + system) / attempts / 1_000).toBeLessThan(10);
});
