import * as z from 'zod/mini';
import { type Operation, pathParameters } from '../shared/contract/operation.ts';
import { type OperationName, operations } from '../shared/contract/operations.ts';
import { kebabCase } from '../shared/kebab-case.ts';
import { helpOf } from './field-help.ts';

/** What is written on the command line for one field of an operation's input. */
export interface Field {
  readonly name: string;
  /** How it is written: `dry-run` for `dryRun`. */
  readonly spelled: string;
  readonly kind: 'text' | 'number' | 'flag' | 'record' | 'list' | 'json';
  /** Whether it stands by itself, in its place, without a name before it. */
  readonly positional: boolean;
  readonly required: boolean;
  readonly choices: readonly string[];
  readonly default: unknown;
  readonly description: string | undefined;
  /** What a record's values or a list's items look like. */
  readonly of: JsonSchema | undefined;
}

export interface JsonSchema {
  readonly type?: string;
  readonly enum?: readonly string[];
  readonly default?: unknown;
  readonly description?: string | undefined;
  readonly anyOf?: readonly JsonSchema[];
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | false;
  readonly required?: readonly string[];
}

/** Texts that people write as sentences: they read better with their name before them. */
const SENTENCES = new Set(['reason', 'description']);

/** The fields of an operation's input: those that stand in their place first, in their order. */
export function fieldsOf(operationName: OperationName): Field[] {
  const operation: Operation = operations[operationName];
  const schema = z.toJSONSchema(operation.input, { io: 'input', unrepresentable: 'any' }) as JsonSchema;
  const inPath = pathParameters(operation);
  const fields = Object.entries(schema.properties ?? {}).map(([name, property]) => {
    const required = inPath.includes(name) || (schema.required ?? []).includes(name);
    return field(name, { description: helpOf(operationName, name), ...property }, required, inPath.includes(name));
  });
  const place = ({ name }: Field) => (inPath.includes(name) ? inPath.indexOf(name) : inPath.length);
  return fields.toSorted((a, b) => Number(b.positional) - Number(a.positional) || place(a) - place(b));
}

function field(name: string, schema: JsonSchema, required: boolean, inPath: boolean): Field {
  const kind = kindOf(schema);
  const choices = schema.enum ?? [];
  const isWord = (kind === 'text' || kind === 'number') && choices.length === 0 && !SENTENCES.has(name);
  return {
    name,
    spelled: kebabCase(name),
    kind,
    positional: inPath || (required && isWord),
    required,
    choices,
    default: schema.default,
    description: schema.description,
    of: schema.items ?? (schema.additionalProperties || undefined),
  };
}

function kindOf({ type, items, properties, additionalProperties }: JsonSchema): Field['kind'] {
  if (type === 'string') return 'text';
  if (type === 'number' || type === 'integer') return 'number';
  if (type === 'boolean') return 'flag';
  if (type === 'object' && !properties && additionalProperties) return 'record';
  return type === 'array' && (items?.properties || items?.type === 'string') ? 'list' : 'json';
}

/** Whether a record's value may be null, which takes the name away. */
export const isRemovable = ({ of }: Field): boolean => of?.anyOf?.some(({ type }) => type === 'null') ?? false;

/** `tags` as one of them is written: `tag`. */
export const singular = (spelled: string): string => spelled.replace(/s$/, '');
