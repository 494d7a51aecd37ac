import type { CardContent } from '../../shared/domain/card.ts';
import { Complaint } from '../complaint.ts';

type Measures = NonNullable<CardContent['fairnessEvaluation']>;

const HEADER = ['Measure', 'Group', 'Value', 'Data set', 'Note'];

/** Fairness measures as a table of Markdown. */
export function tableOf(measures: Measures): string {
  const rows = measures.map(({ measure, group, value, dataset = '', note = '' }) =>
    [measure, group, String(value), dataset, note].map((text) => text.replaceAll('|', '\\|').replaceAll('\n', '<br>')),
  );
  return [HEADER, HEADER.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
}

/**
 * The measures of such a table.
 * @throws Complaint where a line is none of it
 */
export function measuresOf(table: string, file: string): Measures {
  const lines = table.split('\n').filter((line) => line.trim() !== '');
  const [header, rule, ...rows] = lines.map(cellsOf);
  const isTable = header?.length === HEADER.length && rule?.every((cell) => /^:?-+:?$/.test(cell));
  if (!isTable || rows.some((row) => row.length !== HEADER.length)) {
    throw new Complaint('usage', `${file}: the fairness evaluation is not a table with these columns.`, {
      hint: `| ${HEADER.join(' | ')} |`,
    });
  }
  return rows.map(([measure = '', group = '', value = '', dataset, note]) => ({
    measure,
    group,
    value: Number(value || Number.NaN),
    ...(dataset && { dataset }),
    ...(note && { note }),
  }));
}

/** The cells of a line: what stands between bars, of which some belong to the text. */
const cellsOf = (line: string): string[] =>
  line
    .trim()
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => cell.trim().replaceAll('\\|', '|').replaceAll('<br>', '\n'));
