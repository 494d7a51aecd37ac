import { Failure } from '../../errors.ts';
import type { EventType } from '../event.ts';
import type { WebhookFormat } from './format.ts';

/** What a format calls events, each with the types that it may come of. */
type Topics = Readonly<Record<string, readonly EventType[]>>;

const REGISTERED = ['version.registered', 'version.completed'] as const satisfies EventType[];
const DESCRIBED = ['version.updated', 'card.changed'] as const satisfies EventType[];

const mlflow = {
  'registered_model.created': ['model.created'],
  'model_version.created': REGISTERED,
  'model_version_tag.set': DESCRIBED,
  'model_version_tag.deleted': DESCRIBED,
  'model_version_alias.created': ['alias.set'],
  'model_version_alias.deleted': ['alias.deleted'],
  'prompt.created': ['model.created'],
  'prompt_version.created': REGISTERED,
  'prompt_tag.set': ['model.updated'],
  'prompt_tag.deleted': ['model.updated'],
  'prompt_version_tag.set': DESCRIBED,
  'prompt_version_tag.deleted': DESCRIBED,
  'prompt_alias.created': ['alias.set'],
  'prompt_alias.deleted': ['alias.deleted'],
} as const satisfies Topics;

const MOVED = ['version.promoted', 'version.archived', 'model.rolled_back'] as const satisfies EventType[];

const databricks = {
  MODEL_VERSION_CREATED: ['version.registered', 'version.completed'],
  MODEL_VERSION_TRANSITIONED_STAGE: ['version.promoted', 'version.archived', 'model.rolled_back', 'version.withdrawn'],
  TRANSITION_REQUEST_CREATED: ['approval.requested'],
  REGISTERED_MODEL_CREATED: ['model.created'],
  MODEL_VERSION_TAG_SET: ['version.updated', 'card.changed'],
  MODEL_VERSION_TRANSITIONED_TO_STAGING: MOVED,
  MODEL_VERSION_TRANSITIONED_TO_PRODUCTION: MOVED,
  MODEL_VERSION_TRANSITIONED_TO_ARCHIVED: MOVED,
  TRANSITION_REQUEST_TO_STAGING_CREATED: ['approval.requested'],
  TRANSITION_REQUEST_TO_PRODUCTION_CREATED: ['approval.requested'],
} as const satisfies Topics;

/** The events of each format that is another product's. */
export const TOPICS = { mlflow, databricks } as const satisfies Record<Exclude<WebhookFormat, 'signet'>, Topics>;

/** Everything that a format can tell, in its own words. */
export const allTopics = (format: WebhookFormat): string[] => (format === 'signet' ? [] : Object.keys(TOPICS[format]));

/** What a webhook is to tell: types of events, and what its format calls them where it is another product's. */
export interface Telling {
  readonly events: readonly EventType[];
  readonly topics?: readonly string[] | undefined;
}

/**
 * The same in full: each type once, those that its topics come of and, where no topics are named, the topics that come of
 * its types.
 * @throws Failure `request.invalid` when the format has nothing of these types
 */
export function tellingOf(format: WebhookFormat, { events, topics }: Telling) {
  if (format === 'signet') return { events: [...new Set(events)] };
  const known: Topics = TOPICS[format];
  const chosen = allTopics(format).filter((topic) =>
    topics ? topics.includes(topic) : events.length === 0 || known[topic]?.some((type) => events.includes(type)),
  );
  if (chosen.length > 0) {
    return { events: [...new Set(chosen.flatMap((topic) => known[topic] ?? []))], topics: chosen };
  }
  const message = `expected types that the format ${format} has something for`;
  throw new Failure('request.invalid', `The format ${format} has nothing for these events.`, {
    issues: [{ field: 'events', message }],
  });
}
