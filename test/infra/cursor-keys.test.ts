import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { expect, it } from 'vitest';
import { cursorKeys } from '../../shared/aws/cursor-keys.ts';
import { sealedCursors } from '../../shared/http/cursor.ts';
import { secretsManager } from './secrets-manager.ts';

const now = () => new Date('2026-03-04T05:06:07.890Z');
const position = { pk: 'T#acme#MODELS', sk: 'M#fraud-detector' };

async function cursorsWith(values: Readonly<Record<string, string>>) {
  const { endpoint, close } = await secretsManager(values);
  const credentials = { accessKeyId: 'any', secretAccessKey: 'any' };
  const client = new SecretsManagerClient({ endpoint, region: 'eu-central-1', credentials });
  try {
    return sealedCursors(await cursorKeys(client, 'cursors'), now);
  } finally {
    client.destroy();
    close();
  }
}

it('opens a cursor that was sealed before the secret was rotated', async () => {
  const cursor = (await cursorsWith({ AWSCURRENT: 'first' })).seal(position, 'acme');
  const rotated = await cursorsWith({ AWSCURRENT: 'second', AWSPREVIOUS: 'first' });

  expect(rotated.open(cursor, 'acme')).toEqual(position);
});

it('opens no cursor that was sealed two rotations before', async () => {
  const cursor = (await cursorsWith({ AWSCURRENT: 'first' })).seal(position, 'acme');
  const rotated = await cursorsWith({ AWSCURRENT: 'third', AWSPREVIOUS: 'second' });

  expect(() => rotated.open(cursor, 'acme')).toThrow(expect.objectContaining({ code: 'cursor.invalid' }));
});

it('seals with the current value', async () => {
  const cursor = (await cursorsWith({ AWSCURRENT: 'second', AWSPREVIOUS: 'first' })).seal(position, 'acme');

  expect((await cursorsWith({ AWSCURRENT: 'second' })).open(cursor, 'acme')).toEqual(position);
});

it('makes no keys without the secret', async () => {
  await expect(cursorsWith({})).rejects.toThrow('cursors has no AWSCURRENT');
});
