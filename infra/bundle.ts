import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { VARIABLES, type Variable, variablesOf } from '../shared/contract/environment.ts';
import { kebabCase } from '../shared/kebab-case.ts';
import { SETTINGS } from './bundler.ts';
import { functionRows, type RowName } from './bundles.ts';

/**
 * `node infra/bundle.ts FOLDER`, for bundles.ts: bundles every function. Code that hangs on a variable which a function
 * will not have is left out of it, with everything behind it; what is alike is bundled in one go.
 */
const [folder = ''] = process.argv.slice(2);

const byVariables = Map.groupBy(functionRows, ([, row]) => variablesOf(row).join());
await Promise.all(
  Array.from(byVariables, ([variables, alike]) =>
    bundle(
      alike.map(([name]) => name),
      VARIABLES.filter((variable) => !variables.split(',').includes(variable)),
    ),
  ),
);

async function bundle(names: readonly RowName[], lacking: readonly Variable[]): Promise<void> {
  await build({
    ...SETTINGS,
    entryPoints: Object.fromEntries(names.map((name) => [`${kebabCase(name)}/index`, sourceOf(name)])),
    outdir: folder,
    define: Object.fromEntries(lacking.map((variable) => [`process.env.${variable}`, 'undefined'])),
  });
}

function sourceOf(name: RowName): string {
  return fileURLToPath(new URL(`../functions/${kebabCase(name)}.ts`, import.meta.url));
}
