import { LRUCache } from 'lru-cache';
import { frozen } from '../frozen.ts';
import type { Item } from './table.ts';

/** Of so many items that were read lately the text is not read again. An item has about 1 KB. */
const ITEMS_MAX = 5_000;

/** Reads items from their texts, which is most of the work of a query. What it gives is shared, and therefore frozen. */
export function bodyReader(): (body: string) => Item {
  const recent = new LRUCache<string, Item>({ max: ITEMS_MAX });
  return (body) => {
    const known = recent.get(body);
    if (known) return known;
    const item = frozen(JSON.parse(body) as Item);
    recent.set(body, item);
    return item;
  };
}
