import type { Failure } from '../../errors.ts';
import { refusalOf } from '../refusal.ts';
import { type Comparator, comparedWith, type Grammar } from './comparison.ts';
import { type Token, tokensOf } from './tokens.ts';

/** One condition of a filter; all of them have to hold. */
export interface Clause {
  readonly on: { readonly attribute: string } | { readonly tag: string };
  readonly comparator: Comparator;
  readonly value: string | number | readonly string[];
}

const refused = (message: string): Failure => refusalOf('filter', message);

/** What cannot be read, from here to the end. */
const invalidClause = (tokens: readonly Token[]): Failure =>
  refused(`Invalid clause(s) in filter string: '${tokens.map(({ text }) => text).join(' ')}'`);

/**
 * The conditions of a filter, in MLflow's grammar: comparisons that are joined by AND.
 * @throws Failure `request.invalid`, in MLflow's words
 */
export function clausesOf(filter: string, grammar: Grammar): Clause[] {
  const tokens = tokensOf(filter);
  const clauses: Clause[] = [];
  let at = 0;
  while (at < tokens.length) {
    if (tokens[at]?.kind === 'end') {
      if (at === tokens.length - 1) break;
      throw refused(`Search filter contained multiple expression '${filter}'. Provide AND-ed expression list.`);
    }
    const { clause, next } = comparison(tokens, at, grammar);
    clauses.push(clause);
    at = next;
    const and = tokens[at];
    if (and?.kind !== 'word' || and.text.toUpperCase() !== 'AND') {
      if (and && and.kind !== 'end') throw invalidClause(tokens.slice(at));
    } else if (tokens[++at] === undefined) break;
  }
  return clauses;
}

function comparison(tokens: readonly Token[], at: number, grammar: Grammar): { clause: Clause; next: number } {
  const left = tokens[at];
  if (left?.kind !== 'word' && left?.kind !== 'quoted') throw invalidClause(tokens.slice(at));
  const { comparator, next } = comparatorAt(tokens, at + 1, grammar);
  const right = tokens[next];
  if (!right || ['operator', 'end', 'other'].includes(right.kind) || isKeyword(right))
    throw invalidClause(tokens.slice(at));
  const on = subjectOf(left, grammar);
  return { clause: { on, comparator, value: comparedWith(on, comparator, right, grammar) }, next: next + 1 };
}

const isKeyword = ({ kind, text }: Token): boolean => kind === 'word' && /^(true|false|null|and|or|not)$/i.test(text);

const WORDS = ['LIKE', 'ILIKE', 'IN'];

function comparatorAt(
  tokens: readonly Token[],
  at: number,
  { what }: Grammar,
): { comparator: Comparator; next: number } {
  const [first, second] = [tokens[at], tokens[at + 1]].map((token) => token?.text.toUpperCase() ?? '');
  if (first === 'IS') throw refused(`IS NULL / IS NOT NULL is not supported for ${what} search.`);
  if (first === 'NOT' && second && WORDS.includes(second))
    return { comparator: `NOT ${second}` as Comparator, next: at + 2 };
  const isOne = tokens[at]?.kind === 'operator' || WORDS.includes(first ?? '');
  if (!isOne) throw invalidClause(tokens.slice(Math.max(0, at - 1)));
  return { comparator: first as Comparator, next: at + 1 };
}

/** An attribute or a tag, as `key`, `attribute.key`, `tag.key` or `tags.key`. */
function subjectOf({ text }: Token, { attributes }: Grammar): Clause['on'] {
  const [, entity = 'attribute', spelled = ''] = /^(?:([^.`"]*)\.)?(.*)$/s.exec(text) ?? [];
  const key = spelled.replace(/^(["`])(.*)\1$/s, '$2');
  if (entity === 'tag' || entity === 'tags') return { tag: key };
  if (entity !== 'attribute') {
    throw refused(`Invalid entity type '${entity}'. Valid entity types are ('attribute', 'tag', 'tags')`);
  }
  if (Object.hasOwn(attributes, key)) return { attribute: key };
  const valid = Object.keys(attributes).map((one) => `'${one}'`);
  throw refused(`Invalid attribute key '${key}' specified. Valid keys are '{${valid.join(', ')}}'`);
}
