import { Command, Option } from 'commander';
import { type Session, session } from './session.ts';
import type { GlobalOptions } from './settings.ts';
import type { World } from './world.ts';

/** What a command is called, what it is for, and how it is used. */
export interface Heading {
  readonly name: string;
  readonly summary: string;
  /** What follows the name: `MODEL [REF]`. */
  readonly usage: string;
  /** A whole line that works. */
  readonly example: string;
}

const examples = new WeakMap<Command, string>();

/** A command with its help. */
export function command({ name, summary, usage, example }: Heading): Command {
  const made = new Command(name)
    .description(summary)
    .usage(`${usage} [options]`.trim())
    .addHelpText('after', `\nExample:\n  $ ${example}`);
  examples.set(made, example);
  return made;
}

/** A line that shows how a command is used. */
export const exampleOf = (made: Command): string | undefined => examples.get(made);

/** An option that may be repeated. */
export const collected = (word: string, before: readonly string[] = []): string[] => [...before, word];

/** The values of an option as its help shows them: `<staging|production>`. */
export const choicesOf = (choices: readonly string[]): string => `<${choices.join('|')}>`;

/** The options that every command takes which calls a registry. */
export const COMMON_HEADING = 'Options of every command:';
export const commonOptions = (): Option[] =>
  [
    new Option(
      '--json',
      'the answer as JSON, and nothing else on standard output; a failure as JSON on standard error',
    ),
    new Option('--profile <name>', 'a profile that `signet init` wrote (SIGNET_PROFILE)'),
    new Option('--endpoint <url>', 'where the registry is (SIGNET_ENDPOINT)'),
    new Option('--region <region>', 'its AWS region (SIGNET_REGION)'),
    new Option('--tenant <tenant>', 'the tenant, for members of several (SIGNET_TENANT)'),
    new Option(
      '--aws-profile <name>',
      'a profile of the AWS credential chain, before keys of the environment (AWS_PROFILE)',
    ),
  ].map((option) => option.helpGroup(COMMON_HEADING));

/** What a command does: with the words after its name, and its own options. */
export type Action<Options extends object> = (
  session: Session,
  words: readonly string[],
  options: Options,
) => Promise<void>;

/** Lets a command call a registry, in this world. */
export function doing<Options extends object>(made: Command, world: World, action: Action<Options>): Command {
  for (const option of commonOptions()) made.addOption(option);
  return acting(made, world, action);
}

/** Lets a command do something that needs no registry. */
export function offline<Options extends object>(made: Command, world: World, action: Action<Options>): Command {
  return acting(made.option('--json', 'the answer or the failure as JSON'), world, action);
}

function acting<Options extends object>(made: Command, world: World, action: Action<Options>): Command {
  return made.action(async () => {
    const words = made.processedArgs.flat().filter((word) => word !== undefined) as string[];
    await action(session(made.opts<GlobalOptions>(), world), words, made.opts<Options>());
  });
}
