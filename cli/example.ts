import type { Operation } from '../shared/contract/operation.ts';
import type { OperationName } from '../shared/contract/operations.ts';
import { kebabCase } from '../shared/kebab-case.ts';
import { type Field, singular } from './fields.ts';

/** The example of a row as it is typed. */
export function exampleOf(name: OperationName, { example }: Operation, fields: readonly Field[]): string {
  const input = example.input as Readonly<Record<string, unknown>>;
  const words = fields.flatMap((field) => {
    const value = input[field.name];
    return value === undefined || isDefault(field, value) ? [] : typed(field, value);
  });
  return ['signet', kebabCase(name), ...words].join(' ');
}

const isDefault = (field: Field, value: unknown): boolean => JSON.stringify(value) === JSON.stringify(field.default);

function typed(field: Field, value: unknown): string[] {
  const { spelled, kind, positional } = field;
  if (positional) return [quoted(String(value))];
  switch (kind) {
    case 'flag':
      return [value === true ? `--${spelled}` : `--no-${spelled}`];
    case 'record':
      return Object.entries(value as object).map(([name, inner]) => {
        const entry = inner === null ? name : `${name}=${inner}`;
        return `--${singular(spelled)} ${quoted(entry)}`;
      });
    case 'list':
      return (value as (object | string)[]).map((item) => `--${spelled} ${quoted(itemTyped(item))}`);
    case 'json':
      return [`--${spelled} ${quoted(JSON.stringify(value))}`];
    case 'text':
    case 'number':
      return [`--${spelled} ${quoted(String(value))}`];
  }
}

function itemTyped(item: object | string): string {
  if (typeof item === 'string') return /^[[{@]/.test(item) ? JSON.stringify([item]) : item;
  return isFlat(item) ? pairs(item) : JSON.stringify(item);
}

const isFlat = (item: object): boolean => Object.values(item).every((value) => typeof value !== 'object');

const pairs = (item: object): string =>
  Object.entries(item)
    .map(([name, value]) => `${name}=${value}`)
    .join(',');

/** A word as a shell takes it for one. */
export const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
