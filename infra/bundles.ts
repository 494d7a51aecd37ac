import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type BuildOptions, buildSync } from 'esbuild';
import { VARIABLES, type Variable, variablesOf } from '../shared/contract/environment.ts';
import { type OperationName, rows } from '../shared/contract/operations.ts';
import { kebabCase } from '../shared/kebab-case.ts';

/** Where the bundle of an operation's function is: a folder with `index.mjs` and its source map. */
export type Bundles = Readonly<Record<OperationName, string>>;

/**
 * Bundles every function into a folder of its own: one ESM file with all that it runs. Code that hangs on a variable
 * which a function will not have is left out of it, with everything behind it; what is alike is bundled in one go.
 */
export function bundleFunctions(folder: string): Bundles {
  const byVariables = Map.groupBy(rows, ([, operation]) => variablesOf(operation).join());
  for (const [variables, alike] of byVariables) {
    const lacking = VARIABLES.filter((variable) => !variables.split(',').includes(variable));
    bundle(
      folder,
      alike.map(([name]) => name),
      lacking,
    );
  }
  return Object.fromEntries(rows.map(([name]) => [name, join(folder, kebabCase(name))])) as Bundles;
}

function bundle(folder: string, names: readonly OperationName[], lacking: readonly Variable[]): void {
  buildSync({
    ...SETTINGS,
    entryPoints: Object.fromEntries(names.map((name) => [`${kebabCase(name)}/index`, sourceOf(name)])),
    outdir: folder,
    external: lacking.includes('BUCKET_NAME')
      ? NEVER_IMPORTED
      : NEVER_IMPORTED.filter((name) => name !== EVENT_STREAMS),
    define: Object.fromEntries(lacking.map((variable) => [`process.env.${variable}`, 'undefined'])),
  });
}

const sourceOf = (name: OperationName): string =>
  fileURLToPath(new URL(`../functions/${kebabCase(name)}.ts`, import.meta.url));

/** Also imported by the client of S3, and that as soon as it is loaded itself. */
const EVENT_STREAMS = '@smithy/core/event-streams';

/**
 * What the SDK imports when it first needs it, and never does in a function: every place to look for credentials but the
 * environment, into which Lambda puts them; streams of events; the names of browsers. It stays outside, and not for its
 * size alone: had a bundle anything in it that is imported later, each module which that one uses would be wrapped in a
 * function, to be read twice at every start.
 */
const NEVER_IMPORTED = [
  '@aws-sdk/credential-provider-http',
  '@aws-sdk/credential-provider-ini',
  '@aws-sdk/credential-provider-login',
  '@aws-sdk/credential-provider-process',
  '@aws-sdk/credential-provider-sso',
  '@aws-sdk/credential-provider-web-identity',
  '@smithy/credential-provider-imds',
  EVENT_STREAMS,
  'bowser',
];

/** How everything is bundled that runs on Lambda. */
export const SETTINGS = {
  outExtension: { '.js': '.mjs' },
  bundle: true,
  platform: 'node',
  format: 'esm',
  target: 'node24',
  minify: true,
  sourcemap: true,
  sourcesContent: false,
  mainFields: ['module', 'main'],
  external: NEVER_IMPORTED,
  logLevel: 'warning',
} as const satisfies BuildOptions;
