import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { CREDENTIALS, REGION, withoutAws } from '../support/emulated-aws.ts';
import { endAllWithUs } from '../support/end-with-us.ts';
import { freePort } from '../support/free-port.ts';
import { programsOf } from './python.ts';

/** An AWS on this machine, in which IAM decides what may be done. */
export interface MiniStack extends AsyncDisposable {
  readonly endpoint: string;
  /** What the AWS SDK and the CDK have to find in the environment, to talk to it and to nothing else. */
  readonly environment: Readonly<Record<string, string>>;
}

const START_MS_MAX = 60_000;

/**
 * Installs MiniStack where it is not yet, and starts it with nothing in it. What it keeps is in a folder that must not be
 * within this repository, whose package.json would make modules of the scripts that run its functions.
 */
export async function startMiniStack(folder: string): Promise<MiniStack> {
  const { ministack } = await programsOf('ministack', 'requirements.txt', ['ministack']);
  const port = await freePort();
  const endpoint = `http://127.0.0.1:${port}`;
  const server = spawn(ministack, [], {
    cwd: folder,
    env: {
      ...withoutAws(),
      AUTH: 'true',
      BIND_HOST: '127.0.0.1',
      GATEWAY_PORT: String(port),
      // Would listen at a port that is always the same.
      IOT_MTLS_ENABLED: '0',
      LOG_LEVEL: 'WARNING',
      S3_DATA_DIR: `${folder}/s3`,
      TMPDIR: folder,
    },
    stdio: ['ignore', 'ignore', 'inherit'],
    detached: true,
  });
  endAllWithUs(server);
  await untilHealthy(server, endpoint);
  return {
    endpoint,
    environment: {
      AWS_ENDPOINT_URL: endpoint,
      AWS_ENDPOINT_URL_S3: endpoint,
      AWS_ACCESS_KEY_ID: CREDENTIALS.accessKeyId,
      AWS_SECRET_ACCESS_KEY: CREDENTIALS.secretAccessKey,
      AWS_REGION: REGION,
      AWS_DEFAULT_REGION: REGION,
    },
    [Symbol.asyncDispose]: async () => {
      const ended = once(server, 'exit');
      // With it end the processes of its functions.
      process.kill(-(server.pid ?? 0), 'SIGKILL');
      await ended;
    },
  };
}

async function untilHealthy(server: ChildProcess, endpoint: string): Promise<void> {
  const late = Date.now() + START_MS_MAX;
  while (server.exitCode === null && Date.now() < late) {
    const response = await fetch(`${endpoint}/_ministack/health`).catch(() => undefined);
    await response?.body?.cancel();
    if (response?.ok) return;
    await wait(100);
  }
  throw new Error('MiniStack did not start.');
}
