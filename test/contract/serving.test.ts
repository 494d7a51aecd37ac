import { execFileSync, spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

/** A Node of this machine that cannot read TypeScript, where there is one. */
const oldNode = (process.env['PATH'] ?? '')
  .split(path.delimiter)
  .map((folder) => path.join(folder, 'node'))
  .find((node) => {
    const { stdout } = spawnSync(node, ['-p', 'process.versions.node'], { encoding: 'utf8' });
    return Number.parseInt(stdout, 10) < 24;
  });

/** A serving process: a directory with nothing but the package as it is packed, and none of its dependencies. */
let directory: string;
/** The code of docs/schema.md, and what it prints. */
let code = '';
let printed = '';

beforeAll(async () => {
  directory = await mkdtemp(path.join(tmpdir(), 'signet-serving-'));
  const modules = path.join(directory, 'node_modules');
  await mkdir(modules, { recursive: true });
  const packing = ['pack', '--silent', '--pack-destination', directory];
  const archive = execFileSync('npm', packing, { encoding: 'utf8' }).trim().split('\n').at(-1) ?? '';
  execFileSync('tar', ['-xzf', path.join(directory, archive), '-C', modules]);
  execFileSync('mv', [path.join(modules, 'package'), path.join(modules, 'signet')]);

  const page = await readFile('docs/schema.md', 'utf8');
  [, code = '', printed = ''] = /```js\n(.*?)```\s*```text\n(.*?)```/s.exec(page) ?? [];
  await writeFile(path.join(directory, 'serving.mjs'), code);
}, 120_000);

afterAll(() => rm(directory, { recursive: true }));

const nodes = [
  ['the Node that runs this', process.execPath],
  ['an older Node', oldNode],
] as const;

describe('a serving process', () => {
  it.each(nodes.filter(([, node]) => node))(
    'on %s runs the code of the page, without any other package, and without eval',
    (_, node = '') => {
      const words = ['--disallow-code-generation-from-strings', 'serving.mjs'];
      const { stdout, stderr } = spawnSync(node, words, { cwd: directory, encoding: 'utf8' });

      expect(stderr).toBe('');
      expect(code).toContain("from 'signet/schema'");
      expect(stdout).toBe(printed);
    },
  );

  it('has the types of what it imports', async () => {
    const wrong =
      "import { compile } from 'signet/schema';\nexport const rows: string = compile({ inputs: [], outputs: [] })([]).rows;\n";
    await writeFile(path.join(directory, 'typed.mts'), wrong);
    const tsc = path.resolve('node_modules/.bin/tsc');
    const words = [
      '--noEmit',
      '--strict',
      '--module',
      'nodenext',
      '--target',
      'es2022',
      '--lib',
      'es2022,dom',
      '--types',
      '',
      'typed.mts',
    ];
    const { stdout } = spawnSync(tsc, words, { cwd: directory, encoding: 'utf8' });

    expect(stdout.trim()).toMatch(
      /^typed\.mts\(2,14\): error TS2322: Type 'number' is not assignable to type 'string'\.$/,
    );
  });
});
