import { Command } from 'commander';
import manifest from '../package.json' with { type: 'json' };
import { AGGREGATES } from '../shared/contract/openapi.ts';
import type { OperationName } from '../shared/contract/operations.ts';
import { exitCodeLines } from './exit-codes.ts';
import { archiveCommand } from './journeys/archive.ts';
import { auditCommand } from './journeys/audit.ts';
import { cardCommand } from './journeys/card.ts';
import { checkCommand } from './journeys/check.ts';
import { clockCommand } from './journeys/clock.ts';
import { completionCommand } from './journeys/completion.ts';
import { evaluateCommand } from './journeys/evaluate.ts';
import { explainCommand } from './journeys/explain.ts';
import { historyCommand } from './journeys/history.ts';
import { impactCommand } from './journeys/impact.ts';
import { importCommand } from './journeys/import.ts';
import { inboxCommand } from './journeys/inbox.ts';
import { initCommand } from './journeys/init.ts';
import { promoteCommand } from './journeys/promote.ts';
import { pullCommand } from './journeys/pull.ts';
import { pushCommand } from './journeys/push.ts';
import { requestCommand } from './journeys/request.ts';
import { rollbackCommand } from './journeys/rollback.ts';
import { schemaCommand } from './journeys/schema.ts';
import { statusCommand } from './journeys/status.ts';
import { approveCommand, rejectCommand } from './journeys/vote.ts';
import { styled } from './render.ts';
import { rowCommand } from './row-command.ts';
import type { World } from './world.ts';

const JOURNEYS = [
  initCommand,
  pushCommand,
  pullCommand,
  promoteCommand,
  explainCommand,
  cardCommand,
  evaluateCommand,
  requestCommand,
  inboxCommand,
  approveCommand,
  rejectCommand,
  archiveCommand,
  rollbackCommand,
  statusCommand,
  historyCommand,
  impactCommand,
  checkCommand,
  schemaCommand,
  auditCommand,
  importCommand,
  clockCommand,
];

/** The whole command line: journeys first, then a command for every operation, by what it is about. */
export function signet(world: World, asJson = false): Command {
  const program = new Command('signet')
    .description('Push models, see which are where, promote them and take them back.')
    .usage('<command> [options]')
    .version(manifest.version, '-V, --version', 'show the version of signet')
    .enablePositionalOptions()
    .showSuggestionAfterError()
    .addHelpText(
      'after',
      '\n`signet help <command>` shows how to use a command, `signet help exit-codes` how it ends.',
    );

  program.commandsGroup('Journeys:');
  for (const journey of JOURNEYS) program.addCommand(journey(world));
  for (const [aggregate, { operations }] of Object.entries(AGGREGATES)) {
    program.commandsGroup(`Operations on ${aggregate}:`);
    for (const name of Object.keys(operations)) program.addCommand(rowCommand(name as OperationName, world));
  }
  program.commandsGroup('More:');
  program.addCommand(completionCommand(world, () => program));
  program.addCommand(exitCodesCommand(world));
  program.helpCommand(false).addCommand(helpCommand(program));
  for (const command of everyCommand(program)) settle(command, world, asJson);
  return program;
}

const everyCommand = (command: Command): Command[] => [command, ...command.commands.flatMap(everyCommand)];

/** Also of a command inside another one; what there is not is refused like a command that there is not. */
function helpCommand(program: Command): Command {
  return new Command('help')
    .description('Show how to use a command')
    .usage('[COMMAND]')
    .argument('[command...]', 'the command')
    .action(async (words: readonly string[]) => {
      let about = program;
      for (const word of words) {
        const inner = about.commands.find((one) => one.name() === word);
        if (!inner) return void (await about.parseAsync([word], { from: 'user' }));
        about = inner;
      }
      about.help();
    });
}

function exitCodesCommand(world: World): Command {
  const text = exitCodeLines().join('\n');
  return new Command('exit-codes')
    .description('Show what the exit codes mean')
    .addHelpText('after', `\n${text}`)
    .action(() => void world.output.write(`${text}\n`));
}

/**
 * Help and complaints go where the world says, and nothing ends the process from inside. With --json whoever runs the
 * command says what is wrong with it.
 */
function settle(command: Command, world: World, asJson: boolean): void {
  const { output, messages, env } = world;
  const style = styled(output, env);
  command
    .exitOverride()
    .configureOutput({
      writeOut: (text) => void output.write(text),
      writeErr: (text) => void (asJson || messages.write(text)),
      getOutHelpWidth: () => output.columns ?? 100,
      getErrHelpWidth: () => messages.columns ?? 100,
      outputError: (text, write) => write(text.replace(/^error: /, 'signet: ')),
    })
    .configureHelp({
      styleTitle: (title) => style('bold', title),
      subcommandTerm: (one) => one.name(),
      argumentTerm: (one) => one.name().toUpperCase(),
      optionDescription: ({ description }) => description,
    })
    .helpOption('-h, --help', 'show this')
    .showHelpAfterError(`  Next: \`${pathOf(command)} --help\` shows how to use it.`);
}

/** A command as it is called: `signet audit verify`. */
const pathOf = (command: Command): string =>
  command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name();
