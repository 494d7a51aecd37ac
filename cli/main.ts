import { CommanderError } from 'commander';
import { EXIT_CODES } from './exit-codes.ts';
import { signet } from './program.ts';
import { report } from './report.ts';
import { processWorld, type World } from './world.ts';

/** Runs one command line, without the name of the program, and gives its exit code. */
export async function run(words: readonly string[], world: World): Promise<number> {
  try {
    await signet(world).parseAsync(words, { from: 'user' });
    return EXIT_CODES.ok.code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_CODES.ok.code : EXIT_CODES.usage.code;
    return report(error, world);
  }
}

/** Runs the command line of this process, until its exit code. */
export async function runProcess(): Promise<void> {
  const world = processWorld();
  // Whoever reads no further has what they wanted.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => process.exit(EXIT_CODES.ok.code));
  process.once('SIGINT', () => interrupt(EXIT_CODES.interrupted.code));
  process.once('SIGTERM', () => interrupt(SIGTERM_CODE));
  process.exitCode = await run(process.argv.slice(2), world);
}

/** What shells report of a process that was asked to end. */
const SIGTERM_CODE = 143;

/** Everything that is done is kept as it is done: there is nothing to tidy up. */
function interrupt(code: number): never {
  // A progress bar keeps terminals from wrapping lines while it is there.
  if (process.stderr.isTTY) process.stderr.write('\x1b[?7h');
  process.stderr.write(`\nsignet: ${EXIT_CODES.interrupted.meaning}\n`);
  process.exit(code);
}
