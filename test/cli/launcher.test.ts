import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { symlink } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXIT_CODES } from '../../cli/exit-codes.ts';
import { madeUp } from './keys.ts';
import { environment, type Terminal, terminal } from './terminal.ts';

const launcher = fileURLToPath(new URL('../../cli/signet.js', import.meta.url));

/** A Node of this machine that cannot read TypeScript, where there is one. */
const oldNode = (process.env['PATH'] ?? '')
  .split(delimiter)
  .map((folder) => join(folder, 'node'))
  .find((node) => {
    const { stdout } = spawnSync(node, ['-p', 'process.versions.node'], { encoding: 'utf8' });
    return Number.parseInt(stdout, 10) < 24;
  });

let person: Terminal;

beforeAll(async () => {
  person = await terminal();
});

afterAll(() => person[Symbol.asyncDispose]());

const started = (node: string, words: readonly string[], input = '') =>
  spawnSync(node, words, {
    cwd: tmpdir(),
    encoding: 'utf8',
    input,
    env: { ...environment(), SIGNET_CONFIG: person.config },
  });

const nodes = [
  ['the Node that runs this', process.execPath],
  ['an older Node', oldNode],
] as const;

describe.each(nodes)('with %s, signet', (_, node = '') => {
  it.runIf(node)('runs from any directory', () => {
    const { status, stdout, stderr } = started(node, [launcher, '--help']);
    expect(stderr).toBe('');
    expect(stdout).toContain('Usage: signet');
    expect(status).toBe(EXIT_CODES.ok.code);
  });

  it.runIf(node)('runs through a link, as `npm link` makes one', async () => {
    const link = join(person.directory, `signet-${node.length}`);
    await symlink(launcher, link);
    expect(started(node, [link, '--version'])).toMatchObject({ status: 0, stdout: '0.1.0\n' });
  });

  it.runIf(node)('passes its exit code on', () => {
    const { status, stderr } = started(node, [launcher, 'promot']);
    expect(status).toBe(EXIT_CODES.usage.code);
    expect(stderr).toContain('Did you mean promote?');
  });

  it.runIf(node)('reads standard input', () => {
    const { status, stdout } = started(
      node,
      [launcher, 'audit', 'verify', '-'],
      '{"type":"export.completed","events":0}\n',
    );
    expect(stdout).toContain('0 events in 0 chains: proved');
    expect(status).toBe(EXIT_CODES.ok.code);
  });

  it.runIf(node)('ends when it is interrupted, and says how to go on', async () => {
    const server = createServer(() => {}).listen(0, '127.0.0.1');
    await once(server, 'listening');
    await person.profile(
      'silent',
      await madeUp(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, person.directory),
    );
    const env = { ...environment(), SIGNET_CONFIG: person.config, SIGNET_PROFILE: 'silent' };
    const child = spawn(node, [launcher, 'who-am-i'], { env, stdio: ['ignore', 'ignore', 'pipe'] });

    await once(server, 'request');
    child.kill('SIGINT');
    const [[code], messages] = await Promise.all([once(child, 'exit'), text(child.stderr)]);
    server.close();
    server.closeAllConnections();

    expect(code).toBe(EXIT_CODES.interrupted.code);
    expect(messages).toContain(EXIT_CODES.interrupted.meaning);
  });
});

it('shows its help in at most ten times the time of a Node that does nothing', () => {
  const timeOf = (args: readonly string[]) => {
    const begun = performance.now();
    started(process.execPath, args);
    return performance.now() - begun;
  };
  // In turns, and the best of a few: the machine may have something else to do.
  const rounds = Array.from({ length: 15 }, () => [timeOf([launcher, '--help']), timeOf(['--eval', ''])] as const);
  const best = (which: 0 | 1) => Math.min(...rounds.map((times) => times[which]));

  expect(best(0) / best(1)).toBeLessThan(10);
});
