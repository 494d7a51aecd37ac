import { rmSync } from 'node:fs';
import { mkdir, mkdtemp } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { openRegistry } from '../local/registry.ts';
import { castOf, type Registry } from './cast.ts';
import { BrokenClaim, narrator } from './narrate.ts';
import { openReceiver, type Receiver } from './receiver.ts';
import { tell } from './tell.ts';

const HELP = `Tells how a model gets into production and back, on a model that is trained meanwhile.

  npm run demo -- [options]

Options
  --endpoint URL       a registry that runs already (SIGNET_ENDPOINT); without it, one for the length of the demo
  --credentials FILE   the AWS credentials file of that registry (AWS_SHARED_CREDENTIALS_FILE, .signet/credentials)
  --region REGION      its AWS region (AWS_REGION, us-east-1)
  --help               print this

It ends with 0 if everything is as it says, and with 1 if anything is not.`;

const { values } = parseArgs({
  options: {
    endpoint: { type: 'string' },
    credentials: { type: 'string' },
    region: { type: 'string' },
    help: { type: 'boolean', short: 'h' },
  },
});
if (values.help) console.log(HELP);
else await perform();

/** Plays in a directory of its own, which is gone afterwards. */
async function perform(): Promise<void> {
  const begun = performance.now();
  const { env, stdout } = process;
  await using stage = new AsyncDisposableStack();
  const directory = await newDirectory();
  const endpoint = values.endpoint ?? env['SIGNET_ENDPOINT'];
  // A registry that runs already has not been told that it may send to this program.
  const receiver = endpoint === undefined ? stage.adopt(await openReceiver(), (one) => one.close()) : undefined;
  const registry = receiver ? await own(path.join(directory, 'registry'), receiver, stage) : running(String(endpoint));
  const narration = narrator(stdout);
  try {
    const cast = await castOf(registry, directory, narration);
    // A registry that goes on may have the penguins of another demo.
    const model = endpoint === undefined ? 'penguins' : `penguins-${Date.now().toString(36)}`;
    await tell({ ...narration, ...cast, model, directory }, receiver);
    const seconds = ((performance.now() - begun) / 1_000).toFixed(1);
    stdout.write(`\nAll ${narration.claims()} claims held, in ${seconds} s.\n`);
  } catch (error) {
    if (!(error instanceof BrokenClaim)) throw error;
    stdout.write(`\nThis is not as claimed: ${error.message}.\n`);
    process.exitCode = 1;
  }
}

/** Inside of the repository, so that a push finds the commit of the code. However the demo ends, it is gone then. */
async function newDirectory(): Promise<string> {
  const hidden = path.join(import.meta.dirname, '..', '.signet');
  await mkdir(hidden, { recursive: true, mode: 0o700 });
  const directory = await mkdtemp(path.join(hidden, 'demo-'));
  process.once('exit', () => rmSync(directory, { recursive: true, force: true }));
  // For as often as it comes: npm sends on what the terminal has sent already.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => process.exit(130));
  return directory;
}

/** The whole registry in this process, until the stage is cleared. */
async function own(directory: string, { origin }: Receiver, stage: AsyncDisposableStack): Promise<Registry> {
  const registry = await openRegistry({ directory, port: 0, trustedOrigins: new Set([origin]), movable: true });
  return stage.adopt(registry, (one) => one.close());
}

function running(endpoint: string): Registry {
  const { env } = process;
  const { credentials = env['AWS_SHARED_CREDENTIALS_FILE'] ?? '.signet/credentials' } = values;
  return {
    endpoint,
    region: values.region ?? env['AWS_REGION'] ?? 'us-east-1',
    credentialsFile: path.resolve(credentials),
  };
}
