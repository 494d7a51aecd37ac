import { SendMessageBatchCommand, SendMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import * as z from 'zod/mini';
import type { Letters, Outgoing, Queues } from '../reactions/ports.ts';

/** How many messages SQS takes at once. */
const ENTRIES_MAX = 10;

/**
 * Queues on SQS. The group of a message makes a standard queue fair: whoever has many waiting does not hold up the others.
 *
 * Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-fair-queues.html
 */
export function sqsQueues(client: SQSClient, urls: string): Queues {
  const urlOf = z.record(z.string(), z.string()).parse(JSON.parse(urls));
  return {
    async send(queue, messages) {
      for (let at = 0; at < messages.length; at += ENTRIES_MAX) {
        const Entries = messages.slice(at, at + ENTRIES_MAX).map(entryOf);
        const { Failed = [] } = await client.send(new SendMessageBatchCommand({ QueueUrl: urlOf[queue], Entries }));
        const [failed] = Failed;
        if (failed)
          throw new Error(`${queue} did not take ${Failed.length} messages: ${failed.Code} ${failed.Message}`);
      }
    },
  };
}

const entryOf = ({ body, group, delaySeconds }: Outgoing, place: number) => ({
  Id: String(place),
  MessageBody: JSON.stringify(body),
  ...(group !== undefined && { MessageGroupId: group }),
  ...(delaySeconds !== undefined && { DelaySeconds: Math.ceil(delaySeconds) }),
});

/** Dead letters on SQS, beside the messages that were tried too often. */
export const sqsLetters = (client: SQSClient, url: string): Letters => ({
  async put(letter) {
    await client.send(new SendMessageCommand({ QueueUrl: url, MessageBody: JSON.stringify(letter) }));
  },
});

export const sqsClient = (region: string) => new SQSClient({ region });
