/** A table in Markdown. Cells may hold Markdown, but no line breaks. */
export const table = (head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...rows]
    .map((cells) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`)
    .join('\n');

/** What tells a reader that a page is made, and how. */
export const GENERATED = '<!-- Made from the contract by `npm run docs`: change that, not this. -->';
