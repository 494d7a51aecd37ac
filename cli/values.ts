import { Complaint } from './complaint.ts';
import { type Field, isRemovable, type JsonSchema, singular } from './fields.ts';
import { readJson, readJsonObject } from './read-json.ts';
import type { World } from './world.ts';

/**
 * What a word of the command line means for a field. What does not fit stays as it is: the contract refuses it, and
 * says so better.
 */
export function meaningOf({ kind, of }: Field, word: string): unknown {
  return kind === 'number' || (kind === 'record' && of?.type === 'number') ? numberOf(word) : word;
}

const numberOf = (word: string): unknown => (/^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(word) ? Number(word) : word);

/** A whole field at once: JSON, or for one item of a list `role=publisher,models=fraud-*`, and a text as it is. */
export async function wholeOf(field: Field, words: readonly string[], world: World): Promise<unknown> {
  const option = `--${field.spelled}`;
  if (field.kind === 'record') return readJsonObject(words.at(-1) ?? '', option, world);
  if (field.kind !== 'list') return readJson(words.at(-1) ?? '', option, world);

  const { of = {} } = field;
  const shortly = (word: string) => (of.type === 'string' ? word : itemOf(of, word, option));
  const items = words.map((word) => (/^[[{@]/.test(word) ? readJson(word, option, world) : shortly(word)));
  return (await Promise.all(items)).flat();
}

/** `model=encoder,version=7`, as the AWS command line has it. A comma in a value needs JSON. */
export function itemOf({ properties = {} }: JsonSchema, word: string, option: string): Record<string, unknown> {
  const entries = word.split(',').map((pair) => {
    const [name, value] = pairOf(pair, option);
    return [name, properties[name]?.type === 'string' ? value : numberOf(value)] as const;
  });
  return recordOf(entries, option);
}

/** Entries of a record: `team=payments`; the name alone takes the entry away, where the field allows that. */
export function entriesOf(field: Field, words: readonly string[]): Record<string, unknown> {
  const option = `--${singular(field.spelled)}`;
  const entries = words.map((word) => {
    if (!word.includes('=') && isRemovable(field)) return [word, null] as const;
    const [name, value] = pairOf(word, option);
    return [name, meaningOf(field, value)] as const;
  });
  return recordOf(entries, option);
}

/**
 * Names with their values.
 * @throws Complaint where a name is there twice: only one of its values could be kept
 */
export function recordOf<Value>(entries: readonly (readonly [string, Value])[], option: string): Record<string, Value> {
  const names = entries.map(([name]) => name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw new Complaint('usage', `${option}: ${twice} is there twice.`);
  // Not an object literal: a name such as __proto__ has to arrive where it is refused.
  return Object.fromEntries(entries);
}

/**
 * The two sides of `name=value`.
 * @throws Complaint where there is no `=`
 */
export function pairOf(word: string, option: string): [name: string, value: string] {
  const at = word.indexOf('=');
  if (at > 0) return [word.slice(0, at), word.slice(at + 1)];
  throw new Complaint('usage', `${option}: expected name=value, got ${word}.`);
}
