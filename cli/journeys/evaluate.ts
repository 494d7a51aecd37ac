import type { Command } from 'commander';
import type { Sent } from '../../shared/contract/operations.ts';
import { command, doing } from '../command.ts';
import { VERSION_HELP, VERSION_USAGE } from '../governance/options.ts';
import { count } from '../progress.ts';
import { readJsonObject } from '../read-json.ts';
import type { World } from '../world.ts';
import { underway } from './promote.ts';

interface EvaluateOptions {
  readonly dataset?: string;
  readonly digest?: string;
  readonly run?: string;
  readonly summary?: string;
}

type Measured = Omit<Sent<'recordEvaluation'>, 'model' | 'version'>;

/** The command that records what a run measured. */
export function evaluateCommand(world: World): Command {
  const made = command({
    name: 'evaluate',
    summary: 'Record what a run of a version on a data set measured',
    usage: `${VERSION_USAGE} RESULTS.json --dataset <name>`,
    example: 'signet evaluate fraud-detector:3 results.json --dataset holdout-2026-02 --run run-43',
  })
    .argument('<model>', VERSION_HELP)
    .argument(
      '<results>',
      'a file of JSON: metrics by name, or { metrics, slices: [{ name, value, metrics }] }; - for standard input',
    )
    .option('--dataset <name>', 'what it was measured on, where the file does not say it')
    .option('--digest <text>', 'the digest of the data set')
    .option('--run <text>', 'the run that measured it')
    .option('--summary <text>', 'what it found, in a few words');
  return doing<EvaluateOptions>(made, world, async (session, [word = '', file = ''], options) => {
    const found = await readJsonObject(`@${file}`, file, session.world);
    const registry = await session.registry();
    const { model, version } = await underway(registry, word, 'production');
    const evaluation = await registry.recordEvaluation({ model, version, ...measuredIn(found, options) });
    const { dataset, slices } = evaluation;
    const parts = slices.length > 0 ? `, with ${count(slices.length, 'slice')}` : '';
    session.answer(
      evaluation,
      () =>
        `Evaluation ${evaluation.evaluation} of ${model} version ${version} on ${dataset.name} is recorded${parts}.`,
    );
  });
}

/** What does not fit is for the registry to refuse. */
function measuredIn(found: Record<string, unknown>, { dataset, digest, run, summary }: EvaluateOptions): Measured {
  const said = 'metrics' in found && typeof found['metrics'] === 'object' ? found : { metrics: found };
  const of = {
    ...(said['dataset'] as object | undefined),
    ...(dataset !== undefined && { name: dataset }),
    ...(digest !== undefined && { digest }),
  };
  return {
    ...said,
    dataset: of,
    ...(run !== undefined && { runId: run }),
    ...(summary !== undefined && { summary }),
  } as Measured;
}
