import { spawnSync } from 'node:child_process';
import { chmod, mkdir, open, rename, rm, stat, truncate, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { aDirectory } from '../support/directory.ts';
import { serving, start } from '../support/registry-process.ts';

/** One line on standard error, and nothing else: no stack, no welcome. */
async function refusal(args: readonly string[], through: readonly string[] = []): Promise<[number | null, string]> {
  const started = start(args, through);
  const { code } = await started.ended;
  expect(started.output()).toBe('');
  return [code, started.errors()];
}

/** A directory in which a registry has run. */
async function usedDirectory(): Promise<string> {
  const directory = await aDirectory();
  const registry = await serving(directory);
  await (await registry.as('publisher')).createModel({ model: 'kept' });
  registry.child.kill('SIGTERM');
  await registry.ended;
  return directory;
}

/** The administrator may write everywhere: without that right, even it may not. */
const asAnyone = process.getuid?.() === 0 ? ['setpriv', '--bounding-set', '-all', '--inh-caps', '-all'] : [];

/** Runs a command that finds a directory read-only. */
const readOnly = (directory: string): string[] => [
  ...['unshare', '--map-root-user', '--mount', 'sh', '-c'],
  `mount --bind "${directory}" "${directory}" && mount -o remount,ro,bind "${directory}" && exec "$@"`,
  'sh',
];

/** Mounts can be made where the kernel lets users have namespaces of their own. */
const cannotMount = spawnSync('unshare', ['--map-root-user', '--mount', 'true']).status !== 0;

describe('one clear line tells why a registry does not start', () => {
  it('where the port is in use', async () => {
    const { port } = new URL((await serving(await aDirectory())).endpoint);

    expect(await refusal(['--directory', await aDirectory(), '--port', port])).toEqual([
      1,
      `signet: Port ${port} of 127.0.0.1 is in use. Stop what uses it, or choose another --port.\n`,
    ]);
  });

  it('where another registry runs on the directory, which it does not disturb', async () => {
    const directory = await aDirectory();
    const first = await serving(directory);

    expect(await refusal(['--directory', directory, '--port', '0'])).toEqual([
      1,
      `signet: Another registry runs on ${directory}. Stop it, or choose another --directory.\n`,
    ]);
    expect(await (await first.as('publisher')).createModel({ model: 'm' })).toMatchObject({ revision: 1 });
  });

  it('where the database is overwritten', async () => {
    const directory = await usedDirectory();
    const file = path.join(directory, 'registry.sqlite');
    await using handle = await open(file, 'r+');
    await handle.write(Buffer.alloc(3_000, 7), 0, 3_000, 20_000);

    const [code, line] = await refusal(['--directory', directory, '--port', '0']);
    expect(line).toMatch(/^signet: \S+registry.sqlite is damaged: [^\n]+\. Put a copy of the file back.\n$/);
    expect(code).toBe(1);
  });

  it('where the database is cut off', async () => {
    const directory = await usedDirectory();
    const file = path.join(directory, 'registry.sqlite');
    await truncate(file, Math.floor((await stat(file)).size / 2));

    expect(await refusal(['--directory', directory, '--port', '0'])).toEqual([
      1,
      expect.stringMatching(/^signet: \S+registry.sqlite is damaged: [^\n]+\n$/),
    ]);
  });

  it.each(['registry.sqlite', 'secret'])('where %s is something else', async (name) => {
    const directory = await aDirectory();
    await writeFile(path.join(directory, name), 'Dear diary, today I was not a database.\n'.repeat(50));

    expect(await refusal(['--directory', directory, '--port', '0'])).toEqual([
      1,
      expect.stringMatching(new RegExp(`^signet: \\S+${name} is [^\\n]+\\n$`)),
    ]);
  });

  it.each([
    ['gone', rm],
    ['empty', truncate],
  ])('where the database is %s, and keys and artifacts are left', async (_, lose) => {
    const directory = await usedDirectory();
    const file = path.join(directory, 'registry.sqlite');
    await lose(file);

    for (const start of [1, 2]) {
      expect(await refusal(['--directory', directory, '--port', '0']), `start ${start}`).toEqual([
        1,
        `signet: The table of this registry is gone: ${file} is empty or not there. Put a copy of it back, or start in another --directory.\n`,
      ]);
    }
  });

  it('where the artifacts are gone, until they are back', async () => {
    const directory = await usedDirectory();
    const objects = path.join(directory, 'artifacts', 'objects');
    await rename(objects, path.join(directory, 'moved'));
    await rm(path.join(directory, 'credentials'));

    expect(await refusal(['--directory', directory, '--port', '0'])).toEqual([
      1,
      `signet: The artifacts of this registry are gone: there is no ${objects}. Put a copy of it back, or start in another --directory.\n`,
    ]);
    await rename(path.join(directory, 'moved'), objects);
    await serving(directory);
  });

  it.each(['\u0000garbage', '[signet-admin]\naws_access_key_id = A\n', ''])(
    'where the keys are damaged: %j',
    async (text) => {
      const directory = await usedDirectory();
      const file = path.join(directory, 'credentials');
      await writeFile(file, text);
      const line = `signet: ${file} is damaged: it has the keys of nobody. Put a copy of it back, or delete it: the next start then makes new keys for admin and the others.\n`;

      expect(await refusal(['--directory', directory, '--port', '0'])).toEqual([1, line]);
      expect(await refusal(['principal', 'add', 'ann', '--directory', directory])).toEqual([1, line]);
    },
  );

  it.each(['a file', 'below a file'])('where the directory is %s', async (place) => {
    const file = path.join(await aDirectory(), 'file');
    await writeFile(file, '');
    const directory = place === 'a file' ? file : path.join(file, 'directory');

    expect(await refusal(['--directory', directory, '--port', '0'])).toEqual([
      1,
      `signet: ${directory} is not a directory. Choose another --directory.\n`,
    ]);
  });

  it.each(['itself', 'its parent'])('where the directory may not be written: %s', async (which) => {
    const outer = await aDirectory();
    const inner = path.join(outer, 'registry');
    if (which === 'itself') await mkdir(inner);
    await chmod(which === 'itself' ? inner : outer, 0o555);

    expect(await refusal(['--directory', inner, '--port', '0'], asAnyone)).toEqual([
      1,
      `signet: ${inner} cannot be written. Choose another --directory, or change who may write it.\n`,
    ]);
  });

  it('where the database may only be read', async () => {
    const directory = await usedDirectory();
    const file = path.join(directory, 'registry.sqlite');
    await chmod(file, 0o400);

    expect(await refusal(['--directory', directory, '--port', '0'], asAnyone)).toEqual([
      1,
      `signet: ${file} cannot be written. Choose another --directory, or change who may write it.\n`,
    ]);
  });

  it.skipIf(cannotMount)('where the disk may only be read', async () => {
    const directory = await usedDirectory();
    const inner = path.join(directory, 'new', 'place');
    const where = (place: string) => ['--directory', place, '--port', '0'];

    expect(await refusal(where(directory), readOnly(directory))).toEqual([
      1,
      `signet: ${directory}/registry.sqlite cannot be written. Choose another --directory, or change who may write it.\n`,
    ]);
    expect(await refusal(where(inner), readOnly(directory))).toEqual([
      1,
      `signet: ${inner} cannot be written. Choose another --directory, or change who may write it.\n`,
    ]);
  });

  it.skipIf(cannotMount)('where somebody is to be added on a disk that may only be read', async () => {
    const directory = await usedDirectory();
    await rm(path.join(directory, 'credentials.lock'), { force: true });

    expect(await refusal(['principal', 'add', 'ann', '--directory', directory], readOnly(directory))).toEqual([
      1,
      `signet: ${directory} cannot be written. Choose another --directory, or change who may write it.\n`,
    ]);
  });

  it.skipIf(process.platform !== 'linux')('where there can be no directories', async () => {
    expect(await refusal(['--directory', '/proc/nope', '--port', '0'])).toEqual([
      1,
      'signet: /proc/nope cannot be written. Choose another --directory, or change who may write it.\n',
    ]);
  });

  it('where the address is not one of this machine', async () => {
    expect(await refusal(['--directory', await aDirectory(), '--host', '192.0.2.1'])).toEqual([
      1,
      'signet: 192.0.2.1 is not an address of this machine. Choose another --host.\n',
    ]);
  });

  it('where DynamoDB does not answer', async () => {
    expect(await refusal(['--directory', await aDirectory(), '--dynamodb', 'http://127.0.0.1:9'])).toEqual([
      1,
      expect.stringMatching(/^signet: DynamoDB at http:\/\/127.0.0.1:9 cannot be used: [^\n]*ECONNREFUSED[^\n]*\n$/),
    ]);
  });

  it('where Node is too old', async () => {
    const old = 'Object.defineProperty(process, "versions", { value: { ...process.versions, node: "20.1.0" } })';
    const started = start([], [], [`--import=data:text/javascript,${encodeURIComponent(old)}`]);

    expect(await started.ended).toMatchObject({ code: 1 });
    expect(started.errors()).toBe('This is Node 20.1.0, and Signet needs Node 24: run `npm ci`, then `npm start`.\n');
  });

  it.each([
    [['--port', 'high'], 'expected --port to be a number from 0 to 65535, got high.'],
    [['--port', '65536'], 'expected --port to be a number from 0 to 65535, got 65536.'],
    [['--region', 'Mars!'], 'expected --region to be a region such as eu-west-1, got Mars!.'],
    [['--url', 'registry'], 'expected --url to be an address such as http://registry.example:7070, got registry.'],
    [['--url', 'http://a/b'], 'expected --url to be an address such as http://registry.example:7070, got http://a/b.'],
    [
      ['--dynamodb', 'ftp://a'],
      'expected --dynamodb to be an address such as http://registry.example:7070, got ftp://a.',
    ],
    [['--directory', ''], '--directory needs a value.'],
    [['--ephemeral', '--directory', 'a'], '--ephemeral and --directory exclude each other.'],
    [['--verbose'], "Unknown option '--verbose'."],
    [['serve'], 'expected options or "principal add NAME", got serve.'],
    [['principal', 'add', 'a/b'], 'expected a name of up to 64 letters, digits and _+=,.@-, got a/b.'],
  ])('where the command line is %j', async (args, reason) => {
    const [code, line] = await refusal(args);

    expect(line).toBe(`signet: ${reason}\n  Next: npm start -- --help\n`);
    expect(code).toBe(2);
  });
});
