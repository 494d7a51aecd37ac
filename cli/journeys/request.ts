import type { Command } from 'commander';
import { command, doing } from '../command.ts';
import { type Target, targetOf, targetText, VERSION_HELP, VERSION_USAGE, withTarget } from '../governance/options.ts';
import { typed } from '../reference.ts';
import type { World } from '../world.ts';
import { underway } from './promote.ts';

interface RequestOptions extends Target {
  readonly comment?: string;
}

/** The command that asks others to let a version in. */
export function requestCommand(world: World): Command {
  const made = command({
    name: 'request',
    summary: 'Ask for the votes that a version needs to enter a stage',
    usage: VERSION_USAGE,
    example: "signet request fraud-detector:3 --comment 'For the March release.'",
  })
    .argument('<model>', VERSION_HELP)
    .option('--comment <text>', 'what those who vote should know');
  return doing<RequestOptions>(
    withTarget(made, '; by default production'),
    world,
    async (session, [word = ''], { comment, ...target }) => {
      const stage = targetOf(target, 'production');
      const registry = await session.registry();
      const { model, version } = await underway(registry, word, stage);
      const input = { model, version, stage, ...(comment !== undefined && { comment }) };
      const approval = await registry.requestApproval(input);
      const { id, expiresAt } = approval;
      const asked = `Votes are asked for on ${model} version ${version} for ${stage}, until ${expiresAt}: approval ${id}.`;
      session.answer(approval, () => asked);
      const way = `${typed(approval)}${targetText(stage)}`;
      session.say(`It is in \`signet inbox\` now. To vote: \`signet approve ${way}\`, or \`signet reject\`.`);
    },
  );
}
