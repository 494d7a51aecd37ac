import { readFileSync, writeFileSync } from 'node:fs';
import metadata from '../../package.json' with { type: 'json' };
import { stage } from '../config/test.ts';
import { lossesBetween, storageOf, type Template } from './storage.ts';
import { synthesised } from './synthesised.ts';

/**
 * `npm run release:template`, with every release: what holds data in the template of this release, for the next ones to
 * be compared with. It is the same in every stage.
 */
const file = new URL('storage.json', import.meta.url);
const template = synthesised(stage);

const losses = lossesBetween(JSON.parse(readFileSync(file, 'utf8')) as Template, template);
if (losses.length > 0) {
  console.error(`Nothing was written. Whoever upgrades would lose data:\n${losses.join('\n')}`);
  process.exit(1);
}

const about = `What holds data in the template of the last release. Written by npm run release:template; compared by test/infra/upgrade.test.ts.`;
writeFileSync(file, `${JSON.stringify({ about, release: metadata.version, ...storageOf(template) }, null, 2)}\n`);
