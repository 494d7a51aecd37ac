import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { size } from '../../cli/progress.ts';
import type { Scene } from '../scene.ts';
import { push } from './publish.ts';
import { refuseUnreviewed, reviewFirst, reviewSecond } from './review.ts';
import type { Contenders } from './train.ts';

/** The releaser puts the first version into production. */
export async function releaseFirst(scene: Scene, { first }: Contenders): Promise<void> {
  const { chapter, claim, releaser, model } = scene;
  chapter('Version 1 goes into production, as soon as somebody else agrees');
  await releaser.types(`signet promote ${model}:1 --to staging`);
  await refuseUnreviewed(scene);
  await reviewFirst(scene, first);
  await releaser.types(`signet promote ${model}:1 --to production`);
  await releaser.types(`signet set-alias ${model} champion 1`);
  const { version } = await releaser.client.resolveVersion({ model, reference: 'production' });
  const champion = await releaser.client.resolveVersion({ model, reference: '@champion' });
  claim('Version 1 is in production, and the champion', version === 1 && champion.version === 1);
}

/**
 * The better version takes its place.
 * @returns a time when the first was still in production
 */
export async function releaseSecond(scene: Scene, { second }: Contenders): Promise<string> {
  const { chapter, say, claim, releaser, model } = scene;
  chapter('The better one takes its place');
  const printed = await push(scene, 2);
  const { size: bytes } = await stat(join(scene.directory, 'v1', 'held-out.csv'));
  claim(`held-out.csv was not sent again: the registry has it`, printed.includes(`${size(bytes)} were there already`));
  const { createdAt } = await releaser.client.getVersion({ model, version: 2 });

  say('A governed model takes one step at a time: from nowhere into production is none.');
  await releaser.types(`signet promote ${model}:2 --to production`, 'refused');
  await recorded(scene);
  await releaser.types(`signet promote ${model}:2 --to staging`);
  await reviewSecond(scene, second);
  await releaser.types(`signet promote ${model}:2 --to production`);
  await releaser.types(`signet set-alias ${model} champion 2`);
  const { production } = await releaser.client.getModel({ model });
  const former = await releaser.client.getVersion({ model, version: 1 });
  claim('Version 2 alone is in production', production.join() === '2');
  claim('Version 1 was archived in the same moment', former.stage === 'archived');
  return createdAt;
}

/** A refusal of somebody who has the role is part of the history, unlike one of somebody who has not. */
async function recorded({ claim, reader, model }: Scene): Promise<void> {
  const { items } = await reader.client.listEvents({ model, limit: 1 });
  const [last] = items;
  const { stage } = await reader.client.getVersion({ model, version: 2 });
  claim(
    `The refusal is event ${last?.seq} of the record, and nothing moved`,
    last?.type === 'transition.refused' && last.version === 2 && stage === 'none',
  );
}
