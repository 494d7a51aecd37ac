import type { Operation } from '../contract/operation.ts';
import { operations } from '../contract/operations.ts';
import { type LogEntry, logLine } from '../log.ts';

/** Where CloudWatch keeps the registry's own metrics; the name of the table tells one registry from another. */
export const NAMESPACE = 'Signet';

/** Each is a field of the lines that count it. */
export type Metric = 'milliseconds' | 'conflicts' | 'halted';

/**
 * The line of an entry on AWS. Where it has something to count, it tells CloudWatch which field of it is a metric: no
 * call, no library, no filter on the log group of every function.
 *
 * Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
 */
export function lineOnAws(entry: LogEntry, tableName: string, at: Date): string {
  const counted = metricOf(entry);
  if (!counted) return logLine(entry);
  const [name, value, unit] = counted;
  const metrics = { Namespace: NAMESPACE, Dimensions: [['Table']], Metrics: [{ Name: name, Unit: unit }] };
  const _aws = { Timestamp: at.getTime(), CloudWatchMetrics: [metrics] };
  return logLine(entry, { Table: tableName, [name]: value, _aws });
}

function metricOf(entry: LogEntry): [Metric, number, 'Count' | 'Milliseconds'] | undefined {
  if (entry.code === 'write.conflicted') return ['conflicts', 1, 'Count'];
  if (entry.code === 'retention.halted') return ['halted', 1, 'Count'];
  if (entry.code === 'request.answered' && isQuick(entry.operation)) {
    return ['milliseconds', entry.milliseconds, 'Milliseconds'];
  }
  return undefined;
}

/** What reads all that there is takes as long as that is much: it would drown the time of everything else. */
function isQuick(name: string): boolean {
  const operation = (operations as Readonly<Record<string, Operation>>)[name];
  return operation !== undefined && !operation.long;
}
