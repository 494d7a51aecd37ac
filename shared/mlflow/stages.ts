import type { Change } from '../domain/change.ts';
import { unmetOf } from '../domain/condition.ts';
import { archive, promote, withdraw } from '../domain/lifecycle.ts';
import type { Model } from '../domain/model.ts';
import { Stage } from '../domain/stage.ts';
import { STAGE_NAMES } from '../domain/stage-names.ts';
import type { Transition } from '../domain/transition.ts';
import type { Version } from '../domain/version.ts';
import { Failure } from '../errors.ts';
import type { Context } from '../http/endpoint.ts';
import { loadCase } from '../http/governed.ts';
import { loadTies } from '../http/ties.ts';
import { type Answer, changing } from './call.ts';
import { findModel, findVersion } from './find.ts';
import { latestVersions } from './latest.ts';
import { modelVersionNamed } from './present.ts';
import { shown } from './versions.ts';

/** @throws Failure `request.invalid` */
function stageOf(text: string): Stage {
  const stage = Stage.safeParse(text.toLowerCase()).data;
  if (stage !== undefined) return stage;
  const all = Object.values(STAGE_NAMES).join(', ');
  throw new Failure('request.invalid', `Invalid Model Version stage: ${text}. Value must be one of ${all}.`);
}

export const getLatestVersions: Answer<'getLatestVersions' | 'getLatestVersionsOf'> = async (
  { name, stages },
  context,
) => {
  const asked = stages.map(stageOf);
  const model = await findModel(context, name);
  const latest = await latestVersions(context, model, asked.length > 0 ? asked : Stage.options);
  return latest.length > 0 ? { model_versions: latest.map((version) => modelVersionNamed(model, version)) } : {};
};

export const transitionModelVersionStage = changing<'transitionModelVersionStage', Transition>(
  async (input, context) => {
    const stage = stageOf(input.stage);
    const archiveFormer = input.archive_existing_versions;
    if (archiveFormer && stage !== 'staging' && stage !== 'production') {
      throw new Failure(
        'request.invalid',
        `Model version transition cannot archive existing model versions because '${STAGE_NAMES[stage]}' is not an ` +
          "Active stage. Valid stages are ['Staging', 'Production'].",
      );
    }
    const { model, version } = await findVersion(context, input.name, input.version);
    return explained(await moved(context, model, version, stage, archiveFormer));
  },
  shown,
);

/** The rule of each stage, as native operations ask it. */
async function moved(
  context: Context,
  model: Model,
  version: Version,
  stage: Stage,
  archiveFormer: boolean,
): Promise<Change<Transition>> {
  if (stage === 'staging' || stage === 'production') {
    const subject = await loadCase(context, model, version.number, { stage, archiveFormer, alsoStaging: true });
    return promote(model, subject, context);
  }
  const ties = await loadTies(context, { leaving: [version] });
  return stage === 'archived'
    ? archive(model, { version, ties }, context)
    : withdraw(model, { version, ties }, context);
}

/** A refusal whose sentence says everything that is not met: MLflow's client shows nothing but that. */
function explained(change: Change<Transition>): Change<Transition> {
  if (!('refusal' in change)) return change;
  const unmet = unmetOf(change.refusal.conditions);
  if (unmet.length < 2) return change;
  const { code, message, issues, conditions } = change.refusal;
  const all = unmet.map(({ demand, found }) => `expected ${demand}, found ${found}`).join('; ');
  const refusal = new Failure(code, `${message.replace(/: expected.*$/s, '')}: ${all}.`, { issues, conditions });
  return { ...change, refusal };
}
