import { parse } from 'csv-parse/sync';
import type { Rows, Table } from '../../shared/domain/schema/check.ts';
import { type Column, type Contract, columnsOf, hasShape, type Side } from '../../shared/domain/schema/column.ts';
import { Complaint } from '../complaint.ts';

/**
 * The rows of a CSV file with a header, its texts taken for what the columns of a contract are: CSV has no types of its
 * own. What does not read as its column's type stays a text, which the check refuses.
 * @throws Complaint where it is no CSV
 */
export function csvRows(source: string, file: string, contract: Contract, side: Side): Rows {
  const [columns = [], ...lines] = parsed(source, file);
  const byName = new Map(columnsOf(contract, side).map((column) => [column.name, column]));
  const readers = columns.map((name) => readerOf(byName.get(name)));
  const data = lines.map((cells) => cells.map((text, at) => readers[at]?.(text)));
  return { columns, data } satisfies Table;
}

function parsed(source: string, file: string): string[][] {
  try {
    return parse(source, { bom: true, skip_empty_lines: true }) as string[][];
  } catch (error) {
    throw new Complaint('usage', `${file}: expected CSV with a header: ${(error as Error).message}.`, { cause: error });
  }
}

type Reader = (text: string) => unknown;

const asText: Reader = (text) => text;

/** An empty cell is null, but in a column of texts that has none. */
function readerOf(column: Column | undefined): Reader {
  if (!column) return asText;
  const { type, nullable } = column;
  const full =
    hasShape(column) || type === 'json' ? asJson : type === 'boolean' ? asTruth : isNumber(type) ? asNumber : asText;
  return (text) => (text === '' && (nullable || type !== 'string') ? null : full(text));
}

const isNumber = (type: string): boolean => /^(u?int|float)/.test(type);

const NUMBER = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i;
const WHOLE = /^[-+]?\d+$/;

/** A whole number that JavaScript cannot hold stays a text, as it is in JSON. */
const asNumber: Reader = (text) => {
  const isExact = !WHOLE.test(text) || Number.isSafeInteger(Number(text));
  return NUMBER.test(text) && isExact ? Number(text) : text;
};

const asTruth: Reader = (text) => {
  if (/^true$/i.test(text)) return true;
  return /^false$/i.test(text) ? false : text;
};

const asJson: Reader = (text) => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};
