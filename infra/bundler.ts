import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { BuildOptions, Plugin } from 'esbuild';

/**
 * What the SDK imports when it first needs it, and never does in a function: every place to look for credentials but the
 * environment, into which Lambda puts them; streams of events; the names of browsers.
 */
const NEVER_IMPORTED = [
  '@aws-sdk/credential-provider-http',
  '@aws-sdk/credential-provider-ini',
  '@aws-sdk/credential-provider-login',
  '@aws-sdk/credential-provider-process',
  '@aws-sdk/credential-provider-sso',
  '@aws-sdk/credential-provider-web-identity',
  '@smithy/core/event-streams',
  '@smithy/credential-provider-imds',
  'bowser',
];

/**
 * Leaves them outside, and not for their size alone: had a bundle anything in it that is imported later, each module
 * which that one uses would be wrapped in a function, to be read twice at every start.
 */
const neverImported: Plugin = {
  name: 'never imported',
  setup: ({ onResolve }) => {
    onResolve({ filter: new RegExp(`^(${NEVER_IMPORTED.join('|')})$`) }, ({ kind, path }) =>
      kind === 'dynamic-import' ? { path, external: true } : undefined,
    );
  },
};

/**
 * Writes the constants into the shapes of the SDK that are named by them, `{ [_hH]: 0 }`. To esbuild a name that is
 * looked up may do anything, so that no shape could be left out: of those of S3, a function uses a tenth.
 */
const constantNames: Plugin = {
  name: 'constant names',
  setup: ({ onLoad }) => {
    onLoad({ filter: /client-\w+[\\/]dist-es[\\/]schemas[\\/]schemas_0\.js$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      const constants = new Map(
        Array.from(text.matchAll(/^const (\w+) = ("[^"]*");$/gm), ([, name, value]) => [name, value]),
      );
      return {
        contents: text.replace(/\[(\w+)\]:/g, (all, name: string) => `${constants.get(name) ?? all.slice(0, -1)}:`),
      };
    });
  },
};

/** What does nothing when it is loaded, and does not say so in its package: where nobody uses it, it is left out. */
const harmless: Plugin = {
  name: 'harmless',
  setup: ({ onResolve, resolve }) => {
    onResolve({ filter: /^ipaddr\.js$/ }, async ({ path, pluginData, ...asked }) =>
      pluginData === 'found'
        ? undefined
        : { ...(await resolve(path, { ...asked, pluginData: 'found' })), sideEffects: false },
    );
  },
};

/** Leaves out the examples of the rows, as they are laid out by the formatter: documents show them, and no function does. */
const noExamples: Plugin = {
  name: 'no examples',
  setup: ({ onLoad }) => {
    onLoad({ filter: /shared[\\/]contract[\\/]\w+\.ts$/ }, async ({ path }) => {
      const text = await readFile(path, 'utf8');
      // The lines stay, and with them the places that a stack names.
      const contents = text.replace(/^ {4}example: \{(\n[\s\S]*?\n {4}|.*)\},$/gm, (all) => all.replace(/.+/g, ''));
      return { loader: 'ts', contents };
    });
  },
};

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
  // To Node it offers CommonJS alone, whose `require` is not there in a bundle of modules.
  alias: { yaml: fileURLToPath(new URL('browser/index.js', import.meta.resolve('yaml/package.json'))) },
  plugins: [neverImported, harmless, constantNames, noExamples],
  logLevel: 'warning',
} satisfies BuildOptions;
