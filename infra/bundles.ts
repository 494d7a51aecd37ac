import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type AuthorizerName, authorizerRows } from '../shared/contract/authorizer.ts';
import { type FacadeName, facadeRows } from '../shared/contract/facade.ts';
import { type OperationName, rows } from '../shared/contract/operations.ts';
import { type ReactionName, reactionRows } from '../shared/contract/reactions.ts';
import { kebabCase } from '../shared/kebab-case.ts';

/** Every row that has a function. */
export type RowName = OperationName | ReactionName | FacadeName | AuthorizerName;
export const functionRows = [...rows, ...reactionRows, ...facadeRows, ...authorizerRows] as const;

/** Where the bundle of a function is: a folder with `index.mjs` and its source map. */
export type Bundles = Readonly<Record<RowName, string>>;

/**
 * Bundles every function into a folder of its own: one ESM file with all that it runs. It takes a process of its own,
 * since constructs cannot wait, and esbuild's plugins have to be waited for.
 */
export function bundleFunctions(folder: string): Bundles {
  const script = fileURLToPath(new URL('bundle.ts', import.meta.url));
  execFileSync(process.execPath, ['--disable-warning=ExperimentalWarning', script, folder], { stdio: 'inherit' });
  return Object.fromEntries(functionRows.map(([name]) => [name, join(folder, kebabCase(name))])) as Bundles;
}
