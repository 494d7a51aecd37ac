import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { stage } from '../../infra/config/test.ts';

/** An STS to which everyone is of the account of the stage. */
const server = createServer((request, response) => {
  request.resume();
  response.setHeader('content-type', 'text/xml').end(`<GetCallerIdentityResponse><GetCallerIdentityResult>
    <Arn>arn:aws:iam::${stage.account}:user/ann</Arn><Account>${stage.account}</Account>
  </GetCallerIdentityResult></GetCallerIdentityResponse>`);
}).listen(0, '127.0.0.1');
await once(server, 'listening');
afterAll(() => server.close());

const home = mkdtempSync(join(tmpdir(), 'signet-cdk-'));
afterAll(() => rmSync(home, { recursive: true }));

/** What stands in for the CDK: notes how it was called, writes the outputs, and ends as it is told. */
const STUB = `#!/bin/sh
printf '%s\\n' "$AWS_REGION $AWS_DEFAULT_REGION" "$@" > "$NOTES"
while [ $# -gt 0 ]; do
  [ "$1" = --outputs-file ] && [ -n "$OUTPUTS" ] && printf '%s' "$OUTPUTS" > "$2"
  shift
done
[ -n "$HANGS" ] && sleep 60
exit "$CODE"
`;

interface Told {
  readonly outputs?: object;
  readonly code?: number;
  readonly hangs?: boolean;
}

const ENDPOINT = { [stage.stackName]: { Endpoint: 'https://api.example/prod/' } };

/** Begins `npm run deploy -- --stage test` with the stub in the place of the CDK, and a folder for all that is temporary. */
function begun({ outputs = ENDPOINT, code = 0, hangs = false }: Told, ...args: string[]) {
  const folder = mkdtempSync(join(home, 'run-'));
  const bin = mkdtempSync(join(home, 'bin-'));
  writeFileSync(join(bin, 'cdk'), STUB, { mode: 0o755 });
  const notes = join(bin, 'notes');
  const file = fileURLToPath(import.meta.resolve('../../infra/deploy.ts'));
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', file, '--stage', 'test', ...args], {
    env: {
      PATH: `${bin}:${process.env['PATH']}`,
      TMPDIR: folder,
      NOTES: notes,
      OUTPUTS: JSON.stringify(outputs),
      CODE: String(code),
      HANGS: hangs ? 'yes' : '',
      AWS_ACCESS_KEY_ID: 'key',
      AWS_SECRET_ACCESS_KEY: 'secret',
      AWS_EC2_METADATA_DISABLED: 'true',
      AWS_CONFIG_FILE: '/nowhere',
      AWS_SHARED_CREDENTIALS_FILE: '/nowhere',
      AWS_ENDPOINT_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const ended = Promise.all([once(child, 'exit'), text(child.stdout), text(child.stderr)]).then(
    ([[status], out, errors]) => ({ status, out, errors, left: readdirSync(folder) }),
  );
  const called = () => readFileSync(notes, 'utf8').trimEnd().split('\n');
  return { child, ended, notes, called };
}

it('gives the CDK the stage and its Region, and lets it ask about permissions', async () => {
  const { ended, called } = begun({});
  const { status, out, errors, left } = await ended;

  expect([status, errors, left]).toEqual([0, '', []]);
  expect(out).toContain('\nThe API is at https://api.example/prod\n');
  expect(called()).toEqual([
    `${stage.region} ${stage.region}`,
    'deploy',
    '-c',
    'stage=test',
    '--outputs-file',
    expect.stringMatching(/outputs\.json$/),
  ]);
});

it('has nothing asked for pipelines', async () => {
  const { ended, called } = begun({}, '--yes');

  expect((await ended).status).toBe(0);
  expect(called().slice(-2)).toEqual(['--require-approval', 'never']);
});

it('ends as the CDK does, with one line below what that said, and leaves nothing behind', async () => {
  const { status, out, errors, left } = await begun({ code: 7 }).ended;

  expect([status, left]).toEqual([7, []]);
  expect(errors).toBe('deploy: The CDK did not deploy it: what it said is above.\n');
  expect(out).not.toContain('The API is at');
});

it.each([
  ['nothing', {}],
  ['another stack', { Other: { Endpoint: 'https://api.example/prod/' } }],
  ['no endpoint', { [stage.stackName]: {} }],
])('says where to look when the CDK told of %s', async (_, outputs) => {
  const { status, out, errors } = await begun({ outputs }).ended;

  expect(status).toBe(1);
  expect(errors).toBe(
    'deploy: It is deployed, but the CDK did not say where: see Endpoint in the outputs of SignetTest.\n',
  );
  expect(out).not.toContain('The API is at');
});

it('leaves nothing behind when it is broken off with Ctrl-C', async () => {
  const { child, ended, notes } = begun({ hangs: true });
  await expect.poll(() => existsSync(notes), { timeout: 20_000 }).toBe(true);
  // A terminal sends it to all that it runs in the foreground.
  process.kill(-(child.pid ?? 0), 'SIGINT');
  const { status, out, left } = await ended;

  expect([status, left]).toEqual([130, []]);
  expect(out).not.toContain('The API is at');
});
