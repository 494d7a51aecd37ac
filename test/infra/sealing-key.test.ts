import { KMSClient } from '@aws-sdk/client-kms';
import { afterAll, expect, it } from 'vitest';
import { sealingKey } from '../../shared/aws/sealing-key.ts';
import { sealedCursors } from '../../shared/http/cursor.ts';
import { kms } from './kms.ts';

const { endpoint, close } = await kms();
const credentials = { accessKeyId: 'any', secretAccessKey: 'any' };
const client = new KMSClient({ endpoint, region: 'eu-central-1', credentials });
afterAll(() => {
  client.destroy();
  close();
});

const now = () => new Date('2026-03-04T05:06:07.890Z');
const position = { pk: 'T#acme#MODELS', sk: 'M#fraud-detector' };
const cursorsUnder = async (keyId: string) => sealedCursors([await sealingKey(client, keyId, 'cursors')], now);

it('a cursor that one function sealed is opened by another', async () => {
  const cursor = (await cursorsUnder('the key')).seal(position, 'acme');

  expect((await cursorsUnder('the key')).open(cursor, 'acme')).toEqual(position);
});

it('a cursor under a key of KMS that was replaced is refused', async () => {
  const cursor = (await cursorsUnder('the key')).seal(position, 'acme');
  const replaced = await cursorsUnder('another key');

  expect(() => replaced.open(cursor, 'acme')).toThrow(expect.objectContaining({ code: 'cursor.invalid' }));
});

it('without its key no function starts', async () => {
  await expect(cursorsUnder('absent')).rejects.toThrow('There is no key absent.');
});
