import type { Command } from 'commander';
import type { Received } from '../../shared/contract/operations.ts';
import { columnsOf } from '../columns.ts';
import { command, doing } from '../command.ts';
import { everyItem } from '../paging.ts';
import { details, table, visible } from '../render.ts';
import type { Style } from '../session.ts';
import type { World } from '../world.ts';

const VERSIONS = 5;

/** The command that shows what is where. */
export function statusCommand(world: World): Command {
  const made = command({
    name: 'status',
    summary: 'Show which versions are where: of one model, or of all',
    usage: '[MODEL]',
    example: 'signet status fraud-detector',
  }).argument('[model]', 'one model; without it, all that you may read');
  return doing(made, world, async (session, [model]) => {
    const registry = await session.registry();
    if (model === undefined) {
      const items = await everyItem((from) => registry.listModels({ limit: 100, ...from }));
      session.answer({ items }, (style) => listing('listModels', items, style));
    } else {
      const [found, versions] = await Promise.all([
        registry.getModel({ model }),
        registry.listVersions({ model, limit: VERSIONS }),
      ]);
      session.answer({ model: found, versions: versions.items }, (style) => overview(found, versions.items, style));
    }
  });
}

function overview(model: Received<'getModel'>, versions: readonly Received<'getVersion'>[], style: Style): string {
  const { name, description, lifecycle, production, staging, aliases, updatedAt } = model;
  const facts = {
    description,
    lifecycle,
    production: production.length > 0 ? production : 'none',
    staging: staging.length > 0 ? staging : 'none',
    aliases,
    updated: updatedAt,
  };
  return [style('bold', visible(name)), details(facts, style), '', listing('listVersions', versions, style)].join('\n');
}

function listing(name: 'listModels' | 'listVersions', items: readonly object[], style: Style): string {
  const { header, rows } = columnsOf(name, items);
  return table(header, rows, style);
}
