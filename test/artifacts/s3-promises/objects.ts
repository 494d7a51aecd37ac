import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  DeleteObjectCommand,
  GetObjectCommand,
  type GetObjectCommandInput,
  HeadObjectCommand,
  PutObjectCommand,
  type S3ServiceException,
} from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { describe, expect, it } from 'vitest';
import { type Bucket, base64, contentOf } from './bucket.ts';
import { begin, send } from './http.ts';

const text = 'abcdefghijklmnopqrstuvwxyz';

/** What becomes of an object that was put in one piece. */
export function objectPromises(open: () => Promise<Bucket>): void {
  const put = async ({ client, at, newKey }: Bucket, body: string | Uint8Array, name?: string) => {
    const key = newKey(name);
    await client.send(new PutObjectCommand({ ...at(key), Body: body, ChecksumSHA256: base64(body) }));
    return key;
  };
  const get = async ({ client, at }: Bucket, key: string, input: Partial<GetObjectCommandInput> = {}) => {
    const url = await getSignedUrl(client, new GetObjectCommand({ ...at(key), ...input }), { expiresIn: 60 });
    return send({ method: 'GET', url });
  };
  const range = async (bucket: Bucket, key: string, value: string) => {
    const { url } = await bucket.artifacts.presignGet(key, 'x', 60);
    return send({ method: 'GET', url, headers: { range: value } });
  };

  describe('an object', () => {
    it('comes back byte for byte, with its length, type and ETag', async () => {
      const { client, at, newKey } = await open();
      const key = newKey();
      const body = Uint8Array.from({ length: 300_000 }, (_, at) => (at * 7919) >> 3);

      const stored = await client.send(
        new PutObjectCommand({ ...at(key), Body: body, ContentType: 'application/x-onnx' }),
      );
      const found = await client.send(new GetObjectCommand(at(key)));

      expect(found).toMatchObject({ ContentLength: 300_000, ContentType: 'application/x-onnx', ETag: stored.ETag });
      expect(Buffer.compare((await found.Body?.transformToByteArray()) ?? Buffer.of(), body)).toBe(0);
    });

    it('may be empty', async () => {
      const bucket = await open();
      const key = bucket.newKey();
      const empty = Buffer.of();

      const request = await bucket.artifacts.presignPut(key, contentOf(empty), 60);

      expect(await send(request, empty)).toMatchObject({ status: 200 });
      expect(await get(bucket, key)).toMatchObject({ status: 200, body: empty });
      expect(await bucket.artifacts.stat(key)).toMatchObject(contentOf(empty));
    });

    it.each([
      'ünïcödé €/🦄.bin',
      'combining e\u0301 is not é',
      "!'()*;:@&=+$,[]",
      'a+b c%20d%2Fe%',
      'quotes "\'` <tag> & \\ | ^ {}~',
      '//double//slashes//',
      'dots/../../etc/./passwd',
      '#fragment?query=1&more',
    ])('may be called %s', async (name) => {
      const bucket = await open();
      const key = await put(bucket, text, name);

      expect(await get(bucket, key)).toMatchObject({ status: 200, body: Buffer.from(text) });
      expect(await bucket.artifacts.stat(key)).toMatchObject({ bytes: 26 });
      expect(
        await bucket.artifacts.stat(key.normalize('NFC') === key ? `${key}x` : key.normalize('NFC')),
      ).toBeUndefined();
    });

    it('proves its SHA-256 when asked with HEAD', async () => {
      const bucket = await open();
      const { client, at } = bucket;
      const key = await put(bucket, text);

      const asked = await client.send(new HeadObjectCommand({ ...at(key), ChecksumMode: 'ENABLED' }));
      const unasked = await client.send(new HeadObjectCommand(at(key)));

      expect(asked).toMatchObject({ ContentLength: 26, ChecksumSHA256: base64(text), ChecksumType: 'FULL_OBJECT' });
      expect(unasked.ContentLength).toBe(26);
      expect(unasked.ChecksumSHA256).toBeUndefined();
    });

    it('is absent until it is put', async () => {
      const bucket = await open();
      const { client, at, newKey } = bucket;
      const key = newKey();

      const head = client.send(new HeadObjectCommand(at(key)));

      await expect(head).rejects.toMatchObject({ $metadata: { httpStatusCode: 404 } });
      expect(await get(bucket, key)).toMatchObject({ status: 404, code: 'NoSuchKey' });
    });

    it('is replaced as a whole', async () => {
      const bucket = await open();
      const key = await put(bucket, text);

      await bucket.artifacts.write(key, 'short');

      expect(await get(bucket, key)).toMatchObject({ status: 200, body: Buffer.from('short') });
      expect(await bucket.artifacts.stat(key)).toMatchObject(contentOf(Buffer.from('short')));
    });

    it('is gone once deleted, and may be deleted again', async () => {
      const bucket = await open();
      const { client, at } = bucket;
      const key = await put(bucket, text);

      for (const _ of ['first', 'again']) {
        const { $metadata } = await client.send(new DeleteObjectCommand(at(key)));
        expect($metadata.httpStatusCode).toBe(204);
        expect(await get(bucket, key)).toMatchObject({ status: 404 });
      }
    });

    it('is refused with a wrong MD5', async () => {
      const bucket = await open();
      const { client, at, newKey } = bucket;
      const key = newKey();
      const wrong = { ...at(key), Body: text, ContentMD5: 'AAAAAAAAAAAAAAAAAAAAAA==' };

      await expect(client.send(new PutObjectCommand(wrong))).rejects.toMatchObject({ name: 'BadDigest' });
      expect(await bucket.artifacts.stat(key)).toBeUndefined();
    });

    it('is refused when its body is not the one that was signed', async () => {
      const bucket = await open();
      const { client, at, newKey } = bucket;
      const key = newKey();
      const command = new PutObjectCommand({ ...at(key), Body: text });
      // The step after signing: what comes between the client and S3.
      const tamper = (args: { request: unknown }) =>
        Object.assign(args.request as object, { body: text.toUpperCase() });
      command.middlewareStack.add(
        (next) => (args) => {
          tamper(args);
          return next(args);
        },
        { step: 'deserialize', name: 'tamper' },
      );

      await expect(client.send(command)).rejects.toMatchObject({ name: 'XAmzContentSHA256Mismatch' });
      expect(await bucket.artifacts.stat(key)).toBeUndefined();
    });

    it('may be named by a URL for those who save it', async () => {
      const bucket = await open();
      const key = await put(bucket, text);

      const { headers } = await get(bucket, key, {
        ResponseContentDisposition: 'attachment; filename="model.bin"',
        ResponseContentType: 'text/csv',
      });

      expect(headers).toMatchObject({
        'content-disposition': 'attachment; filename="model.bin"',
        'content-type': 'text/csv',
      });
    });
  });

  describe('an object that may only be new', () => {
    it('is not put twice', async () => {
      const bucket = await open();
      const key = bucket.newKey();
      const request = await bucket.artifacts.presignPut(key, contentOf(Buffer.from(text)), 60);

      expect(await send(request, text)).toMatchObject({ status: 200 });
      expect(await send(request, text)).toMatchObject({ status: 412, code: 'PreconditionFailed' });
      expect(await bucket.artifacts.read(key)).toBe(text);
    });

    it('is put by exactly one of many at once', async () => {
      const bucket = await open();
      const key = bucket.newKey();
      const bodies = Array.from({ length: 12 }, (_, one) => Buffer.alloc(100_000, String.fromCharCode(97 + one)));
      const requests = await Promise.all(bodies.map((body) => bucket.artifacts.presignPut(key, contentOf(body), 60)));

      const answers = await Promise.all(requests.map((request, one) => send(request, bodies[one])));
      const statuses = answers.map(({ status }) => status);

      expect(statuses.filter((status) => status === 200)).toEqual([200]);
      // S3 answers 409 to those who were under way at the same time.
      expect(statuses.filter((status) => ![200, 409, 412].includes(status))).toEqual([]);
      expect((await get(bucket, key)).body).toEqual(bodies[statuses.indexOf(200)]);
    });

    it('is not there when the connection broke before the end, and may be put then', async () => {
      const bucket = await open();
      const key = bucket.newKey();
      const body = Buffer.alloc(1_000_000, 'x');
      const signed = await bucket.artifacts.presignPut(key, contentOf(body), 60);

      const request = begin(signed);
      request.on('error', () => undefined).write(body.subarray(0, 999_999));
      await once(request, 'socket');
      await sleep(100);
      request.destroy();
      await sleep(100);

      expect(await bucket.artifacts.stat(key)).toBeUndefined();
      expect(await send(signed, body)).toMatchObject({ status: 200 });
    });
  });

  describe('an object that may only be deleted as it was seen', () => {
    const removal = ({ client, at }: Bucket, key: string, etag: string | undefined) =>
      client.send(new DeleteObjectCommand({ ...at(key), IfMatch: etag })).then(
        ({ $metadata }) => ({ status: $metadata.httpStatusCode }),
        (error: S3ServiceException) => ({ status: error.$metadata.httpStatusCode, code: error.name }),
      );
    const etagOf = async ({ client, at }: Bucket, key: string) =>
      (await client.send(new HeadObjectCommand(at(key)))).ETag ?? '';

    it.each([
      ['in quotes', (etag: string) => etag],
      ['without them', (etag: string) => etag.replaceAll('"', '')],
    ])('is deleted by its ETag %s', async (_, written) => {
      const bucket = await open();
      const key = await put(bucket, text);

      expect(await removal(bucket, key, written(await etagOf(bucket, key)))).toEqual({ status: 204 });
      expect(await bucket.artifacts.stat(key)).toBeUndefined();
    });

    it('stays when it has another ETag by now', async () => {
      const bucket = await open();
      const key = await put(bucket, text);
      const seen = await etagOf(bucket, key);
      await bucket.artifacts.write(key, 'another');

      expect(await removal(bucket, key, seen)).toEqual({ status: 412, code: 'PreconditionFailed' });
      expect(await bucket.artifacts.read(key)).toBe('another');
    });

    it('is not deleted twice: there is none any more to have that ETag', async () => {
      const bucket = await open();
      const key = await put(bucket, text);
      const seen = await etagOf(bucket, key);
      await removal(bucket, key, seen);

      expect(await removal(bucket, key, seen)).toEqual({ status: 404, code: 'NoSuchKey' });
    });

    it('is never deleted for the one that it replaces at the same moment', async () => {
      const bucket = await open();
      const replaced = Array.from({ length: 80 }, async (_, at) => {
        const key = bucket.newKey();
        await bucket.artifacts.write(key, 'former');
        const seen = await etagOf(bucket, key);
        const removed = sleep(at / 4).then(() => removal(bucket, key, seen));
        await bucket.artifacts.write(key, 'latter');
        return { status: (await removed).status ?? 0, text: await bucket.artifacts.read(key) };
      });
      const ends = await Promise.all(replaced);

      expect(ends.filter(({ text }) => text !== 'latter')).toEqual([]);
      // S3 answers 409 to those who were under way at the same time.
      expect(ends.filter(({ status }) => ![204, 404, 409, 412].includes(status))).toEqual([]);
    });
  });

  describe('a range of an object', () => {
    it.each([
      ['bytes=0-0', 'a', 'bytes 0-0/26'],
      ['bytes=10-12', 'klm', 'bytes 10-12/26'],
      ['bytes=23-', 'xyz', 'bytes 23-25/26'],
      ['bytes=-2', 'yz', 'bytes 24-25/26'],
      ['bytes=25-1000', 'z', 'bytes 25-25/26'],
      ['bytes=-1000', text, 'bytes 0-25/26'],
    ])('%s is %s', async (value, body, contentRange) => {
      const bucket = await open();
      const answer = await range(bucket, await put(bucket, text), value);

      expect(answer).toMatchObject({ status: 206, body: Buffer.from(body) });
      expect(answer.headers).toMatchObject({ 'content-range': contentRange, 'content-length': String(body.length) });
    });

    it.each(['bytes=26-', 'bytes=26-30', 'bytes=-0', `bytes=${'9'.repeat(30)}-`])('%s has no bytes', async (value) => {
      const bucket = await open();

      expect(await range(bucket, await put(bucket, text), value)).toMatchObject({
        status: 416,
        code: 'InvalidRange',
      });
    });
  });
}
