import type { Command } from 'commander';
import type { Received } from '../../shared/contract/operations.ts';
import type { ActiveStage } from '../../shared/domain/stage.ts';
import type { Client } from '../../shared/http/client.ts';
import { command, doing } from '../command.ts';
import { Complaint } from '../complaint.ts';
import { type Target, targetOf, withTarget } from '../governance/options.ts';
import { aimed } from '../governance/refusal.ts';
import { namedVersion } from '../reference.ts';
import type { World } from '../world.ts';

interface PromoteOptions extends Target {
  readonly reason?: string;
}

/** The command that moves a version up. */
export function promoteCommand(world: World): Command {
  const made = command({
    name: 'promote',
    summary: 'Promote a version to staging or production',
    usage: 'MODEL[:N|:STAGE|@ALIAS] --to <stage>',
    example: 'signet promote fraud-detector:3 --to staging',
  })
    .argument('<model>', 'without a version: the newest complete one to staging, the one in staging to production')
    .option('--reason <text>', 'why: it is kept in the history');
  return doing<PromoteOptions>(withTarget(made), world, async (session, [word = ''], { reason, ...target }) => {
    const stage = targetOf(target);
    const registry = await session.registry();
    const { model, version } = await meant(registry, word, stage);
    const input = { model, version, stage, ...(reason !== undefined && { reason }) };
    const transition = await aimed(input, registry.promoteVersion(input));
    session.answer(transition, () => moved(transition));
  });
}

/** The version that a word names, on its way to a stage. */
export async function meant(registry: Client, word: string, stage: ActiveStage): Promise<Received<'getVersion'>> {
  const { model, reference } = namedVersion(word);
  if (reference !== undefined) return registry.resolveVersion({ model, reference });
  return stage === 'production' ? registry.resolveVersion({ model, reference: 'staging' }) : newestOf(registry, model);
}

/** The same for what is done on the way: it need not be in staging yet. */
export async function underway(registry: Client, word: string, stage: ActiveStage): Promise<Received<'getVersion'>> {
  const { model, reference } = namedVersion(word);
  if (reference !== undefined || stage !== 'production') return meant(registry, word, stage);
  const { staging } = await registry.getModel({ model });
  const version = staging.at(-1);
  return version === undefined ? newestOf(registry, model) : registry.getVersion({ model, version });
}

async function newestOf(registry: Client, model: string): Promise<Received<'getVersion'>> {
  const { items } = await registry.listVersions({ model, limit: 100 });
  const newest = items.find(({ state }) => state === 'complete');
  if (newest) return newest;
  throw new Complaint('absent', `${model} has no complete version.`, { hint: '`signet push` makes one.' });
}

/** What a transition did, as a sentence. */
export function moved({ version, archived, warnings = [] }: Received<'promoteVersion'>): string {
  const former = archived.length > 0 ? ` Archived: ${archived.join(', ')}.` : '';
  const said = warnings.map(({ demand, found }) => `\nBe warned: expected ${demand}, found ${found}.`);
  return `${version.model} version ${version.version} is ${version.stage === 'archived' ? '' : 'in '}${version.stage}.${former}${said.join('')}`;
}
