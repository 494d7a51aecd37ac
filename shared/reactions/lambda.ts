import type { DynamoDBStreamEvent, SQSBatchResponse, SQSEvent } from 'aws-lambda';
import { awsServices } from '../aws/services.ts';
import { reactToMessages, reactToRecords, reactToTime } from './react.ts';
import type { Reactor } from './reaction.ts';

type Handler = (event: never) => Promise<SQSBatchResponse | undefined>;

/**
 * The handler that Lambda calls for a reaction. Of a batch it answers what has to come again.
 *
 * Source: https://docs.aws.amazon.com/lambda/latest/dg/services-ddb-batchfailurereporting.html
 */
export function lambdaReaction(reactor: Reactor): Handler {
  switch (reactor.kind) {
    case 'stream':
      return async ({ Records }: DynamoDBStreamEvent) => {
        const failed = await reactToRecords(reactor, Records, await awsServices());
        return failures(failed?.dynamodb?.SequenceNumber);
      };
    case 'queue':
      return async ({ Records }: SQSEvent) => {
        const messages = Records.map(({ messageId, body, attributes }) => ({
          id: messageId,
          body: JSON.parse(body),
          attempt: Number(attributes.ApproximateReceiveCount),
        }));
        const failed = await reactToMessages(reactor, messages, await awsServices());
        return failures(...failed.map(({ id }) => id));
      };
    case 'schedule':
      return async () => {
        await reactToTime(reactor, await awsServices());
        return undefined;
      };
  }
}

const failures = (...ids: readonly (string | undefined)[]): SQSBatchResponse => ({
  batchItemFailures: ids.flatMap((itemIdentifier) => (itemIdentifier === undefined ? [] : [{ itemIdentifier }])),
});
