import { hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { Artifacts } from '../../shared/artifacts/artifacts.ts';
import { proveFiles } from '../../shared/artifacts/prove.ts';
import type { UploadView } from '../../shared/contract/versions.ts';
import { PART_BYTES, partsOf } from '../../shared/domain/artifact.ts';
import { Sha256, TenantId } from '../../shared/domain/names.ts';
import { call } from '../support/call.ts';
import { atMachineTime } from '../support/machine-clock.ts';
import { aName } from '../support/names.ts';
import { aRegistry, aTenant, type TestTenant } from '../support/registry.ts';
import { aModelOf, aVersionWith, filesOf, type RegisteredFile, sendAll, sent } from '../support/setting-up.ts';

const registry = await aRegistry();

const sha256 = (bytes: string | Uint8Array) => hash('sha256', bytes, 'hex');
const complete = ({ keys }: TestTenant, model: string, version: number) =>
  call(registry, 'completeVersion', { model, version }, { as: keys.publisher });

/** The first of something that has to be there. */
function first<T>([one]: readonly T[]): T {
  if (one === undefined) throw new Error('expected one at least');
  return one;
}

/** Registers files in a model of their own. */
async function registered(tenant: TestTenant, files: RegisteredFile[], model?: string) {
  const name = model ?? (await aModelOf(tenant));
  const { version, uploads, more } = await tenant.publisher.registerVersion({ model: name, files });
  return { model: name, version: version.version, uploads, more };
}

/** What a download gives, by path. */
async function downloaded({ reader }: TestTenant, model: string, version: number): Promise<Record<string, Buffer>> {
  const { items } = await reader.getDownload({ model, version });
  const files = items.map(async ({ path, request }) => [path, Buffer.from(await (await sent(request)).arrayBuffer())]);
  return Object.fromEntries(await Promise.all(files)) as Record<string, Buffer>;
}

describe('bytes that a tenant has already', () => {
  it('are not asked for again, in whichever model, and make a version complete at once', async () => {
    const tenant = await aTenant(registry);
    const contents = { 'model.bin': aName('weights'), 'labels.txt': aName('labels') };
    await aVersionWith(tenant, await aModelOf(tenant), contents);
    const again = { 'renamed.bin': contents['model.bin'], 'labels.txt': contents['labels.txt'] };
    const { model, version, uploads } = await registered(tenant, filesOf(again));

    expect(uploads).toEqual([]);
    expect(await complete(tenant, model, version)).toMatchObject({ status: 200, body: { state: 'complete' } });
    expect(await downloaded(tenant, model, version)).toEqual({
      'renamed.bin': Buffer.from(contents['model.bin']),
      'labels.txt': Buffer.from(contents['labels.txt']),
    });
  });

  it('leave only the others to be sent', async () => {
    const tenant = await aTenant(registry);
    const weights = aName('weights');
    await aVersionWith(tenant, await aModelOf(tenant), { 'model.bin': weights });
    const { uploads } = await registered(tenant, filesOf({ 'model.bin': weights, 'new.bin': 'new' }));

    expect(uploads.map((upload) => upload.sha256)).toEqual([sha256('new')]);
  });

  it('are nothing to another tenant: it is asked for all of them, and has to have them', async () => {
    const [tenant, other] = [await aTenant(registry), await aTenant(registry)];
    const contents = { 'model.bin': aName('weights'), 'labels.txt': aName('labels') };
    await aVersionWith(tenant, await aModelOf(tenant), contents);
    const { model, version, uploads } = await registered(other, filesOf(contents));
    const early = await complete(other, model, version);
    await sendAll(uploads, contents);

    expect(uploads).toHaveLength(2);
    expect(early).toMatchObject({ status: 409, body: { code: 'version.incomplete' } });
    expect(await complete(other, model, version)).toMatchObject({ status: 200 });
  });
});

describe('the URL of an upload', () => {
  const content = 'exactly these';
  const upload = async () => {
    const tenant = await aTenant(registry);
    const { model, version, uploads } = await registered(tenant, filesOf({ 'model.bin': content }));
    return { tenant, model, version, request: first(uploads).request };
  };

  it.each([
    ['other bytes of that length', 'exactly those', 400, 'BadDigest'],
    ['fewer bytes', 'exactly', 403, 'SignatureDoesNotMatch'],
    ['more bytes', `${content}, and more`, 403, 'SignatureDoesNotMatch'],
  ])('takes no %s, and nothing of them is kept', async (_, bytes, status, code) => {
    const { tenant, model, version, request } = await upload();
    const answer = await sent(request, bytes);

    expect(answer.status).toBe(status);
    expect(await answer.text()).toContain(`<Code>${code}</Code>`);
    expect(await complete(tenant, model, version)).toMatchObject({ status: 409, body: { code: 'version.incomplete' } });
    expect((await sent(request, content)).status).toBe(200);
    expect(await complete(tenant, model, version)).toMatchObject({ status: 200 });
  });

  it('cannot be told another checksum, or to do without', async () => {
    const { request } = await upload();
    const { 'x-amz-checksum-sha256': _, ...without } = request.headers;
    const another = { ...without, 'x-amz-checksum-sha256': hash('sha256', 'exactly those', 'base64') };

    expect((await sent({ ...request, headers: another }, 'exactly those')).status).toBe(403);
    expect((await sent({ ...request, headers: without }, content)).status).toBe(403);
  });

  it('cannot be made to overwrite: a second PUT is refused, with or without its condition', async () => {
    const { tenant, model, version, request } = await upload();
    await sent(request, content);
    await complete(tenant, model, version);
    const { 'if-none-match': _, ...without } = request.headers;

    expect((await sent(request, content)).status).toBe(412);
    expect((await sent({ ...request, headers: without }, content)).status).toBe(403);
    expect(await downloaded(tenant, model, version)).toEqual({ 'model.bin': Buffer.from(content) });
  });

  it('is for this object alone: not for another of the tenant, nor for reading or removing this one', async () => {
    const { request } = await upload();
    await sent(request, content);
    const elsewhere = { ...request, url: request.url.replace(sha256(content), sha256('another')) };

    expect((await sent(elsewhere, content)).status).toBe(403);
    expect((await fetch(request.url)).status).toBe(403);
    expect((await fetch(request.url, { method: 'DELETE' })).status).toBe(403);
  });

  it('is good for an hour and no longer; then a registration gives a new one', async () => {
    const tenant = await aTenant(registry);
    const files = filesOf({ 'a.bin': 'a', 'b.bin': 'b' });
    const before = Date.now();
    const { model, uploads } = await registered(tenant, files);
    const after = Date.now();
    const send = (content: string) =>
      sent(first(uploads.filter((upload) => upload.sha256 === sha256(content))).request, content);
    const inTime = await atMachineTime(before + 3_598_000, () => send('a'));
    const late = await atMachineTime(after + 3_601_000, () => send('b'));

    expect(inTime.status).toBe(200);
    expect(late.status).toBe(403);
    expect(await late.text()).toContain('Request has expired');
    const again = await registered(tenant, files, model);
    expect(again.uploads.map((upload) => upload.sha256)).toEqual([sha256('b')]);
    expect((await sent(first(again.uploads).request, 'b')).status).toBe(200);
  });
});

describe('a registration that is repeated under its Idempotency-Key', () => {
  it('gets its version again, and new URLs for what did not come yet', async () => {
    const tenant = await aTenant(registry);
    const contents = { 'a.bin': 'a', 'b.bin': 'b' };
    const input = { model: await aModelOf(tenant), files: filesOf(contents) };
    const options = { idempotencyKey: aName('key') };
    const begun = await tenant.publisher.registerVersion(input, options);
    await sendAll(begun.uploads.slice(0, 1), contents);
    const repeated = await tenant.publisher.registerVersion(input, options);

    expect(repeated.version).toEqual(begun.version);
    expect(repeated.uploads.map((upload) => upload.sha256)).toEqual([sha256('b')]);
    await sendAll(repeated.uploads, contents);
    expect(await complete(tenant, input.model, begun.version.version)).toMatchObject({ status: 200 });
  });
});

describe('a version of many files', () => {
  const contents = Object.fromEntries(Array.from({ length: 501 }, (_, n) => [`${1000 + n}.txt`, `content ${n}`]));
  const files = filesOf(contents);

  it('gets 500 URLs at a time; registering again gives the next, and its download comes in pages too', async () => {
    const tenant = await aTenant(registry);
    const { model, version, uploads, more } = await registered(tenant, files);
    const { body } = await complete(tenant, model, version);
    await Promise.all(uploads.map((upload) => sendAll([upload], contents)));
    const next = await registered(tenant, files, model);
    await sendAll(next.uploads, contents);
    const completed = await complete(tenant, model, version);

    expect([uploads.length, more]).toEqual([500, true]);
    expect(body.detail).toBe('1000.txt and 500 more: is not uploaded, or not all of it.');
    expect(body.issues.map(({ field }: { field: string }) => field)).toEqual(Object.keys(contents).slice(0, 100));
    expect(next).toMatchObject({ version, uploads: [{ sha256: sha256('content 500') }], more: false });
    expect(completed).toMatchObject({ status: 200, body: { artifact: { files: 501 } } });

    const page = await tenant.reader.getDownload({ model, version });
    const rest = await tenant.reader.getDownload({ model, version, cursor: page.cursor });
    expect([...page.items, ...rest.items].map(({ path }) => path)).toEqual(Object.keys(contents));
    expect([page.items.length, rest.cursor]).toEqual([500, undefined]);
  }, 120_000);

  it('is told that there is no more when it has exactly 500', async () => {
    const tenant = await aTenant(registry);
    const { uploads, more } = await registered(tenant, files.slice(0, 500));

    expect([uploads.length, more]).toEqual([500, false]);
  });
});

describe('a file above 64 MiB', () => {
  const MEGABYTE = 2 ** 20;
  const large = Buffer.alloc(65 * MEGABYTE, 'the weights of a model, ');
  const [head, tail] = [large.subarray(0, PART_BYTES), large.subarray(PART_BYTES)];

  /** What a registration says of a file in parts. */
  const inParts = (bytes: Uint8Array): RegisteredFile => ({
    path: 'large.bin',
    bytes: bytes.length,
    sha256: sha256(bytes),
    parts: Array.from({ length: partsOf(bytes.length) }, (_, at) =>
      sha256(bytes.subarray(at * PART_BYTES, (at + 1) * PART_BYTES)),
    ),
  });
  const file = inParts(large);

  it('travels in parts, in any order, and only those are asked for again that did not come', async () => {
    const tenant = await aTenant(registry);
    const { model, version, uploads } = await registered(tenant, [file]);
    const [one, two] = uploads;
    if (!one || !two) throw new Error('expected two parts');
    const wrong = await sent(two.request, Buffer.alloc(tail.length, 'wrong'));
    const swapped = await sent(one.request, tail);
    const right = await sent(two.request, tail);
    const early = await complete(tenant, model, version);
    const again = await registered(tenant, [file], model);
    await sent(first(again.uploads).request, head);
    const last = await registered(tenant, [file], model);

    expect(uploads.map(({ request: _, ...upload }) => upload)).toEqual([
      { sha256: file.sha256, part: 1, bytes: 64 * MEGABYTE },
      { sha256: file.sha256, part: 2, bytes: MEGABYTE },
    ]);
    expect([wrong.status, swapped.status, right.status]).toEqual([400, 403, 200]);
    expect(early).toMatchObject({ body: { code: 'version.incomplete', issues: [{ field: 'large.bin' }] } });
    expect(again.uploads).toMatchObject([{ part: 1 }]);
    expect(last.uploads).toEqual([]);

    const completed = await complete(tenant, model, version);
    expect(completed).toMatchObject({ status: 200, body: { state: 'complete', artifact: { bytes: large.length } } });
    expect((await complete(tenant, model, version)).body).toEqual(completed.body);
    expect(sha256((await downloaded(tenant, model, version))['large.bin'] ?? '')).toBe(file.sha256);
  });

  it('is not asked for again in another model, once it is proved', async () => {
    const tenant = await aTenant(registry);
    const { model, version, uploads } = await registered(tenant, [file]);
    for (const { part, request } of uploads) await sent(request, part === 1 ? head : tail);
    await complete(tenant, model, version);
    const again = await registered(tenant, [file]);

    expect(again.uploads).toEqual([]);
    expect(await complete(tenant, again.model, again.version)).toMatchObject({ status: 200 });
  });

  it('is refused when its parts are as stated and the whole is not, and can be sent anew', async () => {
    const tenant = await aTenant(registry);
    const wrongTail = Buffer.alloc(tail.length, 'wrong');
    const wrong = { ...file, parts: [sha256(head), sha256(wrongTail)] };
    const { model, version, uploads } = await registered(tenant, [wrong]);
    for (const { part, request } of uploads) await sent(request, part === 1 ? head : wrongTail);
    const answer = await complete(tenant, model, version);
    const again = await registered(tenant, [file], model);
    for (const { part, request } of again.uploads) await sent(request, part === 1 ? head : tail);

    expect(answer).toMatchObject({ status: 409, body: { code: 'version.mismatch', issues: [{ field: 'large.bin' }] } });
    expect(again.version).toBe(version);
    expect(again.uploads.map(({ part }) => part)).toEqual([1, 2]);
    expect(await complete(tenant, model, version)).toMatchObject({ status: 200, body: { state: 'complete' } });
  });

  describe('that two complete at once', () => {
    const wrongTail = Buffer.alloc(tail.length, 'wrong');
    const { artifacts, store } = registry.services;
    const send = async (uploads: readonly UploadView[], end: Uint8Array) => {
      for (const { part, request } of uploads) await sent(request, part === 1 ? head : end);
    };
    /** A version with all its parts, and the proof of somebody who is as slow as these artifacts are. */
    const uploaded = async (tenant: TestTenant, end: Uint8Array) => {
      const { model, version, uploads } = await registered(tenant, [{ ...file, parts: [sha256(head), sha256(end)] }]);
      await send(uploads, end);
      const { artifact } = await tenant.reader.getVersion({ model, version });
      const world = { store, tenant: TenantId.parse(tenant.id), now: registry.clock.now };
      const prove = (slow: Partial<Artifacts>) =>
        proveFiles({ ...world, artifacts: { ...artifacts, ...slow } }, Sha256.parse(artifact?.rootDigest));
      return { model, version, prove };
    };

    it('keeps the right bytes that came while the slower one was about to remove the wrong ones', async () => {
      const tenant = await aTenant(registry);
      const { model, version, prove } = await uploaded(tenant, wrongTail);
      const meanwhile: unknown[] = [];
      const slower = prove({
        remove: async (key, etag) => {
          meanwhile.push((await complete(tenant, model, version)).body.code);
          await send((await registered(tenant, [file], model)).uploads, tail);
          meanwhile.push((await complete(tenant, model, version)).body.state);
          await artifacts.remove(key, etag);
        },
      });

      await expect(slower).rejects.toMatchObject({ code: 'version.mismatch', issues: [{ field: 'large.bin' }] });
      expect(meanwhile).toEqual(['version.mismatch', 'complete']);
      expect(sha256((await downloaded(tenant, model, version))['large.bin'] ?? '')).toBe(file.sha256);
    });

    it('is missing when the quicker one has removed wrong bytes before the slower one could read them', async () => {
      const tenant = await aTenant(registry);
      const { model, version, prove } = await uploaded(tenant, wrongTail);
      const slower = prove({
        section: async (key, ...asked) => {
          await complete(tenant, model, version);
          return artifacts.section(key, ...asked);
        },
      });

      await expect(slower).rejects.toMatchObject({ code: 'version.incomplete', issues: [{ field: 'large.bin' }] });
    });

    it('is there when the quicker one has put it together before the slower one looked for its parts', async () => {
      const tenant = await aTenant(registry);
      const { model, version, prove } = await uploaded(tenant, tail);
      const meanwhile: unknown[] = [];
      const slower = prove({
        findUpload: async (key) => {
          meanwhile.push((await complete(tenant, model, version)).body.state);
          return artifacts.findUpload(key);
        },
      });

      await expect(slower).resolves.toBeUndefined();
      expect(meanwhile).toEqual(['complete']);
    });
  });

  it('is not held up by somebody who stated more bytes for its SHA-256, and sent parts beyond its end', async () => {
    const tenant = await aTenant(registry);
    const beyond = 'x';
    const parts = [sha256('any'), sha256('thing'), sha256(beyond)];
    const mistaken = await registered(tenant, [{ ...file, bytes: 2 * PART_BYTES + beyond.length, parts }]);
    const stray = await sent(first(mistaken.uploads.filter(({ part }) => part === 3)).request, beyond);
    const { model, version, uploads } = await registered(tenant, [file]);
    for (const { part, request } of uploads) await sent(request, part === 1 ? head : tail);

    expect(stray.status).toBe(200);
    expect(uploads.map(({ part }) => part)).toEqual([1, 2]);
    expect(await complete(tenant, model, version)).toMatchObject({ status: 200, body: { state: 'complete' } });
  });
});
