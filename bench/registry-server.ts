import { openRegistry } from '../local/registry.ts';

/** The embedded registry as a child process: as `npm start` runs it, and nothing on its terminal. */
const [directory = '', ...trusted] = process.argv.slice(2);
const registry = await openRegistry({ directory, port: 0, trustedOrigins: new Set(trusted) });
const { endpoint, region, credentials } = registry;
process.send?.({ endpoint, region, credentials });
process.on('disconnect', () => process.exit());

/** Whatever it is sent, it answers how much memory is in use once nothing is left that nobody needs. */
process.on('message', () => {
  globalThis.gc?.();
  process.send?.(process.memoryUsage());
});
