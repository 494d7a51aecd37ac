interface Page<Item> {
  readonly items: readonly Item[];
  readonly cursor?: string | undefined;
}

/** Where a page begins: nothing for the first one. */
export interface From {
  readonly cursor?: string;
}

/** The items of all pages, one page after the other. */
export async function everyItem<Item>(
  pageFrom: (from: From) => Promise<Page<Item>>,
  first: From = {},
): Promise<Item[]> {
  const items: Item[] = [];
  let from: From | undefined = first;
  while (from) {
    const page: Page<Item> = await pageFrom(from);
    items.push(...page.items);
    from = page.cursor === undefined ? undefined : { cursor: page.cursor };
  }
  return items;
}
