import { createPublicKey, sign } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { KMSClient } from '@aws-sdk/client-kms';
import { afterAll, expect, it } from 'vitest';
import { kmsSigner } from '../../shared/aws/kms-signer.ts';
import { keysFrom, noteOf, openNote } from '../../shared/domain/note.ts';
import { REGISTRY_KEY } from '../domain/record.ts';

const asked: string[] = [];
/** A KMS that has one key, which signs. */
const server = createServer(async (request, response) => {
  const action = String(request.headers['x-amz-target']).split('.')[1] ?? '';
  const { Message = '', SigningAlgorithm, MessageType } = JSON.parse(await text(request)) as Record<string, string>;
  asked.push(action);
  response.setHeader('content-type', 'application/x-amz-json-1.1');
  if (action === 'GetPublicKey') {
    const der = createPublicKey(REGISTRY_KEY.publicKey).export({ type: 'spki', format: 'der' });
    return response.end(JSON.stringify({ PublicKey: der.toString('base64') }));
  }
  expect([SigningAlgorithm, MessageType]).toEqual(['ECDSA_SHA_256', 'RAW']);
  const signature = sign('sha256', Buffer.from(Message, 'base64'), REGISTRY_KEY.privateKey);
  return response.end(JSON.stringify({ Signature: signature.toString('base64') }));
});
server.listen(0, '127.0.0.1');
await once(server, 'listening');
const client = new KMSClient({
  endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  region: 'eu-central-1',
  credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
});
afterAll(() => {
  client.destroy();
  server.close();
  server.closeAllConnections();
});

it('a note that KMS signed is opened with the public key that KMS shows, which is asked for once', async () => {
  const signer = kmsSigner(client, 'the key');
  const body = 'signet/acme\n2\nn4bQgYhMfWWaL+qgxVrQFaO/TxsrC4Is0V1sFbDwCgg=\n';
  const notes = [];
  for (let count = 0; count < 2; count += 1)
    notes.push(noteOf(body, 'signet/acme', await signer.publicKey(), await signer.sign(body)));

  for (const note of notes) {
    expect(openNote(note, 'signet/acme', keysFrom(REGISTRY_KEY.publicKey))).toBe(body);
    expect(openNote(note.replace('\n2\n', '\n3\n'), 'signet/acme', keysFrom(REGISTRY_KEY.publicKey))).toBeUndefined();
  }
  expect(asked).toEqual(['GetPublicKey', 'Sign', 'Sign']);
});
