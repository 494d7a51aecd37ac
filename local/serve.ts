import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { untilEnded } from './ending.ts';
import { eventLog } from './event-log.ts';
import { openRegistry, type Registry, type RegistryOptions } from './registry.ts';
import type { Settings } from './settings.ts';
import { bugLog, failureLog, welcome } from './terminal.ts';
import { orRefused, whyNotListening, whyNotWriting } from './why-not.ts';

type Movable = Pick<RegistryOptions, 'movable'>;

/** Serves a registry until it is told to end. @throws {Refused} when it cannot be opened */
export async function serve(settings: Settings & Movable): Promise<void> {
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
    await serve({ ...settings, directory, movable: true });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

const opened = (settings: Settings & Movable): Promise<Registry> =>
  orRefused(
    (error) => whyNotListening(error, settings) ?? whyNotWriting(error, settings.directory),
    () => openRegistry({ ...settings, log: settings.quiet ? bugLog(console.error) : failureLog(console.error) }),
  );
