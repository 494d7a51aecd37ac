import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { SPECIES } from '../data.ts';
import type { TrainedModel } from '../model-directory.ts';
import { refusal } from '../refusal.ts';
import type { Scene } from '../scene.ts';

/** Nothing enters production without what the policy asks, and the refusal says what that is. */
export async function refuseUnreviewed({ say, claim, releaser, model }: Scene): Promise<void> {
  say('Nobody has put a policy here, so that the defaults hold. The releaser tries to go on:');
  await releaser.types(`signet promote ${model}:1 --to production`, 'refused');
  const refused = await refusal(releaser.client.promoteVersion({ model, version: 1, stage: 'production' }));
  const { conditions } = await releaser.client.explainTransition({ model, version: 1, stage: 'production' });
  claim(
    'It takes a model card and the vote of a reviewer, and explaining says the same as refusing',
    conditions
      .filter(({ met }) => !met)
      .map(({ kind }) => kind)
      .join() === 'card,approval' && JSON.stringify(refused.conditions) === JSON.stringify(conditions),
  );
}

/** The publisher writes the card and asks; the reviewer looks, and votes. Whoever asked cannot. */
export async function reviewFirst(scene: Scene, model: TrainedModel): Promise<void> {
  const { say, claim, publisher, reviewer, releaser } = scene;
  await card(scene, 1, model);
  await publisher.types(`signet request ${scene.model}:1 --comment 'First release'`);
  say('The publisher would agree at once. That is not a review:');
  await publisher.types(`signet approve ${scene.model}:1`, 'refused');
  await reviewer.types('signet inbox');
  await reviewer.types(`signet approve ${scene.model}:1 --reason 'Recalls hold for every species'`);
  await releaser.types(`signet explain ${scene.model}:1`);
  const { allowed } = await releaser.client.explainTransition({ model: scene.model, version: 1, stage: 'production' });
  claim('Now nothing is missing any more', allowed);
}

/** A vote is for exactly what was there: who edits the card afterwards has to ask again. */
export async function reviewSecond(scene: Scene, trained: TrainedModel): Promise<void> {
  const { say, claim, publisher, reviewer, releaser, model } = scene;
  await card(scene, 2, trained);
  await publisher.types(`signet request ${model}:2`);
  await reviewer.types(`signet approve ${model}:2`);
  say('The reviewer has agreed. Then the publisher mends the card once more:');
  await card(scene, 2, trained, '\nStations need callipers for the bill.');
  await releaser.types(`signet promote ${model}:2 --to production`, 'refused');
  const { conditions } = await releaser.client.explainTransition({ model, version: 2, stage: 'production' });
  const approval = conditions.find(({ kind }) => kind === 'approval');
  claim('The vote was for another card, and is void', approval?.met === false && approval.evidence['state'] === 'void');

  await publisher.types(`signet request ${model}:2`);
  await reviewer.types(`signet approve ${model}:2`);
}

/** The model card of a version: the recalls of the species are what fairness is to penguins. */
async function card(
  { directory, publisher, model }: Scene,
  version: 1 | 2,
  { classifier, performance, heldOut }: TrainedModel,
  more = '',
): Promise<void> {
  const file = `v${version}.card.md`;
  const rows = SPECIES.map((species) => `| recall | ${species} | ${performance.recall[species]} | held-out.csv | |`);
  const text = `# Penguin species

## Intended use

Tells the species of an adult penguin of the Palmer Archipelago from ${classifier.measures.join(', ')}.

## Limitations

Not for chicks, nor for other islands.${more}

## Training data

Palmer penguins, without the ${heldOut.length} that were held back.

## Fairness evaluation

| Measure | Group | Value | Data set | Note |
| --- | --- | --- | --- | --- |
${rows.join('\n')}
`;
  await writeFile(join(directory, file), text);
  await publisher.types(`signet card ${model}:${version} --put ${file}`);
}
