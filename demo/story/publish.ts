import { metricsOf } from '../measure.ts';
import type { TrainedModel } from '../model-directory.ts';
import { refusal } from '../refusal.ts';
import type { Scene } from '../scene.ts';
import { type Contenders, digestOf } from './train.ts';

/** The publisher brings the first version, and cannot release it. */
export async function publishFirst(scene: Scene, { first }: Contenders): Promise<void> {
  const { chapter, say, publisher, model } = scene;
  chapter('Version 1 goes into the registry');
  await publisher.types(`signet create-model ${model} --description 'Tells the species of a penguin'`);
  say(
    `In the directory v1 are the forest (model.json), the birds that it was measured on (held-out.csv), what is needed
    to grow it again (training.json), and a README. A push hashes every file, sends those that the registry lacks, and
    lets it prove what arrived.`,
  );
  await push(scene, 1);
  await whatIsKept(scene, first);
  await refusePublisher(scene);
}

async function whatIsKept({ say, claim, publisher, model }: Scene, first: TrainedModel): Promise<void> {
  const { state, stage, lineage, metrics } = await publisher.client.getVersion({ model, version: 1 });
  claim('Version 1 is complete, and in no stage', state === 'complete' && stage === 'none');
  const measured = Object.entries(metricsOf(first.performance));
  claim(
    'It keeps the accuracy and recalls that were measured',
    measured.every(([name, value]) => metrics[name] === value),
  );
  const digest = digestOf(first.dataSet);
  claim(
    'It says which bytes it learned from, by their SHA-256',
    lineage.datasets.some((one) => one.digest === digest),
  );
  if (lineage.code) say(`It says which code trained it as well: commit ${lineage.code.commit.slice(0, 12)}.`);
}

async function refusePublisher({ say, claim, publisher, model }: Scene): Promise<void> {
  say('Whoever publishes a model does not release it. The publisher tries:');
  await publisher.types(`signet promote ${model}:1 --to staging`, 'forbidden');
  const again = await refusal(publisher.client.promoteVersion({ model, version: 1, stage: 'staging' }));
  const { stage } = await publisher.client.getVersion({ model, version: 1 });
  claim(
    'The publisher is refused with 403 caller.forbidden, and nothing moved',
    again.status === 403 && again.code === 'caller.forbidden' && stage === 'none',
  );
}

/** Pushes the directory of a version, with what was measured, what it takes, and what it learned from. */
export const push = ({ publisher, model }: Scene, version: 1 | 2): Promise<string> =>
  publisher.types(
    [
      `signet push v${version} --model ${model}`,
      `--metrics @v${version}.metrics.json --schema @v${version}.schema.json`,
      '--repository signet --dataset "$(cat dataset.txt)"',
    ].join(' \\\n    '),
  );
