import * as z from 'zod/mini';
import type { Client } from '../../shared/http/client.ts';
import { type MlflowApi, MlflowRefusal } from './mlflow-api.ts';
import type { Origin, OriginModel, OriginVersion } from './origin.ts';
import { ORIGIN, ORIGIN_CREATED, ORIGIN_USER, ORIGIN_VERSION, PLACEHOLDER, type Plan, type Step } from './plan.ts';
import { renumbered } from './references.ts';

/** Where a model is imported to: through the protocol that it comes by, and the registry's own for what that lacks. */
export interface Target {
  readonly mlflow: MlflowApi;
  readonly registry: Client;
}

/** How a step ended: done, or refused for a reason. */
export type Ended = { readonly step: Step } & (
  | {
      /** The number that a version has now. */
      readonly number?: number | undefined;
    }
  | { readonly refused: string }
);

/** Brings the files of a version along, where that is wanted. Answers the version that has them, or where else they are. */
export type Bytes = (name: string, version: OriginVersion, described: Described) => Promise<Brought>;

export type Brought = { readonly number: number } | { readonly source: string };

/** What is said of a version here. */
export interface Described {
  readonly description: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly source: string;
}

interface Job {
  readonly model: OriginModel;
  readonly origin: Origin;
  readonly numbers: ReadonlyMap<string, Plan['numbers']>;
  readonly bytes?: Bytes | undefined;
}

/**
 * Does one thing, and says how it ended. What the registry refuses is told and not forced; a version that is refused
 * leaves its number, so that those behind it keep theirs.
 * @throws what is no refusal: the import goes on where it was when it is repeated
 */
export async function carryOut(step: Step, job: Job, target: Target): Promise<Ended> {
  try {
    return { step, number: await done(step, job, target) };
  } catch (error) {
    if (!isRefusal(error)) throw error;
    if (step.what === 'version' && step.number === step.version.version) await placeholder(step.number, job, target);
    return { step, refused: error.message };
  }
}

/** 4xx of either protocol: but for what may pass, and for a caller without the role, for whom nothing will do. */
function isRefusal(error: unknown): error is Error {
  const status = error instanceof MlflowRefusal ? error.status : (error as { status?: unknown }).status;
  return typeof status === 'number' && status >= 400 && status < 500 && ![401, 403, 429].includes(status);
}

async function done(step: Step, job: Job, target: Target): Promise<number | undefined> {
  const { mlflow, registry } = target;
  const { name } = job.model;
  switch (step.what) {
    case 'model':
      await mlflow.call('POST', '/registered-models/create', modelFields(job));
      return undefined;
    case 'leftover':
      await registry.deleteVersion({ model: name, version: step.number });
      return undefined;
    case 'placeholder':
      await placeholder(step.number, job, target);
      return undefined;
    case 'version':
      return registered(step.version, job, target);
    case 'alias':
      await mlflow.call('POST', '/registered-models/alias', { name, alias: step.alias, version: String(step.number) });
      return undefined;
    case 'stage':
      await moved(step.number, step.stage, job, target);
      return undefined;
  }
}

const list = (tags: Readonly<Record<string, string>>) => Object.entries(tags).map(([key, value]) => ({ key, value }));

const originTags = (origin: Origin, created: string | undefined, user: string | null | undefined) => ({
  [ORIGIN]: origin.name,
  ...(created !== undefined && { [ORIGIN_CREATED]: created }),
  ...(user && { [ORIGIN_USER]: user }),
});

function modelFields({ model, origin }: Job) {
  const { name, description, tags, creation_timestamp: created, user_id: user } = model;
  return {
    name,
    description: description ?? '',
    tags: list({ ...tags, ...originTags(origin, created, user) }),
  };
}

/** Takes a number, and gives it up: it is used, as it is at the origin. */
async function placeholder(number: number, { model: { name }, origin }: Job, { registry }: Target): Promise<void> {
  const tags = { [ORIGIN]: origin.name, [PLACEHOLDER]: String(number) };
  const description = 'Only has the number of a version that is not there where the model was imported from.';
  const { version } = await registry.registerVersion({ model: name, source: origin.name, description, tags });
  await registry.deleteVersion({ model: name, version: version.version });
}

async function registered(version: OriginVersion, job: Job, { mlflow }: Target): Promise<number> {
  const { model, origin, numbers, bytes } = job;
  const { tags, ...named } = renumbered(version, numbers);
  // What is kept by the origin itself has no other source than its own name, which means nothing here.
  const isItself = version.source === `models:/${model.name}/${version.version}`;
  const source = isItself ? await origin.filesOf(model.name, version.version) : named.source;
  const { creation_timestamp: created, user_id: user } = version;
  const described: Described = {
    source,
    description: version.description ?? '',
    tags: { ...tags, ...originTags(origin, created, user), [ORIGIN_VERSION]: String(version.version) },
  };
  const brought = await bytes?.(model.name, version, described);
  if (brought && 'number' in brought) return brought.number;
  const answer = await mlflow.call('POST', '/model-versions/create', {
    name: model.name,
    source: brought?.source ?? source,
    description: described.description,
    tags: list(described.tags),
    ...(version.run_id && { run_id: version.run_id }),
    ...(version.run_link && { run_link: version.run_link }),
  });
  return Number(Created.parse(answer).model_version.version);
}

const Created = z.object({ model_version: z.object({ version: z.string() }) });

/** The way of a governed model to a stage is by staging; an open one goes anywhere. */
const WAYS: Readonly<Record<string, readonly string[]>> = {
  Staging: ['Staging'],
  Production: ['Staging', 'Production'],
  Archived: ['Staging', 'Archived'],
};

async function moved(number: number, stage: string, { model: { name } }: Job, { mlflow, registry }: Target) {
  const { lifecycle } = await registry.getModel({ model: name });
  const way = lifecycle === 'open' ? [stage] : (WAYS[stage] ?? [stage]);
  for (const next of way) {
    await mlflow.call('POST', '/model-versions/transition-stage', {
      name,
      version: String(number),
      stage: next,
      archive_existing_versions: 'false',
    });
  }
}
