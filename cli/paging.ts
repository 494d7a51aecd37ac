interface Page {
  readonly cursor?: string | undefined;
}

/** Where a page begins: nothing for the first one. */
export interface From {
  readonly cursor?: string;
}

type PageFrom<Item> = (from: From) => Promise<Page & { readonly items: readonly Item[] }>;

/** All pages, one after the other, each asked for when it is needed. */
export async function* pageByPage<P extends Page>(pageFrom: (from: From) => Promise<P>): AsyncGenerator<P> {
  let from: From | undefined = {};
  while (from) {
    const page: P = await pageFrom(from);
    yield page;
    from = page.cursor === undefined ? undefined : { cursor: page.cursor };
  }
}

/** The items of all pages, one page after the other. */
export async function* itemByItem<Item>(pageFrom: PageFrom<Item>): AsyncGenerator<Item> {
  for await (const { items } of pageByPage(pageFrom)) yield* items;
}

/** The items of all pages. */
export const everyItem = <Item>(pageFrom: PageFrom<Item>): Promise<Item[]> => Array.fromAsync(itemByItem(pageFrom));
