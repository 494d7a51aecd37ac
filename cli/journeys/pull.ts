import type { Command } from 'commander';
import { command, doing } from '../command.ts';
import type { PullOptions } from '../pull/pull.ts';
import type { World } from '../world.ts';

/** The command that brings the files of a version into a directory. */
export function pullCommand(world: World): Command {
  const made = command({
    name: 'pull',
    summary: 'Bring the files of a version into a directory, each proved by its SHA-256',
    usage: 'MODEL [REF]',
    example: 'signet pull fraud-detector @champion --to ./model',
  })
    .argument('<model>', 'the model; also fraud-detector:3 and fraud-detector@champion')
    .argument('[reference]', '3, @champion, staging or production; by default production')
    .option('--to <directory>', 'where to; by default ./MODEL-VERSION')
    .option('--force', 'overwrite other files that are in the way');
  return doing<PullOptions>(made, world, async (session, words, options) => {
    const { pull } = await import('../pull/pull.ts');
    await pull(session, words, options);
  });
}
