import type { AttributeValue, QueryCommandInput } from '@aws-sdk/client-dynamodb';
import type { Position, Query } from './table.ts';
import { positionNames } from './table-limits.ts';

/** A range that ends before it begins: DynamoDB takes it for an error, and it is only empty. */
export const isEmptyRange = ({ from, to }: Query): boolean =>
  from !== undefined && to !== undefined && Buffer.compare(Buffer.from(from), Buffer.from(to)) > 0;

export function queryInput(tableName: string, query: Query): QueryCommandInput {
  const { index, pk, order, limit, after } = query;
  const [pkName, skName] = index ? [`${index}pk`, `${index}sk`] : ['pk', 'sk'];
  const range = rangeOf(skName, query);
  return {
    TableName: tableName,
    ...(index ? { IndexName: index } : { ConsistentRead: true }),
    KeyConditionExpression: `${pkName} = :pk${range.term}`,
    ExpressionAttributeValues: texts({ ':pk': pk, ...range.values }),
    ScanIndexForward: order !== 'descending',
    // One more than asked for tells whether there is more.
    Limit: limit + 1,
    ...(after && { ExclusiveStartKey: startKey(index, after) }),
  };
}

function rangeOf(sk: string, { from, to, prefix }: Query): { term: string; values: Record<string, string> } {
  if (prefix !== undefined) return { term: ` AND begins_with(${sk}, :prefix)`, values: { ':prefix': prefix } };
  if (from !== undefined && to !== undefined) {
    return { term: ` AND ${sk} BETWEEN :from AND :to`, values: { ':from': from, ':to': to } };
  }
  if (from !== undefined) return { term: ` AND ${sk} >= :from`, values: { ':from': from } };
  if (to !== undefined) return { term: ` AND ${sk} <= :to`, values: { ':to': to } };
  return { term: '', values: {} };
}

const startKey = (index: Query['index'], after: Position): Record<string, AttributeValue> =>
  texts(Object.fromEntries(positionNames(index).map((name) => [name, String(after[name])])));

const texts = (values: Readonly<Record<string, string>>): Record<string, AttributeValue> =>
  Object.fromEntries(Object.entries(values).map(([name, text]) => [name, { S: text }]));
