import { Failure } from '../../errors.ts';
import type { EventType, EventView } from '../event.ts';
import { databricks } from './databricks.ts';
import type { Addressee, Format, Subject, WebhookFormat } from './format.ts';
import { mlflow } from './mlflow.ts';

const FORMATS: Readonly<Record<WebhookFormat, Format | undefined>> = { signet: undefined, mlflow, databricks };

/** Everything that a format can tell, in its own words. */
export const allTopics = (format: WebhookFormat): string[] => Object.keys(FORMATS[format]?.topics ?? {});

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
  const known = FORMATS[format]?.topics;
  if (!known) return { events: [...new Set(events)] };
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

interface Teller extends Addressee {
  readonly format: WebhookFormat;
  readonly topics?: readonly string[] | undefined;
}

/** The bodies by which a webhook is told of an event, where it is told in other words than the registry's. */
export function callbacksFor(webhook: Teller, event: EventView, subject: Subject): readonly string[] | undefined {
  const format = FORMATS[webhook.format];
  const { topics = [] } = webhook;
  if (!format) return undefined;
  if (event.type === 'webhook.pinged') return [exampleFor(webhook, topics[0] ?? '', event.at)];
  return format
    .callbacksOf(event, subject, webhook)
    .filter(({ topic }) => topics.includes(topic))
    .map(({ body }) => JSON.stringify(body));
}

/** The body by which a receiver is tried, of one of the topics of its format. */
export const exampleFor = (webhook: Teller, topic: string, at: string): string =>
  JSON.stringify(FORMATS[webhook.format]?.exampleOf(topic, at, webhook).body);
