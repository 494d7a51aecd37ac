import { openRegistry } from '../../local/registry.ts';
import { traffic } from '../cli/traffic.ts';

const [directory = ''] = process.argv.slice(2);
const line = (value: unknown) => process.stdout.write(`${JSON.stringify(value)}\n`);

/** A registry in a process of its own: it tells where it is, and then of every transfer that comes to its end. */
const { endpoint, region, credentialsFile } = await openRegistry({ directory, port: 0 });
line({ endpoint, region, credentialsFile });
traffic('PUT', ({ object, part, bytes }) => line({ moved: 'in', name: `${object} ${part}`, bytes }));
traffic('GET', ({ object, range, bytes }) => line({ moved: 'out', name: `${object} ${range}`, bytes }));
