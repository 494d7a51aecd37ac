import type { Command } from 'commander';
import { command, doing } from '../command.ts';
import { Complaint } from '../complaint.ts';
import { namedVersion } from '../reference.ts';
import type { World } from '../world.ts';
import { moved } from './promote.ts';

interface ArchiveOptions {
  readonly reason?: string;
  readonly force?: boolean;
}

/** The command that takes a version out of its stage. */
export function archiveCommand(world: World): Command {
  const made = command({
    name: 'archive',
    summary: 'Take a version out of staging or production',
    usage: 'MODEL:N|MODEL:STAGE|MODEL@ALIAS',
    example: 'signet archive fraud-detector:3 --reason Superseded.',
  })
    .argument('<version>', 'the version')
    .option('--reason <text>', 'why: it is kept in the history')
    .option('--force', 'although active versions need it: admins only, with a reason');
  return doing<ArchiveOptions>(made, world, async (session, [word = ''], { reason, force }) => {
    const { model, reference } = namedVersion(word);
    if (reference === undefined) {
      throw new Complaint('usage', `Which version of ${model}?`, {
        hint: `For example \`signet archive ${model}:staging\`.`,
      });
    }
    const registry = await session.registry();
    const { version } = await registry.resolveVersion({ model, reference });
    const why = reason !== undefined && { reason };
    const transition = await registry.archiveVersion({ model, version, ...why, ...(force && { force }) });
    session.answer(transition, () => moved(transition));
  });
}
