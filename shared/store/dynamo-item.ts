import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Item, Json } from './table.ts';

/**
 * How an item lies in DynamoDB, whose numbers cannot hold every JSON number (1e300, 5e-324) and whose SDK trips over
 * attributes named `__proto__`:
 *
 * - strings, booleans and safe integers at the top are attributes of their own, so that conditions, stream filters and
 *   people in the console can read them;
 * - everything else is one JSON text in the attribute `json`: other numbers, `null`, lists, objects, strings with
 *   half a surrogate pair, and attributes whose names DynamoDB cannot address.
 */
export type Attributes = Record<string, AttributeValue>;

const REST = 'json';
const NAME_BYTES_MAX = 255;
/** Counted for each number: the most that one takes. */
const NUMBER_BYTES = 21;

/** Whether an attribute is one that a condition can name. */
export const isNative = (name: string, value: Json): boolean =>
  isAddressable(name) && (typeof value === 'boolean' || Number.isSafeInteger(value) || isText(value));

const isAddressable = (name: string): boolean =>
  name !== '' &&
  name !== REST &&
  name !== '__proto__' &&
  name.isWellFormed() &&
  (name.length * 3 <= NAME_BYTES_MAX || Buffer.byteLength(name) <= NAME_BYTES_MAX);

const isText = (value: Json): boolean => typeof value === 'string' && value.isWellFormed();

export function toAttributes(item: Item): Attributes {
  const attributes: Attributes = {};
  const rest: [string, Json][] = [];
  for (const [name, value] of Object.entries(item)) {
    if (value === undefined) continue;
    if (isNative(name, value)) attributes[name] = toAttribute(value);
    else rest.push([name, value]);
  }
  // `fromEntries` makes `__proto__` an attribute like any other; an assignment would not.
  if (rest.length > 0) attributes[REST] = { S: JSON.stringify(Object.fromEntries(rest)) };
  return attributes;
}

/** One native value. */
export function toAttribute(value: Json): AttributeValue {
  if (typeof value === 'string') return { S: value };
  if (typeof value === 'boolean') return { BOOL: value };
  return { N: String(value) };
}

export function fromAttributes({ [REST]: rest, ...attributes }: Attributes): Item {
  const native = Object.entries(attributes).map(([name, value]) => [name, fromAttribute(value)]);
  return { ...Object.fromEntries(native), ...(rest?.S === undefined ? {} : JSON.parse(rest.S)) };
}

function fromAttribute({ S, N, BOOL }: AttributeValue): string | number | boolean {
  const value = S ?? BOOL ?? (N === undefined ? undefined : Number(N));
  if (value === undefined) throw new TypeError('expected a string, a number or a boolean in each attribute but `json`');
  return value;
}

/** What DynamoDB counts of an item towards its limits, or a little more. */
export const bytesOf = (attributes: Attributes): number =>
  Object.entries(attributes).reduce((sum, [name, value]) => sum + Buffer.byteLength(name) + valueBytes(value), 0);

const valueBytes = ({ S, BOOL }: AttributeValue): number => {
  if (S !== undefined) return Buffer.byteLength(S);
  return BOOL === undefined ? NUMBER_BYTES : 1;
};
