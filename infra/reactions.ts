import { Duration } from 'aws-cdk-lib';
import { type EventPattern, Match, Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction as LambdaTarget, SqsQueue } from 'aws-cdk-lib/aws-events-targets';
import { FilterCriteria, FilterRule, StartingPosition } from 'aws-cdk-lib/aws-lambda';
import { DynamoEventSource, SqsDlq, SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources';
import { Construct } from 'constructs';
import type { Reaction } from '../shared/contract/reaction.ts';
import { type QueueName, type ReactionName, reactionRows } from '../shared/contract/reactions.ts';
import { SOURCE } from '../shared/domain/event.ts';
import type { Bundles } from './bundles.ts';
import { constructId } from './construct-id.ts';
import { RegistryFunction, type Surroundings } from './registry-function.ts';

export interface ReactionsProps extends Surroundings {
  readonly bundles: Bundles;
}

/** One Lambda for each row of the table of reactions, and what calls it. */
export class Reactions extends Construct {
  readonly functions: Readonly<Record<ReactionName, RegistryFunction>>;

  constructor(scope: Construct, id: string, { bundles, ...surroundings }: ReactionsProps) {
    super(scope, id);

    this.functions = Object.fromEntries(
      reactionRows.map(([name, row]) => {
        const made = new RegistryFunction(this, constructId(name), { ...surroundings, row, bundle: bundles[name] });
        cause(this, name, row, made, surroundings);
        return [name, made];
      }),
    ) as Record<ReactionName, RegistryFunction>;
    const { role } = this.functions.onSignCheckpoint;
    if (role) surroundings.storage.checkpoints.signedBy(role);
  }
}

function cause(scope: Construct, name: ReactionName, { cause }: Reaction, made: RegistryFunction, world: Surroundings) {
  if ('stream' in cause) return fromStream(made, world);
  if ('queue' in cause) return fromQueue(scope, name as QueueName, cause.queue, made, world);
  const { letters } = world.messaging;
  return new Rule(scope, `${constructId(name)}Schedule`, {
    description: `Calls ${name}.`,
    schedule: Schedule.rate(Duration.minutes(cause.everyMinutes)),
    targets: [new LambdaTarget(made, { deadLetterQueue: letters, retryAttempts: 2, maxEventAge: Duration.minutes(5) })],
  });
}

/** How many changes a function takes at once. */
const BATCH = 100;

/**
 * What is written to the table: new events alone. A change that makes the function throw is found by halves, tried ten
 * times and then named in the dead letters; its event is in the outbox still, for the sweep.
 *
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-params.html
 */
function fromStream(made: RegistryFunction, { storage, messaging }: Surroundings): void {
  // A table that was restored has no stream until somebody gives it one. The sweep of the outbox does without.
  if (!storage.streamed) return;
  const isEvent = {
    eventName: FilterRule.isEqual('INSERT'),
    dynamodb: { NewImage: { kind: { S: FilterRule.isEqual('event') } } },
  };
  made.addEventSource(
    new DynamoEventSource(storage.streamed, {
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: BATCH,
      bisectBatchOnError: true,
      reportBatchItemFailures: true,
      retryAttempts: 10,
      parallelizationFactor: 2,
      filters: [FilterCriteria.filter(isEvent)],
      onFailure: new SqsDlq(messaging.letters),
    }),
  );
}

function fromQueue(
  scope: Construct,
  name: QueueName,
  { events }: Extract<Reaction['cause'], { queue: unknown }>['queue'],
  made: RegistryFunction,
  { messaging }: Surroundings,
): void {
  const queue = messaging.queues[name];
  made.addEventSource(new SqsEventSource(queue, { batchSize: 10, reportBatchItemFailures: true }));
  if (events === undefined) return;
  const eventPattern: EventPattern = { source: [SOURCE], detailType: events === 'all' ? Match.exists() : [...events] };
  new Rule(scope, `${constructId(name)}Rule`, {
    description: `Puts events into the queue of ${name}.`,
    eventBus: messaging.bus,
    eventPattern,
    targets: [
      new SqsQueue(queue, {
        message: RuleTargetInput.fromEventPath('$.detail'),
        deadLetterQueue: messaging.letters,
      }),
    ],
  });
}
