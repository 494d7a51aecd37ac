import { Duration, Stack, type StackProps } from 'aws-cdk-lib';
import { EventBus, Rule } from 'aws-cdk-lib/aws-events';
import { SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { AccountPrincipal, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import type { Construct } from 'constructs';
import { SOURCE } from '../../shared/domain/event.ts';

export interface SubscriberProps extends StackProps {
  /** The AWS account that the registry is in. */
  readonly registryAccount: string;
  /** Whose events this account subscribes to. */
  readonly tenant: string;
}

/**
 * What an account needs that subscribes to a tenant's events, to copy and change: a bus which the registry may put events
 * on, a rule for those that matter here, and a queue, with one behind it for what could not be put there. The ARN of the
 * bus is what `createSubscription` asks for.
 */
export class SubscriberStack extends Stack {
  constructor(scope: Construct, id: string, { registryAccount, tenant, ...props }: SubscriberProps) {
    super(scope, id, { description: 'Subscribes to events of Signet', ...props });

    const bus = new EventBus(this, 'Bus', { description: 'Events of Signet arrive here.' });
    bus.addToResourcePolicy(
      new PolicyStatement({
        sid: 'EventsOfSignet',
        principals: [new AccountPrincipal(registryAccount)],
        actions: ['events:PutEvents'],
        resources: [bus.eventBusArn],
        // `StringEquals`, and not `ForAllValues`, which holds as well where there is no source.
        conditions: { StringEquals: { 'events:source': SOURCE } },
      }),
    );
    const settings = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true, retentionPeriod: Duration.days(14) };
    const deadLetterQueue = new Queue(this, 'DeadLetters', settings);
    const queue = new Queue(this, 'Events', {
      ...settings,
      deadLetterQueue: { queue: deadLetterQueue, maxReceiveCount: 5 },
    });
    new Rule(this, 'Releases', {
      description: 'A model has another version in production.',
      eventBus: bus,
      eventPattern: {
        source: [SOURCE],
        account: [registryAccount],
        detailType: ['version.promoted', 'model.rolled_back', 'version.archived'],
        detail: { tenant: [tenant] },
      },
      targets: [new SqsQueue(queue, { deadLetterQueue })],
    });
  }
}
