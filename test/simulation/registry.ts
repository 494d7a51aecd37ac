import type { DynamoDBRecord } from 'aws-lambda';
import { onDeliverWebhook } from '../../functions/on-deliver-webhook.ts';
import { onDispatchWebhooks } from '../../functions/on-dispatch-webhooks.ts';
import { onPublishEvents } from '../../functions/on-publish-events.ts';
import { onRetryDeliveries } from '../../functions/on-retry-deliveries.ts';
import { onSweepOutbox } from '../../functions/on-sweep-outbox.ts';
import type { QueueName } from '../../shared/contract/reactions.ts';
import type { Message } from '../../shared/reactions/ports.ts';
import { reactToMessages, reactToRecords, reactToTime } from '../../shared/reactions/react.ts';
import type { Reactor } from '../../shared/reactions/reaction.ts';
import { aLife, type Life } from './schedule.ts';
import type { World } from './world.ts';

/** The publisher, in one invocation. */
export const publishes = (world: World, records: readonly DynamoDBRecord[], life: Life) =>
  reactToRecords(ofKind('stream', onPublishEvents), records, world.servicesOf(life));

const WORKERS: { readonly [Name in QueueName]?: Reactor } = { onDispatchWebhooks, onDeliverWebhook };

/** Whoever takes messages of a queue, in one invocation. Whether this one is done. */
export async function works(world: World, queue: QueueName, message: Message, life: Life): Promise<boolean> {
  const reactor = WORKERS[queue];
  if (!reactor) throw new Error(`Nobody takes the messages of ${queue} here.`);
  const failed = await reactToMessages(ofKind('queue', reactor), [message], world.servicesOf(life));
  return failed.length === 0;
}

/** What runs on a schedule, and when there is nothing for it to do: then its time comes and goes. */
export interface Scheduled {
  readonly reactor: Reactor;
  readonly isIdle: () => boolean;
}

export const sweep = (isIdle: () => boolean): Scheduled => ({ reactor: onSweepOutbox, isIdle });

export const retries = (isIdle: () => boolean): Scheduled => ({ reactor: onRetryDeliveries, isIdle });

/** Calls a reaction when it is its time, for ever. It may die or throw: then the next time has to do. */
export async function runOnSchedule(world: World, { reactor, isIdle }: Scheduled): Promise<void> {
  const { cause } = reactor.reaction;
  const everyMs = 'everyMinutes' in cause ? cause.everyMinutes * 60_000 : 0;
  const clock = aLife(`the schedule of ${reactor.name}`);
  for (;;) {
    await world.schedule.turn(clock, 'strikes', everyMs, () => undefined);
    if (isIdle()) continue;
    const life = aLife(reactor.name);
    const run = reactToTime(ofKind('schedule', reactor), world.servicesOf(life)).catch(() => undefined);
    await Promise.race([run, life.over]);
  }
}

function ofKind<Kind extends Reactor['kind']>(kind: Kind, reactor: Reactor): Extract<Reactor, { kind: Kind }> {
  if (reactor.kind !== kind) throw new TypeError(`${reactor.name} is no reaction to a ${kind}.`);
  return reactor as Extract<Reactor, { kind: Kind }>;
}
