import { type Column, DIMENSIONS_MAX } from './column.ts';
import { isBig, NUMBERS } from './numbers.ts';
import { type Judge, listOf, singleOf } from './value.ts';

/** What is wrong with a cell, as a person reads it. */
export function messageOf(kind: string, column: Column | undefined, value: unknown): string {
  if (kind === 'unexpected') return 'is not in the schema';
  if (!column) return `expected a row, got ${shown(value)}`;
  if (kind === 'shape')
    return `expected the shape [${String(column.shape).replaceAll(',', ', ')}], got ${shapeOf(value)}`;

  const { value: culprit } = culpritIn(value, singleOf(column), column.shape?.length) ?? { value };
  return `expected ${expectedOf(kind, column, culprit)}, got ${shown(culprit)}`;
}

function expectedOf(kind: string, column: Column, culprit: unknown): string {
  const { type, min, max, values = [] } = column;
  if (kind === 'value') return oneOf(values.map(shown));
  if (kind !== 'range') return type + reachOf(column, culprit);
  if (max === undefined) return `${min} or more`;
  return min === undefined ? `at most ${max}` : `${min} to ${max}`;
}

/** Why a number is none of a type that has numbers. */
function reachOf({ type }: Column, culprit: unknown): string {
  const [least, greatest] = NUMBERS[type] ?? [];
  if (least === undefined || !Number.isInteger(culprit)) return '';
  return isBig(type) && !Number.isSafeInteger(culprit) ? ', beyond 2^53 as a text' : ` of ${least} to ${greatest}`;
}

const TOLD_MAX = 5;

function oneOf(texts: readonly string[]): string {
  if (texts.length > TOLD_MAX) return `one of ${texts.length} values such as ${texts[0]}`;
  return [texts.slice(0, -1).join(', '), ...texts.slice(-1)].filter(Boolean).join(' or ');
}

/** The first single value in a cell that is at fault; no deeper than the column has dimensions. */
function culpritIn(value: unknown, judge: Judge, depth = 0): { readonly value: unknown } | undefined {
  const list = depth > 0 ? listOf(value) : undefined;
  if (!list) return judge(value) ? { value } : undefined;
  for (let at = 0; at < list.length; at += 1) {
    const culprit = culpritIn(list[at], judge, depth - 1);
    if (culprit) return culprit;
  }
  return undefined;
}

const CHARACTERS_MAX = 40;

/** A value on one line, cut where it is long. */
function shown(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'no time' : value.toISOString();
  if (listOf(value)) return 'a list';
  if (typeof value === 'object' && value !== null) return 'an object';
  const text = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return text.length > CHARACTERS_MAX ? `${text.slice(0, CHARACTERS_MAX).toWellFormed()}…` : text;
}

/** The shape of a value, as its first items have it. */
function shapeOf(value: unknown): string {
  const lengths: number[] = [];
  let list = listOf(value);
  for (; list && lengths.length < DIMENSIONS_MAX; list = listOf(list[0])) lengths.push(list.length);
  return lengths.length > 0 ? `[${lengths.join(', ')}${list ? ', …' : ''}]` : shown(value);
}
