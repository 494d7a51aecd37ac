import { setTimeout as sleep } from 'node:timers/promises';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, describe, expect, it } from 'vitest';
import type { SignedRequest, Upload } from '../../shared/artifacts/artifacts.ts';
import { type Bucket, base64, bucketAt, contentOf, digestIn, hex, type S3Location } from './s3-promises/bucket.ts';
import { send } from './s3-promises/http.ts';

const MEGABYTE = 2 ** 20;
const first = Buffer.alloc(5 * MEGABYTE, 'first');
const second = Buffer.from('second');
const whole = Buffer.concat([first, second]);
const absent = 'f'.repeat(64);

const signedHeaders = ({ url }: SignedRequest) => new URL(url).searchParams.get('X-Amz-SignedHeaders');

/** What the registry is promised by its Artifacts port, whatever S3 is behind it. */
export function artifactsThatKeepThePromises(name: string, open: () => Promise<S3Location>): void {
  let opened: Promise<Bucket> | undefined;
  const bucket = () => {
    opened ??= open().then(bucketAt);
    return opened;
  };
  const putPart = async ({ artifacts }: Bucket, key: string, { uploadId }: Upload, part: number, bytes: Buffer) => {
    const request = await artifacts.presignPart(key, uploadId, part, contentOf(bytes), 60);
    expect(await send(request, bytes)).toMatchObject({ status: 200 });
  };
  const anUpload = async () => {
    const { artifacts, newKey, ...rest } = await bucket();
    const key = newKey();
    const begun = await artifacts.openUpload(key);
    await putPart({ artifacts, newKey, ...rest }, key, begun, 2, second);
    await putPart({ artifacts, newKey, ...rest }, key, begun, 1, first);
    return { artifacts, key, upload: await artifacts.openUpload(key) };
  };

  describe(`artifacts in ${name}`, () => {
    afterAll(async () => (await opened)?.sweep());

    describe('a URL', () => {
      it('for a PUT signs length, absence and checksum as headers, and sends them', async () => {
        const { artifacts, newKey } = await bucket();
        const request = await artifacts.presignPut(newKey(), contentOf(second), 60);

        expect(signedHeaders(request)).toBe('content-length;host;if-none-match;x-amz-checksum-sha256');
        expect(request).toMatchObject({
          method: 'PUT',
          headers: { 'content-length': '6', 'if-none-match': '*', 'x-amz-checksum-sha256': base64(second) },
        });
      });

      it('for a part signs length and checksum as headers, and sends them', async () => {
        const { artifacts, newKey } = await bucket();
        const request = await artifacts.presignPart(newKey(), 'an upload', 7, contentOf(second), 60);

        expect(signedHeaders(request)).toBe('content-length;host;x-amz-checksum-sha256');
        expect(request).toMatchObject({
          method: 'PUT',
          headers: { 'content-length': '6', 'x-amz-checksum-sha256': base64(second) },
        });
        expect(new URL(request.url).searchParams.get('partNumber')).toBe('7');
      });

      it('never has a checksum in it, least of all the one of no bytes that the SDK would add', async () => {
        const { artifacts, newKey } = await bucket();
        const urls = await Promise.all([
          artifacts.presignPut(newKey(), contentOf(second), 60),
          artifacts.presignPart(newKey(), 'an upload', 1, contentOf(second), 60),
          artifacts.presignGet(newKey(), 'model.bin', 60),
        ]);

        for (const { url } of urls) {
          const names = [...new URL(url).searchParams.keys()];
          expect(names.filter((name) => /checksum-(?!mode)|crc/i.test(name))).toEqual([]);
        }
      });

      it('lives as long as it was asked to, and a week at most', async () => {
        const { artifacts, newKey } = await bucket();
        const expires = async (seconds: number) =>
          new URL((await artifacts.presignGet(newKey(), 'x', seconds)).url).searchParams.get('X-Amz-Expires');

        expect(await expires(900)).toBe('900');
        expect(await expires(604_800)).toBe('604800');
        await expect(artifacts.presignGet(newKey(), 'x', 604_801)).rejects.toThrow();
        await expect(artifacts.presignPut(newKey(), contentOf(second), 604_801)).rejects.toThrow();
        await expect(artifacts.presignPart(newKey(), 'u', 1, contentOf(second), 604_801)).rejects.toThrow();
      });

      it.each([
        ['model.bin', 'model.bin'],
        ['Gewichte für Ü 日本.onnx', 'Gewichte f_r _ __.onnx'],
        ['quotes " and \\ and \'.bin', "quotes _ and _ and '.bin"],
        ['100% (1)*;=,.bin', '100_ (1)*;=,.bin'],
        ['line\r\nset-cookie: x', 'line__set-cookie: x'],
        ['half \ud83e pair', 'half _ pair'],
      ])('for a GET saves the object as %j', async (fileName, plain) => {
        const { artifacts, newKey } = await bucket();
        const key = newKey();
        await artifacts.write(key, 'x');

        const { status, headers } = await send(await artifacts.presignGet(key, fileName, 60));

        expect(status).toBe(200);
        expect(headers['set-cookie']).toBeUndefined();
        const [, ascii, full = ''] =
          /^attachment; filename="([^"]*)"; filename\*=UTF-8''([\w.~!#$&+^`|%-]*)$/.exec(
            headers['content-disposition'] ?? '',
          ) ?? [];
        expect({ ascii, full: decodeURIComponent(full) }).toEqual({ ascii: plain, full: fileName.toWellFormed() });
      });
    });

    describe('an upload', () => {
      it('is not there before it is begun, and looking for it begins none', async () => {
        const { artifacts, newKey } = await bucket();
        const key = newKey();

        expect(await artifacts.findUpload(key)).toBeUndefined();
        expect(await artifacts.findUpload(key)).toBeUndefined();
      });

      it('is begun once, and found again with the parts it has', async () => {
        const { artifacts, key, upload } = await anUpload();

        expect(upload.parts).toEqual([
          { part: 1, ...contentOf(first), etag: expect.stringMatching(/^".+"$/) },
          { part: 2, ...contentOf(second), etag: expect.stringMatching(/^".+"$/) },
        ]);
        expect(await artifacts.findUpload(key)).toEqual(upload);
        expect(await artifacts.openUpload(key)).toEqual(upload);
      });

      it('is not taken for the one of a key that begins alike', async () => {
        const { artifacts, newKey } = await bucket();
        const key = newKey();
        const longer = await artifacts.openUpload(`${key}-longer`);

        expect(await artifacts.findUpload(key)).toBeUndefined();
        const upload = await artifacts.openUpload(key);
        expect(upload.uploadId).not.toBe(longer.uploadId);
        expect(await artifacts.findUpload(`${key}-longer`)).toEqual(longer);
      });

      it('is the object once it is closed, and no upload any more', async () => {
        const { artifacts, key, upload } = await anUpload();

        await artifacts.closeUpload(key, upload.uploadId, upload.parts.toReversed());

        expect(await digestIn(artifacts, key)).toBe(hex(whole));
        expect(await artifacts.findUpload(key)).toBeUndefined();
      });

      it('may be closed again', async () => {
        const { artifacts, key, upload } = await anUpload();

        await artifacts.closeUpload(key, upload.uploadId, upload.parts);
        await artifacts.closeUpload(key, upload.uploadId, upload.parts);

        expect(await digestIn(artifacts, key)).toBe(hex(whole));
      });

      it('may be closed by several at once', async () => {
        const { artifacts, key, upload } = await anUpload();

        await Promise.all(Array.from({ length: 6 }, () => artifacts.closeUpload(key, upload.uploadId, upload.parts)));

        expect(await digestIn(artifacts, key)).toBe(hex(whole));
        expect(await artifacts.findUpload(key)).toBeUndefined();
      });

      it('may be looked for while others close it', async () => {
        const { artifacts, key, upload } = await anUpload();
        const looks: Promise<Upload | undefined>[] = [];
        let isClosed = false;
        const closed = artifacts.closeUpload(key, upload.uploadId, upload.parts).then(() => {
          isClosed = true;
        });
        for (; !isClosed; await sleep(1)) looks.push(artifacts.findUpload(key));
        await closed;
        const found = (await Promise.all(looks)).map((one) => one?.uploadId);

        expect(found.filter((uploadId) => uploadId !== undefined && uploadId !== upload.uploadId)).toEqual([]);
        expect(await artifacts.findUpload(key)).toBeUndefined();
      });

      it('is let go of when the object came another way', async () => {
        const { artifacts, key, upload } = await anUpload();
        await send(await artifacts.presignPut(key, contentOf(whole), 60), whole);

        await artifacts.closeUpload(key, upload.uploadId, upload.parts);

        expect(await artifacts.stat(key)).toMatchObject(contentOf(whole));
        expect(await artifacts.findUpload(key)).toBeUndefined();
      });

      it('is not closed over a part that is missing or another, and stays', async () => {
        const { artifacts, key, upload } = await anUpload();
        const [one, two] = upload.parts;
        if (!one || !two) throw new Error('Both parts were put.');

        await expect(artifacts.closeUpload(key, upload.uploadId, [one, { ...two, part: 3 }])).rejects.toThrow();
        await expect(artifacts.closeUpload(key, upload.uploadId, [one, { ...two, sha256: absent }])).rejects.toThrow();
        expect(await artifacts.stat(key)).toBeUndefined();
        expect(await artifacts.findUpload(key)).toEqual(upload);
      });

      it('that never was is not closed', async () => {
        const { artifacts, newKey } = await bucket();
        const part = { part: 1, etag: '"0"', ...contentOf(second) };

        await expect(artifacts.closeUpload(newKey(), 'nothing', [part])).rejects.toThrow();
      });
    });

    describe('what the store knows of an object', () => {
      const etag = expect.stringMatching(/^".+"$/);

      it('is nothing where there is none', async () => {
        const { artifacts, newKey } = await bucket();

        expect(await artifacts.stat(newKey())).toBeUndefined();
        expect(await artifacts.read(newKey())).toBeUndefined();
        expect(await digestIn(artifacts, newKey())).toBeUndefined();
      });

      it('is its size, its ETag and, of a checksummed PUT, its SHA-256', async () => {
        const { artifacts, newKey } = await bucket();
        const key = newKey();
        await send(await artifacts.presignPut(key, contentOf(second), 60), second);

        expect(await artifacts.stat(key)).toEqual({ ...contentOf(second), etag });
      });

      it('is no SHA-256 when it came in parts: their checksum is not the one of the file', async () => {
        const { artifacts, key, upload } = await anUpload();
        await artifacts.closeUpload(key, upload.uploadId, upload.parts);

        expect(await artifacts.stat(key)).toEqual({ bytes: whole.length, etag });
        expect(await digestIn(artifacts, key)).toBe(hex(whole));
      });

      it('is no SHA-256 when nobody stated one', async () => {
        const { artifacts, at, client, newKey } = await bucket();
        const key = newKey();
        await client.send(new PutObjectCommand({ ...at(key), Body: second }));

        expect(await artifacts.stat(key)).toEqual({ bytes: 6, etag });
        expect(await digestIn(artifacts, key)).toBe(hex(second));
      });
    });

    it('keep a text as it is, and replace it', async () => {
      const { artifacts, newKey } = await bucket();
      const key = newKey();

      for (const text of ['{"path":"modèle.bin"}', '', 'x'.repeat(1_000_000)]) {
        await artifacts.write(key, text);
        expect(await artifacts.read(key)).toBe(text);
        expect(await artifacts.stat(key)).toMatchObject(contentOf(Buffer.from(text)));
      }
    });

    describe('an object', () => {
      const etagOf = async ({ artifacts }: Pick<Bucket, 'artifacts'>, key: string) =>
        (await artifacts.stat(key))?.etag ?? '';

      it('in parts is removed by its ETag, and may be removed twice', async () => {
        const { artifacts, key, upload } = await anUpload();
        await artifacts.closeUpload(key, upload.uploadId, upload.parts);
        const etag = await etagOf({ artifacts }, key);

        await artifacts.remove(key, etag);
        await artifacts.remove(key, etag);

        expect(await artifacts.stat(key)).toBeUndefined();
      });

      it('is erased for good, and may be erased twice; what came in its place stays', async () => {
        const { artifacts, key, upload } = await anUpload();
        await artifacts.closeUpload(key, upload.uploadId, upload.parts);
        const object = await artifacts.stat(key);
        if (!object) throw new Error('expected an object');

        await artifacts.erase(key, object);
        await artifacts.erase(key, object);
        expect(await artifacts.stat(key)).toBeUndefined();
        await artifacts.write(key, 'others');
        await artifacts.erase(key, object);

        expect(await artifacts.read(key)).toBe('others');
      });

      it('is not removed for the other one, in parts, that was there before', async () => {
        const { artifacts, key, upload } = await anUpload();
        await artifacts.closeUpload(key, upload.uploadId, upload.parts);
        const former = await etagOf({ artifacts }, key);
        await artifacts.remove(key, former);
        const again = await artifacts.openUpload(key);
        await putPart(await bucket(), key, again, 1, second);
        await artifacts.closeUpload(key, again.uploadId, (await artifacts.openUpload(key)).parts);

        await artifacts.remove(key, former);

        expect(await digestIn(artifacts, key)).toBe(hex(second));
      });
    });
  });
}
