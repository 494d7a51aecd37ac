import type { DynamoDBRecord } from 'aws-lambda';
import type { Reaction } from '../contract/reaction.ts';
import { type ReactionName, reactions } from '../contract/reactions.ts';
import type { Occasion } from '../domain/change.ts';
import { selfAs } from '../domain/principal.ts';
import type { Services } from '../http/services.ts';
import { kebabCase } from '../kebab-case.ts';
import type { Store } from '../store/store.ts';
import type { Message } from './ports.ts';

/** What a reaction works with: the registry itself as who acts, when, and the world as far as it needs it. */
export interface ReactionContext extends Occasion {
  readonly store: Store;
  readonly services: Services;
}

/** A reaction with the code that reacts. */
export type Reactor = { readonly name: ReactionName; readonly reaction: Reaction } & (
  | { readonly kind: 'stream'; readonly react: StreamReaction }
  | { readonly kind: 'queue'; readonly react: (message: Message, context: ReactionContext) => Promise<void> }
  | { readonly kind: 'schedule'; readonly react: (context: ReactionContext) => Promise<void> }
);

/**
 * Takes changes of the table in their order, and answers the first that it could not deal with: that one and all behind
 * it come again.
 */
export type StreamReaction = (
  records: readonly DynamoDBRecord[],
  context: ReactionContext,
) => Promise<DynamoDBRecord | undefined>;

type Named<Cause> = {
  [Name in ReactionName]: (typeof reactions)[Name]['cause'] extends Cause ? Name : never;
}[ReactionName];

/** A reaction to what is written to the table. */
export const streamed = (name: Named<{ stream: unknown }>, react: StreamReaction): Reactor => ({
  kind: 'stream',
  name,
  reaction: reactions[name],
  react,
});

/** A reaction to each message of its queue, whose body is an event where the bus sent it. A message that throws comes again. */
export const queued = (
  name: Named<{ queue: unknown }>,
  react: (message: Message, context: ReactionContext) => Promise<void>,
): Reactor => ({ kind: 'queue', name, reaction: reactions[name], react });

/** A reaction to the time. When it throws, the next time has to do. */
export const scheduled = (
  name: Named<{ everyMinutes: number }>,
  react: (context: ReactionContext) => Promise<void>,
): Reactor => ({ kind: 'schedule', name, reaction: reactions[name], react });

/** What a reaction works with, now. */
export const reactionContext = ({ name }: Pick<Reactor, 'name'>, services: Services): ReactionContext => ({
  actor: selfAs(kebabCase(name)),
  now: services.now(),
  store: services.store,
  services,
});
