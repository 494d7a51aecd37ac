import { Aws } from 'aws-cdk-lib';
import { ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam';
import { Construct } from 'constructs';
import type { SubscriberSettings } from '../shared/aws/subscribers.ts';
import type { Config } from './config/config.ts';
import type { Grant } from './grants.ts';
import type { Messaging } from './messaging.ts';

/** Where the rules for subscribers are made, and what bounds whoever makes them. */
export class Subscriptions extends Construct {
  readonly settings: SubscriberSettings;
  /** What the one function that makes them may do: to roles, rules and queues of the stack's own names. */
  readonly grants: readonly Grant[];

  constructor(scope: Construct, id: string, { messaging, config }: { messaging: Messaging; config: Config }) {
    super(scope, id);

    // With the id of a subscription behind it, a role has room for the 32 characters of a stack's name.
    const prefix = `${Aws.STACK_NAME}-sub`;
    // Whatever policy such a role is given, it can put events on buses of other accounts and do nothing else.
    const boundary = new ManagedPolicy(this, 'Boundary', {
      description: 'The most that a role of a subscription can do.',
      statements: [
        new PolicyStatement({
          actions: ['events:PutEvents'],
          // On an emulator there is one account.
          ...(config.isEmulated
            ? { resources: ['*'] }
            : { notResources: [`arn:${Aws.PARTITION}:events:*:${Aws.ACCOUNT_ID}:event-bus/*`] }),
        }),
      ],
    });
    const bus = messaging.bus.eventBusName;
    const iam = `arn:${Aws.PARTITION}:iam::${Aws.ACCOUNT_ID}:role`;
    const events = `arn:${Aws.PARTITION}:events:${Aws.REGION}:${Aws.ACCOUNT_ID}`;
    // An emulator knows roles without their path, and targets of rules by the bus.
    const roles = config.isEmulated ? [`${iam}/${prefix}-*`] : [`${iam}/${prefix}/${prefix}-*`];
    const rules = [`${events}:rule/${bus}/${prefix}-*`, ...(config.isEmulated ? [`${events}:event-bus/${bus}`] : [])];
    this.settings = {
      bus,
      prefix,
      account: Aws.ACCOUNT_ID,
      region: Aws.REGION,
      partition: Aws.PARTITION,
      boundary: boundary.managedPolicyArn,
    };
    this.grants = [
      {
        actions: ['events:PutRule', 'events:PutTargets', 'events:RemoveTargets', 'events:DeleteRule'],
        resources: rules,
      },
      {
        actions: ['iam:CreateRole', 'iam:PutRolePolicy'],
        resources: roles,
        conditions: { StringEquals: { 'iam:PermissionsBoundary': boundary.managedPolicyArn } },
      },
      { actions: ['iam:DeleteRolePolicy', 'iam:DeleteRole'], resources: roles },
      {
        actions: ['iam:PassRole'],
        resources: roles,
        conditions: { StringEquals: { 'iam:PassedToService': 'events.amazonaws.com' } },
      },
      {
        actions: ['sqs:CreateQueue', 'sqs:GetQueueUrl', 'sqs:DeleteQueue'],
        resources: [`arn:${Aws.PARTITION}:sqs:${Aws.REGION}:${Aws.ACCOUNT_ID}:${prefix}-*`],
      },
    ];
  }
}
