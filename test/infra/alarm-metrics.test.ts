import { describe, expect, it } from 'vitest';
import { type AlarmName, alarmRows } from '../../infra/alarm-rows.ts';
import { stage } from '../../infra/config/test.ts';
import { synthesised } from '../../infra/released/synthesised.ts';

interface Metric {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions?: readonly {
    readonly Name: string;
    readonly Value: string | { readonly Ref: string } | { readonly 'Fn::GetAtt': readonly [string, string] };
  }[];
}

interface Alarm extends Metric {
  readonly AlarmDescription: string;
  readonly Threshold: number;
  readonly DatapointsToAlarm: number;
  readonly EvaluationPeriods: number;
  readonly Period?: number;
  readonly Statistic?: string;
  readonly ExtendedStatistic?: string;
  readonly Metrics?: readonly {
    readonly Id: string;
    readonly Expression?: string;
    readonly ReturnData: boolean;
    readonly MetricStat?: { readonly Metric: Metric; readonly Period: number; readonly Stat: string };
  }[];
}

/** What an alarm is about: written here once more, by hand, so that who changes it changes it twice. */
interface Meaning {
  /** What it reckons from what it looks at; nothing where that is one metric. */
  readonly reckoned?: string;
  /** Namespace, metric, statistic and dimensions of each, a minute long. */
  readonly of: Readonly<Record<string, string>>;
  readonly rings: readonly [from: number, minutes: number, outOf: number];
}

const REQUESTS = 'AWS/ApiGateway Count Sum ApiName=SignetTest Stage=AWS::ApiGateway::Stage';
const onTable = (metric: string) => `AWS/DynamoDB ${metric} Sum TableName=AWS::DynamoDB::Table`;
const onIndex = (metric: string, index: string) =>
  `AWS/DynamoDB ${metric} Sum GlobalSecondaryIndexName=${index} TableName=AWS::DynamoDB::Table`;
const OLDEST = 'AWS/SQS ApproximateAgeOfOldestMessage Maximum QueueName=AWS::SQS::Queue';
const failing = (call: string) => `AWS/DynamoDB SystemErrors Sum Operation=${call} TableName=AWS::DynamoDB::Table`;

const MEANINGS: Readonly<Record<AlarmName, Meaning>> = {
  'api-errors': {
    reckoned: 'IF(whole >= 20, 100 * FILL(part, 0) / whole, 0)',
    of: {
      part: 'AWS/ApiGateway 5XXError Sum ApiName=SignetTest Stage=AWS::ApiGateway::Stage',
      whole: REQUESTS,
    },
    rings: [2, 3, 5],
  },
  'api-latency': { of: { '': 'Signet milliseconds p99 Table=AWS::DynamoDB::Table' }, rings: [3_000, 5, 10] },
  'api-throttles': { of: { '': 'Signet/SignetTest throttled Sum' }, rings: [10, 3, 5] },
  'function-errors': { of: { '': 'Signet/SignetTest unhandled Sum' }, rings: [1, 1, 1] },
  'function-throttles': { of: { '': 'Signet/SignetTest crowdedOut Sum' }, rings: [1, 2, 5] },
  conflicts: {
    reckoned: 'IF(whole >= 50, 100 * FILL(part, 0) / whole, 0)',
    of: { part: 'Signet conflicts Sum Table=AWS::DynamoDB::Table', whole: REQUESTS },
    rings: [20, 5, 10],
  },
  'table-throttles': {
    reckoned: 'SUM(METRICS())',
    of: {
      m0: onTable('ReadThrottleEvents'),
      m1: onIndex('ReadThrottleEvents', 'gsi1'),
      m2: onIndex('ReadThrottleEvents', 'gsi2'),
      m3: onIndex('ReadThrottleEvents', 'due'),
      m4: onTable('WriteThrottleEvents'),
      m5: onIndex('WriteThrottleEvents', 'gsi1'),
      m6: onIndex('WriteThrottleEvents', 'gsi2'),
      m7: onIndex('WriteThrottleEvents', 'due'),
    },
    rings: [1, 3, 5],
  },
  'table-errors': {
    reckoned: 'SUM(METRICS())',
    of: {
      m0: failing('GetItem'),
      m1: failing('BatchGetItem'),
      m2: failing('Query'),
      m3: failing('TransactWriteItems'),
      m4: failing('BatchWriteItem'),
    },
    rings: [1, 3, 5],
  },
  'dead-letters': {
    of: { '': 'AWS/SQS ApproximateNumberOfMessagesVisible Maximum QueueName=AWS::SQS::Queue' },
    rings: [1, 1, 1],
  },
  'events-behind': {
    of: { '': 'AWS/Lambda IteratorAge Maximum FunctionName=AWS::Lambda::Function' },
    rings: [900_000, 3, 5],
  },
  'queues-behind': {
    // Dispatch, delivery, subscriptions, plans of retention, uploads, validation: six times the seconds of each function.
    reckoned:
      'MAX([FILL(m0, 0) - 180, FILL(m1, 0) - 360, FILL(m2, 0) - 360, FILL(m3, 0) - 360, FILL(m4, 0) - 5400, FILL(m5, 0) - 5400])',
    of: Object.fromEntries(['m0', 'm1', 'm2', 'm3', 'm4', 'm5'].map((id) => [id, OLDEST])),
    rings: [1_800, 5, 10],
  },
  'retention-halted': { of: { '': 'Signet halted Sum Table=AWS::DynamoDB::Table' }, rings: [1, 1, 1] },
};

