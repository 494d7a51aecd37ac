import { randomBytes } from 'node:crypto';
import { GetObjectCommand, HeadBucketCommand } from '@aws-sdk/client-s3';
import { getSignedUrl } from '@aws-sdk/s3-request-presigner';
import { describe, expect, it } from 'vitest';
import type { SignedRequest } from '../../../shared/artifacts/artifacts.ts';
import { s3Artifacts, s3Client } from '../../../shared/artifacts/s3.ts';
import { type Bucket, base64, contentOf } from './bucket.ts';
import { send } from './http.ts';

const bytes = Buffer.from('what the publisher has');
const others = Buffer.from('what the publisher had');

/** What a URL is good for, and what it is not. */
export function signaturePromises(open: () => Promise<Bucket>): void {
  const aPut = async (bucket: Bucket) => {
    const key = bucket.newKey();
    return { key, put: await bucket.artifacts.presignPut(key, contentOf(bytes), 60) };
  };
  const aGet = async (bucket: Bucket) => {
    const { key, put } = await aPut(bucket);
    expect(await send(put, bytes)).toMatchObject({ status: 200 });
    return { key, get: await bucket.artifacts.presignGet(key, 'model.bin', 60) };
  };
  const expectNothing = async (bucket: Bucket, key: string) => expect(await bucket.artifacts.stat(key)).toBeUndefined();
  const changed = (request: SignedRequest, from: string | RegExp, to: string) => {
    const url = request.url.replace(from, to);
    expect(url).not.toBe(request.url);
    return { ...request, url };
  };

  describe('a presigned PUT', () => {
    it('takes exactly the bytes that it was signed for', async () => {
      const bucket = await open();
      const { key, put } = await aPut(bucket);

      expect(await send(put, bytes)).toMatchObject({ status: 200 });
      expect(await bucket.artifacts.read(key)).toBe(bytes.toString());
    });

    it('refuses other bytes of the same length', async () => {
      const bucket = await open();
      const { key, put } = await aPut(bucket);

      expect(await send(put, others)).toMatchObject({ status: 400, code: 'BadDigest' });
      await expectNothing(bucket, key);
    });

    it('refuses other bytes with their own checksum', async () => {
      const bucket = await open();
      const { key, put } = await aPut(bucket);
      const headers = { ...put.headers, 'x-amz-checksum-sha256': base64(others) };

      expect(await send({ ...put, headers }, others)).toMatchObject({ status: 403, code: 'SignatureDoesNotMatch' });
      await expectNothing(bucket, key);
    });

    it.each([
      ['more', `${bytes}!`],
      ['fewer', bytes.subarray(1)],
    ])('refuses %s bytes than were signed', async (_, body) => {
      const bucket = await open();
      const { key, put } = await aPut(bucket);
      const headers = { ...put.headers, 'content-length': String(Buffer.byteLength(body)) };

      expect(await send({ ...put, headers }, body)).toMatchObject({ status: 403 });
      await expectNothing(bucket, key);
    });

    it.each(['x-amz-checksum-sha256', 'if-none-match'])('refuses a request without its %s', async (name) => {
      const bucket = await open();
      const { key, put } = await aPut(bucket);
      const { [name]: _, ...headers } = put.headers;

      expect(await send({ ...put, headers }, bytes)).toMatchObject({ status: 403 });
      await expectNothing(bucket, key);
    });

    it('refuses an x-amz header that was not signed', async () => {
      const bucket = await open();
      const { key, put } = await aPut(bucket);
      const headers = { ...put.headers, 'x-amz-meta-owner': 'somebody else' };

      expect(await send({ ...put, headers }, bytes)).toMatchObject({ status: 403 });
      await expectNothing(bucket, key);
    });

    it('refuses another key', async () => {
      const bucket = await open();
      const { key, put } = await aPut(bucket);

      expect(await send(changed(put, /object\?/, 'objecs?'), bytes)).toMatchObject({ status: 403 });
      await expectNothing(bucket, key.replace(/object$/, 'objecs'));
    });

    it.each(['GET', 'DELETE', 'POST'])('is no %s', async (method) => {
      const bucket = await open();
      const { key, put } = await aPut(bucket);
      await send(put, bytes);

      expect(await send({ ...put, method }, bytes)).toMatchObject({ status: 403 });
      expect(await bucket.artifacts.read(key)).toBe(bytes.toString());
    });
  });

  describe('a presigned GET', () => {
    it.each([
      ['another file name', 'model.bin', 'other.bin'],
      ['a longer life', 'X-Amz-Expires=60', 'X-Amz-Expires=61'],
      ['a later beginning', /X-Amz-Date=(\d{8})T\d{6}Z/, 'X-Amz-Date=$1T235959Z'],
      ['another signature', /X-Amz-Signature=.{8}/, 'X-Amz-Signature=00000000'],
      ['one parameter more', '?', '?partNumber=1&'],
      ['one parameter less', /&response-content-disposition=[^&]*/, ''],
      ['fewer signed headers', 'X-Amz-SignedHeaders=host', 'X-Amz-SignedHeaders='],
    ])('is refused with %s', async (_, from, to) => {
      const { get } = await aGet(await open());
      const { status, body } = await send(changed(get, from, to));

      expect([400, 403]).toContain(status);
      expect(body.includes(bytes)).toBe(false);
    });

    it('is no DELETE', async () => {
      const bucket = await open();
      const { key, get } = await aGet(bucket);

      expect(await send({ ...get, method: 'DELETE' })).toMatchObject({ status: 403 });
      expect(await bucket.artifacts.read(key)).toBe(bytes.toString());
    });

    it('ends when its time is over', async () => {
      const bucket = await open();
      const { key } = await aGet(bucket);
      const since = async (seconds: number) => {
        const options = { expiresIn: 60, signingDate: new Date(Date.now() - seconds * 1000) };
        const url = await getSignedUrl(bucket.client, new GetObjectCommand(bucket.at(key)), options);
        return send({ method: 'GET', url });
      };

      expect(await since(30)).toMatchObject({ status: 200 });
      expect(await since(90)).toMatchObject({ status: 403, code: 'AccessDenied' });
    });

    it('is refused when it was signed for another region', async () => {
      const bucket = await open();
      const { key } = await aGet(bucket);
      const region = bucket.location.region === 'eu-west-1' ? 'us-east-1' : 'eu-west-1';
      const { bucket: name, ...location } = bucket.location;
      const elsewhere = s3Artifacts({ client: s3Client({ ...location, region }), bucket: name });

      const { status, body } = await send(await elsewhere.presignGet(key, 'model.bin', 60));

      expect([301, 400, 403]).toContain(status);
      expect(body.includes(bytes)).toBe(false);
    });
  });

  describe('a stranger', () => {
    it('gets nothing without a signature, be the object there or not', async () => {
      const bucket = await open();
      const { get } = await aGet(bucket);
      const [url = ''] = get.url.split('?');

      expect(await send({ method: 'GET', url })).toMatchObject({ status: 403, code: 'AccessDenied' });
      expect(await send({ method: 'GET', url: `${url}-absent` })).toMatchObject({ status: 403, code: 'AccessDenied' });
    });

    it('puts nothing without a signature', async () => {
      const bucket = await open();
      const { key, put } = await aPut(bucket);
      const [url = ''] = put.url.split('?');

      expect(await send({ ...put, url }, bytes)).toMatchObject({ status: 403, code: 'AccessDenied' });
      await expectNothing(bucket, key);
    });

    it('is refused with a key that nobody knows', async () => {
      const bucket = await open();
      const { key } = await aGet(bucket);
      const stranger = bucket.as({ accessKeyId: 'AKIAIOSFODNN7NOBODY1', secretAccessKey: 'guess' });

      const { status, code } = await send(await stranger.artifacts.presignGet(key, 'model.bin', 60));

      expect({ status, code }).toEqual({ status: 403, code: 'InvalidAccessKeyId' });
    });

    it('is refused with a known key and another secret, in a URL or a header', async () => {
      const bucket = await open();
      const { key, put } = await aPut(bucket);
      const secretAccessKey = randomBytes(30).toString('base64');
      const thief = bucket.as({ ...bucket.location.credentials, secretAccessKey });

      const theirs = await thief.artifacts.presignPut(key, contentOf(bytes), 60);

      expect(theirs.url).not.toBe(put.url);
      expect(await send(theirs, bytes)).toMatchObject({ status: 403, code: 'SignatureDoesNotMatch' });
      await expect(thief.artifacts.write(key, 'x')).rejects.toMatchObject({ name: 'SignatureDoesNotMatch' });
      await expectNothing(bucket, key);
    });
  });

  it('lets its owner in', async () => {
    const bucket = await open();
    const { $metadata } = await bucket.client.send(new HeadBucketCommand({ Bucket: bucket.location.bucket }));

    expect($metadata.httpStatusCode).toBe(200);
  });
}
