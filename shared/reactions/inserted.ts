import type { DynamoDBRecord } from 'aws-lambda';
import { Event } from '../domain/event.ts';
import { fromAttributes } from '../store/dynamo-item.ts';

/** The event that was written by a change of the table, `undefined` for any other change. Of corrupt data, why it is none. */
export function insertedEvent({ eventName, dynamodb }: DynamoDBRecord): Event | Error | undefined {
  const image = eventName === 'INSERT' ? dynamodb?.NewImage : undefined;
  if (image?.['kind']?.S !== 'event') return undefined;
  try {
    return Event.parse(fromAttributes(image as Image));
  } catch (error) {
    return error instanceof Error ? error : new TypeError('not an event', { cause: error });
  }
}

/** The SDK and the events of Lambda differ in how they write bytes, of which items have none. */
type Image = Parameters<typeof fromAttributes>[0];
