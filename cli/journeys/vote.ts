import type { Command } from 'commander';
import type { Received } from '../../shared/contract/operations.ts';
import type { Decision } from '../../shared/domain/approval.ts';
import type { Stage } from '../../shared/domain/stage.ts';
import type { Client } from '../../shared/http/client.ts';
import { command, doing } from '../command.ts';
import { Complaint } from '../complaint.ts';
import { type Target, targetOf, VERSION_HELP, VERSION_USAGE, withTarget } from '../governance/options.ts';
import type { Aim } from '../governance/refusal.ts';
import { typed } from '../reference.ts';
import type { Session } from '../session.ts';
import type { World } from '../world.ts';
import { underway } from './promote.ts';

/** The command that votes for a version. */
export function approveCommand(world: World): Command {
  const made = command({
    name: 'approve',
    summary: 'Vote for a version that waits for votes',
    usage: VERSION_USAGE,
    example: "signet approve fraud-detector:3 --reason 'Measured again on our own data.'",
  }).option('--reason <text>', 'why: it is kept with the vote');
  return voting(made, 'approve', world);
}

/** The command that votes against one. */
export function rejectCommand(world: World): Command {
  const made = command({
    name: 'reject',
    summary: 'Vote against a version that waits for votes: one such vote closes its approval',
    usage: `${VERSION_USAGE} --reason <text>`,
    example: "signet reject fraud-detector:3 --reason 'Worse for young customers.'",
  }).requiredOption('--reason <text>', 'why: it is kept with the vote');
  return voting(made, 'reject', world);
}

interface VoteOptions extends Target {
  readonly approval?: string;
  readonly reason?: string;
}

function voting(made: Command, decision: Decision, world: World): Command {
  withTarget(made, '; by default production')
    .argument('<model>', VERSION_HELP)
    .option('--approval <id>', 'which approval; by default the latest of that version');
  return doing<VoteOptions>(made, world, async (session, [word = ''], { approval, reason, ...target }) => {
    const stage = targetOf(target, 'production');
    const registry = await session.registry();
    const { model, version, stage: from } = await underway(registry, word, stage);
    const id = approval ?? (await latestOf(registry, { model, version, stage }));
    const input = { model, version, approval: id, decision, ...(reason !== undefined && { reason }) };
    const after = await registry.voteOnApproval(input);
    session.answer(after, () => told(after));
    goingOn(after, from, session);
  });
}

/** What the registry would look at for a promotion: also one that is void or over, so that it says why nobody can vote. */
async function latestOf(registry: Client, aim: Aim): Promise<string> {
  const { conditions } = await registry.explainTransition(aim);
  const { evidence } = conditions.find(({ kind }) => kind === 'approval') ?? {};
  if (typeof evidence?.['approval'] === 'string') return evidence['approval'];
  const { model, version, stage } = aim;
  throw new Complaint('absent', `Nobody has asked for votes on ${model} version ${version} for ${stage}.`, {
    hint: '`signet inbox` shows what waits for votes, `signet request` asks for them.',
  });
}

type Approval = Received<'voteOnApproval'>;

function told({ model, version, stage, state, id }: Approval): string {
  const name = `${model} version ${version}`;
  if (state === 'pending') return `Your vote for ${name} in ${stage} counts; it takes more of them: approval ${id}.`;
  return `${name} is ${state} for ${stage}: approval ${id}.`;
}

function goingOn(approval: Approval, from: Stage, { say }: Session): void {
  if (approval.state !== 'approved') return;
  const promote = (to: Stage) => `\`signet promote ${typed(approval)} --to ${to}\``;
  const before = from === 'none' && approval.stage === 'production' ? `${promote('staging')}, then ` : '';
  say(`To go on: ${before}${promote(approval.stage)}.`);
}
