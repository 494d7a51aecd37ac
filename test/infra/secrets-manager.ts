import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';

/** A Secrets Manager with one secret: its value at each stage. `AWSPREVIOUS` may be missing. */
export async function secretsManager(values: Readonly<Record<string, string>>) {
  const server = createServer(async (request, response) => {
    const { SecretId, VersionStage } = JSON.parse(await text(request)) as Record<string, string>;
    const value = VersionStage === undefined ? undefined : values[VersionStage];
    response.setHeader('content-type', 'application/x-amz-json-1.1');
    if (value === undefined) {
      response.writeHead(400, { 'x-amzn-errortype': 'ResourceNotFoundException' });
      return response.end(JSON.stringify({ message: `${SecretId} has no ${VersionStage}` }));
    }
    return response.end(JSON.stringify({ ARN: SecretId, Name: SecretId, SecretString: value }));
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
