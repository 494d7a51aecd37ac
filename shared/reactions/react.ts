import type { DynamoDBRecord } from 'aws-lambda';
import type { Services } from '../http/services.ts';
import type { Message } from './ports.ts';
import { type Reactor, reactionContext } from './reaction.ts';

type Of<Kind extends Reactor['kind']> = Extract<Reactor, { kind: Kind }>;

/** Reacts to each message, all at once. Answers those that have to come again. */
export async function reactToMessages(
  reactor: Of<'queue'>,
  messages: readonly Message[],
  services: Services,
): Promise<readonly Message[]> {
  const outcomes = await Promise.all(
    messages.map(async (message) => {
      try {
        await reactor.react(message, reactionContext(reactor, services));
        return [];
      } catch (error) {
        services.log({ code: 'reaction.failed', reaction: reactor.name, attempt: message.attempt, error });
        return [message];
      }
    }),
  );
  return outcomes.flat();
}

/** Reacts to changes. Answers the first of those that have to come again. */
export const reactToRecords = (
  reactor: Of<'stream'>,
  records: readonly DynamoDBRecord[],
  services: Services,
): Promise<DynamoDBRecord | undefined> => reactor.react(records, reactionContext(reactor, services));

/** Reacts to the time. @throws what the reaction throws */
export const reactToTime = (reactor: Of<'schedule'>, services: Services): Promise<void> =>
  reactor.react(reactionContext(reactor, services));
