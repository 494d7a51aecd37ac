import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { untilEnded } from './ending.ts';
import { eventLog } from './event-log.ts';
import { Refused } from './refused.ts';
import { openRegistry, type Registry } from './registry.ts';
import type { Settings } from './settings.ts';
import { bugLog, failureLog, welcome } from './terminal.ts';
import { whyNot } from './why-not.ts';

/** Serves a registry until it is told to end. @throws {Refused} when it cannot be opened */
export async function serve(settings: Settings): Promise<void> {
  const ended = untilEnded();
  const registry = await opened(settings);
  console.log(welcome(registry, settings));
  if (!settings.quiet) registry.consume(eventLog(console.log));

  await ended;
  console.log('Ending. Ctrl-C again ends at once.');
  await registry.close();
}

/** The same on a directory that is gone afterwards. */
export async function serveForNow(settings: Settings): Promise<void> {
  const directory = await mkdtemp(path.join(tmpdir(), 'signet-'));
  try {
    await serve({ ...settings, directory });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function opened(settings: Settings): Promise<Registry> {
  try {
    return await openRegistry({ ...settings, log: settings.quiet ? bugLog(console.error) : failureLog(console.error) });
  } catch (error) {
    const reason = whyNot(error, settings);
    throw reason === undefined ? error : new Refused(1, reason, { cause: error });
  }
}
