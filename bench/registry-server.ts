import { openRegistry } from '../local/registry.ts';

/** The embedded registry as a child process: as `npm start` runs it, and nothing on its terminal. */
const registry = await openRegistry({ directory: process.argv[2] ?? '', port: 0 });
const { endpoint, region, credentials } = registry;
process.send?.({ endpoint, region, credentials });
process.on('disconnect', () => process.exit());
