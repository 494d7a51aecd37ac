/**
 * What the package exports as `signet/schema`, for the process that serves a model: the check of what it is sent and of
 * what it answers, and the comparison of contracts. It runs in any JavaScript, with no other package.
 */
export { compile, type Rows, type Table } from './check.ts';
export type { Column, ColumnType, Contract, Param, Side } from './column.ts';
export { compareSchemas, type Mode, verdict } from './compare.ts';
export type { Difference } from './compare-column.ts';
export { type Report, VIOLATIONS_MAX, type Violation } from './findings.ts';
export { FAULTS, type Fault } from './value.ts';
