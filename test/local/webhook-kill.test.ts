import { setTimeout } from 'node:timers/promises';
import { expect, it, vi } from 'vitest';
import type { Client } from '../../shared/http/client.ts';
import { aDirectory } from '../support/directory.ts';
import { LENIENT } from '../support/lenient.ts';
import { aName } from '../support/names.ts';
import { aReceiver } from '../support/receiver.ts';
import { serving } from '../support/registry-process.ts';

const KILLS = 30;
/** Of one tenant, so many attempts are under way at once. */
const UNDER_WAY_MAX = 32;

/** Makes models until the registry is gone. */
async function write(publisher: Client): Promise<void> {
  for (;;) await publisher.createModel({ model: aName('model') });
}

it(`W4: brings every event to its receiver at least once, when the registry is killed ${KILLS} times while it delivers`, {
  timeout: 300_000,
}, async () => {
  const directory = await aDirectory();
  const origins: string[] = [];
  const receiver = await aReceiver({ trust: (origin) => void origins.push(origin) });
  const start = () => serving(directory, ['--webhook-origin', origins[0] ?? '']);
  const writers: Promise<unknown>[] = [];
  let secret = '';

  for (let kill = 0; kill < KILLS; kill += 1) {
    const registry = await start();
    if (kill === 0) {
      const admin = await registry.as('admin');
      await admin.putPolicy({ policy: LENIENT });
      ({ secret } = await admin.createWebhook({ url: receiver.url, events: ['model.created'] }));
    }
    const publisher = await registry.as('publisher');
    for (let writer = 0; writer < 3; writer += 1) writers.push(write(publisher).catch(() => {}));
    await setTimeout(50 + Math.random() * 250);
    registry.child.kill('SIGKILL');
    await registry.ended;
  }
  await Promise.all(writers);

  const registry = await start();
  const admin = await registry.as('admin');
  const exported = await Array.fromAsync(admin.exportEvents({}));
  const events = exported.flatMap((event) => (event.type === 'model.created' ? [event] : []));
  const received = () => new Map(Map.groupBy(receiver.messages, ({ id }) => id));
  await vi.waitFor(() => expect(events.filter(({ id }) => !received().has(id))).toEqual([]), {
    timeout: 60_000,
    interval: 200,
  });

  expect(events.length).toBeGreaterThan(KILLS);
  const copies = [...received().values()];
  expect(copies).toHaveLength(events.length);
  expect(copies.filter(({ length }) => length > 1).length).toBeLessThanOrEqual(KILLS * UNDER_WAY_MAX);
  for (const message of receiver.messages.slice(-20)) expect(message.verified(secret)).toBeDefined();
  for (const [{ body } = { body: '' }, ...others] of copies)
    expect(others.every((other) => other.body === body)).toBe(true);
});
