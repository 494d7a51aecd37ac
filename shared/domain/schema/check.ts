import { type Contract, columnsOf, type Side } from './column.ts';
import { Findings, type Report } from './findings.ts';
import { isFine, type Plan, planOf } from './plan.ts';
import type { Judge } from './value.ts';

/** Names once, and then each row as a list in their order. */
export interface Table {
  readonly columns: readonly string[];
  readonly data: readonly unknown[];
}

/** Objects with a field for each column, or a table. */
export type Rows = readonly unknown[] | Table;

/**
 * Makes the check of one side of a contract: once, before the first request.
 *
 * No code is generated: `eval` is forbidden where a content security policy is. Numbers, texts and truth values are told
 * by a `switch` over what was worked out here; whatever is not fine at that first sight, a closure judges that was made
 * for its column.
 */
export function compile(contract: Contract, side: Side = 'inputs'): (rows: Rows) => Report {
  const plan = planOf(columnsOf(contract, side));
  return (rows) => {
    const findings = new Findings();
    if (!Array.isArray(rows)) return checkTable(plan, rows as Table, findings);
    for (let row = 0; row < rows.length; row += 1) checkRecord(plan, rows[row], row, findings);
    return findings.report(rows.length);
  };
}

function judge(plan: Plan, place: number, value: unknown, row: number, findings: Findings): void {
  const kind = (plan.judges[place] as Judge)(value);
  if (kind) findings.add(kind, row, plan.columns[place], undefined, value);
}

function checkRecord(plan: Plan, record: unknown, row: number, findings: Findings): void {
  if (typeof record !== 'object' || record === null || Array.isArray(record)) {
    findings.add('type', row, undefined, undefined, record);
    return;
  }
  const { names, places, sights } = plan;
  const cells = ownFields(record);
  let seen = 0;
  let at = 0;
  for (const name in cells) {
    // Most records have their fields in one order, and many in that of the contract.
    const place = names[at] === name ? at : places.get(name);
    at += 1;
    if (place === undefined) findings.add('unexpected', row, undefined, name, undefined);
    else {
      seen += 1;
      const value = cells[name];
      if (!isFine(sights, place, value)) judge(plan, place, value, row, findings);
    }
  }
  if (seen < names.length) checkAbsent(plan, (name) => Object.hasOwn(cells, name), row, findings);
}

/** Without what it inherits, which JSON would not send. Asked once for a record, and not for each field: that costs a third. */
function ownFields(record: object): Readonly<Record<string, unknown>> {
  const parent = Object.getPrototypeOf(record);
  return parent === Object.prototype || parent === null ? (record as Record<string, unknown>) : { ...record };
}

function checkAbsent(plan: Plan, isThere: (name: string) => boolean, row: number | undefined, findings: Findings) {
  for (const column of plan.columns) {
    if (!column.nullable && !isThere(column.name)) findings.add('missing', row, column, undefined, undefined);
  }
}

function checkTable(plan: Plan, { columns, data }: Table, findings: Findings): Report {
  const there = new Set<string>();
  const places = columns.map((name) => {
    const place = there.has(name) ? undefined : plan.places.get(name);
    there.add(name);
    if (place === undefined) findings.add('unexpected', undefined, undefined, name, undefined);
    return place ?? -1;
  });
  checkAbsent(plan, (name) => there.has(name), undefined, findings);
  for (let row = 0; row < data.length; row += 1) checkRow(plan, places, data[row], row, findings);
  return findings.report(data.length);
}

function checkRow(plan: Plan, places: readonly number[], cells: unknown, row: number, findings: Findings): void {
  if (!Array.isArray(cells)) {
    findings.add('type', row, undefined, undefined, cells);
    return;
  }
  for (let at = 0; at < places.length; at += 1) {
    const place = places[at] as number;
    if (place >= 0 && !isFine(plan.sights, place, cells[at])) judge(plan, place, cells[at], row, findings);
  }
  for (let at = places.length; at < cells.length; at += 1) {
    findings.add('unexpected', row, undefined, `[${at}]`, undefined);
  }
}
