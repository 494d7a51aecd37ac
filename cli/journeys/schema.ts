import { Command, Option } from 'commander';
import type { Received, Sent } from '../../shared/contract/operations.ts';
import { MODES, type Mode } from '../../shared/domain/schema/compare.ts';
import { PROMISES } from '../../shared/domain/schema/compare-column.ts';
import { choicesOf, command, doing } from '../command.ts';
import { Complaint } from '../complaint.ts';
import { readJsonObject } from '../read-json.ts';
import { cell, table } from '../render.ts';
import { resolved } from '../schema/resolved.ts';
import type { Session } from '../session.ts';
import type { World } from '../world.ts';
import { checkCommand } from './check.ts';

/** The commands about what versions take and give. */
export const schemaCommand = (world: World): Command =>
  new Command('schema')
    .description('Check rows against a schema, and see what another version would change')
    .addCommand(checkCommand(world))
    .addCommand(diffCommand(world));

interface DiffOptions {
  readonly schema?: string;
  readonly mode?: Mode;
}

function diffCommand(world: World): Command {
  const made = command({
    name: 'diff',
    summary: 'Compare the schemas of two versions, and say whom the difference breaks',
    usage: 'MODEL[:N|:STAGE|@ALIAS] [REF]',
    example: 'signet schema diff fraud-detector staging --mode backward',
  })
    .argument('<model>', 'the version that is used now; by default what is in production')
    .argument('[reference]', 'the version that is to take its place: 3, @champion, staging or production')
    .option('--schema <json>', 'in its place a schema that no version has yet, as JSON or @file.json')
    .addOption(new Option(`--mode ${choicesOf(MODES)}`, 'what has to hold, else the exit code is 1').choices(MODES));
  return doing<DiffOptions>(made, world, async (session, [word = '', reference], { schema, mode }) => {
    if ((reference === undefined) === (schema === undefined)) {
      throw new Complaint('usage', 'There is nothing to compare with: give another version, or --schema, not both.');
    }
    const given: object = schema === undefined ? {} : await readJsonObject(schema, '--schema', session.world);
    const registry = await session.registry();
    const of = await resolved(registry, word);
    const other = reference === undefined ? undefined : await registry.resolveVersion({ model: of.model, reference });
    const answer = await registry.compareSchemas({
      ...of,
      ...(other ? { to: other.version } : { schema: given as NonNullable<Sent<'compareSchemas'>['schema']> }),
    });
    session.answer(answer, () => told(answer, session));
    if (mode && !answer[mode]) throw new Complaint('refused', `${named(answer)}: not ${mode} compatible.`);
  });
}

type Comparison = Received<'compareSchemas'>;

const named = ({ model, version, to }: Comparison): string =>
  `${model} version ${version} to ${to === undefined ? 'the schema given' : `version ${to}`}`;

/** What each promise means to people who have to keep it. */
const MEANINGS = {
  backward: 'whoever calls the first can call the second',
  forward: 'whoever calls the second can go back to the first',
} as const;

function told(answer: Comparison, { style }: Session): string {
  const header = ['SIDE', 'COLUMN', 'WHAT', 'FROM', 'TO', 'BREAKS'];
  const lines = answer.differences.map(({ side, column, aspect, change, from, to, breaks }) => [
    side,
    cell(column),
    aspect === 'column' ? change : `${aspect} ${change}`,
    cell(from),
    cell(to),
    cell(breaks),
  ]);
  const promises = PROMISES.map((mode) =>
    answer[mode]
      ? `${style('green', 'holds')}   ${mode}: ${MEANINGS[mode]}`
      : `${style('red', 'broken')}  ${mode}: ${MEANINGS[mode]}`,
  );
  const differences = lines.length > 0 ? table(header, lines, style) : 'No difference.';
  return [style('bold', named(answer)), '', differences, '', ...promises].join('\n');
}
