import { once } from 'node:events';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { compile, type Rows } from '../shared/domain/schema/check.ts';
import type { Column, Contract } from '../shared/domain/schema/column.ts';
import { NUMBERS } from '../shared/domain/schema/numbers.ts';

/** What is promised: so many cells a second on one core, and so many times as many as ajv in the same run. */
const CELLS_PER_SECOND = 1_000_000;
const RATIO = 2;
const ROUNDS = 15;
const ROUND_MS = 40;

/** Numbers, texts and truth values, as ajv likes them best. */
const PLAIN: readonly Omit<Column, 'name'>[] = [
  { type: 'float64', nullable: false },
  { type: 'float32', nullable: false, min: 0, max: 1 },
  { type: 'int32', nullable: false },
  { type: 'string', nullable: false },
  { type: 'string', nullable: false, values: ['DE', 'FR', 'AT', 'CH'] },
  { type: 'boolean', nullable: false },
];

/** What a table of customers and payments is made of, more or less: some columns may be null, and there are times. */
const MIXED: readonly Omit<Column, 'name'>[] = [
  ...PLAIN,
  { type: 'float64', nullable: true, min: 0 },
  { type: 'int64', nullable: false, min: 0 },
  { type: 'uint8', nullable: true },
  { type: 'timestamp', nullable: false },
];

const columnsOf = (count: number, kinds: readonly Omit<Column, 'name'>[]): Column[] =>
  Array.from({ length: count }, (_, at) => ({ ...(kinds[at % kinds.length] as Column), name: `column_${at}` }));

/** A value that fits. */
function fitting({ type, nullable, values, max }: Column, row: number, at: number): unknown {
  if (nullable && row % 5 === 0) return null;
  if (values) return values[row % values.length];
  if (type === 'string') return `customer ${row} ${at}`;
  if (type === 'boolean') return row % 3 === 0;
  if (type === 'timestamp') return `2026-01-${String((row % 28) + 1).padStart(2, '0')}T12:30:${10 + (at % 50)}Z`;
  if (type.startsWith('float')) return max === 1 ? ((row * 7 + at) % 1_000) / 1_000 : row * 1.37 + 0.25;
  return (row * 31 + at) % 200;
}

/** As it comes out of a request. */
const recordsOf = (columns: readonly Column[], rows: number, bad = 0): Readonly<Record<string, unknown>>[] =>
  JSON.parse(
    JSON.stringify(
      Array.from({ length: rows }, (_, row) =>
        Object.fromEntries(
          columns.map((column, at) => [
            column.name,
            bad > 0 && (row * columns.length + at) % bad === 0 ? [] : fitting(column, row, at),
          ]),
        ),
      ),
    ),
  );

const tableOf = (columns: readonly Column[], rows: number) => ({
  columns: columns.map(({ name }) => name),
  data: recordsOf(columns, rows).map((record) => Object.values(record)),
});

/** The JSON Schema of what a column may have. */
function cellSchema({ type, nullable, min, max, values }: Column): object {
  const [least, greatest] = NUMBERS[type] ?? [];
  const kinds = {
    boolean: { type: 'boolean' },
    string: { type: 'string' },
    timestamp: { type: 'string', format: 'date-time' },
    int64: { type: ['integer', 'string'], pattern: '^-?\\d{1,20}$' },
  } as Record<string, { type: string | string[] }>;
  const kind = kinds[type] ?? { type: type.startsWith('float') ? 'number' : 'integer' };
  const bounds = least === undefined ? {} : { minimum: min ?? least, maximum: max ?? greatest };
  return { ...kind, ...bounds, ...(values && { enum: values }), ...(nullable && { type: [kind.type, 'null'].flat() }) };
}

const recordSchema = (columns: readonly Column[]) => ({
  type: 'array',
  items: {
    type: 'object',
    properties: Object.fromEntries(columns.map((column) => [column.name, cellSchema(column)])),
    required: columns.filter(({ nullable }) => !nullable).map(({ name }) => name),
    additionalProperties: false,
  },
});

const rowSchema = (columns: readonly Column[]) => ({
  type: 'array',
  items: {
    type: 'array',
    prefixItems: columns.map(cellSchema),
    items: false,
    minItems: columns.length,
  },
});

