import { once } from 'node:events';
import type { Writable } from 'node:stream';

/** Writes text, and waits while the reader is slower: memory does not grow with what is written. */
export async function write(output: Writable, text: string): Promise<void> {
  if (!output.write(text)) await once(output, 'drain');
}
