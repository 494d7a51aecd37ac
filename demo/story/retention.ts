import type { Scene } from '../scene.ts';

const POLICY = { retention: { artifactHoldDays: 30, productionStableDays: 14 } };

/** What is archived is not kept for ever; what is in production is. The clock of this registry can be put forward. */
export async function letTimePass(scene: Scene): Promise<void> {
  const { chapter, say, claim, admin, releaser, reader, model } = scene;
  chapter('A month passes');
  say(`The files of what is archived are kept for seven years, unless the policy of the model says otherwise:`);
  await admin.types(`signet put-policy --model ${model} --policy '${JSON.stringify(POLICY)}'`);
  say('What an alias names stays whatever the days are, and champion is still version 2.');
  await releaser.types(`signet set-alias ${model} champion 1`);
  await reader.types(`signet preview-retention --model ${model}`);

  say(
    'This registry keeps nothing, and so whoever looks after it may let time pass, with whatever is scheduled in it.',
  );
  await admin.types('signet clock advance 31d');
  const { items } = await reader.client.listEvents({ model, limit: 100 });
  const deleted = items.filter(({ type }) => type === 'artifact.deleted');
  claim(
    `The files of version 2 are gone: event ${deleted[0]?.seq} of the record says so`,
    deleted.length === 1 && deleted[0]?.version === 2,
  );
  await reader.types(`signet pull ${model}:2 --to gone`, 'refused');
  await reader.types(`signet pull ${model} --to kept`);
  const { production } = await reader.client.getModel({ model });
  claim('Version 1 is in production as before, and every file of it is there', production.join() === '1');
}
