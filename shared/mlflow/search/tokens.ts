/** A piece of a filter: a name or keyword, a text in quotes, a number, a list in parentheses, an operator, or the end. */
export interface Token {
  readonly kind: 'word' | 'quoted' | 'number' | 'list' | 'operator' | 'end' | 'other';
  readonly text: string;
}

const TOKENS: readonly (readonly [Token['kind'], RegExp])[] = [
  ['end', /;\s*/y],
  ['operator', /!=|<>|<=|>=|=|<|>/y],
  ['list', /\((?:'[^']*'|"[^"]*"|[^)'"])*\)/y],
  ['number', /[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?(?![\w])/iy],
  // A name, or several that dots join, each of which may be in backticks or in double quotes.
  ['word', /(?:[\p{L}_@#][\p{L}\p{N}_$#]*|`[^`]*`)(?:\s*\.\s*(?:[\p{L}\p{N}_$#]+|`[^`]*`|"[^"]*"))*/uy],
  ['quoted', /'[^']*'|"[^"]*"/y],
  ['other', /\S/y],
];

/** The pieces of a filter, without the space between them. */
export function tokensOf(filter: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;
  while (at < filter.length) {
    const space = /\s+/y;
    space.lastIndex = at;
    if (space.test(filter)) {
      at = space.lastIndex;
      continue;
    }
    const token = tokenAt(filter, at);
    tokens.push(token);
    at += token.text.length;
  }
  return tokens;
}

function tokenAt(filter: string, at: number): Token {
  for (const [kind, pattern] of TOKENS) {
    pattern.lastIndex = at;
    const [text] = pattern.exec(filter) ?? [];
    if (text) return { kind, text };
  }
  return { kind: 'other', text: filter.slice(at) };
}
