import { failuresOf } from '../../shared/contract/operation.ts';
import { type OperationName, operations, rows } from '../../shared/contract/operations.ts';
import type { LogEntry } from '../../shared/log.ts';

type Answered = Extract<LogEntry, { code: 'request.answered' }>;

const answersIn = (log: readonly LogEntry[]): Answered[] => log.filter((entry) => entry.code === 'request.answered');

/** Answers of operations with a failure that their row does not declare, and bugs, which no row declares. */
export const undeclaredIn = (log: readonly LogEntry[]): string[] =>
  answersIn(log).flatMap(({ operation, status, failure }) => {
    const [, row] = rows.find(([name]) => name === operation) ?? [];
    const declared: readonly string[] = row ? failuresOf(row) : [];
    const isDeclared = failure === undefined ? status < 500 : !row || declared.includes(failure);
    return isDeclared ? [] : [`${operation} ${status} ${failure ?? ''}`];
  });

/** What the row of an operation says of itself and the log does not show: its success, and failures of its own. */
export function unansweredIn(log: readonly LogEntry[], name: OperationName): string[] {
  const outcomes = new Set(
    answersIn(log)
      .filter(({ operation }) => operation === name)
      .map(({ failure }) => failure ?? 'success'),
  );
  return ['success', ...operations[name].failures].filter((outcome) => !outcomes.has(outcome));
}
