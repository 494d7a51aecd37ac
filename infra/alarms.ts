import { Aws } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator } from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import type { Key } from 'aws-cdk-lib/aws-kms';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions';
import { Construct } from 'constructs';
import { queueRows } from '../shared/contract/reactions.ts';
import { alarmRows, descriptionOf } from './alarm-rows.ts';
import type { Api } from './api.ts';
import type { Config } from './config/config.ts';
import { Dashboard } from './dashboard.ts';
import { measuresOf } from './measures.ts';
import { hiddenSeconds, type Messaging } from './messaging.ts';
import type { Reactions } from './reactions.ts';
import type { Storage } from './storage.ts';

export interface AlarmsProps {
  readonly api: Api;
  readonly reactions: Reactions;
  readonly messaging: Messaging;
  readonly storage: Storage;
  readonly operationsKey: Key;
  readonly config: Config;
}

/** One alarm for each row, a mail to whoever is configured, and a dashboard of all that is watched. */
export class Alarms extends Construct {
  constructor(
    scope: Construct,
    id: string,
    { api, reactions, messaging, storage, operationsKey, config }: AlarmsProps,
  ) {
    super(scope, id);

    const topic = alarmTopic(this, operationsKey);
    for (const email of config.alarmEmails) topic.addSubscription(new EmailSubscription(email));

    const { stackName, runbookUrl } = config;
    const measures = measuresOf(this, {
      rest: api.rest,
      accessLog: api.accessLog,
      table: storage.table,
      letters: messaging.letters,
      queues: queueRows.map(([name]) => ({
        queueName: messaging.queues[name].queueName,
        hiddenSeconds: hiddenSeconds(name),
      })),
      publisher: reactions.functions.onPublishEvents,
      stackName,
    });
    const alarms = alarmRows.map(([name, row]) => {
      const alarm = new Alarm(this, idOf(name), {
        alarmDescription: descriptionOf(name, row, runbookUrl),
        metric: row.metric(measures),
        threshold: row.threshold,
        comparisonOperator: ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
        datapointsToAlarm: row.minutes[0],
        evaluationPeriods: row.minutes[1],
        treatMissingData: row.missing,
      });
      alarm.addAlarmAction(new SnsAction(topic));
      alarm.addOkAction(new SnsAction(topic));
      return [name, alarm] as const;
    });
    new Dashboard(this, 'Dashboard', { measures, alarms });
  }
}

/** A topic that has a policy has no other: without the statement for CloudWatch no alarm would reach it. */
function alarmTopic(scope: Construct, masterKey: Key): Topic {
  const topic = new Topic(scope, 'Topic', { displayName: 'Signet', masterKey, enforceSSL: true });
  topic.addToResourcePolicy(
    new PolicyStatement({
      sid: 'AlarmsOfThisAccount',
      actions: ['sns:Publish'],
      principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
      resources: [topic.topicArn],
      conditions: { StringEquals: { 'aws:SourceAccount': Aws.ACCOUNT_ID } },
    }),
  );
  return topic;
}

/** `api-errors` as constructs spell it: `ApiErrors`. */
const idOf = (name: string): string => name.replace(/(?:^|-)(\w)/g, (_, letter: string) => letter.toUpperCase());
