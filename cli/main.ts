import { CommanderError } from 'commander';
import { Complaint } from './complaint.ts';
import { EXIT_CODES } from './exit-codes.ts';
import { signet } from './program.ts';
import { report } from './report.ts';
import { processWorld, type World } from './world.ts';

/** Runs one command line, without the name of the program, and gives its exit code. */
export async function run(words: readonly string[], world: World): Promise<number> {
  const asJson = isJson(words);
  try {
    await signet(world, asJson).parseAsync(words, { from: 'user' });
    return EXIT_CODES.ok.code;
  } catch (error) {
    if (!(error instanceof CommanderError)) return report(error, world, asJson);
    if (error.exitCode === 0) return EXIT_CODES.ok.code;
    return asJson ? report(misused(error), world, asJson) : EXIT_CODES.usage.code;
  }
}

/** Asked of the words, because failures may come before they are understood. */
function isJson(words: readonly string[]): boolean {
  const end = words.indexOf('--');
  return words.slice(0, end < 0 ? undefined : end).includes('--json');
}

const misused = ({ message }: CommanderError): Complaint =>
  new Complaint('usage', message.replace(/^error: /, ''), { hint: '`signet help <command>` shows how to use it.' });

/** Runs the command line of this process, until its exit code. */
export async function runProcess(): Promise<void> {
  const world = processWorld();
  // Whoever reads no further has what they wanted.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => process.exit(EXIT_CODES.ok.code));
  const words = process.argv.slice(2);
  process.once('SIGINT', () => interrupt(EXIT_CODES.interrupted.code, isJson(words)));
  process.once('SIGTERM', () => interrupt(SIGTERM_CODE, isJson(words)));
  process.exitCode = await run(words, world);
}

/** What shells report of a process that was asked to end. */
const SIGTERM_CODE = 143;

/** Everything that is done is kept as it is done: there is nothing to tidy up. */
function interrupt(exitCode: number, asJson: boolean): never {
  // A progress bar keeps terminals from wrapping lines while it is there.
  if (process.stderr.isTTY) process.stderr.write('\x1b[?7h');
  const detail = EXIT_CODES.interrupted.meaning;
  const told = asJson ? JSON.stringify({ code: 'interrupted', detail, issues: [], exitCode }) : `\nsignet: ${detail}`;
  process.stderr.write(`${told}\n`);
  process.exit(exitCode);
}
