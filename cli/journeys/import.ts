import { Command } from 'commander';
import { collected, command, doing } from '../command.ts';
import type { ImportOptions } from '../import/import.ts';
import type { World } from '../world.ts';

/** The commands that bring models along from elsewhere. */
export const importCommand = (world: World): Command =>
  new Command('import').description('Bring models along from another registry').addCommand(mlflowCommand(world));

function mlflowCommand(world: World): Command {
  const made = command({
    name: 'mlflow',
    summary: 'Copy models, prompts, versions, tags, aliases and stages of an MLflow server; repeat it to go on',
    usage: '--from <uri>',
    example: 'signet import mlflow --from https://mlflow.example.com --dry-run',
  })
    .requiredOption(
      '--from <uri>',
      'the server; MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, say who asks',
    )
    .option('--model <name>', 'this model alone; may be repeated', collected)
    .option('--bytes', 'bring the files along that the server itself keeps: their versions are kept here then')
    .option('--dry-run', 'show what would be done, and do nothing');
  return doing<ImportOptions>(made, world, async (session, _, options) => {
    const { importFrom } = await import('../import/import.ts');
    await importFrom(session, options);
  });
}
