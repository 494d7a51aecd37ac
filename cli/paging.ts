interface Page<Item> {
  readonly items: readonly Item[];
  readonly cursor?: string | undefined;
}

/** Where a page begins: nothing for the first one. */
export interface From {
  readonly cursor?: string;
}

type PageFrom<Item> = (from: From) => Promise<Page<Item>>;

/** The items of all pages, one page after the other, each asked for when it is needed. */
export async function* itemByItem<Item>(pageFrom: PageFrom<Item>): AsyncGenerator<Item> {
  let from: From | undefined = {};
  while (from) {
    const page: Page<Item> = await pageFrom(from);
    yield* page.items;
    from = page.cursor === undefined ? undefined : { cursor: page.cursor };
  }
}

/** The items of all pages. */
export const everyItem = <Item>(pageFrom: PageFrom<Item>): Promise<Item[]> => Array.fromAsync(itemByItem(pageFrom));