const { Resources } = synthesised({ ...stage, isEmulated: false, trustedOrigins: [] });
const resources = <Properties>(type: string) =>
  Object.values(Resources).flatMap(({ Type, Properties }) => (Type === type ? [Properties as Properties] : []));
const alarms = resources<Alarm>('AWS::CloudWatch::Alarm');

/** A metric in a line; a part of the stack is called by its type, of which there is one. */
const spelled = ({ Namespace, MetricName, Dimensions = [] }: Metric, statistic = ''): string =>
  [
    Namespace,
    MetricName,
    statistic,
    ...Dimensions.map(({ Name, Value }) => `${Name}=${typeof Value === 'string' ? Value : typeOf(Value)}`),
  ].join(' ');

const typeOf = (value: { readonly Ref: string } | { readonly 'Fn::GetAtt': readonly [string, string] }) =>
  Resources['Ref' in value ? value.Ref : value['Fn::GetAtt'][0]]?.Type;

function meaningOf(alarm: Alarm): Meaning {
  const { Threshold, DatapointsToAlarm, EvaluationPeriods, Metrics = [] } = alarm;
  const rings = [Threshold, DatapointsToAlarm, EvaluationPeriods] as const;
  if (Metrics.length === 0) return { of: { '': spelled(alarm, alarm.Statistic ?? alarm.ExtendedStatistic) }, rings };
  const [returned] = Metrics.filter(({ ReturnData }) => ReturnData);
  const of = Metrics.flatMap(({ Id, MetricStat }) =>
    MetricStat ? [[Id, spelled(MetricStat.Metric, MetricStat.Stat)] as const] : [],
  );
  return { reckoned: returned?.Expression ?? '', of: Object.fromEntries(of), rings };
}

const periodsOf = ({ Period, Metrics = [] }: Alarm) => [
  ...(Period === undefined ? [] : [Period]),
  ...Metrics.flatMap(({ MetricStat }) => (MetricStat ? [MetricStat.Period] : [])),
];

describe('an alarm', () => {
  it.each(alarmRows.map(([name]) => name))('%s looks at what its name says, and rings where it has to', (name) => {
    const [alarm, ...others] = alarms.filter(({ AlarmDescription }) =>
      AlarmDescription.endsWith(`docs/runbook.md#${name}`),
    );

    expect(others).toEqual([]);
    expect(alarm && meaningOf(alarm)).toEqual(MEANINGS[name]);
  });

  it('counts by the minute', () => {
    expect(new Set(alarms.flatMap(periodsOf))).toEqual(new Set([60]));
  });

  it('is about the one table and the one stage that there are', () => {
    expect(resources('AWS::DynamoDB::Table')).toHaveLength(1);
    expect(resources('AWS::ApiGateway::Stage')).toHaveLength(1);
  });
});
