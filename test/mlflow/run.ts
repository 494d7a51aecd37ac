import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { openRegistry } from '../../local/registry.ts';
import { programsOf, whyNoPython } from '../deployed/python.ts';
import { freePort } from '../support/free-port.ts';

/**
 * `npm run test:mlflow [-- pytest arguments]`: MLflow's own client, unmodified, against an embedded registry of this run.
 * Where Python or its packages are missing it is skipped, and says why.
 */
const missing = whyNoPython();
if (missing !== undefined) console.log(`Skipped: npm run test:mlflow. ${missing}`);
else process.exitCode = await tested(process.argv.slice(2));

async function tested(args: readonly string[]): Promise<number> {
  const programs = await programsOf('mlflow', '../mlflow/requirements.txt', ['pytest']).catch((error: unknown) => {
    console.log(`Skipped: npm run test:mlflow. ${error instanceof Error ? error.message : error}`);
  });
  if (!programs) return 0;

  const directory = await mkdtemp(path.join(tmpdir(), 'signet-mlflow-'));
  const receiver = `http://127.0.0.1:${await freePort()}`;
  const registry = await openRegistry({ directory, port: 0, trustedOrigins: new Set([receiver]) });
  const pytest = spawn(
    programs.pytest,
    ['-q', '-p', 'no:cacheprovider', '-W', 'ignore', import.meta.dirname, ...args],
    {
      stdio: 'inherit',
      // It writes files of its own where it runs.
      cwd: directory,
      env: {
        ...process.env,
        PYTHONDONTWRITEBYTECODE: '1',
        SIGNET_URL: registry.endpoint,
        SIGNET_CREDENTIALS: registry.credentialsFile,
        SIGNET_RECEIVER: receiver,
        SIGNET_NODE: process.execPath,
        SIGNET_CLI: path.resolve(import.meta.dirname, '../../cli/signet.js'),
      },
    },
  );
  const [code] = await once(pytest, 'exit');
  await registry.close();
  await rm(directory, { recursive: true, force: true });
  return code ?? 1;
}
