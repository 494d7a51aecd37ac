import { type Command, Option } from 'commander';
import { ActiveStage } from '../../shared/domain/stage.ts';
import { columnsOf } from '../columns.ts';
import { choicesOf, command, doing } from '../command.ts';
import { Complaint } from '../complaint.ts';
import { everyItem } from '../paging.ts';
import { table } from '../render.ts';
import type { World } from '../world.ts';

interface HistoryOptions {
  readonly stage?: ActiveStage;
  readonly alias?: string;
  readonly at?: string;
}

/** The command that tells who held a stage or an alias, and when. */
export function historyCommand(world: World): Command {
  const made = command({
    name: 'history',
    summary: 'Show which versions held a stage or an alias, over time or at one time',
    usage: 'MODEL',
    example: 'signet history fraud-detector --at 2026-03-04T12:00:00Z',
  })
    .argument('<model>', 'the model')
    .addOption(
      new Option(`--stage ${choicesOf(ActiveStage.options)}`, 'which stage; by default production').choices(
        ActiveStage.options,
      ),
    )
    .option('--alias <alias>', 'an alias instead of a stage')
    .option(
      '--at <time>',
      'only who held it then: a time such as 2026-03-04T12:00Z, or a day, which means its end (UTC)',
    );
  return doing<HistoryOptions>(made, world, async (session, [model = ''], { stage, alias, at }) => {
    if (stage !== undefined && alias !== undefined)
      throw new Complaint('usage', 'Either --stage or --alias, not both.');
    const held = alias === undefined ? { stage: stage ?? 'production' } : { alias };
    const time = at === undefined ? {} : { at: momentOf(at) };
    const registry = await session.registry();
    const input = { model, ...held, ...time, limit: 100 };
    const items = await everyItem((from) => registry.getStageHistory({ ...input, ...from }));
    session.answer({ items }, (style) => {
      const { header, rows } = columnsOf('getStageHistory', items);
      return table(header, rows, style);
    });
  });
}

/** A time as the contract has it. What names no zone is in UTC, as everything here is; a day means its end. */
function momentOf(text: string): string {
  const [, day = '', time = 'T23:59:59.999', zone = 'Z'] = MOMENT.exec(text) ?? [];
  const date = new Date(day + time + zone);
  // JavaScript takes the 30th of February for the 2nd of March.
  const isDay = new Date(`${day}T00:00Z`).toJSON()?.startsWith(day);
  if (isDay && !Number.isNaN(date.getTime())) return date.toISOString();
  throw new Complaint('usage', `--at: expected a day, or a time such as 2026-03-04T12:00Z, got ${text}.`);
}

const MOMENT = /^(\d{4}-\d\d-\d\d)(T[\d:.]+)?(Z|[+-]\d\d:?\d\d)?$/i;
