import { type Command, Option } from 'commander';
import { SIDES, type Side } from '../../shared/domain/schema/column.ts';
import type { Report } from '../../shared/domain/schema/findings.ts';
import { choicesOf, command, doing } from '../command.ts';
import { Complaint } from '../complaint.ts';
import { count } from '../progress.ts';
import { cell, table } from '../render.ts';
import { resolved } from '../schema/resolved.ts';
import type { Session } from '../session.ts';
import type { World } from '../world.ts';

interface CheckOptions {
  readonly model: string;
  readonly side: Side;
}

/** The command that checks rows against the schema of a version. */
export function checkCommand(world: World): Command {
  const made = command({
    name: 'check',
    summary: 'Check rows against the schema of a version, and name every violation',
    usage: 'ROWS.json --model <model>',
    example: 'signet check rows.json --model fraud-detector@champion',
  })
    .argument('<rows>', 'a file of JSON, JSON lines or CSV (.csv); - for standard input')
    .addOption(
      new Option(
        '--model <model>',
        'fraud-detector:3, fraud-detector:staging, fraud-detector@champion; by default what is in production',
      ).makeOptionMandatory(),
    )
    .addOption(
      new Option(`--side ${choicesOf(SIDES)}`, 'what the rows are; default inputs').choices(SIDES).default('inputs'),
    );
  return doing<CheckOptions>(made, world, async (session, [file = ''], { model, side }) => {
    const [{ readRows }, { compile }] = await Promise.all([
      import('../schema/rows.ts'),
      import('../../shared/domain/schema/check.ts'),
    ]);
    const rowsFor = await readRows(file, session.world);
    const registry = await session.registry();
    const of = await resolved(registry, model);
    const { schema } = await registry.getSchema(of);
    // Checked here: rows need not fit a request, and need not leave this machine.
    const report = compile(schema, side)(await rowsFor(schema, side));
    session.answer({ ...of, side, ...report }, () => told(report, `${of.model} version ${of.version}`, side, session));
    if (!report.valid) throw new Complaint('refused', `${file} does not fit: ${count(report.total, 'violation')}.`);
  });
}

function told(report: Report, name: string, side: Side, { style }: Session): string {
  const { valid, rows, total, counts, violations } = report;
  if (valid) return `${style('green', 'fits')}: ${count(rows, 'row')}, the ${side} of ${name}.`;
  const header = ['ROW', 'COLUMN', 'KIND', 'WHAT IS WRONG'];
  const lines = violations.map(({ row, column, kind, message }) => [
    cell(row ?? 'all'),
    cell(column),
    kind,
    cell(message),
  ]);
  const kinds = Object.entries(counts).filter(([, number]) => number > 0);
  const sum = kinds.map(([kind, number]) => `${number} ${kind}`).join(', ');
  const more = total > violations.length ? ` The first ${violations.length} are shown.` : '';
  return `${table(header, lines, style)}\n\n${count(total, 'violation')} in ${count(rows, 'row')} of the ${side} of ${name}: ${sum}.${more}`;
}
