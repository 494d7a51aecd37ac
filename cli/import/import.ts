import { Complaint } from '../complaint.ts';
import { endingOf } from '../exit-codes.ts';
import { count, progress } from '../progress.ts';
import { connectRaw } from '../registry.ts';
import type { Session } from '../session.ts';
import { filesFrom } from './bytes.ts';
import { carryOut, type Ended, type Target } from './carry-out.ts';
import { MlflowRefusal, mlflowApi } from './mlflow-api.ts';
import { isAbsent, type Origin, type OriginModel, originAt } from './origin.ts';
import { type Plan, planOf, type Step } from './plan.ts';
import { inOrder } from './references.ts';
import { type Reporting, reporting, told } from './report.ts';
import { hereOf } from './target.ts';

export interface ImportOptions {
  readonly from: string;
  readonly model?: readonly string[];
  readonly bytes?: boolean;
  readonly dryRun?: boolean;
}

/**
 * Copies models, versions, tags, aliases and stages of an MLflow server. What is here already stays as it is, so that it
 * can be repeated, and goes on where it was interrupted. What the registry refuses is told, and nothing is forced.
 */
export async function importFrom(session: Session, options: ImportOptions): Promise<void> {
  try {
    await copied(session, options);
  } catch (error) {
    throw error instanceof MlflowRefusal ? complaintOf(error) : error;
  }
}

/** Why an import cannot go on, and who says so. */
function complaintOf({ where, status, code, message }: MlflowRefusal): Complaint {
  const isUnknown = status === 401 && where !== HERE;
  const hint = 'Set MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD.';
  return new Complaint(endingOf({ status, code }), `${where}: ${message}`, isUnknown ? { hint } : {});
}

async function copied(session: Session, options: ImportOptions): Promise<void> {
  const { world } = session;
  const origin = originAt(options.from, world.env);
  const target = await targetOf(session);
  const models = inOrder(await read(origin, options, session));
  const report = reporting(origin.name, options.dryRun === true);
  await write(models, { origin, target, report, options, session });

  const result = report.report();
  session.answer(result, () => told(result));
  if (result.refused.length > 0) {
    throw new Complaint('refused', `${count(result.refused.length, 'thing')} could not be imported.`, {
      hint: 'The report says what and why. The same command again tries only what is not here.',
    });
  }
}

const HERE = 'The registry';

async function targetOf({ registry, options, world }: Session): Promise<Target> {
  const send = await connectRaw(options, world);
  const headers = { 'content-type': 'application/json' };
  return { registry: await registry(), mlflow: mlflowApi(HERE, (request) => send({ ...request, headers })) };
}

const models = (number: number): string => `${Math.round(number)} models`;

/** Everything that is at the origin, or of it what was asked for. */
async function read(origin: Origin, { model: chosen }: ImportOptions, { world }: Session): Promise<OriginModel[]> {
  const names = chosen ?? (await origin.names());
  using bar = await progress('Reading', names.length, world, models);
  const found: OriginModel[] = [];
  for (const name of names) {
    found.push(
      await origin.model(name).catch((error: unknown) => {
        if (!isAbsent(error)) throw error;
        throw new Complaint('absent', `There is no model ${name} at ${origin.name}.`);
      }),
    );
    bar.advance(1);
  }
  return found;
}

interface Work {
  readonly origin: Origin;
  readonly target: Target;
  readonly report: Reporting;
  readonly options: ImportOptions;
  readonly session: Session;
}

async function write(all: readonly OriginModel[], { origin, target, report, options, session }: Work): Promise<void> {
  const total = all.reduce((sum, { versions }) => sum + versions.length + 1, 0);
  using bar = await progress('Importing', total, session.world, (number) => `${number}`);
  const numbers = new Map<string, Plan['numbers']>();
  for (const model of all) {
    const plan = planOf(model, await hereOf(target.registry, model.name, origin.name));
    report.planned(model.name, plan);
    const bytes = options.bytes ? filesFrom(origin, target, report, session) : undefined;
    const actual = new Map(plan.numbers);
    numbers.set(model.name, actual);
    for (const planned of plan.steps) {
      const step = renamed(planned, plan.numbers, actual);
      const ended: Ended = options.dryRun ? { step } : await carryOut(step, { model, origin, numbers, bytes }, target);
      report.ended(model.name, ended);
      if (step.what === 'version' && 'number' in ended && ended.number !== undefined) {
        actual.set(step.version.version, ended.number);
      }
      if (step.what === 'version') bar.advance(1);
      // Without the model there is nothing to put its versions into.
      if (step.what === 'model' && 'refused' in ended) break;
    }
    bar.advance(1 + plan.there.version);
  }
}

/** A step about a version by the number that it got, where that is another than planned: somebody else was quicker. */
function renamed(step: Step, planned: Plan['numbers'], actual: Plan['numbers']): Step {
  if (step.what !== 'alias' && step.what !== 'stage') return step;
  const [before] = [...planned].find(([, number]) => number === step.number) ?? [];
  return { ...step, number: (before !== undefined ? actual.get(before) : undefined) ?? step.number };
}
