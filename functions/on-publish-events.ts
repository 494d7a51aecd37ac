import type { DynamoDBRecord } from 'aws-lambda';
import type { Event } from '../shared/domain/event.ts';
import { insertedEvent } from '../shared/reactions/inserted.ts';
import { lambdaReaction } from '../shared/reactions/lambda.ts';
import { publish } from '../shared/reactions/outbox.ts';
import { type ReactionContext, streamed } from '../shared/reactions/reaction.ts';

export const onPublishEvents = streamed('onPublishEvents', async (records, context) => {
  const written: { record: DynamoDBRecord; event: Event }[] = [];
  for (const record of records) {
    const event = insertedEvent(record);
    if (event instanceof Error) await putAside(record, event, context);
    else if (event) written.push({ record, event });
  }
  const waiting = new Set(
    await publish(
      written.map(({ event }) => event),
      context,
    ),
  );
  return written.find(({ event }) => waiting.has(event))?.record;
});

/** What nobody can read must not hold up the rest. */
async function putAside({ dynamodb }: DynamoDBRecord, error: Error, { services }: ReactionContext): Promise<void> {
  const body = JSON.stringify(dynamodb?.NewImage);
  await services.letters.put({ reaction: 'onPublishEvents', body, reason: error.message });
  services.log({ code: 'letter.put', reaction: 'onPublishEvents', error });
}

export const handler = lambdaReaction(onPublishEvents);