interface Case {
  readonly what: string;
  readonly columns: number;
  readonly rows: number;
  readonly as: 'records' | 'table';
  readonly of: typeof MIXED;
  /** One cell of so many is wrong. */
  readonly bad?: number;
  /** Shown, and not promised: ajv generates code, which Signet does not. */
  readonly shown?: true;
}

const CASES: readonly Case[] = [
  { what: 'records', columns: 20, rows: 1_000, as: 'records', of: MIXED },
  { what: 'columns and data', columns: 20, rows: 1_000, as: 'table', of: MIXED },
  { what: 'records, 1 % of cells wrong', columns: 20, rows: 1_000, as: 'records', of: MIXED, bad: 97 },
  { what: 'records, many columns', columns: 200, rows: 200, as: 'records', of: MIXED },
  { what: 'one record', columns: 20, rows: 1, as: 'records', of: MIXED },
  { what: 'plain records', columns: 20, rows: 1_000, as: 'records', of: PLAIN, shown: true },
  { what: 'plain records, few columns', columns: 5, rows: 1_000, as: 'records', of: PLAIN, shown: true },
];

/** Every case in turn with both, so that whatever else the machine does falls on both; the best round counts. */
function measure({ columns: count, rows, as, of, bad }: Case): { ours: number; ajvs: number } {
  const columns = columnsOf(count, of);
  const contract: Contract = { inputs: columns, outputs: [] };
  const check = compile(contract);
  const ajv = new Ajv2020({ allErrors: true, allowUnionTypes: true, strictTuples: false });
  addFormats.default(ajv);
  const validate = ajv.compile(as === 'records' ? recordSchema(columns) : rowSchema(columns));
  const sent: Rows = as === 'records' ? recordsOf(columns, rows, bad) : tableOf(columns, rows);
  const cells = 'data' in sent ? sent.data : sent;
  if (check(sent).valid !== (bad === undefined) || validate(cells) !== (bad === undefined)) {
    throw new Error(`${JSON.stringify(check(sent).violations[0])} ${JSON.stringify(validate.errors?.[0])}`);
  }
  let ours = 0;
  let ajvs = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    ours = Math.max(ours, perSecond(() => check(sent)) * rows * count);
    ajvs = Math.max(ajvs, perSecond(() => validate(cells)) * rows * count);
  }
  return { ours, ajvs };
}

/** By the time of the processor: what else runs on the machine takes none of it. */
function perSecond(act: () => unknown): number {
  const begun = process.cpuUsage();
  const until = performance.now() + ROUND_MS;
  let times = 0;
  for (; performance.now() < until; times += 1) act();
  const { user, system } = process.cpuUsage(begun);
  return (times / (user + system)) * 1e6;
}

const line = (...cells: readonly string[]): string =>
  cells.map((cell, at) => (at === 0 ? cell.padEnd(28) : cell.padStart(13))).join('');
const millions = (count: number): string => (count / 1e6).toFixed(1);

/** A case in a thread of its own: what the engine learned of one table does not slow down the next. */
async function measured(index: number): Promise<{ ours: number; ajvs: number }> {
  const worker = new Worker(new URL(import.meta.url), { workerData: index });
  const [result] = await once(worker, 'message');
  return result;
}

async function main(): Promise<void> {
  console.log(line('million cells/s, one core', 'columns', 'rows', 'signet', 'ajv', 'ratio', ''));
  let missed = 0;
  for (const [index, { what, columns, rows, shown }] of CASES.entries()) {
    const { ours, ajvs } = await measured(index);
    const isMissed = !shown && (ours < CELLS_PER_SECOND || ours < RATIO * ajvs);
    if (isMissed) missed += 1;
    const verdict = shown ? 'not promised' : isMissed ? 'missed' : 'kept';
    const numbers = [String(columns), String(rows), millions(ours), millions(ajvs), (ours / ajvs).toFixed(2)];
    console.log(line(what, ...numbers, verdict));
  }
  console.log(`Promised: ${millions(CELLS_PER_SECOND)} million cells/s, and ${RATIO} × ajv. ${missed} missed.`);
  process.exitCode = missed > 0 ? 1 : 0;
}

if (isMainThread) await main();
else parentPort?.postMessage(measure(CASES[workerData as number] as Case));
