import type { Failure } from '../../errors.ts';
import { refusalOf } from '../refusal.ts';

/** What results are ordered by. */
export type OrderKey = 'name' | 'number' | 'createdAt' | 'updatedAt';

export interface Order {
  readonly key: OrderKey;
  readonly descending: boolean;
}

/** What an order looks at. */
export type Ranked = { readonly [K in OrderKey]: string | number };

interface Orders {
  /** What clients call the keys. */
  readonly keys: Readonly<Record<string, OrderKey>>;
  readonly unless: readonly Order[];
  /** What decides between equals, where it is not asked for. */
  readonly ties: readonly Order[];
  readonly unknown: (key: string) => string;
}

const byName: Order = { key: 'name', descending: false };

export const MODEL_ORDERS: Orders = {
  keys: { name: 'name', timestamp: 'updatedAt', last_updated_timestamp: 'updatedAt' },
  unless: [byName],
  ties: [byName],
  unknown: (key) =>
    `Invalid order by key '${key}' specified. Valid keys are {'name', 'timestamp', 'last_updated_timestamp'}`,
};

export const VERSION_ORDERS: Orders = {
  keys: {
    name: 'name',
    version_number: 'number',
    creation_timestamp: 'createdAt',
    last_updated_timestamp: 'updatedAt',
  },
  unless: [{ key: 'updatedAt', descending: true }],
  ties: [byName, { key: 'number', descending: true }],
  unknown: (key) =>
    `Invalid attribute key '${key}' specified. Valid keys are '{'name', 'version_number', 'creation_timestamp', 'last_updated_timestamp'}'`,
};

const refused = (message: string): Failure => refusalOf('order_by', message);

/**
 * The order that is asked for, to the last tie.
 * @throws Failure `request.invalid`, in MLflow's words
 */
export function ordersOf(clauses: readonly string[], { keys, unless, ties, unknown }: Orders): [Order, ...Order[]] {
  const asked = clauses.map((clause) => {
    const [, spelled, direction] = /^\s*(\S+)(?:\s+(asc|desc))?\s*$/i.exec(clause) ?? [];
    if (spelled === undefined) throw refused(`Invalid order_by clause '${clause}'. Could not be parsed.`);
    const name = spelled.replace(/^attributes?\./, '').replace(/^(["`])(.*)\1$/, '$2');
    const key = Object.hasOwn(keys, name) ? keys[name] : undefined;
    if (key === undefined) throw refused(unknown(name));
    return { key, descending: direction?.toLowerCase() === 'desc' };
  });
  const twice = asked.filter(({ key }, at) => asked.findIndex((one) => one.key === key) !== at);
  if (twice.length > 0) {
    throw refused(`\`order_by\` contains duplicate fields: [${clauses.map((one) => `'${one}'`).join(', ')}]`);
  }
  const orders = asked.length > 0 ? asked : unless;
  const all = [...orders, ...ties.filter(({ key }) => !orders.some((one) => one.key === key))];
  return all as [Order, ...Order[]];
}

/** Which of two comes first: below zero for the first. Texts are compared as the store does, byte by byte. */
export function ranking(orders: readonly Order[]): (one: Ranked, other: Ranked) => number {
  return (one, other) => {
    for (const { key, descending } of orders) {
      const order = compare(one[key], other[key]);
      if (order !== 0) return descending ? -order : order;
    }
    return 0;
  };
}

function compare(one: string | number, other: string | number): number {
  if (one === other) return 0;
  if (typeof one === 'number' || typeof other === 'number') return one < other ? -1 : 1;
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}
