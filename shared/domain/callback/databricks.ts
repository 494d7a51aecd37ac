import type { EventView } from '../event.ts';
import type { ActiveStage, Stage } from '../stage.ts';
import { STAGE_NAMES } from '../stage-names.ts';
import type { Addressee, Callback, Format, Subject } from './format.ts';
import { tagsIn } from './tags.ts';
import type { TOPICS } from './topics.ts';

type Topic = keyof typeof TOPICS.databricks;

/** What a message says of an event, besides where it comes from. */
interface Told {
  readonly topic: Topic;
  readonly version?: number | undefined;
  readonly text: string;
  readonly also?: object;
}

/**
 * The webhooks of Databricks' workspace registry, which people wrote receivers for before MLflow had any.
 *
 * Source: https://docs.databricks.com/aws/en/mlflow/model-registry-webhooks
 */
export const databricks: Format = {
  callbacksOf: (event, subject, to) =>
    toldOf(event, subject).map((told) => callback(told, event.model?.name ?? '', event.at, to)),
  exampleOf: (topic, at, to) => callback(exampleOf(topic as Topic), 'example_model', at, to),
};

function callback({ topic, version, text, also }: Told, model: string, at: string, { id }: Addressee): Callback {
  const body = {
    event: topic,
    webhook_id: id,
    event_timestamp: Date.parse(at),
    model_name: model,
    ...(version !== undefined && { version: String(version) }),
    ...also,
    text,
  };
  return { topic, body };
}

function toldOf(event: EventView, { version }: Subject): readonly Told[] {
  const { type, data, actor, model } = event;
  const of = `registered model '${model?.name}' version ${event.version}`;
  switch (type) {
    case 'model.created':
      return [{ topic: 'REGISTERED_MODEL_CREATED', text: `Registered model '${model?.name}' was created.` }];
    case 'version.registered':
      // What is kept here is a version when all of it is there.
      return 'rootDigest' in data ? [] : [created(event)];
    case 'version.completed':
      return [created(event)];
    case 'version.updated':
    case 'card.changed': {
      const tags = tagsIn(event, version?.tags).set;
      const list = tags.map(({ key, value }) => `'${key}' => '${value}'`).join(', ');
      const text = `${actor.principal} set version tag(s) ${list} for ${of}.`;
      return tags.length === 0
        ? []
        : [{ topic: 'MODEL_VERSION_TAG_SET', version: event.version, text, also: { tags } }];
    }
    case 'approval.requested': {
      const [from, to] = [version?.stage ?? 'none', data['stage'] as ActiveStage];
      const told = {
        version: event.version,
        text: `${actor.principal} requested that ${of} be transitioned from ${STAGE_NAMES[from]} to ${STAGE_NAMES[to]}.`,
        also: moveOf(from, to),
      };
      return [
        { topic: 'TRANSITION_REQUEST_CREATED', ...told },
        { topic: `TRANSITION_REQUEST_TO_${upper(to)}_CREATED`, ...told },
      ];
    }
    default:
      return movesIn(event).flatMap(({ version: number, from, to }) => movedOf(model?.name ?? '', number, from, to));
  }
}

const created = ({ model, version }: EventView): Told => ({
  topic: 'MODEL_VERSION_CREATED',
  version,
  text: `Version ${version} of registered model '${model?.name}' was created.`,
});

interface Move {
  readonly version: number;
  readonly from: Stage;
  readonly to: Stage;
}

/** What the data of a move say. */
interface MoveData {
  readonly from: Stage;
  readonly to: Stage;
  readonly restored: number;
  readonly archived?: readonly number[];
}

/** Every version that an event moved: the one that it is about, and those that had to leave for it. */
function movesIn({ type, data, ...event }: EventView): readonly Move[] {
  const version = Number(event.version);
  const { from, to, restored, archived = [] } = data as unknown as MoveData;
  const left = (stage: Stage) => archived.map((number): Move => ({ version: number, from: stage, to: 'archived' }));
  switch (type) {
    case 'version.promoted':
      return [{ version, from, to }, ...left(to)];
    case 'version.archived':
      return [{ version, from, to: 'archived' }];
    case 'version.withdrawn':
      return [{ version, from, to: 'none' }];
    case 'model.rolled_back':
      return [{ version: restored, from: 'archived', to: 'production' }, ...left('production')];
    default:
      return [];
  }
}

function movedOf(model: string, version: number, from: Stage, to: Stage): readonly Told[] {
  const move = `transitioned from ${STAGE_NAMES[from]} to ${STAGE_NAMES[to]}`;
  const told = { version, text: `Registered model '${model}' version ${version} ${move}.`, also: moveOf(from, to) };
  const any: Told = { topic: 'MODEL_VERSION_TRANSITIONED_STAGE', ...told };
  return to === 'none' ? [any] : [any, { topic: `MODEL_VERSION_TRANSITIONED_TO_${upper(to)}`, ...told }];
}

const moveOf = (from: Stage, to: Stage) => ({ to_stage: STAGE_NAMES[to], from_stage: STAGE_NAMES[from] });

const upper = <S extends Stage>(stage: S) => stage.toUpperCase() as Uppercase<S>;

function exampleOf(topic: Topic): Told {
  const text = `This is an example of ${topic}.`;
  if (topic === 'REGISTERED_MODEL_CREATED') return { topic, text };
  if (topic === 'MODEL_VERSION_TAG_SET') {
    return { topic, version: 1, text, also: { tags: [{ key: 'example_key', value: 'example_value' }] } };
  }
  const to = (['staging', 'archived'] as const).find((stage) => topic.includes(`_TO_${upper(stage)}`)) ?? 'production';
  return { topic, version: 1, text, ...(topic !== 'MODEL_VERSION_CREATED' && { also: moveOf('none', to) }) };
}
