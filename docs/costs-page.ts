import { Stack } from 'aws-cdk-lib';
import type { IMetric } from 'aws-cdk-lib/aws-cloudwatch';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { alarmRows } from '../infra/alarm-rows.ts';
import { measuresOf } from '../infra/measures.ts';
import { memoryOf } from '../shared/contract/environment.ts';
import { type OperationName, operations, rows } from '../shared/contract/operations.ts';
import { queueRows } from '../shared/contract/reactions.ts';
import { CAPACITY } from './capacity.ts';
import { table } from './markdown.ts';
import { PRICES } from './prices.ts';

const MILLION = 1_000_000;

/** How long a warm function is taken to run. It is for the bill of Lambda alone, and no promise. */
const MILLISECONDS = 15;

/** A tenant's month: who serves models asks which version to take, pipelines register, few things are promoted. */
const MIX: readonly (readonly [share: number, name: OperationName])[] = [
  [0.8, 'resolveVersion'],
  [0.15, 'registerVersion'],
  [0.05, 'promoteVersion'],
];

/** Metrics of the registry's own that an account is charged for: see docs/runbook.md#metrics-of-our-own. */
const METRICS = 6;
/** What API Gateway tells of each method: requests, errors of callers, errors of the registry, two latencies. */
const METRICS_OF_METHOD = 5;
/** `operationsKey`, `cursorKey` and `webhookKey`. */
const KEYS = 3;

/** What the registry costs, reckoned from what is measured. */
export const costsPage = (): string =>
  `${[
    '# Costs',
    '<!-- Made from docs/capacity.ts, docs/prices.ts and the contract by `npm run docs`: change those, not this. -->',
    `What AWS charges for the registry, reckoned from the capacity that \`test/http/costs.test.ts\` measures for every operation and from the list prices of ${PRICES.of}: on demand, without free tiers, discounts or taxes. How to deploy it is in [deploy.md](deploy.md).`,
    '## A million calls of an operation',
    `DynamoDB is exact for things of an ordinary size: an item counts for each started 4 KB that is read and each started KB that is written. API Gateway is ${dollars(PRICES.gatewayRequests)} a million, whatever is called. Lambda is reckoned with ${MILLISECONDS} ms for each call; those that read files, or stream, take as long as the files are large.`,
    table(
      ['operation', 'read units', 'write units', 'DynamoDB', 'API Gateway', 'Lambda', 'a million calls'],
      rows.map(([name]) => {
        const [, reads, writes] = CAPACITY[name];
        const { dynamo, gateway, lambda } = parts(name);
        return [`\`${name}\``, String(reads), String(writes), ...[dynamo, gateway, lambda, costOf(name)].map(dollars)];
      }),
    ),
    `A caller who was not heard of for a minute costs one read unit more, an \`Idempotency-Key\` one read and two write units, a registration one write unit for each file.`,
    '## A million calls of a usual month',
    `${MIX.map(([share, name]) => `${share * 100} % \`${name}\``).join(', ')}: **${dollars(costOfMix())}**. Besides: logs at ${dollars(PRICES.logsGigabyte)} a GB, of which a call writes about 1 KB in two lines (${dollars((PRICES.logsGigabyte * MILLION) / 2 ** 20)}), and traces at ${dollars(PRICES.traces)} a million recorded, which by the default of X-Ray is one a second and 5 % of the rest.`,
    '## A month of nothing',
    table(
      ['what', 'a month'],
      [
        [
          `${KEYS} keys of KMS: one for cursors, one for the secrets of webhooks, and one for logs and alarms, for which each of the first two yearly rotations is charged once more`,
          dollars(KEYS * PRICES.key),
        ],
        [
          `${alarmRows.length} alarms, at ${dollars(PRICES.alarm)} for each of the ${alarmMetrics()} metrics that they look at`,
          dollars(alarmMetrics() * PRICES.alarm),
        ],
        ['the dashboard', dollars(PRICES.dashboard)],
        ['the table, the bucket, the functions, the API', 'only what they hold, and what is asked'],
      ],
    ),
    '## What grows with use',
    [
      `- Metrics are charged by the hour in which they have a value. The registry's own are ${METRICS}: up to ${dollars(METRICS * PRICES.metric)} a month. API Gateway tells ${METRICS_OF_METHOD} of each method, for the dashboard: up to ${dollars(rows.length * METRICS_OF_METHOD * PRICES.metric)} a month, if every one of the ${rows.length} operations is called in every hour.`,
      `- The table: ${dollars(PRICES.tableGigabyte)} a GB and month, and ${dollars(PRICES.recoveryGigabyte)} more for point-in-time recovery. The indexes count as well: an event is there three times.`,
      `- The bucket: ${dollars(PRICES.bucketGigabyte)} a GB and month. Equal files of a tenant are kept once; what [retention](retention.md) removes is gone for good, old versions of an object included.`,
      '- What leaves AWS: files that are pulled from outside of the Region are charged as data transfer of S3.',
    ].join('\n'),
  ].join('\n\n')}\n`;

/** How many metrics all alarms together look at: each of them is charged for. */
export function alarmMetrics(): number {
  const stack = new Stack();
  const accessLog = LogGroup.fromLogGroupName(stack, 'AccessLog', 'any');
  const rest = { restApiName: 'any', deploymentStage: { stageName: 'any' } };
  const measures = measuresOf(stack, {
    rest,
    accessLog,
    table: { tableName: 'any' },
    letters: { queueName: 'any' },
    queues: queueRows.map(() => ({ queueName: 'any', hiddenSeconds: 0 })),
    publisher: { functionName: 'any' },
    stackName: 'any',
  });
  return alarmRows.reduce((sum, [, { metric }]) => sum + metricsIn(metric(measures)), 0);
}

function metricsIn(metric: IMetric): number {
  const { mathExpression } = metric.toMetricConfig();
  if (!mathExpression) return 1;
  return Object.values(mathExpression.usingMetrics).reduce((sum, used) => sum + metricsIn(used), 0);
}

/** A million calls of the mix, without logs and traces. */
export const costOfMix = (): number => MIX.reduce((sum, [share, name]) => sum + share * costOf(name), 0);

const costOf = (name: OperationName): number =>
  Object.values(parts(name)).reduce((sum, dollarsOfPart) => sum + dollarsOfPart, 0);

function parts(name: OperationName) {
  const [, reads, writes] = CAPACITY[name];
  const gigabyteSeconds = (memoryOf(operations[name]) / 1024) * (MILLISECONDS / 1000) * MILLION;
  return {
    dynamo: reads * PRICES.readUnits + writes * PRICES.writeUnits,
    gateway: PRICES.gatewayRequests,
    lambda: PRICES.functionRequests + gigabyteSeconds * PRICES.gigabyteSecond,
  };
}

const dollars = (amount: number): string => `$${amount.toFixed(amount > 0 && amount < 0.1 ? 3 : 2)}`;
