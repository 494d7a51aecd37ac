import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import type { Rows } from '../../shared/domain/schema/check.ts';
import type { Contract, Side } from '../../shared/domain/schema/column.ts';
import { Complaint } from '../complaint.ts';
import type { World } from '../world.ts';

/** Rows as they are in a file: what they mean may hang on the contract that they are checked against. */
export type Read = (contract: Contract, side: Side) => Promise<Rows>;

/**
 * The rows in a file: CSV where its name says so, else JSON as `checkServing` and MLflow's scoring servers take it, a list of records, or a record on
 * each line.
 * @throws Complaint naming the file, and the line where each line is JSON
 */
export async function readRows(file: string, { input, directory }: World): Promise<Read> {
  const source = file === '-' ? await text(input) : await readFile(path.resolve(directory, file), 'utf8');
  if (/\.csv$/i.test(file)) {
    const { csvRows } = await import('./csv.ts');
    return async (contract, side) => csvRows(source, file, contract, side);
  }
  const rows = rowsOf(parsed(source, file));
  if (rows) return async () => rows;
  throw new Complaint('usage', `${file}: expected records, or columns and data.`, { hint: FORMS });
}

const FORMS =
  'Rows are [{"amount": 1}], {"columns": ["amount"], "data": [[1]]}, a record on each line, or CSV in a file that ends with .csv.';

function parsed(source: string, file: string): unknown {
  try {
    return JSON.parse(source);
  } catch (error) {
    const lines = source.split('\n').map((line, at) => ({ line: line.trim(), at }));
    const records = lines.filter(({ line }) => line !== '');
    if (records.length < 2) throw notJson(`${file}: expected JSON: ${(error as Error).message}.`, error);
    return records.map(({ line, at }) => parsedLine(line, `${file}, line ${at + 1}`));
  }
}

function parsedLine(line: string, where: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw notJson(`${where}: expected JSON: ${(error as Error).message}.`, error);
  }
}

const notJson = (message: string, cause: unknown): Complaint => new Complaint('usage', message, { hint: FORMS, cause });

function rowsOf(value: unknown): Rows | undefined {
  if (Array.isArray(value)) return value;
  if (typeof value !== 'object' || value === null) return undefined;
  const { records, columns, data, dataframe_records, dataframe_split } = value as Readonly<Record<string, unknown>>;
  if (dataframe_split !== undefined) return rowsOf(dataframe_split);
  const list = records ?? dataframe_records;
  if (Array.isArray(list)) return list;
  if (!Array.isArray(data) || !isTexts(columns)) return undefined;
  return { columns, data };
}

const isTexts = (value: unknown): value is string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string');
