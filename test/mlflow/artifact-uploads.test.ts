import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { stagedKey } from '../../shared/domain/staged.ts';
import { anOutsider, aRegistry, aTenant, itEmbedded } from '../support/registry.ts';
import { artifactsOf, sendPart, uploaded } from './artifact-calls.ts';

const registry = await aRegistry();

async function aPublisher() {
  const tenant = await aTenant(registry);
  return { tenant, files: artifactsOf(registry, tenant.keys.publisher) };
}
const text = async ({ body }: { body: { url: string } }) => (await fetch(body.url)).text();

describe('an uploaded file', () => {
  it('is where it was put, is listed and read by its uploader', async () => {
    const { files } = await aPublisher();
    await uploaded(files, 'exp/1', 'model.pkl', 'bytes');
    await uploaded(files, 'exp/1/sub', 'b.txt', 'more');

    expect((await files.list('exp/1')).body).toEqual({
      files: [
        { path: 'model.pkl', is_dir: false, file_size: 5 },
        { path: 'sub', is_dir: true },
      ],
    });
    expect((await files.list('')).body).toEqual({ files: [{ path: 'exp', is_dir: true }] });
    expect(await text(await files.presigned('exp/1/model.pkl'))).toBe('bytes');
    expect((await files.get('exp/1/sub/b.txt')).text).toBe('more');
  });

  it('is named by the last part of whatever path the client says, as older ones say all of it', async () => {
    const { files } = await aPublisher();
    const begun = await files.begin('d', '/home/ann/run/model.bin');
    const part = await sendPart(begun.body.credentials[0], 'x');
    await files.complete('d', '/home/ann/run/model.bin', begun.body.upload_id, [part]);

    expect((await files.list('d')).body.files).toMatchObject([{ path: 'model.bin' }]);
  });

  it('comes in parts of which the store knows the order', async () => {
    const { files } = await aPublisher();
    const [one, two] = [randomBytes(5 * 2 ** 20), Buffer.from('the end')];
    const { body } = await files.begin('big', 'w.bin', 2);
    const parts = [await sendPart(body.credentials[1], two), await sendPart(body.credentials[0], one)];

    expect((await files.complete('big', 'w.bin', body.upload_id, parts)).status).toBe(200);
    const got = await fetch((await files.presigned('big/w.bin')).body.url);
    expect(Buffer.from(await got.arrayBuffer()).equals(Buffer.concat([one, two]))).toBe(true);
  });

  it('may be empty, in one part, in none, or as a whole', async () => {
    const { files } = await aPublisher();
    await uploaded(files, 'e', 'one', '');
    const begun = await files.begin('e', 'two', 0);
    await files.complete('e', 'two', begun.body.upload_id, []);
    await files.put('e/three', '');

    expect((await files.list('e')).body.files).toEqual(
      ['one', 'three', 'two'].map((path) => ({ path, is_dir: false, file_size: 0 })),
    );
  });

  it('may be put as a whole while it is small, whatever its bytes are', async () => {
    const { files } = await aPublisher();
    const bytes = Buffer.from([0, 255, 254, 13, 10, 128]);
    const large = await files.put('p/large', Buffer.alloc(4 * 2 ** 20 + 1));

    expect((await files.put('p/a', bytes)).status).toBe(200);
    const got = await fetch((await files.presigned('p/a')).body.url);
    expect(Buffer.from(await got.arrayBuffer()).equals(bytes)).toBe(true);
    expect([large.status, large.body.message]).toEqual([
      413,
      expect.stringContaining('MLFLOW_ENABLE_PROXY_MULTIPART_UPLOAD=true'),
    ]);
    expect((await files.put('p/huge', Buffer.alloc(6_000_001))).status).toBe(413);
  });

  it('is the last one that was completed at its path, and what was read before stays what it was', async () => {
    const { files } = await aPublisher();
    await uploaded(files, 'r', 'f', 'first');
    const before = await files.presigned('r/f');
    const rivals = await Promise.all(['second', 'third'].map((body) => uploaded(files, 'r', 'f', body)));

    expect(rivals).toHaveLength(2);
    expect(await text(before)).toBe('first');
    expect(['second', 'third']).toContain(await text(await files.presigned('r/f')));
  });

  it('is completed once, however often it is asked', async () => {
    const { files } = await aPublisher();
    const { body } = await files.begin('c', 'f');
    const part = await sendPart(body.credentials[0], 'x');
    const answers = [
      await files.complete('c', 'f', body.upload_id, [part]),
      await files.complete('c', 'f', body.upload_id, [part]),
      await files.abort('c', 'f', body.upload_id),
    ];

    expect(answers.map(({ status, body: said }) => [status, said])).toEqual([
      [200, {}],
      [200, {}],
      [200, {}],
    ]);
    expect(await text(await files.presigned('c/f'))).toBe('x');
  });

  it('400: is not made of parts with another ETag, of none, or of what was given for another path', async () => {
    const { tenant, files } = await aPublisher();
    const { body } = await files.begin('w', 'f');
    const part = await sendPart(body.credentials[0], 'x');
    const other = artifactsOf(registry, tenant.keys.admin);
    await tenant.admin.putMember({
      principal: tenant.keys.admin.arn,
      roles: [{ role: 'admin' }, { role: 'publisher' }],
    });
    const answers = [
      await files.complete('w', 'f', body.upload_id, [{ ...part, etag: '"0123456789abcdef0123456789abcdef"' }]),
      await files.complete('w', 'f', body.upload_id, []),
      await files.complete('w', 'f', body.upload_id, [{ part_number: 0, etag: part.etag }]),
      await files.complete('w', 'g', body.upload_id, [part]),
      await files.complete('v', 'f', body.upload_id, [part]),
      await files.complete('w', 'f', 'made up', [part]),
      await other.complete('w', 'f', body.upload_id, [part]),
      await other.abort('w', 'f', body.upload_id),
    ];

    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 400));
    expect((await files.complete('w', 'f', body.upload_id, [part])).status).toBe(200);
  });

  it('404: is not completed any more when it was aborted', async () => {
    const { files } = await aPublisher();
    const { body } = await files.begin('a', 'f');
    const part = await sendPart(body.credentials[0], 'x');

    expect((await files.abort('a', 'f', body.upload_id)).status).toBe(200);
    expect((await files.complete('a', 'f', body.upload_id, [part])).status).toBe(404);
    expect((await files.presigned('a/f')).status).toBe(404);
  });

  it('is taken back, alone or with its folder, and nothing is left of a folder that is empty', async () => {
    const { files } = await aPublisher();
    for (const name of ['x', 'y']) await uploaded(files, 'd/e', name, name);

    await files.remove('d/e/x');
    expect((await files.list('d/e')).body.files).toMatchObject([{ path: 'y' }]);
    await files.remove('d/');
    expect((await files.list('')).body).toEqual({});
    expect((await files.remove('d')).status).toBe(200);
  });

  it("is nobody else's: not another publisher's of the tenant, not another tenant's", async () => {
    const { tenant, files } = await aPublisher();
    await uploaded(files, 's', 'f', 'mine');
    await tenant.admin.putMember({ principal: tenant.keys.releaser.arn, roles: [{ role: 'publisher' }] });
    const others = [artifactsOf(registry, tenant.keys.releaser), artifactsOf(registry, await anOutsider(registry))];
    for (const other of others) {
      expect((await other.presigned('s/f')).status).toBe(404);
      expect((await other.list('')).body).toEqual({});
      await other.remove('s/f');
      await uploaded(other, 's', 'f', 'theirs');
    }

    expect(await text(await files.presigned('s/f'))).toBe('mine');
  });

  it('403: needs the role publisher on some model, to write and to read', async () => {
    const { tenant } = await aPublisher();
    const reader = artifactsOf(registry, tenant.keys.reader);
    const answers = await Promise.all([
      reader.put('f', 'x'),
      reader.begin('d', 'f'),
      reader.complete('d', 'f', 'u', []),
      reader.abort('d', 'f', 'u'),
      reader.remove('f'),
      reader.list('d'),
      reader.presigned('f'),
    ]);

    expect(answers.map(({ status, body }) => [status, body.error_code])).toEqual(
      answers.map(() => [403, 'PERMISSION_DENIED']),
    );
  });

  it('400: names what is wrong with it', async () => {
    const { files } = await aPublisher();
    const wrong = (await files.begin('d', 'f', 1_025)).body;

    expect(wrong.message).toMatch(/num_parts.*MLFLOW_MULTIPART_UPLOAD_CHUNK_SIZE/);
    expect((await files.begin('d', 'f', 1.5)).body.message).toMatch(/num_parts/);
    expect((await files.begin('d', '')).body.message).toMatch(/parameter 'path'/);
    expect((await files.begin('d', '..')).status).toBe(400);
    expect((await files.begin('a'.repeat(1_001), 'f')).status).toBe(400);
    expect((await files.remove('')).status).toBe(400);
  });

  itEmbedded('is gone after thirty days, before its bytes are', async () => {
    const { tenant, files } = await aPublisher();
    await uploaded(files, 'old', 'f', 'x');
    const [row] = await registry.services.store.stagedBelow(
      (await tenant.publisher.whoAmI({})).tenants[0]?.tenant as never,
      (await tenant.publisher.whoAmI({})).principal as never,
      'old',
    );
    registry.clock.advance(30 * 86_400_000 + 1_000);

    expect((await files.presigned('old/f')).status).toBe(404);
    expect((await files.list('old')).body).toEqual({});
    expect(row && (await registry.services.artifacts.stat(stagedKey(row.tenant, row.object)))).toBeDefined();
  });
});
