import type { Command } from 'commander';
import { unmetOf } from '../../shared/domain/condition.ts';
import { command, doing } from '../command.ts';
import { Complaint } from '../complaint.ts';
import { explained } from '../governance/checklist.ts';
import { type Target, targetOf, VERSION_HELP, VERSION_USAGE, withTarget } from '../governance/options.ts';
import type { World } from '../world.ts';
import { underway } from './promote.ts';

/** The command that says what a promotion takes, before anybody tries it. */
export function explainCommand(world: World): Command {
  const made = command({
    name: 'explain',
    summary: 'Show what a promotion takes, as a checklist; the exit code is 0 where it may be done, 1 where not yet',
    usage: VERSION_USAGE,
    example: 'signet explain fraud-detector:3',
  }).argument('<model>', VERSION_HELP);
  return doing<Target>(withTarget(made, '; by default production'), world, async (session, [word = ''], target) => {
    const stage = targetOf(target, 'production');
    const registry = await session.registry();
    const { model, version } = await underway(registry, word, stage);
    const answer = await registry.explainTransition({ model, version, stage });
    const isThere = answer.from === stage;
    session.answer(answer, (style) =>
      isThere ? `${model} version ${version} is in ${stage} already.` : explained(answer, style),
    );
    if (answer.allowed || isThere) return;
    const { conditions } = answer;
    const missing = `${unmetOf(conditions).length} of ${conditions.length} conditions`;
    throw new Complaint('refused', `${model} version ${version} may not enter ${stage} yet: ${missing} not met.`);
  });
}
