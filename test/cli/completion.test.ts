import { execFileSync, spawnSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { SHELLS, scriptFor } from '../../cli/completion.ts';
import { signet } from '../../cli/program.ts';
import { processWorld } from '../../cli/world.ts';
import { rows } from '../../shared/contract/operations.ts';
import { kebabCase } from '../../shared/kebab-case.ts';
import { terminal } from './terminal.ts';

const program = signet(processWorld());

/** What bash offers for the last of these words. */
function offered(...words: string[]): string[] {
  const script = `${scriptFor('bash', program)}
COMP_WORDS=(${words.map((word) => `'${word}'`).join(' ')})
COMP_CWORD=${words.length - 1}
_signet
printf '%s\\n' "\${COMPREPLY[@]}"`;
  return execFileSync('bash', { input: script, encoding: 'utf8' }).split('\n').filter(Boolean);
}

const has = (shell: string) => spawnSync(shell, ['-c', ':']).status === 0;

describe('the completion of bash', () => {
  it('offers every command', () => {
    const commands = offered('signet', '');
    expect(commands).toEqual(expect.arrayContaining(['push', 'audit', ...rows.map(([name]) => kebabCase(name))]));
  });

  it('offers what begins so', () => {
    expect(offered('signet', 'promote')).toEqual(['promote', 'promote-version']);
  });

  it('offers the options of the command that stands there, also behind its words', () => {
    expect(offered('signet', 'promote-version', 'iris', '3', '--st')).toEqual(['--stage']);
  });

  it('offers commands inside of a command', () => {
    expect(offered('signet', 'audit', '')).toEqual(expect.arrayContaining(['verify', 'export']));
    expect(offered('signet', 'audit', 'export', '--mod')).toEqual(['--model', '--model-id']);
  });

  it('offers the choices of an option', () => {
    expect(offered('signet', 'promote', 'iris', '--to', '')).toEqual(['staging', 'production']);
  });
});

describe.each(SHELLS)('the script for %s', (shell) => {
  it('is what `signet completion` writes, and names every command', async () => {
    await using person = await terminal();
    const { code, output } = await person.signet(['completion', shell]);
    expect(code).toBe(0);
    for (const [name] of rows) expect(output).toContain(kebabCase(name));
  });

  it.runIf(has(shell))('is understood by the shell', () => {
    const { status, stderr } = spawnSync(shell, ['-n'], { input: scriptFor(shell, program), encoding: 'utf8' });
    expect(stderr).toBe('');
    expect(status).toBe(0);
  });
});
