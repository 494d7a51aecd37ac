import { createInterface } from 'node:readline/promises';
import type { Command } from 'commander';
import type { Received, Sent } from '../../shared/contract/operations.ts';
import { command, doing } from '../command.ts';
import { Complaint } from '../complaint.ts';
import type { Session } from '../session.ts';
import type { World } from '../world.ts';
import { moved } from './promote.ts';

interface RollbackOptions {
  readonly reason: string;
  readonly steps?: string;
  readonly to?: string;
  readonly force?: boolean;
  readonly yes?: boolean;
}

/** The command that puts a former production version back. */
export function rollbackCommand(world: World): Command {
  const made = command({
    name: 'rollback',
    summary: 'Put a former production version back, after showing which',
    usage: 'MODEL --reason <text>',
    example: "signet rollback fraud-detector --reason 'False alarms tripled.'",
  })
    .argument('<model>', 'the model')
    .requiredOption('--reason <text>', 'why: it is kept in the history')
    .option('--steps <number>', 'how many production versions back; by default 1')
    .option('--to <version>', 'which version that was in production once, instead of so many steps')
    .option(
      '--force',
      'also where its schema does not serve those who use what is there now; said by an admin, also where active versions need that',
    )
    .option('--yes', 'do not ask; necessary where nobody can be asked');
  return doing<RollbackOptions>(made, world, async (session, [model = ''], options) => {
    const input = inputOf(model, options);
    const registry = await session.registry();
    const plan = await registry.rollbackModel({ ...input, dryRun: true });
    session.say(planned(plan));
    if (!options.yes) await confirmed(session);
    // Only if nothing has changed since it was shown.
    const transition = await registry.rollbackModel(input, { ifMatch: plan.revision });
    session.answer(transition, () => moved(transition));
  });
}

function inputOf(model: string, { reason, steps, to, force }: RollbackOptions): Sent<'rollbackModel'> {
  if (steps !== undefined && to !== undefined) throw new Complaint('usage', 'Either --steps or --to, not both.');
  return {
    model,
    reason,
    ...(steps !== undefined && { steps: wholeNumber(steps, '--steps') }),
    ...(to !== undefined && { version: wholeNumber(to, '--to') }),
    ...(force && { force }),
  };
}

function wholeNumber(text: string, option: string): number {
  if (/^[1-9]\d{0,7}$/.test(text)) return Number(text);
  throw new Complaint('usage', `${option}: expected a whole number, got ${text}.`);
}

function planned({ version, archived }: Received<'rollbackModel'>): string {
  const { model, version: number, createdAt, registeredBy, description } = version;
  const leaving = archived.length > 0 ? `version ${archived.join(', ')} leaves production, and ` : '';
  const about = description === '' ? '' : ` ${description}`;
  return `${model}: ${leaving}version ${number} comes back (of ${createdAt}, by ${registeredBy.principal}).${about}`;
}

/** @throws Complaint when the answer is not yes, or there is nobody to give one */
async function confirmed({ world: { input, messages }, options }: Session): Promise<void> {
  if (options.json || input.isTTY !== true || messages.isTTY !== true) {
    throw new Complaint('usage', 'Nothing was changed: there is nobody to ask.', { hint: 'Confirm with --yes.' });
  }
  const terminal = createInterface({ input, output: messages });
  try {
    const answer = await terminal.question('Roll back? [y/N] ');
    if (/^y(es)?$/i.test(answer.trim())) return;
  } finally {
    terminal.close();
  }
  throw new Complaint('usage', 'Nothing was changed.');
}
