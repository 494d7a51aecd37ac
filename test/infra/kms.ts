import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A KMS that has HMAC keys alone: one of any name, which is made from its name. */
export async function kms() {
  const server = createServer(async (request, response) => {
    const { KeyId = '', Message = '' } = JSON.parse(await text(request)) as Record<string, string>;
    response.setHeader('content-type', 'application/x-amz-json-1.1');
    if (KeyId === 'absent') {
      response.writeHead(400, { 'x-amzn-errortype': 'NotFoundException' });
      return response.end(JSON.stringify({ message: `There is no key ${KeyId}.` }));
    }
    const Mac = createHmac('sha256', KeyId).update(Buffer.from(Message, 'base64')).digest('base64');
    return response.end(JSON.stringify({ KeyId, Mac, MacAlgorithm: 'HMAC_SHA_256' }));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
