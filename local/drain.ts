import type { IncomingMessage } from 'node:http';
import { finished } from 'node:stream/promises';

/** How long a client that has its answer may go on sending. */
const LINGER_MS = 5_000;

/** Lets go of what is left of a body, for a while: were the connection closed, its client might never hear the answer. */
export async function drain(message: IncomingMessage): Promise<void> {
  const timer = setTimeout(() => message.destroy(), LINGER_MS).unref();
  await finished(message.resume()).catch(() => undefined);
  clearTimeout(timer);
}
