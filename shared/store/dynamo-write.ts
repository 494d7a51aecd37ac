import type { TransactWriteItem } from '@aws-sdk/client-dynamodb';
import { type Attributes, bytesOf, toAttribute, toAttributes } from './dynamo-item.ts';
import type { Condition, Item, Key, Write } from './table.ts';
import { checkItemKeys, checkSize, checkSizes, checkTransaction } from './table-limits.ts';

/** @throws {RangeError} when these cannot be the writes of one transaction */
export function transactItems(tableName: string, writes: readonly Write[]): TransactWriteItem[] {
  checkTransaction(writes);
  const items = writes.map((write) => transactItem(tableName, write));
  checkSizes(items.map(({ Put }) => (Put?.Item ? bytesOf(Put.Item) : 0)));
  return items;
}

function transactItem(TableName: string, write: Write): TransactWriteItem {
  if ('put' in write)
    return { Put: { TableName, Item: toAttributes(write.put), ...(write.if && conditionOf(write.if)) } };
  if ('remove' in write)
    return { Delete: { TableName, Key: keyOf(write.remove), ...(write.if && conditionOf(write.if)) } };
  return { ConditionCheck: { TableName, Key: keyOf(write.check), ...conditionOf(write.if) } };
}

function conditionOf(condition: Condition) {
  if ('absent' in condition) return { ConditionExpression: 'attribute_not_exists(pk)' };

  const equals = Object.entries(condition.equals);
  if (equals.length === 0) return { ConditionExpression: 'attribute_exists(pk)' };
  return {
    ConditionExpression: equals.map((_, index) => `#${index} = :${index}`).join(' AND '),
    ExpressionAttributeNames: Object.fromEntries(equals.map(([name], index) => [`#${index}`, name])),
    ExpressionAttributeValues: Object.fromEntries(equals.map(([, value], index) => [`:${index}`, toAttribute(value)])),
  };
}

/** @throws {RangeError} when the item cannot be stored */
export function putAttributes(item: Item): Attributes {
  checkItemKeys(item);
  const attributes = toAttributes(item);
  checkSize(bytesOf(attributes));
  return attributes;
}

export const keyOf = ({ pk, sk }: Key) => ({ pk: { S: pk }, sk: { S: sk } });
