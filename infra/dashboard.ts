import { Duration } from 'aws-cdk-lib';
import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard as CloudWatchDashboard,
  GraphWidget,
  LegendPosition,
  Stats,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { rows } from '../shared/contract/operations.ts';
import type { Measures } from './measures.ts';

export interface DashboardProps {
  readonly measures: Measures;
  readonly alarms: readonly (readonly [name: string, Alarm])[];
}

/** What is wrong now, what each alarm sees, and what each operation does. */
export class Dashboard extends Construct {
  constructor(scope: Construct, id: string, { measures, alarms }: DashboardProps) {
    super(scope, id);

    const dashboard = new CloudWatchDashboard(this, 'Resource', { defaultInterval: Duration.hours(3) });
    dashboard.addWidgets(new AlarmStatusWidget({ title: 'Alarms', width: 24, alarms: alarms.map(([, one]) => one) }));
    dashboard.addWidgets(
      ...alarms.map(
        ([title, alarm]) =>
          new GraphWidget({ title, width: 6, left: [alarm.metric], leftAnnotations: [alarm.toAnnotation()] }),
      ),
    );
    for (const { title, metric, statistic } of BY_OPERATION) {
      dashboard.addWidgets(
        new GraphWidget({
          title,
          width: 24,
          height: 8,
          legendPosition: LegendPosition.RIGHT,
          left: rows.map(([name, operation]) => measures.ofOperation(name, operation, metric, statistic)),
        }),
      );
    }
  }
}

const BY_OPERATION = [
  { title: 'Requests by operation', metric: 'Count', statistic: Stats.SUM },
  { title: 'Refused by operation (4xx)', metric: '4XXError', statistic: Stats.SUM },
  { title: 'Failed by operation (5xx)', metric: '5XXError', statistic: Stats.SUM },
  { title: 'Latency by operation (99th percentile, ms)', metric: 'Latency', statistic: Stats.percentile(99) },
] as const;
