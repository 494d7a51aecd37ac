import { readdir, readFile, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { registryClient, signedSender } from '../../shared/http/client.ts';
import type { World } from './registry.ts';

/** A registry as an MLflow server that knows who asks by a token, with a store of artifacts. */
export interface Origin extends AsyncDisposable {
  readonly uri: string;
  /** How many requests it had. */
  readonly requests: () => number;
  /** Makes it break off every request from now on, or answer again. */
  breakAfter(requests: number): void;
  /** A call of MLflow's API. */
  mlflow(path: string, input: object): Promise<unknown>;
}

export const TOKEN = 'a token that the origin knows';

/** Stands before a registry, signs for whoever has the token, and serves the files of a directory. */
export async function anOrigin({ registry }: World, artifacts: string): Promise<Origin> {
  const { endpoint, region, credentials } = registry;
  const { accessKeyId, secretAccessKey } = credentials['globex-admin'] ?? { accessKeyId: '', secretAccessKey: '' };
  const options = { endpoint, region, credentials: { accessKeyId, secretAccessKey } };
  const client = registryClient(options);
  const { principal } = await client.whoAmI({});
  const roles = (['admin', 'publisher', 'releaser', 'reviewer'] as const).map((role) => ({ role }));
  await client.putMember({ principal, roles });
  await client.putPolicy({
    policy: { lifecycle: 'open', retention: { artifactHoldDays: 0, productionStableDays: 0 } },
  });

  const send = signedSender(options);
  let requests = 0;
  let left = Number.POSITIVE_INFINITY;
  const server = createServer(async (request, response) => {
    requests += 1;
    left -= 1;
    if (left < 0) return void request.destroy();
    if (request.headers.authorization !== `Bearer ${TOKEN}`) return void response.writeHead(401).end('{}');
    const url = new URL(request.url ?? '', 'http://origin');
    const file = /^\/api\/2\.0\/mlflow-artifacts\/artifacts(.*)$/.exec(url.pathname)?.[1];
    if (file !== undefined) {
      const at = path.join(artifacts, decodeURIComponent(file), url.searchParams.get('path') ?? '');
      response.writeHead(200);
      return void response.end((await stat(at)).isDirectory() ? await listing(at) : await readFile(at));
    }
    const body = await text(request);
    const answer = await send({
      method: request.method ?? 'GET',
      path: url.pathname,
      query: Object.fromEntries(url.searchParams),
      headers: { 'content-type': 'application/json' },
      ...(body !== '' && { body }),
    });
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(await answer.text());
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  return {
    uri: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests: () => requests,
    breakAfter: (more) => {
      left = more;
    },
    mlflow: async (at, input) => {
      const headers = { 'content-type': 'application/json' };
      const request = { method: 'POST', path: `/api/2.0/mlflow${at}`, query: {}, headers, body: JSON.stringify(input) };
      const answer = await send(request);
      if (!answer.ok) throw new Error(await answer.text());
      return answer.json();
    },
    [Symbol.asyncDispose]: async () => {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function listing(directory: string): Promise<string> {
  const entries = await readdir(directory, { withFileTypes: true });
  return JSON.stringify({ files: entries.map((entry) => ({ path: entry.name, is_dir: entry.isDirectory() })) });
}
