import type { EventView } from '../event.ts';
import { isPrompt, PROMPT_TAG } from '../prompt.ts';
import type { Tags } from '../text.ts';
import type { Addressee, Callback, Format, Subject } from './format.ts';
import { tagsIn } from './tags.ts';
import type { TOPICS } from './topics.ts';

type Topic = keyof typeof TOPICS.mlflow;
type Told = readonly [topic: Topic, data: object];

/** What MLflow itself writes into tags of prompts, and tells nobody. */
const TEXT_TAG = 'mlflow.prompt.text';
const INTERNAL_TAGS = [
  PROMPT_TAG,
  TEXT_TAG,
  '_mlflow_prompt_type',
  '_mlflow_prompt_response_format',
  '_mlflow_prompt_model_config',
];

/**
 * MLflow's webhooks: nothing of stages, and of models no tags.
 *
 * Source: https://mlflow.org/docs/latest/ml/webhooks/
 */
export const mlflow: Format = {
  callbacksOf: (event, subject, to) => toldOf(event, subject).map((told) => callback(told, event.at, to)),
  exampleOf: (topic, at, to) => callback([topic as Topic, EXAMPLES[topic as Topic]], at, to),
};

function callback([topic, data]: Told, at: string, { tenant }: Addressee): Callback {
  const [entity, action] = topic.split('.');
  return { topic, body: { entity, action, timestamp: at.replace('Z', '+00:00'), data, workspace: tenant } };
}

function toldOf(event: EventView, subject: Subject): readonly Told[] {
  const name = event.model?.name;
  const prompt = isPrompt(subject.model?.tags ?? {});
  switch (event.type) {
    case 'model.created':
      return [[prompt ? 'prompt.created' : 'registered_model.created', { name, ...described(subject, prompt) }]];
    case 'version.registered':
      // What is kept here is a version when all of it is there.
      return 'rootDigest' in event.data ? [] : [registered(event, subject, prompt)];
    case 'version.completed':
      return [registered(event, subject, prompt)];
    case 'version.updated':
    case 'card.changed': {
      const of = prompt ? 'prompt_version_tag' : 'model_version_tag';
      return tagged(of, event, { name, version: String(event.version) }, subject.version?.tags);
    }
    case 'model.updated':
      return prompt ? tagged('prompt_tag', event, { name }, subject.model?.tags) : [];
    case 'alias.set': {
      const told = { name, alias: event.data['alias'], version: String(event.version) };
      return [[prompt ? 'prompt_alias.created' : 'model_version_alias.created', told]];
    }
    case 'alias.deleted':
      return [[prompt ? 'prompt_alias.deleted' : 'model_version_alias.deleted', { name, alias: event.data['alias'] }]];
    default:
      return [];
  }
}

const described = ({ model }: Subject, prompt: boolean) => ({
  tags: prompt ? spoken(model?.tags ?? {}) : (model?.tags ?? {}),
  description: model?.description ?? '',
});

/** The tags of a prompt that people wrote. */
const spoken = (tags: Tags): Tags =>
  Object.fromEntries(Object.entries(tags).filter(([name]) => !INTERNAL_TAGS.includes(name)));

function registered(event: EventView, { version }: Subject, prompt: boolean): Told {
  const { tags = {}, lineage } = version ?? {};
  const one = { name: event.model?.name, version: String(event.version) };
  const description = version?.description || null;
  if (prompt) {
    return ['prompt_version.created', { ...one, template: tags[TEXT_TAG] ?? null, tags: spoken(tags), description }];
  }
  const source = version?.source ?? event.data['source'] ?? `models:/${one.name}/${one.version}`;
  return ['model_version.created', { ...one, source, run_id: lineage?.runId ?? null, tags, description }];
}

/** One message for each tag. */
function tagged(
  of: 'model_version_tag' | 'prompt_version_tag' | 'prompt_tag',
  event: EventView,
  one: object,
  now: Tags | undefined,
): readonly Told[] {
  const { set, deleted } = tagsIn(event, now);
  return [
    ...set.map((tag): Told => [`${of}.set`, { ...one, ...tag }]),
    ...deleted.map((key): Told => [`${of}.deleted`, { ...one, key }]),
  ];
}

const MODEL = { name: 'example_model' };
const PROMPT = { name: 'example_prompt' };
const ONE = { version: '1' };
const TAGS = { tags: { example_key: 'example_value' } };
const KEY = { key: 'example_key' };
const TAG = { ...KEY, value: 'example_value' };
const ALIAS = { alias: 'example_alias' };

/** What MLflow itself tries receivers with. */
const EXAMPLES: Readonly<Record<Topic, object>> = {
  'registered_model.created': { ...MODEL, ...TAGS, description: 'An example registered model' },
  'model_version.created': {
    ...MODEL,
    ...ONE,
    source: 'models:/123',
    run_id: 'abcd1234abcd5678',
    ...TAGS,
    description: 'An example model version',
  },
  'model_version_tag.set': { ...MODEL, ...ONE, ...TAG },
  'model_version_tag.deleted': { ...MODEL, ...ONE, ...KEY },
  'model_version_alias.created': { ...MODEL, ...ALIAS, ...ONE },
  'model_version_alias.deleted': { ...MODEL, ...ALIAS },
  'prompt.created': { ...PROMPT, ...TAGS, description: 'An example prompt' },
  'prompt_version.created': {
    ...PROMPT,
    ...ONE,
    template: 'Hello {{name}}!',
    ...TAGS,
    description: 'An example prompt version',
  },
  'prompt_tag.set': { ...PROMPT, ...TAG },
  'prompt_tag.deleted': { ...PROMPT, ...KEY },
  'prompt_version_tag.set': { ...PROMPT, ...ONE, ...TAG },
  'prompt_version_tag.deleted': { ...PROMPT, ...ONE, ...KEY },
  'prompt_alias.created': { ...PROMPT, ...ALIAS, ...ONE },
  'prompt_alias.deleted': { ...PROMPT, ...ALIAS },
};
