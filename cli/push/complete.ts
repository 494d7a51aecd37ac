import { setTimeout } from 'node:timers/promises';
import type { Received } from '../../shared/contract/operations.ts';
import type { Client, Problem } from '../../shared/http/client.ts';
import type { Uploaded } from './upload.ts';

/** How long the registry may take to prove large files, and how often it is asked. */
const MINUTES_MAX = 60;
const PAUSE_SECONDS = 5;

/** A version that is complete, and what was sent for it. */
export interface Completed {
  readonly version: Received<'completeVersion'>;
  readonly sentBytes: number;
}

/**
 * Uploads, and completes the version. What the registry then finds missing or wrong is uploaded once more: it was
 * removed meanwhile, or it had been uploaded by somebody else and was not what its name says.
 */
export async function complete(
  registry: Client,
  uploadOnce: () => Promise<Uploaded>,
  say: (line: string) => void,
): Promise<Completed> {
  const first = await uploadOnce();
  try {
    return { version: await proven(registry, first, say), sentBytes: first.sentBytes };
  } catch (error) {
    const { code, message } = error as Problem;
    if (code !== 'version.incomplete' && code !== 'version.mismatch') throw error;
    say(`${message} It is sent again.`);
  }
  const second = await uploadOnce();
  return { version: await proven(registry, second, say), sentBytes: first.sentBytes + second.sentBytes };
}

/** Every question takes the proof further, although its answer may come too late. */
async function proven(registry: Client, { version: { model, version } }: Uploaded, say: (line: string) => void) {
  const until = Date.now() + MINUTES_MAX * 60_000;
  for (;;) {
    try {
      return await registry.completeVersion({ model, version });
    } catch (error) {
      const isBusy = [503, 504].includes((error as Problem).status);
      if (!isBusy || Date.now() > until) throw error;
      say('The registry is still proving what was uploaded.');
      await setTimeout(PAUSE_SECONDS * 1000);
    }
  }
}
