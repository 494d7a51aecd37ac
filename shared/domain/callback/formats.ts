import type { EventView } from '../event.ts';
import { databricks } from './databricks.ts';
import type { Addressee, Format, Subject, WebhookFormat } from './format.ts';
import { mlflow } from './mlflow.ts';

const FORMATS: Readonly<Record<WebhookFormat, Format | undefined>> = { signet: undefined, mlflow, databricks };

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
