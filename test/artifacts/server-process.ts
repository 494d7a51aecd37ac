import { readdir } from 'node:fs/promises';
import { listenIn } from './listener.ts';

/** The artifact server in a process of its own, for tests that measure it, kill it, or let it run out of disk. */
const directory = process.argv[2] ?? '';
const { server, port } = await listenIn(directory);
process.send?.({ port });

process.on('message', async (question) => {
  if (question === 'memory') process.send?.({ peakBytes: process.resourceUsage().maxRSS * 1024 });
  if (question === 'files') {
    const entries = await readdir(directory, { recursive: true, withFileTypes: true });
    process.send?.({ files: entries.filter((entry) => entry.isFile()).map(({ parentPath }) => parentPath) });
  }
});

// Ends by itself once nothing is open any more.
process.on('SIGTERM', () => {
  server.close();
  process.disconnect();
});
