import {
  DeleteRuleCommand,
  EventBridgeClient,
  PutRuleCommand,
  PutTargetsCommand,
  RemoveTargetsCommand,
} from '@aws-sdk/client-eventbridge';
import {
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  IAMClient,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { CreateQueueCommand, DeleteQueueCommand, GetQueueUrlCommand, SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod/mini';
import type { Subscribers } from '../reactions/ports.ts';
import { deadLettersPolicy, rolePolicy, rulePattern, trustPolicy } from './subscription-policies.ts';

/** What the stack tells of the place where rules for subscribers are made. */
export const SubscriberSettings = z.object({
  bus: z.string(),
  account: z.string(),
  region: z.string(),
  partition: z.string(),
  /** How the names of rules, roles and queues begin: the stack's own. */
  prefix: z.string(),
  /** The ARN of the policy that bounds what any of the roles can ever do. */
  boundary: z.string(),
});
export type SubscriberSettings = z.output<typeof SubscriberSettings>;

const TARGET = 'bus';
const POLICY = 'put-events';

/**
 * Subscriptions on AWS: for each a rule of the registry's bus, a role that may put events on one bus and nothing else,
 * and a queue for what the bus would not take. A role that is new may not be known everywhere yet: the message comes again.
 *
 * Source: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-cross-account.html
 */
export function awsSubscribers(settings: SubscriberSettings): Subscribers {
  const { region, prefix } = settings;
  const events = new EventBridgeClient({ region });
  const iam = new IAMClient({ region });
  const sqs = new SQSClient({ region });
  const rule = { EventBusName: settings.bus };
  const nameOf = (id: string) => `${prefix}-${id}`;

  return {
    async connect(subscription) {
      const name = nameOf(subscription.id);
      const places = placesOf(settings, name);
      await sqs.send(
        new CreateQueueCommand({
          QueueName: name,
          Attributes: {
            SqsManagedSseEnabled: 'true',
            MessageRetentionPeriod: String(14 * 24 * 60 * 60),
            Policy: JSON.stringify(deadLettersPolicy(places)),
          },
        }),
      );
      const trust = JSON.stringify(trustPolicy(settings, places));
      await unless(
        'EntityAlreadyExistsException',
        iam.send(
          new CreateRoleCommand({
            RoleName: name,
            Path: `/${prefix}/`,
            AssumeRolePolicyDocument: trust,
            PermissionsBoundary: settings.boundary,
            Description: `Puts events of Signet on ${subscription.bus}.`,
          }),
        ),
      );
      const PolicyDocument = JSON.stringify(rolePolicy(subscription.bus));
      await iam.send(new PutRolePolicyCommand({ RoleName: name, PolicyName: POLICY, PolicyDocument }));
      const EventPattern = JSON.stringify(rulePattern(subscription));
      await events.send(new PutRuleCommand({ ...rule, Name: name, EventPattern, Description: subscription.tenant }));
      const target = {
        Id: TARGET,
        Arn: subscription.bus,
        RoleArn: places.role,
        DeadLetterConfig: { Arn: places.letters },
      };
      const { FailedEntries = [] } = await events.send(
        new PutTargetsCommand({ ...rule, Rule: name, Targets: [target] }),
      );
      const [failed] = FailedEntries;
      if (failed) throw new Error(`${subscription.bus} is no target: ${failed.ErrorCode} ${failed.ErrorMessage}`);
    },
    async disconnect(id) {
      const name = nameOf(id);
      await unless(
        'ResourceNotFoundException',
        events.send(new RemoveTargetsCommand({ ...rule, Rule: name, Ids: [TARGET] })),
      );
      await unless('ResourceNotFoundException', events.send(new DeleteRuleCommand({ ...rule, Name: name })));
      await unless(
        'NoSuchEntityException',
        iam.send(new DeleteRolePolicyCommand({ RoleName: name, PolicyName: POLICY })),
      );
      await unless('NoSuchEntityException', iam.send(new DeleteRoleCommand({ RoleName: name })));
      const url = await unless('QueueDoesNotExist', sqs.send(new GetQueueUrlCommand({ QueueName: name })));
      if (url) await sqs.send(new DeleteQueueCommand({ QueueUrl: url.QueueUrl }));
    },
  };
}

/** What belongs to a subscription, by its ARN. */
const placesOf = ({ partition, region, account, bus, prefix }: SubscriberSettings, name: string) => ({
  rule: `arn:${partition}:events:${region}:${account}:rule/${bus}/${name}`,
  role: `arn:${partition}:iam::${account}:role/${prefix}/${name}`,
  letters: `arn:${partition}:sqs:${region}:${account}:${name}`,
});

/** What somebody did before is done. */
async function unless<T>(expected: string, work: Promise<T>): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Error && error.name === expected) return undefined;
    throw error;
  }
}
