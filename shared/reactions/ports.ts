import type { QueueName, ReactionName } from '../contract/reactions.ts';
import type { Event } from '../domain/event.ts';
import type { Subscription } from '../domain/subscription.ts';
import type { Json } from '../store/table.ts';

/** Where events go, for everyone who has to know. */
export interface Bus {
  /** Answers those that the bus did not take: they may be given to it again. What it took, it may have got before. */
  publish(events: readonly Event[]): Promise<readonly Event[]>;
}

/** What waits for reactions. Each message arrives at least once, in any order. */
export interface Queues {
  /** All of them are in the queue when it returns. @throws where some may not be */
  send(queue: QueueName, messages: readonly Outgoing[]): Promise<void>;
}

export interface Outgoing {
  readonly body: Json;
  /** Whose it is, such as a tenant: the messages of one group do not hold up those of others. */
  readonly group?: string;
  /** It is not seen before; 15 minutes at most. */
  readonly delaySeconds?: number;
}

/** What takes the events of a tenant to an event bus of another account. Both may be done any number of times. */
export interface Subscribers {
  connect(subscription: Subscription): Promise<void>;
  disconnect(id: string): Promise<void>;
}

/** What no reaction can do anything with, kept whole for people to look at. */
export interface Letters {
  put(letter: { readonly reaction: ReactionName; readonly body: Json; readonly reason: string }): Promise<void>;
}

/** A message as a reaction gets it. */
export interface Message {
  readonly id: string;
  readonly body: Json;
  /** 1 for the first. */
  readonly attempt: number;
}
