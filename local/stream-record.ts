import { isDeepStrictEqual } from 'node:util';
import type { DynamoDBRecord, StreamRecord } from 'aws-lambda';
import { bytesOf, toAttributes } from '../shared/store/dynamo-item.ts';
import type { Written } from '../shared/store/sqlite-write.ts';

/** The place of a change in its stream. */
export interface Place {
  readonly sequence: bigint;
  readonly at: Date;
  readonly region: string;
}

/**
 * The change of one item as a Lambda on a DynamoDB stream with new and old images gets it, or nothing where nothing
 * changed.
 *
 * Source: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_streams_Record.html
 */
export function streamRecord({ key, before, after }: Written, { sequence, at, region }: Place): DynamoDBRecord[] {
  if (isDeepStrictEqual(before, after)) return [];
  const images = [...(before ? [toAttributes(before)] : []), ...(after ? [toAttributes(after)] : [])];
  return [
    {
      eventID: sequence.toString(16).padStart(32, '0'),
      eventName: before ? (after ? 'MODIFY' : 'REMOVE') : 'INSERT',
      eventVersion: '1.1',
      eventSource: 'aws:dynamodb',
      awsRegion: region,
      eventSourceARN: `arn:aws:dynamodb:${region}:000000000000:table/signet/stream/local`,
      dynamodb: {
        ApproximateCreationDateTime: Math.floor(at.getTime() / 1000),
        Keys: image({ ...key }),
        ...(after && { NewImage: image(after) }),
        ...(before && { OldImage: image(before) }),
        SequenceNumber: sequence.toString().padStart(21, '0'),
        SizeBytes: [toAttributes({ ...key }), ...images].reduce((sum, attributes) => sum + bytesOf(attributes), 0),
        StreamViewType: 'NEW_AND_OLD_IMAGES',
      },
    },
  ];
}

/** The SDK and the events of Lambda differ in how they write bytes, of which items have none. */
const image = (item: Parameters<typeof toAttributes>[0]) => toAttributes(item) as NonNullable<StreamRecord['NewImage']>;
