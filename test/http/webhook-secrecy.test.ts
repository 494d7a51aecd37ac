import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect } from 'vitest';
import { logLine } from '../../shared/log.ts';
import { call } from '../support/call.ts';
import { aReceiver, deliveriesOf } from '../support/receiver.ts';
import { aRegistry, aTenant, itEmbedded } from '../support/registry.ts';
import { aModelOf } from '../support/setting-up.ts';

const registry = await aRegistry();

/** Everything that a registry wrote to its directory. */
async function filesOf(directory: string): Promise<Map<string, Buffer>> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  return new Map(await Promise.all(files.map(async (file) => [file, await readFile(file)] as const)));
}

itEmbedded(
  'W8: no secret is in any file, log line, event or later answer, and no path of a receiver in any event',
  async () => {
    const receiver = await aReceiver(registry, () => ({ status: 500 }));
    const tenant = await aTenant(registry);
    const { admin, keys } = tenant;
    const headers = { 'idempotency-key': 'canary' };
    const url = `${receiver.url}/canary-in-the-path`;
    const created = await call(registry, 'createWebhook', { url }, { as: keys.admin, headers });
    const webhook: string = created.body.id;
    const rotated = await call(
      registry,
      'rotateWebhookSecret',
      { webhook },
      { as: keys.admin, headers: { 'idempotency-key': 'next' } },
    );
    const secrets: string[] = [created.body.secret, rotated.body.secret];

    await aModelOf(tenant);
    await admin.pingWebhook({ webhook });
    await deliveriesOf(admin, webhook, 'pending', 2, ({ attempts }) => attempts.length > 0);
    await call(registry, 'updateWebhook', { webhook, url: 'http://10.0.0.1/' }, { as: keys.admin });
    await call(registry, 'rotateWebhookSecret', { webhook, overlapHours: -1 }, { as: keys.admin });
    await admin.updateWebhook({ webhook, description: 'Anew.' });
    const answers = [
      await admin.getWebhook({ webhook }),
      await admin.listWebhooks({}),
      await admin.listDeliveries({ webhook }),
      await admin.deleteWebhook({ webhook }),
    ];
    const events = await Array.fromAsync(admin.exportEvents({}));
    const told = [...registry.log.map((entry) => logLine(entry)), JSON.stringify(events), JSON.stringify(answers)].join(
      '\n',
    );
    const files = await filesOf(registry.directory);

    expect(secrets).toEqual([expect.stringMatching(/^whsec_/), expect.stringMatching(/^whsec_/)]);
    expect(files.size).toBeGreaterThan(2);
    for (const secret of secrets) {
      const canary = secret.slice('whsec_'.length);
      const bytes = Buffer.from(canary, 'base64');
      // All but how it ends, which is shown.
      for (const form of [canary.slice(0, -4), bytes.toString('hex'), bytes.toString('base64url').slice(0, -4)]) {
        expect(told).not.toContain(form);
        for (const [file, content] of files) expect(content.includes(form), `${form} in ${file}`).toBe(false);
      }
      for (const [file, content] of files) expect(content.includes(bytes), file).toBe(false);
    }
    expect(JSON.stringify(events)).not.toContain('canary-in-the-path');
    expect(registry.log.map((entry) => logLine(entry)).join('\n')).not.toContain('canary-in-the-path');
  },
);

itEmbedded(
  'W8: no secret that somebody chose, and no header for a receiver, is in any file, log line, event or answer',
  async () => {
    const { admin, keys } = await aTenant(registry);
    const [secret, authorization] = ['canary-secret-that-both-sides-have', 'Bearer canary-of-the-receiver'];
    const receiver = { url: 'https://receiver.invalid/', secret, authorization };
    const sent = (path: string, body: object) =>
      registry.raw('POST', `/api/2.0/mlflow${path}`, {
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
        as: keys.admin,
      });
    const event = { entity: 'MODEL_VERSION', action: 'CREATED' };
    const answers = [
      await sent('/registry-webhooks/create', { events: ['MODEL_VERSION_CREATED'], http_url_spec: receiver }),
      await sent('/webhooks', { name: 'ci', url: receiver.url, events: [event], secret }),
      await admin.listWebhooks({}),
      await Array.fromAsync(admin.exportEvents({})),
    ];
    const files = await filesOf(registry.directory);

    expect(answers.slice(0, 2)).toMatchObject([{ status: 200 }, { status: 200 }]);
    for (const canary of [secret, authorization]) {
      expect([...files].filter(([, bytes]) => bytes.includes(canary)).map(([file]) => file)).toEqual([]);
      expect(JSON.stringify([answers, registry.log.map((entry) => logLine(entry))])).not.toContain(canary);
    }
  },
);
