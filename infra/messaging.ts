import { Duration } from 'aws-cdk-lib';
import { EventBus } from 'aws-cdk-lib/aws-events';
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { type Reaction, reactionSeconds, TRIES_MAX } from '../shared/contract/reaction.ts';
import { type QueueName, queueRows, reactions } from '../shared/contract/reactions.ts';
import { SOURCE } from '../shared/domain/event.ts';
import type { Config } from './config/config.ts';
import { constructId } from './construct-id.ts';

/**
 * How long a message is not seen that a function has taken, and so when one that failed is tried again: six times what the
 * function has, so that a message which is throttled for a while is not taken for dead.
 */
export const hiddenSeconds = (name: QueueName): number => 6 * reactionSeconds(reactions[name] as Reaction);

/** How events travel: the bus, a queue for each reaction that has one, and a last one for what nobody could deal with. */
export class Messaging extends Construct {
  readonly bus: EventBus;
  readonly queues: Readonly<Record<QueueName, Queue>>;
  /** Dead letters of every reaction and every rule. */
  readonly letters: Queue;

  constructor(scope: Construct, id: string, { isEmulated }: Pick<Config, 'isEmulated'>) {
    super(scope, id);

    // A policy of a queue that demands TLS is one that an emulator on http cannot meet.
    const settings = { encryption: QueueEncryption.SQS_MANAGED, ...(!isEmulated && { enforceSSL: true }) };
    this.bus = new EventBus(this, 'Bus', { description: 'Signet tells here what happens in the registry.' });
    // Kept for a year, so that a subscriber who comes late, or lost something, can have it replayed.
    if (!isEmulated) this.bus.archive('Archive', { eventPattern: { source: [SOURCE] }, retention: Duration.days(365) });
    this.letters = new Queue(this, 'Letters', { ...settings, retentionPeriod: Duration.days(14) });
    this.queues = Object.fromEntries(
      queueRows.map(([name]) => [
        name,
        new Queue(this, constructId(name), {
          ...settings,
          visibilityTimeout: Duration.seconds(hiddenSeconds(name)),
          retentionPeriod: Duration.days(14),
          deadLetterQueue: { queue: this.letters, maxReceiveCount: TRIES_MAX },
        }),
      ]),
    ) as Record<QueueName, Queue>;
  }

  /** @throws RangeError where a row names a queue that no reaction has */
  queueOf(name: string): Queue {
    const queue = this.queues[name as QueueName];
    if (!queue) throw new RangeError(`There is no queue of ${name}.`);
    return queue;
  }
}
