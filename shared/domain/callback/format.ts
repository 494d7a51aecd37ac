import * as z from 'zod/mini';
import type { EventView } from '../event.ts';
import type { Model } from '../model.ts';
import type { Version } from '../version.ts';

/** In whose words a webhook gets what happens: the registry's own, MLflow's, or those of Databricks' registry. */
export const WebhookFormat = z.enum(['signet', 'mlflow', 'databricks']);
export type WebhookFormat = z.output<typeof WebhookFormat>;

/** What an event is about, as it is now, where it still is: formats tell more of it than events do. */
export interface Subject {
  readonly model?: Model | undefined;
  readonly version?: Version | undefined;
}

/** A message of another format, with what the format calls the event that it tells of. */
export interface Callback {
  readonly topic: string;
  readonly body: object;
}

/** Who gets a message, as far as the message says it. */
export interface Addressee {
  readonly id: string;
  readonly tenant: string;
}

/** How another product tells what happens. */
export interface Format {
  /** Everything that an event is in this format: nothing, or several messages. */
  callbacksOf(event: EventView, subject: Subject, to: Addressee): readonly Callback[];
  /** What receivers are tried with. */
  exampleOf(topic: string, at: string, to: Addressee): Callback;
}
