import { type Command, Option } from 'commander';
import { isMutation, type Operation } from '../shared/contract/operation.ts';
import { type OperationName, operations } from '../shared/contract/operations.ts';
import { kebabCase } from '../shared/kebab-case.ts';
import { answerWith } from './answer.ts';
import { choicesOf, collected, command, doing } from './command.ts';
import { exampleOf } from './example.ts';
import { type Field, fieldsOf, isRemovable, singular } from './fields.ts';
import { callOptionsOf, inputFrom } from './input.ts';
import type { World } from './world.ts';

/** The command of an operation: all that it takes is read from its row. */
export function rowCommand(name: OperationName, world: World): Command {
  const operation: Operation = operations[name];
  const fields = fieldsOf(name);
  const places = fields.filter(({ positional }) => positional);
  const made = command({
    name: kebabCase(name),
    summary: operation.summary,
    usage: [...places.map(placeOf), ...fields.filter(isDemanded).map(demandOf)].join(' '),
    example: exampleOf(name, operation, fields),
  });
  for (const place of places) made.argument(`[${place.name}]`, place.description);
  for (const field of fields.filter(({ positional }) => !positional))
    for (const option of optionsOf(field)) made.addOption(option);
  for (const option of callOptions(operation)) made.addOption(option);

  return doing(made, world, async (session, words, options) => {
    const input = await inputFrom(operation, fields, words, made, session.world);
    await answerWith(name, session, input, callOptionsOf(options), made.getOptionValue('all') === true);
  });
}

const placeOf = ({ spelled }: Field): string => spelled.toUpperCase();
const isDemanded = ({ positional, required }: Field): boolean => !positional && required;
const demandOf = (field: Field): string => `--${field.spelled} ${sampleOf(field)}`;

/** What stands for the value of an option in its help. */
const sampleOf = ({ kind, choices }: Field): string => (choices.length > 0 ? choicesOf(choices) : SAMPLES[kind]);

const SAMPLES = { text: '<text>', number: '<number>', flag: '', record: '<json>', list: '<item>', json: '<json>' };

function optionsOf(field: Field): Option[] {
  const { spelled, kind, choices } = field;
  const about = (text: string) => [field.description, text].filter(Boolean).join('; ');
  switch (kind) {
    case 'flag':
      return [new Option(field.default === true ? `--no-${spelled}` : `--${spelled}`, about(''))];
    case 'record': {
      const entry = isRemovable(field) ? 'name=value sets one, name alone removes it' : 'name=value';
      return [
        new Option(`--${singular(spelled)} <entry>`, about(`${entry}; may be repeated`)).argParser(collected),
        new Option(`--${spelled} <json>`, about('all of them, as JSON or @file.json')),
      ];
    }
    case 'list':
      return [
        new Option(`--${spelled} <item>`, about(`${shorthand(field)}JSON or @file.json; may be repeated`)).argParser(
          collected,
        ),
      ];
    case 'json':
      return [new Option(`--${spelled} <json>`, about('JSON or @file.json'))];
    case 'text':
    case 'number':
      return [choosable(new Option(`--${spelled} ${sampleOf(field)}`, about(defaultOf(field))), choices)];
  }
}

const choosable = (option: Option, choices: readonly string[]): Option =>
  choices.length > 0 ? option.choices(choices) : option;

const defaultOf = ({ default: value }: Field): string =>
  value === undefined || value === '' ? '' : `default ${value}`;

/** The short way to write an item, where it has one: JSON alone has values inside of values. */
function shorthand({ of: { type, properties = {}, required = [] } = {} }: Field): string {
  if (type === 'string') return 'one of them, ';
  const flat = Object.entries(properties).filter(([, { type }]) => type !== 'object' && type !== 'array');
  const names = flat.map(([name]) => name);
  return required.every((name) => names.includes(name)) ? `${names.map((name) => `${name}=…`).join(',')}, ` : '';
}

const CALL_HEADING = 'Options of the call:';

function callOptions(operation: Operation): Option[] {
  const hasBody = Object.keys(operation.input.shape).length > 0;
  const options = [
    ...(hasBody
      ? [new Option('--body <json>', 'the whole input at once: JSON, @file.json, or @- for standard input')]
      : []),
    ...('cursor' in operation.input.shape ? [new Option('--all', 'every page, not just one')] : []),
    ...(operation.ifMatch ? [new Option('--if-match <revision>', 'only if this is the revision of the model')] : []),
    ...(isMutation(operation) ? [new Option('--idempotency-key <key>', 'repeats with the same key happen once')] : []),
  ];
  return options.map((option) => option.helpGroup(CALL_HEADING));
}
