import type { Scene } from '../scene.ts';

/** The release is taken back in one step, and history still knows who was in production when. */
export async function rollBack(scene: Scene, whenFirst: string): Promise<void> {
  const { chapter, say, model, reader } = scene;
  chapter('One step back');
  const [first, second] = await Promise.all([1, 2].map((version) => reader.client.getVersion({ model, version })));
  const sent = new Set(first?.schema?.inputs.map(({ name }) => name));
  const lacking = second?.schema?.inputs.map(({ name }) => name).filter((name) => !sent.has(name)) ?? [];
  say(
    `The field stations call. They send ${[...sent].join(' and ')}; the schema of version 2 asks for
    ${lacking.join(' and ')} as well. Until they measure bills, version 1 has to come back.`,
  );
  scene.claim('Version 2 takes columns that nobody sends yet', lacking.length > 0);
  await askFirst(scene);
  await thenDo(scene);
  await remember(scene, whenFirst);
}

const REASON = 'Stations do not measure bills yet';

async function askFirst(scene: Scene): Promise<void> {
  const { say, claim, releaser, model } = scene;
  await refuseToBreak(scene);
  say('A rollback says what it will do before it does it. Where nobody is there to say yes, it stops at that:');
  const before = await releaser.client.getModel({ model });
  await releaser.types(`signet rollback ${model} --reason '${REASON}' --force`, 'usage');
  const plan = await releaser.client.rollbackModel({ model, reason: REASON, force: true, dryRun: true });
  const after = await releaser.client.getModel({ model });
  claim(
    'Asking changed nothing: version 1 would come back, and version 2 leave',
    plan.version.version === 1 && plan.archived.join() === '2' && after.revision === before.revision,
  );
}

/** Version 1 does not know what version 2 is sent: whoever sends that by now would be refused. */
async function refuseToBreak({ say, claim, releaser, model }: Scene): Promise<void> {
  await releaser.types(`signet rollback ${model} --reason '${REASON}' --yes`, 'refused');
  const { production } = await releaser.client.getModel({ model });
  claim('A rollback that could break callers is refused, unless somebody insists', production.join() === '2');
  say('Nobody sends these columns yet, so that nobody breaks: the releaser insists, and the record will say so.');
}

async function thenDo({ claim, releaser, model }: Scene): Promise<void> {
  await releaser.types(`signet rollback ${model} --reason '${REASON}' --force --yes`);
  const { production } = await releaser.client.getModel({ model });
  const champion = await releaser.client.resolveVersion({ model, reference: '@champion' });
  claim('Version 1 alone is in production again', production.join() === '1');
  claim('The champion is still version 2: an alias is a name, and no stage', champion.version === 2);
}

async function remember({ say, claim, reader, model }: Scene, whenFirst: string): Promise<void> {
  await reader.types(`signet history ${model}`);
  say('And who was in production at one moment, when version 2 had just been pushed?');
  await reader.types(`signet history ${model} --at ${whenFirst}`);
  const { items } = await reader.client.getStageHistory({ model, stage: 'production', at: whenFirst });
  claim('It was version 1', items.length === 1 && items[0]?.versions.join() === '1');
}
