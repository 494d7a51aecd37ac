import type { Command } from 'commander';
import * as z from 'zod/mini';
import type { Operation } from '../shared/contract/operation.ts';
import type { Issue } from '../shared/errors.ts';
import type { CallOptions } from '../shared/http/client.ts';
import { issuesOf } from '../shared/http/field.ts';
import { inPlainWords } from '../shared/http/locale.ts';
import { Complaint } from './complaint.ts';
import { type Field, singular } from './fields.ts';
import { readJsonObject } from './read-json.ts';
import { entriesOf, meaningOf, pairOf, wholeOf } from './values.ts';
import type { World } from './world.ts';

z.config({ localeError: inPlainWords });

type Input = Record<string, unknown>;

/**
 * The input of an operation, from `--body`, then options, then words in their places; checked against the contract.
 * @throws Complaint naming each field that does not fit
 */
export async function inputFrom(
  operation: Operation,
  fields: readonly Field[],
  words: readonly string[],
  command: Command,
  world: World,
): Promise<Input> {
  const body = command.getOptionValue('body') as string | undefined;
  const places = fields.filter(({ positional }) => positional);
  const placed = places
    .slice(0, words.length)
    .map((field, at) => [field.name, meaningOf(field, words[at] ?? '')] as const);
  const input = {
    ...(body !== undefined && (await readJsonObject(body, '--body', world))),
    ...(await fromOptions(fields, command, world)),
    ...Object.fromEntries(placed),
  };
  checked(operation, fields, input, command);
  return input;
}

async function fromOptions(fields: readonly Field[], command: Command, world: World): Promise<Input> {
  const entries: [string, unknown][] = [];
  for (const field of fields.filter(({ positional }) => !positional)) {
    const value = await optionValue(field, command, world);
    if (value !== undefined) entries.push([field.name, value]);
  }
  return withTagValue(Object.fromEntries(entries), fields);
}

/** `--tag team=payments`, as a tag is written everywhere: the contract has its name and its value apart. */
function withTagValue(input: Input, fields: readonly Field[]): Input {
  const { tag, tagValue } = input;
  const isApart = fields.some(({ name }) => name === 'tagValue');
  if (!isApart || typeof tag !== 'string' || tagValue !== undefined || !tag.includes('=')) return input;
  const [name, value] = pairOf(tag, '--tag');
  return { ...input, tag: name, tagValue: value };
}

async function optionValue(field: Field, command: Command, world: World): Promise<unknown> {
  const said = (name: string) =>
    command.getOptionValueSource(name) === 'cli' ? command.getOptionValue(name) : undefined;
  const given = said(field.name);
  switch (field.kind) {
    case 'flag':
      return given;
    case 'text':
    case 'number':
      return given === undefined ? undefined : meaningOf(field, given);
    case 'list':
    case 'json':
      return given === undefined ? undefined : wholeOf(field, [given].flat(), world);
    case 'record': {
      const entries = said(singular(field.name));
      if (given === undefined && entries === undefined) return undefined;
      const whole = given === undefined ? {} : await wholeOf(field, [given], world);
      return { ...(whole as Input), ...entriesOf(field, entries ?? []) };
    }
  }
}

function checked(operation: Operation, fields: readonly Field[], input: Input, command: Command): void {
  const missing = fields.filter(({ required, name }) => required && input[name] === undefined);
  const absent = missing.map((field): Issue => ({ field: writtenAs(field), message: 'is missing' }));
  const parsed = operation.input.safeParse(input);
  const unfit = parsed.success
    ? []
    : issuesOf(parsed.error).filter(({ field }) => !missing.some(({ name }) => name === field));
  const issues = [...absent, ...unfit.map((issue) => ({ ...issue, field: renamed(issue.field, fields) }))];
  if (issues.length > 0) throw wrongInput(command.name(), issues);
}

/** The input does not fit: nothing was sent. */
export const wrongInput = (name: string, issues: readonly Issue[]): Complaint =>
  new Complaint('usage', `${name}: the input does not fit.`, {
    issues,
    hint: `\`signet help ${name}\` shows what it takes.`,
  });

const writtenAs = ({ spelled, positional }: Field): string => (positional ? spelled.toUpperCase() : `--${spelled}`);

/** `dependsOn[0].version` begins as it is written on the command line. */
function renamed(path: string, fields: readonly Field[]): string {
  const [first = ''] = path.split(/[.[]/, 1);
  const field = fields.find(({ name }) => name === first);
  return field ? writtenAs(field) + path.slice(first.length) : path;
}

/** What a call is to depend on.
 * @throws Complaint where the revision is none
 */
export function callOptionsOf(options: { readonly ifMatch?: string; readonly idempotencyKey?: string }): CallOptions {
  const { ifMatch, idempotencyKey } = options;
  if (ifMatch !== undefined && !/^"?\d+"?$/.test(ifMatch)) {
    throw new Complaint('usage', `--if-match: expected a revision such as 7, got ${ifMatch}.`);
  }
  return {
    ...(ifMatch !== undefined && { ifMatch: Number(ifMatch.replaceAll('"', '')) }),
    ...(idempotencyKey !== undefined && { idempotencyKey }),
  };
}
