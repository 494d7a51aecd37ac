import type { EventView } from '../event.ts';
import type { Tags } from '../text.ts';

/** The tags that an event says were set, and which were taken away. A long value is in the thing itself alone. */
export function tagsIn({ data }: EventView, now: Tags | undefined) {
  const { tagsSet = [], tagsDeleted = [] } = data as {
    readonly tagsSet?: readonly { readonly key: string; readonly value?: string }[];
    readonly tagsDeleted?: readonly string[];
  };
  return {
    set: tagsSet.map(({ key, value }) => ({ key, value: value ?? now?.[key] ?? '' })),
    deleted: tagsDeleted,
  };
}
