import { type Command, Option } from 'commander';
import { ActiveStage } from '../../shared/domain/stage.ts';
import { choicesOf, collected, command, doing } from '../command.ts';
import type { PushOptions } from '../push/push.ts';
import type { World } from '../world.ts';

/** The command that makes a version of a directory. */
export function pushCommand(world: World): Command {
  const made = command({
    name: 'push',
    summary: 'Make a version of a directory: hash it, upload what the registry lacks, complete it',
    usage: 'DIR --model <name>',
    example: 'signet push ./model --model fraud-detector --create --metric accuracy=0.97 --promote staging',
  })
    .argument('<dir>', 'a directory, or one file')
    .requiredOption('--model <name>', 'the model that it is a version of')
    .option('--create', 'create the model if it is not there')
    .option('--metric <entry>', 'name=number; may be repeated', collected)
    .option('--metrics <json>', 'all metrics, as JSON or @file.json')
    .option('--schema <json>', 'typed input and output columns, as JSON or @file.json')
    .option('--description <text>', 'what is to be known of this version')
    .option('--tag <entry>', 'name=value; may be repeated', collected)
    .option('--run-id <id>', 'the training run that it came from')
    .option('--commit <commit>', 'the commit of the code; by default that of the repository that DIR is in')
    .option('--repository <url>', 'where the code is; by default the remote `origin`')
    .option('--dataset <item>', 'a name, or name=…,uri=…,digest=…; may be repeated', collected)
    .option('--depends-on <version>', 'a version that it needs, such as encoder:7; may be repeated', collected)
    .addOption(
      new Option(`--promote ${choicesOf(ActiveStage.options)}`, 'promote it when it is complete').choices(
        ActiveStage.options,
      ),
    );
  return doing<PushOptions>(made, world, async (session, [directory = ''], options) => {
    const { push } = await import('../push/push.ts');
    await push(session, directory, options);
  });
}
