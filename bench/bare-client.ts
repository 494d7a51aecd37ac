import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';

/** What every function on DynamoDB has to load. As functions do, it makes the client when it is first called. */
export const handler = () => DynamoDBDocumentClient.from(new DynamoDBClient({}));
