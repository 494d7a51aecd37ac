import { Duration } from 'aws-cdk-lib';
import type { SpecRestApi } from 'aws-cdk-lib/aws-apigateway';
import { type IMetric, MathExpression, Metric, Stats } from 'aws-cdk-lib/aws-cloudwatch';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import { FilterPattern, type ILogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { type Metric as Emitted, NAMESPACE } from '../shared/aws/metrics.ts';
import type { Operation } from '../shared/contract/operation.ts';
import { SCHEMA } from '../shared/store/dynamo-schema.ts';

/** What alarms and the dashboard look at. An alarm takes ten metrics at most: nothing here grows with the operations. */
export type Measures = ReturnType<typeof measuresOf>;

export interface Measured {
  readonly rest: Pick<SpecRestApi, 'restApiName'> & {
    readonly deploymentStage: Pick<SpecRestApi['deploymentStage'], 'stageName'>;
  };
  readonly accessLog: ILogGroup;
  readonly table: { readonly tableName: string };
  /** The queue of dead letters. */
  readonly letters: Pick<Queue, 'queueName'>;
  /** The queues of reactions, and how many seconds a message that failed is not seen there. */
  readonly queues: readonly { readonly queueName: string; readonly hiddenSeconds: number }[];
  /** The function behind the stream of the table. */
  readonly publisher: Pick<LambdaFunction, 'functionName'>;
  readonly stackName: string;
}

const period = Duration.minutes(1);
const { SUM, MAXIMUM } = Stats;

/**
 * What API Gateway tells in the access log and in no metric of its own, by the pattern of its lines. One log group has
 * every request in it, those that crashed a function included.
 */
const COUNTED = {
  /** Refused by the throttle of the stage. */
  throttled: '{ $.status = "429" }',
  /** A bug: the function answered 500, or none at all. */
  unhandled: '{ ($.status = "500" && $.integrationStatus != "429") || $.status = "502" }',
  /** Lambda had no room for one more of a function. */
  crowdedOut: '{ $.integrationStatus = "429" }',
} as const;

/** Makes the metrics of this stack, and the filters behind those that only the access log has. */
export function measuresOf(
  scope: Construct,
  { rest, accessLog, table, letters, queues, publisher, stackName }: Measured,
) {
  const stage = { ApiName: rest.restApiName, Stage: rest.deploymentStage.stageName };
  const ofApi = (
    metricName: string,
    statistic: string,
    dimensions: Readonly<Record<string, string>> = {},
    label = '',
  ) =>
    new Metric({
      namespace: 'AWS/ApiGateway',
      metricName,
      statistic,
      period,
      dimensionsMap: { ...stage, ...dimensions },
      ...(label !== '' && { label }),
    });
  const ofTable = (metricName: string, dimensions: Readonly<Record<string, string>> = {}) =>
    new Metric({
      namespace: 'AWS/DynamoDB',
      metricName,
      statistic: SUM,
      period,
      dimensionsMap: { TableName: table.tableName, ...dimensions },
    });
  const emitted = (metricName: Emitted, statistic: string) =>
    new Metric({ namespace: NAMESPACE, metricName, statistic, period, dimensionsMap: { Table: table.tableName } });

  return {
    requests: ofApi('Count', SUM),
    serverErrors: ofApi('5XXError', SUM),
    milliseconds: emitted('milliseconds', Stats.percentile(99)),
    conflicts: emitted('conflicts', SUM),
    halted: emitted('halted', SUM),
    queueAge: oldestOf(queues),
    counted: countedIn(scope, accessLog, stackName),
    tableThrottles: total(
      ['ReadThrottleEvents', 'WriteThrottleEvents'].flatMap((name) => [
        ofTable(name),
        ...SCHEMA.indexes.map((index) => ofTable(name, { GlobalSecondaryIndexName: index.name })),
      ]),
    ),
    tableErrors: total(CALLS.map((call) => ofTable('SystemErrors', { Operation: call }))),
    letters: new Metric({
      namespace: 'AWS/SQS',
      metricName: 'ApproximateNumberOfMessagesVisible',
      statistic: MAXIMUM,
      period,
      dimensionsMap: { QueueName: letters.queueName },
    }),
    /** How old the changes are that come out of the stream, in milliseconds. */
    streamAge: new Metric({
      namespace: 'AWS/Lambda',
      metricName: 'IteratorAge',
      statistic: MAXIMUM,
      period,
      dimensionsMap: { FunctionName: publisher.functionName },
    }),
    /** One line of a graph: what API Gateway knows of an operation. */
    ofOperation: (name: string, { method, path }: Operation, metricName: string, statistic: string): IMetric =>
      ofApi(metricName, statistic, { Resource: path, Method: method }, name),
  };
}

/** How many seconds the oldest message of any queue is older than one that failed once has to be. */
function oldestOf(queues: Measured['queues']): MathExpression {
  const ages = queues.map(
    ({ queueName }) =>
      new Metric({
        namespace: 'AWS/SQS',
        metricName: 'ApproximateAgeOfOldestMessage',
        statistic: MAXIMUM,
        period,
        dimensionsMap: { QueueName: queueName },
      }),
  );
  const beyond = queues.map(({ hiddenSeconds }, index) => `FILL(m${index}, 0) - ${hiddenSeconds}`);
  return new MathExpression({
    expression: `MAX([${beyond.join(', ')}])`,
    usingMetrics: Object.fromEntries(ages.map((age, index) => [`m${index}`, age])),
    period,
  });
}

/** What the store asks of the table. */
const CALLS = ['GetItem', 'BatchGetItem', 'Query', 'TransactWriteItems', 'BatchWriteItem'];

function countedIn(scope: Construct, logGroup: ILogGroup, stackName: string) {
  const entries = Object.entries(COUNTED).map(([name, pattern]) => {
    const filter = new MetricFilter(scope, `${name.charAt(0).toUpperCase()}${name.slice(1)}`, {
      logGroup,
      filterPattern: FilterPattern.literal(pattern),
      metricNamespace: `${NAMESPACE}/${stackName}`,
      metricName: name,
      defaultValue: 0,
    });
    return [name, filter.metric({ statistic: SUM, period })];
  });
  return Object.fromEntries(entries) as Readonly<Record<keyof typeof COUNTED, Metric>>;
}

/** The sum of what is there: each of the metrics is missing while nothing went wrong. */
const total = (metrics: readonly Metric[]) =>
  new MathExpression({
    expression: 'SUM(METRICS())',
    usingMetrics: Object.fromEntries(metrics.map((metric, index) => [`m${index}`, metric])),
    period,
  });

/** How many of a hundred, where there were enough of them to say. */
export const percent = (part: IMetric, whole: IMetric, leastWhole: number): IMetric =>
  new MathExpression({
    expression: `IF(whole >= ${leastWhole}, 100 * FILL(part, 0) / whole, 0)`,
    usingMetrics: { part, whole },
    period,
  });
