import type { Receiver } from './receiver.ts';
import type { Scene } from './scene.ts';
import { auditAll } from './story/audit.ts';
import { askAsStranger } from './story/neighbours.ts';
import { publishFirst } from './story/publish.ts';
import { releaseFirst, releaseSecond } from './story/release.ts';
import { letTimePass } from './story/retention.ts';
import { rollBack } from './story/rollback.ts';
import { trainTwo } from './story/train.ts';
import { useBoth } from './story/use.ts';
import { hearBack, subscribe } from './story/webhook.ts';

/**
 * The whole story, chapter by chapter; without a receiver, nobody elsewhere hears of it, and no time passes: the registry
 * is somebody's then.
 * @throws BrokenClaim when something is not as it is told
 */
export async function tell(scene: Scene, receiver: Receiver | undefined): Promise<void> {
  scene.title('Signet: a model goes into production, and back');
  scene.say(
    `What is typed here is really run, every number is measured, and the story ends at the first claim that does not
    hold. The publisher may register versions, the reviewer may vote on them, the releaser may move them, the reader may
    look; each signs with keys of their own.`,
  );
  const contenders = await trainTwo(scene);
  if (receiver) await subscribe(scene, receiver);
  await publishFirst(scene, contenders);
  await releaseFirst(scene, contenders);
  const whenFirst = await releaseSecond(scene, contenders);
  await rollBack(scene, whenFirst);
  await useBoth(scene, contenders);
  if (receiver) await hearBack(scene, receiver);
  await askAsStranger(scene);
  await auditAll(scene);
  if (receiver) await letTimePass(scene);
}
