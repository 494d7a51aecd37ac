import type { Command, Option } from 'commander';
import { COMMON_HEADING, commonOptions, exampleOf } from '../cli/command.ts';
import { EXIT_CODES } from '../cli/exit-codes.ts';
import { signet } from '../cli/program.ts';
import { processWorld } from '../cli/world.ts';
import { GENERATED, table } from './markdown.ts';

/** The command line on one page: every command with its options, and how it ends. */
export function cliPage(): string {
  const program = signet(processWorld());
  const groups = Map.groupBy(program.commands, (command) => command.helpGroup());
  return `${[
    '# Command line',
    GENERATED,
    INTRODUCTION,
    '## Which registry, and as whom',
    SETTINGS,
    optionTable(commonOptions()),
    '## How it ends',
    table(
      ['code', 'meaning'],
      Object.values(EXIT_CODES).map(({ code, meaning }) => [String(code), meaning]),
    ),
    ...[...groups].flatMap(([heading, commands]) => [
      `## ${heading.replace(/:$/, '')}`,
      ...commands.flatMap((command) => section(command, 'signet')),
    ]),
  ].join('\n\n')}\n`;
}

const INTRODUCTION = [
  'The journeys do what people do: push a directory, promote it, take it back.',
  'Besides, there is a command for every operation of the API, under the same name.',
  'Answers go to standard output, as tables for people or, with `--json`, as the JSON of the API; progress and messages go to standard error.',
  'With `--json` a failure is one JSON object on standard error, with `code` (that of [problems.md](problems.md), or `usage`, `unavailable`, `local` and so on where no registry answered), `detail`, `hint`, `issues`, `conditions` (of a refused promotion), `requestId` and `exitCode`.',
  'Colours appear on terminals only, and not with `NO_COLOR`.',
].join('\n');

const SETTINGS = [
  '`signet init` asks the registry who you are, and writes a profile: `default`, or the one that `--profile` names.',
  'Options come before environment variables, and these before the profile.',
  'As whom: `--aws-profile`, then the keys of the environment (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN), then AWS_PROFILE, then what the profile says; never somebody else in place of one that is named and is not there.',
  'Keys are never in it: they come from the AWS credential chain (environment, SSO, profiles, roles of containers and instances), or from the credentials file that an embedded registry writes.',
  'Profiles are in `signet/config.json` in the configuration directory of the platform (`~/.config`, `~/Library/Application Support`, `%APPDATA%`); `SIGNET_CONFIG` names another file.',
].join('\n');

function section(command: Command, path: string): string[] {
  const called = `${path} ${command.name()}`;
  if (command.commands.length > 0) return command.commands.flatMap((inner) => section(inner, called));

  const example = exampleOf(command);
  const own = command.options.filter(({ helpGroupHeading }) => helpGroupHeading !== COMMON_HEADING);
  const usage = command.usage().replace(/\s*\[options\]$/, '');
  return [
    `### ${called}`,
    `${command.description()}.`,
    ['```sh', `${called} ${usage}`.trimEnd(), '```'].join('\n'),
    ...(own.length > 0 ? [optionTable(own)] : []),
    ...(example ? [`For example \`${example}\``] : []),
  ];
}

const optionTable = (options: readonly Option[]): string =>
  table(
    ['option', 'what it is'],
    options.map(({ flags, description }) => [`\`${flags}\``, description]),
  );
