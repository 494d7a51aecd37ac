import { Command, InvalidArgumentError } from 'commander';
import { command, doing } from '../command.ts';
import { askEmbedded } from '../registry.ts';
import type { World } from '../world.ts';

/** What is done with the clock of a registry that keeps nothing. */
export function clockCommand(world: World): Command {
  return new Command('clock')
    .description('Let time pass in a registry of `npm start -- --ephemeral`')
    .addCommand(advanceCommand(world));
}

function advanceCommand(world: World): Command {
  const made = command({
    name: 'advance',
    summary: 'Put the clock forward, hour by hour, and do what is scheduled meanwhile',
    usage: 'DURATION',
    example: 'signet clock advance 31d',
  }).argument('<duration>', 'days, hours or minutes: 31d, 12h, 90m; at most 400 days', secondsOf);
  return doing(made, world, async (session) => {
    const { options, answer } = session;
    const [seconds] = made.processedArgs as [number];
    const { now } = (await askEmbedded(options, world, '/clock', { seconds })) as { readonly now: string };
    answer({ now }, () => `It is ${now} now.`);
  });
}

const SECONDS = { d: 86_400, h: 3_600, m: 60 } as const;

function secondsOf(text: string): number {
  const [, number = '', unit = ''] = /^(\d{1,6})([dhm])$/.exec(text) ?? [];
  if (number !== '') return Number(number) * SECONDS[unit as keyof typeof SECONDS];
  throw new InvalidArgumentError('Expected a duration, such as 31d, 12h or 90m.');
}
