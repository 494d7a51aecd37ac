import { TransactionCanceledException } from '@aws-sdk/client-dynamodb';
import { ConditionFailed, Contention, Unavailable } from './table.ts';

/** Why a transaction did not happen, as far as is known, in the table’s words. Else it is a bug, or a missing grant. */
export function transactionError(error: unknown): unknown {
  if (error instanceof TransactionCanceledException) {
    const codes = (error.CancellationReasons ?? []).map(({ Code }) => Code ?? '');
    const failed = codes.flatMap((code, index) => (code === 'ConditionalCheckFailed' ? [index] : []));
    if (failed.length > 0) return new ConditionFailed(failed, { cause: error });
    return codes.some((code) => PATIENCE.has(code)) ? new Contention({ cause: error }) : error;
  }
  return PATIENCE.has(nameOf(error)) ? new Contention({ cause: error }) : readError(error);
}

/** Why DynamoDB did not answer at all, after the SDK has tried again. */
export function readError(error: unknown): unknown {
  if (!PATIENCE.has(nameOf(error)) && !isOutOfReach(error)) return error;
  return new Unavailable('The database does not answer now.', { cause: error });
}

/** Codes and names by which DynamoDB says that the same call may succeed later. */
const PATIENCE = new Set([
  'TransactionConflict',
  'TransactionConflictException',
  'TransactionInProgressException',
  'ProvisionedThroughputExceeded',
  'ProvisionedThroughputExceededException',
  'ThrottlingError',
  'ThrottlingException',
  'RequestLimitExceeded',
]);

const OUT_OF_REACH = new Set([
  'TimeoutError',
  'ECONNREFUSED',
  'ECONNRESET',
  'ETIMEDOUT',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
]);

function isOutOfReach(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const isServers = '$fault' in error && error.$fault === 'server';
  return isServers || OUT_OF_REACH.has(error.name) || ('code' in error && OUT_OF_REACH.has(String(error.code)));
}

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : '');
