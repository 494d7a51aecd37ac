import type { Failure } from '../../errors.ts';
import { refusalOf } from '../refusal.ts';
import type { Clause } from './filter.ts';
import { type Token, tokensOf } from './tokens.ts';

export type Comparator = '=' | '!=' | '<' | '<=' | '>' | '>=' | 'LIKE' | 'ILIKE' | 'IN' | 'NOT IN';

/** What can be asked of models, or of versions. */
export interface Grammar {
  readonly what: 'registered model' | 'model version';
  readonly attributes: Readonly<Record<string, 'text' | 'number'>>;
  /** Those that can be compared with a list. */
  readonly lists: readonly string[];
}

export const MODELS: Grammar = { what: 'registered model', attributes: { name: 'text' }, lists: ['name'] };

export const VERSIONS: Grammar = {
  what: 'model version',
  attributes: { name: 'text', version_number: 'number', run_id: 'text', source_path: 'text' },
  lists: ['name', 'run_id'],
};

const OF_TAGS: readonly Comparator[] = ['=', '!=', 'LIKE', 'ILIKE'];
const OF_TEXTS: readonly Comparator[] = [...OF_TAGS, 'IN', 'NOT IN'];
const OF_NUMBERS: readonly Comparator[] = ['=', '!=', '<', '<=', '>', '>='];

const refused = (message: string): Failure => refusalOf('filter', message);

/**
 * What something is compared with.
 * @throws Failure `request.invalid` where it cannot be compared so, in MLflow's words
 */
export function comparedWith(
  on: Clause['on'],
  comparator: Comparator,
  token: Token,
  grammar: Grammar,
): Clause['value'] {
  if ('tag' in on) {
    if (token.kind === 'list' || token.kind === 'number') {
      throw refused(`Expected a quoted string value for tag (e.g. 'my-value'). Got value ${token.text}`);
    }
    keepComparator('tag', comparator, OF_TAGS);
    return unquoted(token);
  }
  const { attribute } = on;
  if (grammar.attributes[attribute] === 'number') {
    const value = integerOf(attribute, token);
    keepComparator('attribute', comparator, OF_NUMBERS);
    return value;
  }
  const value = token.kind === 'list' ? listOf(attribute, token, grammar) : textOf(token, grammar);
  const isList = typeof value !== 'string';
  const wantsList = comparator === 'IN' || comparator === 'NOT IN';
  keepComparator(
    'attribute',
    comparator,
    isList === wantsList ? OF_TEXTS : OF_TEXTS.filter((one) => one !== comparator),
  );
  return value;
}

function keepComparator(what: 'tag' | 'attribute', comparator: Comparator, known: readonly Comparator[]): void {
  if (!known.includes(comparator)) throw refused(`Invalid comparator for ${what}: ${comparator}`);
}

function textOf(token: Token, { what }: Grammar): string {
  if (token.kind !== 'number') return unquoted(token);
  throw refused(
    what === 'model version'
      ? "Only the '{'version_number'}' attributes support comparison with numeric values."
      : `Expected a quoted string value or a list of quoted string values for attributes. Got value ${token.text}`,
  );
}

function unquoted({ kind, text }: Token): string {
  if (kind === 'quoted') return text.slice(1, -1);
  throw refused(
    `Parameter value is either not quoted or unidentified quote types used for string value ${text}. ` +
      'Use either single or double quotes.',
  );
}

function integerOf(attribute: string, { kind, text }: Token): number {
  const digits = kind === 'quoted' ? text.slice(1, -1) : text;
  if ((kind === 'quoted' || kind === 'number') && /^[+-]?\d{1,15}$/.test(digits)) return Number(digits);
  throw refused(`Invalid value for numeric attribute '${attribute}': ${digits}`);
}

function listOf(attribute: string, { text }: Token, { lists }: Grammar): string[] {
  if (!lists.includes(attribute)) {
    const all = lists.map((one) => `'${one}'`).join(', ');
    throw refused(`Only [${all}] attributes support comparison with a list of quoted string values.`);
  }
  const while_ = 'While parsing a list in the query,';
  const tokens = tokensOf(text.slice(1, -1));
  if (tokens.length === 0) throw refused(`${while_} expected a non-empty list of string values, but got empty list`);
  if (tokens.some(({ kind, text: one }) => kind !== 'quoted' && one !== ',')) {
    throw refused(
      `${while_} expected string value, punctuation, or whitespace, but got different type in list: ${text}`,
    );
  }
  if (tokens.length % 2 === 0 || tokens.some(({ kind }, at) => (kind === 'quoted') !== (at % 2 === 0))) {
    throw refused(`${while_} expected a list of string values, but got ill-formed list: ${text}`);
  }
  return tokens.filter(({ kind }) => kind === 'quoted').map(unquoted);
}
