import { type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { type Measures, percent } from './measures.ts';

/** One alarm. What to do is in the section of docs/runbook.md that has its name; here is the first of it. */
export interface AlarmRow {
  /** Who is hurt while it rings, and how. */
  readonly harm: string;
  readonly firstStep: string;
  readonly metric: (measures: Measures) => IMetric;
  /** It rings from this value on. */
  readonly threshold: number;
  /** How many minutes, out of how many, have to be so. */
  readonly minutes: readonly [number, number];
  /** What it means that there is no value. */
  readonly missing: TreatMissingData;
}

/** Without requests there is nothing to count, and nobody is hurt. */
const missing = TreatMissingData.NOT_BREACHING;

/** Every alarm of the registry, by its name. */
const alarms = {
  'api-errors': {
    harm: 'Callers get errors that they cannot mend: pipelines fail, and nobody knows whether a promotion happened.',
    firstStep: 'See on the dashboard which operation fails, and since when.',
    metric: ({ serverErrors, requests }) => percent(serverErrors, requests, 20),
    threshold: 2,
    minutes: [3, 5],
    missing,
  },
  'api-latency': {
    harm: 'One request in a hundred takes 3 seconds or more: people wait, and clients begin to time out.',
    firstStep: 'See on the dashboard whether one operation is slow or all of them.',
    metric: ({ milliseconds }) => milliseconds,
    threshold: 3_000,
    minutes: [5, 10],
    missing,
  },
  'api-throttles': {
    harm: 'Callers of every tenant are turned away with 429, because all together ask more than the stage allows.',
    firstStep: 'Find in the access log who asks so much.',
    metric: ({ counted }) => counted.throttled,
    threshold: 10,
    minutes: [3, 5],
    missing,
  },
  'function-errors': {
    harm: 'A caller met a bug: a request was answered 500, or not answered by its function at all.',
    firstStep: 'Find the request in the access log, and by its id the error in the log of its function.',
    metric: ({ counted }) => counted.unhandled,
    threshold: 1,
    minutes: [1, 1],
    missing,
  },
  'function-throttles': {
    harm: 'Requests fail since the account has no room to run one more function; other systems in it may suffer as well.',
    firstStep: 'Compare the concurrent executions of the account with its quota.',
    metric: ({ counted }) => counted.crowdedOut,
    threshold: 1,
    minutes: [2, 5],
    missing,
  },
  conflicts: {
    harm: 'Whoever changes a busy model waits while its changes are decided anew, and after eight times is refused.',
    firstStep: 'Find the requests in the logs of the functions, and whose they are.',
    metric: ({ conflicts, requests }) => percent(conflicts, requests, 50),
    threshold: 20,
    minutes: [5, 10],
    missing,
  },
  'table-throttles': {
    harm: 'Requests are slow or answered 503, because a partition of the table is asked more than it can give.',
    firstStep:
      'See in the metrics of the table whether reads or writes are throttled, and of the table or of an index.',
    metric: ({ tableThrottles }) => tableThrottles,
    threshold: 1,
    minutes: [3, 5],
    missing,
  },
  'table-errors': {
    harm: 'Requests are answered 503, because DynamoDB itself fails. Nothing is written in part.',
    firstStep: 'Look at the AWS Health Dashboard for DynamoDB in this Region.',
    metric: ({ tableErrors }) => tableErrors,
    threshold: 1,
    minutes: [3, 5],
    missing,
  },
  'dead-letters': {
    harm: 'Somebody was not told of an event, or something that had to follow from one did not: it failed five times.',
    firstStep: 'Read the messages in the queue of dead letters: each says which reaction it is of.',
    metric: ({ letters }) => letters,
    threshold: 1,
    minutes: [1, 1],
    missing,
  },
  'events-behind': {
    harm: 'Webhooks, subscribers and checks learn of what happened a quarter of an hour late, or later. Nothing is lost.',
    firstStep: 'Look in the log of OnPublishEvents for what it could not give to the bus.',
    metric: ({ streamAge }) => streamAge,
    threshold: 15 * 60 * 1_000,
    minutes: [3, 5],
    missing,
  },
  'queues-behind': {
    harm: 'Webhooks, validation or retention’s plans are half an hour behind what the bus brought. Nothing is lost.',
    firstStep: 'See in the metrics of the queues which of them has the oldest message.',
    metric: ({ queueAge }) => queueAge,
    threshold: 30 * 60,
    minutes: [5, 10],
    missing,
  },
  'retention-halted': {
    harm: 'Files of a tenant stay that its policy wants gone, or, if the policy is a mistake, go from tomorrow on.',
    firstStep: 'Find in the log of OnApplyRetention the line of the tenant, and ask its admins whether they meant it.',
    metric: ({ halted }) => halted,
    threshold: 1,
    minutes: [1, 1],
    missing,
  },
} as const satisfies Readonly<Record<string, AlarmRow>>;

export type AlarmName = keyof typeof alarms;

/** Every row with its name. */
export const alarmRows = Object.entries(alarms) as readonly (readonly [AlarmName, AlarmRow])[];

/** What a mail of the alarm says. */
export const descriptionOf = (name: string, { harm, firstStep }: AlarmRow, runbook = 'docs/runbook.md'): string =>
  `${harm} First: ${firstStep} Then: ${runbook}#${name}`;
