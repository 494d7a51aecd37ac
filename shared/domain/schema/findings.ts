import type { Column } from './column.ts';
import { messageOf } from './message.ts';
import { FAULTS, type Fault } from './value.ts';

/** What is wrong with one cell. */
export interface Violation {
  readonly kind: Fault;
  /** Counted from 0. It is not there where every row lacks the column, or has one too many. */
  readonly row?: number;
  /** It is not there where the row is none. */
  readonly column?: string;
  readonly message: string;
}

export interface Report {
  readonly valid: boolean;
  readonly rows: number;
  /** How many violations there are. */
  readonly total: number;
  readonly counts: Readonly<Record<Fault, number>>;
  /** The first of them, row by row: 100 at most. */
  readonly violations: readonly Violation[];
}

/** How many violations are told. */
export const VIOLATIONS_MAX = 100;

/** A violation before anybody reads it. */
interface Finding {
  readonly kind: Fault;
  readonly row: number | undefined;
  readonly column: Column | undefined;
  readonly name: string | undefined;
  readonly value: unknown;
}

const NONE = Object.fromEntries(FAULTS.map((fault) => [fault, 0])) as Readonly<Record<Fault, number>>;
const none = (): Record<Fault, number> => ({ ...NONE });

/** What was found, of which only the first is told. */
export class Findings {
  #total = 0;
  #counts: Record<Fault, number> | undefined;
  #first: Finding[] | undefined;

  add(
    kind: Fault,
    row: number | undefined,
    column: Column | undefined,
    name: string | undefined,
    value: unknown,
  ): void {
    this.#total += 1;
    this.#counts ??= none();
    this.#counts[kind] += 1;
    this.#first ??= [];
    if (this.#first.length < VIOLATIONS_MAX) this.#first.push({ kind, row, column, name, value });
  }

  report(rows: number): Report {
    return {
      valid: this.#total === 0,
      rows,
      total: this.#total,
      counts: this.#counts ?? none(),
      violations: (this.#first ?? []).map(told),
    };
  }
}

const told = ({ kind, row, column, name = column?.name, value }: Finding): Violation => ({
  kind,
  ...(row !== undefined && { row }),
  ...(name !== undefined && { column: name }),
  message: messageOf(kind, column, value),
});
