type Node = string | number | boolean | undefined | Tree | readonly Tree[];
interface Tree {
  readonly [name: string]: Node;
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#13;',
};

const escaped = (text: string): string => text.replace(/[&<>"\r]/g, (char) => ENTITIES[char] ?? char);

/** A document: an array repeats its element, and what is undefined is left out. */
export const xml = (tree: Tree): string => `<?xml version="1.0" encoding="UTF-8"?>\n${elements(tree)}`;

const elements = (tree: Tree): string =>
  Object.entries(tree)
    .flatMap(([name, node]) => [node].flat().map((one) => element(name, one)))
    .join('');

function element(name: string, node: Exclude<Node, readonly Tree[]>): string {
  if (node === undefined) return '';
  return `<${name}>${typeof node === 'object' ? elements(node) : escaped(String(node))}</${name}>`;
}

/** The contents of each element of a name. Searched, not matched: no document can make it slow. */
export function contents(document: string, name: string): string[] {
  return document
    .split(`<${name}>`)
    .slice(1)
    .map((rest) => rest.slice(0, Math.max(0, rest.indexOf(`</${name}>`))));
}

/** The text of the first element of a name. */
export const text = (document: string, name: string): string | undefined =>
  contents(document, name)[0]
    ?.replace(/&(quot|#34|#x22);/g, '"')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
    .trim();
