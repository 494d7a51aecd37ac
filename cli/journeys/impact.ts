import { type Command, InvalidArgumentError } from 'commander';
import type { Received } from '../../shared/contract/operations.ts';
import { isActive } from '../../shared/domain/stage.ts';
import type { Client } from '../../shared/http/client.ts';
import { command, doing } from '../command.ts';
import { pageByPage } from '../paging.ts';
import { namedVersion } from '../reference.ts';
import { visible } from '../render.ts';
import type { Style } from '../session.ts';
import type { World } from '../world.ts';

type Version = Received<'getVersion'>;
type Link = Received<'getDependents'>['items'][number];

interface ImpactOptions {
  readonly needs?: boolean;
  readonly depth?: number;
}

/** The command that draws what a change of a version would touch. */
export function impactCommand(world: World): Command {
  const made = command({
    name: 'impact',
    summary: 'Draw what needs a version, directly and through others, or what it needs',
    usage: 'MODEL[:N|:STAGE|@ALIAS]',
    example: 'signet impact feature-encoder:7',
  })
    .argument('<model>', 'without a version: the one in production')
    .option('--needs', 'the other way round: what the version needs')
    .option('--depth <steps>', 'no more than so many steps; by default 20', steps);
  return doing<ImpactOptions>(made, world, async (session, [word = ''], { needs = false, depth }) => {
    const registry = await session.registry();
    const { model, reference = 'production' } = namedVersion(word);
    const root = await registry.resolveVersion({ model, reference });
    const { items, hidden } = await everyLink(registry, root, { needs, depth });
    const { version, state, stage } = root;
    session.answer({ model: root.model, version, state, stage, items, ...(hidden > 0 && { hidden }) }, (style) =>
      [...tree(root, items, style), '', summary(items, hidden, needs)].join('\n'),
    );
  });
}

function steps(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number >= 1 && number <= 20) return number;
  throw new InvalidArgumentError('Expected 1 to 20.');
}

async function everyLink(
  registry: Client,
  { model, version }: Version,
  { needs, depth }: { readonly needs: boolean; readonly depth: number | undefined },
): Promise<{ items: Link[]; hidden: number }> {
  const input = { model, version, limit: 100, ...(depth !== undefined && { depth }) };
  const items: Link[] = [];
  let hidden = 0;
  for await (const page of pageByPage((from) =>
    needs ? registry.getDependencies({ ...input, ...from }) : registry.getDependents({ ...input, ...from }),
  )) {
    items.push(...page.items);
    hidden += page.hidden ?? 0;
  }
  return { items, hidden };
}

/** Each version under the one through which it was found; what was found through a hidden one is under the root. */
function tree(root: Version, items: readonly Link[], style: Style): string[] {
  const under = Map.groupBy(items, ({ via }) => (via ? nameOf(via) : nameOf(root)));
  const branches = (of: string, indent: string): string[] =>
    (under.get(of) ?? []).flatMap((one, index, all) => {
      const isLast = index === all.length - 1;
      const line = `${indent}${isLast ? '└─' : '├─'} ${titleOf(one, style)}`;
      return [line, ...branches(nameOf(one), indent + (isLast ? '   ' : '│  '))];
    });
  return [titleOf(root, style), ...branches(nameOf(root), '')];
}

const nameOf = ({ model, version }: { readonly model: string; readonly version: number }): string =>
  `${model}:${version}`;

function titleOf(one: Version | Link, style: Style): string {
  const where = one.state === 'complete' ? one.stage : one.state;
  const isAtWork = one.state === 'complete' && isActive(one.stage);
  return `${style('bold', visible(nameOf(one)))}  ${style(isAtWork ? 'green' : 'dim', where)}`;
}

function summary(items: readonly Link[], hidden: number, needs: boolean): string {
  const all = items.length + hidden;
  if (all === 0) return needs ? 'It needs no other version.' : 'No version needs it.';
  const atWork = items.filter(({ state, stage }) => state === 'complete' && isActive(stage)).length;
  const secret = hidden > 0 ? `, ${hidden} of models that you may not read` : '';
  const versions = all === 1 ? '1 version' : `${all} versions`;
  const what = needs ? `It needs ${versions}` : `${versions} ${all === 1 ? 'needs' : 'need'} it`;
  return `${what}, ${atWork} of them in staging or production${secret}.`;
}
