import type { Command } from 'commander';
import { columnsOf } from '../columns.ts';
import { command, doing } from '../command.ts';
import { everyItem } from '../paging.ts';
import { table } from '../render.ts';
import type { World } from '../world.ts';

/** The command that shows what waits for votes. */
export function inboxCommand(world: World): Command {
  const made = command({
    name: 'inbox',
    summary: 'Show what waits for votes, on all models that you may see, oldest first',
    usage: '',
    example: 'signet inbox',
  });
  return doing(made, world, async (session) => {
    const registry = await session.registry();
    const items = await everyItem((from) => registry.listApprovals({ limit: 100, ...from }));
    session.answer({ items }, (style) => {
      const { header, rows } = columnsOf('listApprovals', items);
      return table(header, rows, style);
    });
  });
}
