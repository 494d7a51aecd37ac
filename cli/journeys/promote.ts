import { type Command, Option } from 'commander';
import type { Received } from '../../shared/contract/operations.ts';
import { ActiveStage } from '../../shared/domain/stage.ts';
import type { Client } from '../../shared/http/client.ts';
import { choicesOf, command, doing } from '../command.ts';
import { Complaint } from '../complaint.ts';
import { aimed } from '../governance/refusal.ts';
import { namedVersion } from '../reference.ts';
import type { World } from '../world.ts';

interface PromoteOptions {
  readonly to: ActiveStage;
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
    .addOption(
      new Option(`--to ${choicesOf(ActiveStage.options)}`, 'where to')
        .choices(ActiveStage.options)
        .makeOptionMandatory(),
    )
    .option('--reason <text>', 'why: it is kept in the history');
  return doing<PromoteOptions>(made, world, async (session, [word = ''], { to: stage, reason }) => {
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
  if (stage === 'production') return registry.resolveVersion({ model, reference: 'staging' });

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
