import type { Received } from '../../shared/contract/operations.ts';
import type { ActiveStage } from '../../shared/domain/stage.ts';
import type { Client } from '../../shared/http/client.ts';
import { aimed } from '../governance/refusal.ts';
import { moved } from '../journeys/promote.ts';

type Model = Received<'getModel'>;
type Version = Received<'getVersion'>;

/** Takes a version to a stage, and says each step. */
export async function promoted(
  registry: Client,
  model: Model,
  version: Version,
  stage: ActiveStage,
  say: (line: string) => void,
): Promise<Version> {
  let now = version;
  for (const next of wayTo(stage, model, version)) {
    const aim = { model: version.model, version: version.version, stage: next };
    const transition = await aimed(aim, registry.promoteVersion(aim));
    say(moved(transition));
    now = transition.version;
  }
  return now;
}

/** A governed version comes to production from staging alone. */
const wayTo = (stage: ActiveStage, { lifecycle }: Model, version: Version): readonly ActiveStage[] =>
  stage === 'production' && lifecycle === 'governed' && version.stage === 'none' ? ['staging', 'production'] : [stage];
