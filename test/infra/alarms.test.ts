import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { alarmMetrics } from '../../docs/costs-page.ts';
import { alarmRows, descriptionOf } from '../../infra/alarm-rows.ts';
import { stage } from '../../infra/config/test.ts';
import { synthesised } from '../../infra/released/synthesised.ts';
import { lineOnAws } from '../../shared/aws/metrics.ts';
import { rows } from '../../shared/contract/operations.ts';
import type { LogEntry } from '../../shared/log.ts';

/** What an alarm may look at, by CloudWatch's own limit. */
const METRICS_MAX = 10;
/** How long what it says may be, and how long the configured place of the runbook. */
const DESCRIPTION_MAX = 1_024;
const URL_MAX = 300;
const RUNBOOK = readFileSync(new URL('../../docs/runbook.md', import.meta.url), 'utf8');
const sections = [...RUNBOOK.matchAll(/^### (\S+)$/gm)].map(([, name]) => name);

interface Metric {
  readonly Namespace: string;
  readonly MetricName: string;
  readonly Dimensions?: readonly { readonly Name: string; readonly Value: unknown }[];
}

interface Alarm {
  readonly AlarmDescription: string;
  readonly AlarmActions: readonly { readonly Ref: string }[];
  readonly OKActions: readonly { readonly Ref: string }[];
  readonly DatapointsToAlarm: number;
  readonly EvaluationPeriods: number;
  readonly Threshold: number;
  readonly TreatMissingData: string;
  readonly Period?: number;
  readonly Namespace?: string;
  readonly MetricName?: string;
  readonly Dimensions?: Metric['Dimensions'];
  readonly Metrics?: readonly { readonly Expression?: string; readonly MetricStat?: { readonly Metric: Metric } }[];
}

// Without alarms is only the stack on an emulator.
const template = synthesised({ ...stage, isEmulated: false, trustedOrigins: [] });
const resources = <Properties>(type: string) =>
  Object.entries(template.Resources).flatMap(([id, { Type, Properties }]) =>
    Type === type ? [{ id, ...(Properties as Properties) }] : [],
  );
const alarms = resources<Alarm>('AWS::CloudWatch::Alarm');
const [topic] = resources<object>('AWS::SNS::Topic');

/** The metrics that an alarm looks at. */
const metricsOf = ({ Namespace, MetricName, Dimensions, Metrics }: Alarm): Metric[] =>
  Namespace !== undefined && MetricName !== undefined
    ? [{ Namespace, MetricName, ...(Dimensions && { Dimensions }) }]
    : (Metrics ?? []).flatMap(({ MetricStat }) => (MetricStat ? [MetricStat.Metric] : []));
const watched = alarms.flatMap(metricsOf);

describe.each(alarmRows)('the alarm %s', (name, row) => {
  const found = alarms.filter(({ AlarmDescription }) => AlarmDescription.endsWith(`docs/runbook.md#${name}`));
  const [alarm] = found;

  it('says who is hurt and what to do first, and where the rest is', () => {
    expect(found).toHaveLength(1);
    expect(alarm?.AlarmDescription).toBe(descriptionOf(name, row));
    expect(alarm?.AlarmDescription).toContain(row.harm);
    expect(alarm?.AlarmDescription).toContain(row.firstStep);
    expect(alarm?.AlarmDescription.length).toBeLessThanOrEqual(DESCRIPTION_MAX - URL_MAX);
  });

  it('has its section in the runbook, which says who is hurt and begins with the same step', () => {
    const section = RUNBOOK.split(`\n### ${name}\n`)[1]?.split('\n### ')[0];

    expect(section).toMatch(/^\n\*\*Who is hurt\.\*\* /);
    expect(section).toContain(`\n1. ${row.firstStep.slice(0, -1)}`);
    expect(section).toContain('\n2. ');
  });

  it('rings after as many minutes as its row says, and not for want of requests', () => {
    const [bad, of] = row.minutes;

    expect(bad).toBeGreaterThanOrEqual(1);
    expect(bad).toBeLessThanOrEqual(of);
    expect(alarm).toMatchObject({
      DatapointsToAlarm: bad,
      EvaluationPeriods: of,
      Threshold: row.threshold,
      ComparisonOperator: 'GreaterThanOrEqualToThreshold',
      TreatMissingData: row.missing,
    });
    expect(row.missing).toBe('notBreaching');
  });

  it('mails when it begins and when it ends', () => {
    expect(alarm?.AlarmActions).toEqual([{ Ref: topic?.id }]);
    expect(alarm?.OKActions).toEqual([{ Ref: topic?.id }]);
  });

  it('looks at no more metrics than CloudWatch takes, and searches for none, which it would refuse', () => {
    const metrics = alarm ? metricsOf(alarm) : [];

    expect(metrics.length).toBeGreaterThanOrEqual(1);
    expect(metrics.length).toBeLessThanOrEqual(METRICS_MAX);
    expect(JSON.stringify(alarm)).not.toMatch(/SEARCH|SELECT/);
  });
});

describe('the alarms', () => {
  it('link to where the runbook is, if the stage says where', () => {
    const runbookUrl = 'https://git.example.com/signet/blob/main/docs/runbook.md';
    const { Resources } = synthesised({ ...stage, isEmulated: false, trustedOrigins: [], runbookUrl });
    const said = Object.values(Resources)
      .filter(({ Type }) => Type === 'AWS::CloudWatch::Alarm')
      .map(({ Properties }) => Properties['AlarmDescription']);

    expect(said).toEqual(alarmRows.map(([name]) => expect.stringMatching(`Then: ${runbookUrl}#${name}$`)));
  });

  it('are those of the rows: none is for one operation alone', () => {
    const dimensions = watched.flatMap(({ Dimensions = [] }) => Dimensions.map(({ Name }) => Name));

    expect(alarms).toHaveLength(alarmRows.length);
    expect(dimensions.filter((name) => ['Resource', 'Method'].includes(name))).toEqual([]);
    // That of the stream, which is no operation's.
    expect(dimensions.filter((name) => name === 'FunctionName')).toHaveLength(1);
  });

  it('cost what docs/costs.md reckons, by the metrics that they look at', () => {
    expect(watched.length).toBeGreaterThan(alarms.length);
    expect(alarmMetrics()).toBe(watched.length);
  });

  it('have all the sections of the runbook that are named as alarms', () => {
    expect(sections).toEqual(alarmRows.map(([name]) => name));
  });

  it('are heard: CloudWatch may publish to the topic and use its key, and whoever is configured gets a mail', () => {
    const [policy] = resources<{ PolicyDocument: { Statement: object[] } }>('AWS::SNS::TopicPolicy');
    const keys = resources<{ KeyPolicy: { Statement: object[] } }>('AWS::KMS::Key');
    const ofThisAccount = { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } };
    const Principal = { Service: 'cloudwatch.amazonaws.com' };

    expect(policy?.PolicyDocument.Statement).toContainEqual(
      expect.objectContaining({ Effect: 'Allow', Action: 'sns:Publish', Principal, Condition: ofThisAccount }),
    );
    expect(keys.flatMap(({ KeyPolicy }) => KeyPolicy.Statement)).toContainEqual(
      expect.objectContaining({ Action: ['kms:Decrypt', 'kms:GenerateDataKey'], Principal, Condition: ofThisAccount }),
    );
    expect(topic).toMatchObject({ KmsMasterKeyId: expect.anything() });
    expect(resources<{ Endpoint: string }>('AWS::SNS::Subscription').map(({ Endpoint }) => Endpoint)).toEqual(
      stage.alarmEmails,
    );
  });

  it('know this API from any other of the account', () => {
    const [api] = resources<{ Name: string; Body: { info: { title: string } } }>('AWS::ApiGateway::RestApi');
    const names = watched.flatMap(({ Dimensions = [] }) =>
      Dimensions.flatMap(({ Name, Value }) => (Name === 'ApiName' ? [Value] : [])),
    );

    expect([api?.Name, api?.Body.info.title]).toEqual([stage.stackName, stage.stackName]);
    expect(new Set(names)).toEqual(new Set([stage.stackName]));
  });
});

describe('what no service counts', () => {
  it('is counted in the access log, from fields that its lines have', () => {
    const filters = resources<{
      FilterPattern: string;
      LogGroupName: { Ref: string };
      MetricTransformations: readonly { MetricNamespace: string; MetricName: string; MetricValue: string }[];
    }>('AWS::Logs::MetricFilter');
    const [{ AccessLogSetting } = { AccessLogSetting: { Format: '' } }] = resources<{
      AccessLogSetting: { Format: string };
    }>('AWS::ApiGateway::Stage');
    const fields = Object.keys(JSON.parse(AccessLogSetting.Format));

    expect(filters.map(({ FilterPattern }) => FilterPattern)).toEqual([
      '{ $.status = "429" }',
      '{ ($.status = "500" && $.integrationStatus != "429") || $.status = "502" }',
      '{ $.integrationStatus = "429" }',
    ]);
    for (const { FilterPattern, LogGroupName, MetricTransformations } of filters) {
      const asked = [...FilterPattern.matchAll(/\$\.(\w+)/g)].map(([, field]) => field);
      const [{ MetricNamespace, MetricName } = { MetricNamespace: '', MetricName: '' }] = MetricTransformations;

      expect(fields).toEqual(expect.arrayContaining(asked));
      expect(LogGroupName.Ref).toMatch(/^ApiAccessLog/);
      expect(watched).toContainEqual({ Namespace: MetricNamespace, MetricName });
    }
  });

  const answered = { code: 'request.answered', requestId: 'one', status: 200, milliseconds: 12 } as const;
  const at = new Date('2026-03-04T05:06:07.890Z');
  const line = (entry: LogEntry) => JSON.parse(lineOnAws(entry, 'registry', at));

  it.each<[string, LogEntry, { name: string; unit: string; value: number }]>([
    [
      'a conflict',
      { code: 'write.conflicted', requestId: 'one', attempt: 3 },
      { name: 'conflicts', unit: 'Count', value: 1 },
    ],
    [
      'a halt of retention',
      { code: 'retention.halted', tenant: 'acme', done: 20, limit: 20 },
      { name: 'halted', unit: 'Count', value: 1 },
    ],
    ...['promoteVersion', 'registerVersion', 'getDownload'].map(
      (operation): [string, LogEntry, { name: string; unit: string; value: number }] => [
        `the time of ${operation}`,
        { ...answered, operation },
        { name: 'milliseconds', unit: 'Milliseconds', value: 12 },
      ],
    ),
  ])('is told by the line of %s itself, as the alarm asks for it', (_, entry, { name, unit, value }) => {
    const CloudWatchMetrics = [{ Namespace: 'Signet', Dimensions: [['Table']], Metrics: [{ Name: name, Unit: unit }] }];

    expect(line(entry)).toEqual({
      ...entry,
      _aws: { Timestamp: at.getTime(), CloudWatchMetrics },
      Table: 'registry',
      [name]: value,
    });
    expect(watched).toContainEqual({
      Namespace: 'Signet',
      MetricName: name,
      Dimensions: [{ Name: 'Table', Value: { Ref: expect.stringMatching(/^StorageTable/) } }],
    });
  });

  it.each<[string, LogEntry]>([
    ['an operation that reads all bytes of files', { ...answered, operation: 'completeVersion' }],
    ['an operation that streams', { ...answered, operation: 'exportEvents' }],
    ['a failure', { code: 'request.failed', requestId: 'one', operation: 'getModel', error: 'broken' }],
  ])('is nothing in the line of %s', (_, entry) => {
    expect(line(entry)).toEqual(entry);
  });
});

describe('the dashboard', () => {
  const [dashboard] = resources<{ DashboardBody: { 'Fn::Join': [string, unknown[]] } }>('AWS::CloudWatch::Dashboard');
  const text = (dashboard?.DashboardBody['Fn::Join'][1] ?? [])
    .map((part) => (typeof part === 'string' ? part : 'token'))
    .join('');
  const { widgets } = JSON.parse(text) as {
    widgets: { properties: { title: string; alarms?: object[]; metrics?: unknown[][]; annotations?: object } }[];
  };

  it('shows the state of every alarm, and what each sees with its threshold', () => {
    const [state] = widgets;
    const titles = widgets.filter(({ properties }) => properties.annotations).map(({ properties }) => properties.title);

    expect(state?.properties.alarms).toHaveLength(alarmRows.length);
    expect(titles).toEqual(alarmRows.map(([name]) => name));
  });

  it.each([
    ['Requests by operation', 'Count'],
    ['Refused by operation (4xx)', '4XXError'],
    ['Failed by operation (5xx)', '5XXError'],
    ['Latency by operation (99th percentile, ms)', 'Latency'],
  ])('shows of every operation: %s', (title, metric) => {
    const [widget] = widgets.filter(({ properties }) => properties.title === title);
    const lines = (widget?.properties.metrics ?? []).map(([namespace, name, ...rest]) => ({
      namespace,
      name,
      method: rest[rest.indexOf('Method') + 1],
      resource: rest[rest.indexOf('Resource') + 1],
      label: (rest.at(-1) as { label?: string }).label,
    }));

    expect(lines).toEqual(
      rows.map(([label, { method, path }]) => ({
        namespace: 'AWS/ApiGateway',
        name: metric,
        method,
        resource: path,
        label,
      })),
    );
  });
});

describe('the log', () => {
  it('has a line in the runbook for each of its codes, and none for others', () => {
    const source = readFileSync(new URL('../../shared/log.ts', import.meta.url), 'utf8');
    const codes = [...source.matchAll(/readonly code: '([\w.]+)'/g)].map(([, code]) => code);
    const documented = [...RUNBOOK.matchAll(/^\| `(\w+\.\w+)` +\|/gm)].map(([, code]) => code);

    expect(codes.length).toBeGreaterThanOrEqual(4);
    expect(documented).toEqual(codes);
  });
});
