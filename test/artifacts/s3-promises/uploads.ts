import { setTimeout as sleep } from 'node:timers/promises';
import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { describe, expect, it } from 'vitest';
import { type Bucket, base64, contentOf, digestIn } from './bucket.ts';
import { send } from './http.ts';

const MEGABYTE = 2 ** 20;
/** Parts but the last have at least 5 MB. */
const full = (letter: string) => Buffer.alloc(5 * MEGABYTE, letter);
const last = Buffer.from('the end');

/** What becomes of an object that comes in parts. */
export function uploadPromises(open: () => Promise<Bucket>): void {
  const begun = async (bucket: Bucket) => {
    const key = bucket.newKey();
    return { key, uploadId: await bucket.begin(key) };
  };
  type Begun = Awaited<ReturnType<typeof begun>>;

  const sendPart = async ({ artifacts }: Bucket, { key, uploadId }: Begun, part: number, bytes: Buffer) =>
    send(await artifacts.presignPart(key, uploadId, part, contentOf(bytes), 60), bytes);

  const putPart = async (bucket: Bucket, upload: Begun, part: number, bytes: Buffer): Promise<CompletedPart> => {
    const { status, headers } = await sendPart(bucket, upload, part, bytes);
    expect(status).toBe(200);
    return { PartNumber: part, ETag: headers.etag, ChecksumSHA256: base64(bytes) };
  };

  const complete = ({ client, at }: Bucket, { key, uploadId }: Begun, Parts: CompletedPart[], onlyNew = false) =>
    client.send(
      new CompleteMultipartUploadCommand({
        ...at(key),
        UploadId: uploadId,
        MultipartUpload: { Parts },
        ...(onlyNew && { IfNoneMatch: '*' }),
      }),
    );

  const partsOf = async ({ client, at }: Bucket, { key, uploadId }: Begun) =>
    (await client.send(new ListPartsCommand({ ...at(key), UploadId: uploadId }))).Parts ?? [];

  const listed = async ({ client, location }: Bucket, prefix: string) => {
    const { Uploads } = await client.send(new ListMultipartUploadsCommand({ Bucket: location.bucket, Prefix: prefix }));
    return (Uploads ?? []).map(({ Key, UploadId }) => ({ key: Key, uploadId: UploadId }));
  };

  const aWhole = async (bucket: Bucket) => {
    const upload = await begun(bucket);
    const parts = [await putPart(bucket, upload, 1, full('a')), await putPart(bucket, upload, 2, last)];
    return { upload, parts };
  };

  describe('an upload in parts', () => {
    it('is one object of its parts in the order of their numbers, whatever order they came in', async () => {
      const bucket = await open();
      const upload = await begun(bucket);
      const third = await putPart(bucket, upload, 30, last);
      const first = await putPart(bucket, upload, 1, full('a'));
      const second = await putPart(bucket, upload, 7, full('b'));

      await complete(bucket, upload, [first, second, third]);
      const { Body, ContentLength } = await bucket.client.send(new GetObjectCommand(bucket.at(upload.key)));

      const whole = Buffer.concat([full('a'), full('b'), last]);
      expect(ContentLength).toBe(whole.length);
      expect(Buffer.compare((await Body?.transformToByteArray()) ?? Buffer.of(), whole)).toBe(0);
    });

    it('is read in any range, over the seams of its parts', async () => {
      const bucket = await open();
      const { upload, parts } = await aWhole(bucket);
      await complete(bucket, upload, parts);
      const { url } = await bucket.artifacts.presignGet(upload.key, 'x', 60);
      const range = async (value: string) => (await send({ method: 'GET', url, headers: { range: value } })).body;

      const seam = 5 * MEGABYTE;
      expect(String(await range(`bytes=${seam - 2}-${seam + 2}`))).toBe('aathe');
      expect(String(await range(`bytes=${seam}-${seam}`))).toBe('t');
      expect(String(await range(`bytes=${seam - 1}-${seam - 1}`))).toBe('a');
      expect(String(await range('bytes=-3'))).toBe('end');
    });

    it('has the checksum of its checksums, which says how many parts there were', async () => {
      const bucket = await open();
      const { upload, parts } = await aWhole(bucket);
      await complete(bucket, upload, parts);

      const head = await bucket.client.send(
        new HeadObjectCommand({ ...bucket.at(upload.key), ChecksumMode: 'ENABLED' }),
      );

      const composite = base64(
        Buffer.concat(parts.map(({ ChecksumSHA256 = '' }) => Buffer.from(ChecksumSHA256, 'base64'))),
      );
      expect(head).toMatchObject({ ChecksumSHA256: `${composite}-2`, ChecksumType: 'COMPOSITE' });
      expect(head.ETag).toMatch(/-2"$/);
    });

    it('is no object before it is complete', async () => {
      const bucket = await open();
      const { upload } = await aWhole(bucket);

      expect(await bucket.artifacts.stat(upload.key)).toBeUndefined();
      expect(await listed(bucket, upload.key)).toEqual([upload]);
    });

    it('is over once it is complete, and completing it again changes nothing', async () => {
      const bucket = await open();
      const { upload, parts } = await aWhole(bucket);
      await complete(bucket, upload, parts);

      // S3 remembers for a while and says yes; it may as well have forgotten.
      const again = await complete(bucket, upload, parts).catch((error: Error) => error);

      expect(again instanceof Error ? again.name : 'yes').toMatch(/^(yes|NoSuchUpload)$/);
      expect(await bucket.artifacts.stat(upload.key)).toMatchObject({ bytes: 5 * MEGABYTE + last.length });
      expect(await listed(bucket, upload.key)).toEqual([]);
    });

    it('does not replace an object that may only be new', async () => {
      const bucket = await open();
      const { upload, parts } = await aWhole(bucket);
      await bucket.artifacts.write(upload.key, 'here first');

      await expect(complete(bucket, upload, parts, true)).rejects.toMatchObject({ name: 'PreconditionFailed' });
      expect(await bucket.artifacts.read(upload.key)).toBe('here first');
    });

    it('replaces an object, and is replaced by one', async () => {
      const bucket = await open();
      const { upload, parts } = await aWhole(bucket);
      await bucket.artifacts.write(upload.key, 'here first');

      await complete(bucket, upload, parts);
      expect(await bucket.artifacts.stat(upload.key)).toMatchObject({ bytes: 5 * MEGABYTE + last.length });

      await bucket.artifacts.write(upload.key, 'here last');
      expect(await bucket.artifacts.read(upload.key)).toBe('here last');
    });

    it('becomes one object when several complete it at once', async () => {
      const bucket = await open();
      const { upload, parts } = await aWhole(bucket);

      const answers = await Promise.allSettled(Array.from({ length: 6 }, () => complete(bucket, upload, parts, true)));

      expect(answers.some(({ status }) => status === 'fulfilled')).toBe(true);
      expect(await bucket.artifacts.stat(upload.key)).toMatchObject({ bytes: 5 * MEGABYTE + last.length });
      expect(await digestIn(bucket.artifacts, upload.key)).toBe(contentOf(Buffer.concat([full('a'), last])).sha256);
    });

    it('is gone once aborted, with its parts', async () => {
      const bucket = await open();
      const { upload, parts } = await aWhole(bucket);
      await bucket.client.send(
        new AbortMultipartUploadCommand({ ...bucket.at(upload.key), UploadId: upload.uploadId }),
      );

      expect(await listed(bucket, upload.key)).toEqual([]);
      expect(await sendPart(bucket, upload, 3, last)).toMatchObject({ status: 404, code: 'NoSuchUpload' });
      await expect(partsOf(bucket, upload)).rejects.toMatchObject({ name: 'NoSuchUpload' });
      await expect(complete(bucket, upload, parts)).rejects.toMatchObject({ name: 'NoSuchUpload' });
      expect(await bucket.artifacts.stat(upload.key)).toBeUndefined();
    });
  });

  describe('completing an upload', () => {
    const refusals: [string, string, (parts: CompletedPart[]) => CompletedPart[]][] = [
      ['names a part that never came', 'InvalidPart', ([one = {}]) => [one, { ...one, PartNumber: 3 }]],
      ['takes a part for another one', 'InvalidPart', ([one = {}, two = {}]) => [one, { ...two, ETag: one.ETag }]],
      [
        'takes a part for other bytes',
        'InvalidPart',
        ([one = {}, two = {}]) => [one, { ...two, ChecksumSHA256: base64('other bytes') }],
      ],
      ['names parts out of order', 'InvalidPartOrder', (parts) => parts.toReversed()],
    ];

    it.each(refusals)('is refused when it %s, and may be tried again', async (_, name, wrong) => {
      const bucket = await open();
      const { upload, parts } = await aWhole(bucket);

      await expect(complete(bucket, upload, wrong(parts))).rejects.toMatchObject({ name });
      expect(await bucket.artifacts.stat(upload.key)).toBeUndefined();

      await complete(bucket, upload, parts);
      expect(await bucket.artifacts.stat(upload.key)).toMatchObject({ bytes: 5 * MEGABYTE + last.length });
    });

    it('is refused without the checksums of its parts', async () => {
      const bucket = await open();
      const { upload, parts } = await aWhole(bucket);
      const bare = parts.map(({ ChecksumSHA256: _, ...part }) => part);

      await expect(complete(bucket, upload, bare)).rejects.toMatchObject({ $metadata: { httpStatusCode: 400 } });
      expect(await bucket.artifacts.stat(upload.key)).toBeUndefined();
    });

    it('is refused when a part but the last is smaller than 5 MB', async () => {
      const bucket = await open();
      const upload = await begun(bucket);
      const parts = [await putPart(bucket, upload, 1, last), await putPart(bucket, upload, 2, last)];

      await expect(complete(bucket, upload, parts)).rejects.toMatchObject({ name: 'EntityTooSmall' });
      expect(await bucket.artifacts.stat(upload.key)).toBeUndefined();
    });

    it('is refused for another key', async () => {
      const bucket = await open();
      const { upload, parts } = await aWhole(bucket);
      const key = bucket.newKey();

      await expect(complete(bucket, { ...upload, key }, parts)).rejects.toMatchObject({ name: 'NoSuchUpload' });
      expect(await bucket.artifacts.stat(key)).toBeUndefined();
    });
  });

  describe('a part', () => {
    it('refuses other bytes than were signed', async () => {
      const bucket = await open();
      const upload = await begun(bucket);
      const request = await bucket.artifacts.presignPart(upload.key, upload.uploadId, 1, contentOf(last), 60);

      expect(await send(request, 'the END')).toMatchObject({ status: 400, code: 'BadDigest' });
      expect(await partsOf(bucket, upload)).toEqual([]);
    });

    it('keeps what it was when its replacement is refused', async () => {
      const bucket = await open();
      const upload = await begun(bucket);
      const part = await putPart(bucket, upload, 1, last);
      const request = await bucket.artifacts.presignPart(upload.key, upload.uploadId, 1, contentOf(last), 60);

      expect(await send(request, 'the END')).toMatchObject({ status: 400 });
      await complete(bucket, upload, [part]);
      expect(await bucket.artifacts.read(upload.key)).toBe('the end');
    });

    it('refuses to come without a checksum', async () => {
      const bucket = await open();
      const upload = await begun(bucket);
      const input = { ...bucket.at(upload.key), UploadId: upload.uploadId, PartNumber: 1, Body: last };

      await expect(bucket.client.send(new UploadPartCommand(input))).rejects.toMatchObject({
        $metadata: { httpStatusCode: 400 },
      });
      expect(await partsOf(bucket, upload)).toEqual([]);
    });

    it('refuses a request without the signed checksum', async () => {
      const bucket = await open();
      const upload = await begun(bucket);
      const signed = await bucket.artifacts.presignPart(upload.key, upload.uploadId, 1, contentOf(last), 60);
      const { 'x-amz-checksum-sha256': _, ...headers } = signed.headers;

      expect(await send({ ...signed, headers }, last)).toMatchObject({ status: 403 });
      expect(await partsOf(bucket, upload)).toEqual([]);
    });

    it.each([
      ['another part', 'partNumber=1', 'partNumber=2'],
      ['another upload', 'uploadId=', 'uploadId=0'],
      ['the whole object', /partNumber=1&|uploadId=[^&]*&/g, ''],
    ])('is refused as %s', async (_, from, to) => {
      const bucket = await open();
      const upload = await begun(bucket);
      const signed = await bucket.artifacts.presignPart(upload.key, upload.uploadId, 1, contentOf(last), 60);
      const url = signed.url.replace(from, to);

      expect(url).not.toBe(signed.url);
      expect(await send({ ...signed, url }, last)).toMatchObject({ status: 403 });
      expect(await partsOf(bucket, upload)).toEqual([]);
    });

    it('may come again: the last one counts', async () => {
      const bucket = await open();
      const upload = await begun(bucket);
      const former = await putPart(bucket, upload, 1, Buffer.from('former'));
      const latter = await putPart(bucket, upload, 1, Buffer.from('latter'));

      expect(await partsOf(bucket, upload)).toMatchObject([{ PartNumber: 1, ChecksumSHA256: base64('latter') }]);
      await expect(complete(bucket, upload, [former])).rejects.toMatchObject({ name: 'InvalidPart' });
      await complete(bucket, upload, [latter]);
      expect(await bucket.artifacts.read(upload.key)).toBe('latter');
    });

    it.each([0, 10_001])('cannot have the number %i', async (part) => {
      const bucket = await open();
      const upload = await begun(bucket);

      expect(await sendPart(bucket, upload, part, last)).toMatchObject({ status: 400, code: 'InvalidArgument' });
    });
  });

  describe('a list', () => {
    it('of parts says their numbers, sizes, ETags and checksums, page by page', async () => {
      const bucket = await open();
      const upload = await begun(bucket);
      const numbers = [1, 2, 3, 9, 10, 10_000];
      for (const part of numbers) await putPart(bucket, upload, part, Buffer.from(`part ${part}`));

      const input = { ...bucket.at(upload.key), UploadId: upload.uploadId, MaxParts: 4 };
      const first = await bucket.client.send(new ListPartsCommand(input));
      const marker = { PartNumberMarker: first.NextPartNumberMarker };
      const second = await bucket.client.send(new ListPartsCommand({ ...input, ...marker }));
      const pages = [first, second];

      expect(pages.map((page) => page.IsTruncated)).toEqual([true, false]);
      expect(pages.flatMap((page) => page.Parts ?? [])).toMatchObject(
        numbers.map((part) => ({
          PartNumber: part,
          Size: `part ${part}`.length,
          ETag: expect.stringMatching(/^".+"$/),
          ChecksumSHA256: base64(`part ${part}`),
        })),
      );
    });

    it('of uploads is of one prefix, by key and then by age, page by page', async () => {
      const bucket = await open();
      const { client, location } = bucket;
      const prefix = bucket.newKey('list');
      const [a, b] = [`${prefix}/a`, `${prefix}/b&<ü>`];
      const uploads = [];
      for (const key of [b, a, a]) {
        uploads.push({ key, uploadId: await bucket.begin(key) });
        await sleep(1100);
      }
      await bucket.begin(`${prefix}-sibling`);

      const input = { Bucket: location.bucket, Prefix: `${prefix}/`, MaxUploads: 2 };
      const first = await client.send(new ListMultipartUploadsCommand(input));
      const marker = { KeyMarker: first.NextKeyMarker, UploadIdMarker: first.NextUploadIdMarker };
      const second = await client.send(new ListMultipartUploadsCommand({ ...input, ...marker }));
      const found = [first, second].flatMap(({ Uploads = [] }) => Uploads);

      expect([first.IsTruncated, second.IsTruncated]).toEqual([true, false]);
      expect(found.map(({ Key, UploadId }) => ({ key: Key, uploadId: UploadId }))).toEqual([
        uploads[1],
        uploads[2],
        uploads[0],
      ]);
      expect(await listed(bucket, `${prefix}/c`)).toEqual([]);
    });
  });
}
