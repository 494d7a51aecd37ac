import { LOOKED_AFTER } from '../domain/retention/look.ts';
import type { Reaction, Reactions } from './reaction.ts';

/** Every reaction of the registry, by name. Each is a function of its own: `functions/on-publish-events.ts`. */
export const reactions = {
  onPublishEvents: {
    summary: 'Gives every event to the bus as soon as it is written.',
    cause: { stream: 'events' },
    needs: ['table:note', 'bus:publish', 'letters:write'],
  },
  onSweepOutbox: {
    summary: 'Gives the bus what the stream lost.',
    cause: { everyMinutes: 5 },
    needs: ['due:read', 'table:note', 'bus:publish'],
  },
  onDispatchWebhooks: {
    summary: 'Makes a delivery of each event for every webhook that wants it.',
    cause: { queue: { events: 'all' } },
    needs: ['table:read', 'table:write', 'queue:onDeliverWebhook'],
    seconds: 30,
  },
  onDeliverWebhook: {
    summary: 'Tries to deliver an event to a webhook, and sees to the next attempt where it does not arrive.',
    cause: { queue: {} },
    needs: ['table:read', 'table:write', 'webhooks:secrets', 'queue:onDeliverWebhook'],
    seconds: 60,
  },
  onRetryDeliveries: {
    summary: 'Takes up the deliveries whose time has come.',
    cause: { everyMinutes: 1 },
    needs: ['due:read', 'table:write', 'queue:onDeliverWebhook'],
  },
  onConnectSubscription: {
    summary: 'Makes the rule by which an event bus of another account gets events, or takes it away.',
    cause: { queue: { events: ['subscription.created', 'subscription.deleted'] } },
    needs: ['table:read', 'table:write', 'subscribers:connect'],
  },
  onPlanRetention: {
    summary: 'Plans when retention has to look at what an event is about.',
    cause: { queue: { events: LOOKED_AFTER } },
    needs: ['table:note'],
  },
  onApplyRetention: {
    summary: 'Archives, deletes and compacts what its time is over for, and nothing that must be kept.',
    cause: { everyMinutes: 60 },
    needs: [
      'due:read',
      'table:read',
      'table:write',
      'table:note',
      'table:remove',
      'artifacts:read',
      'artifacts:write',
      'artifacts:erase',
    ],
    seconds: 900,
    megabytes: 1_769,
  },
  onSignCheckpoint: {
    summary: 'Signs where the chains of every tenant have come to, and keeps it where nobody can change it.',
    cause: { everyMinutes: 15 },
    needs: ['due:read', 'table:read', 'table:write', 'checkpoints:sign'],
    seconds: 900,
  },
  onTakeUpload: {
    summary: 'Reads the files that were uploaded before their version was registered, and completes it with them.',
    cause: { queue: { events: ['version.registered'] } },
    needs: [
      'table:read',
      'table:write',
      'table:note',
      'artifacts:read',
      'artifacts:write',
      'artifacts:stage',
      'queue:onTakeUpload',
    ],
    seconds: 900,
    megabytes: 1_769,
  },
  onValidateVersion: {
    summary:
      'Reads the files of a version, says what is wrong with them, and promotes by policy what meets everything.',
    cause: {
      queue: {
        events: ['version.completed', 'check.recorded', 'evaluation.recorded', 'card.changed', 'approval.voted'],
      },
    },
    needs: ['table:read', 'table:write', 'table:note', 'artifacts:read', 'queue:onValidateVersion'],
    seconds: 900,
    megabytes: 1_769,
  },
} as const satisfies Reactions;

export type ReactionName = keyof typeof reactions;

/** Every row with its name. */
export const reactionRows = Object.entries(reactions) as readonly (readonly [ReactionName, Reaction])[];

/** The reactions that have a queue. */
export type QueueName = {
  [Name in ReactionName]: (typeof reactions)[Name]['cause'] extends { queue: unknown } ? Name : never;
}[ReactionName];

type QueueCause = Extract<Reaction['cause'], { queue: unknown }>;

/** Every row with a queue, and what the bus puts into it. */
export const queueRows = reactionRows.flatMap(([name, { cause }]) =>
  'queue' in cause ? [[name as QueueName, cause.queue] as const] : [],
) satisfies readonly (readonly [QueueName, QueueCause['queue']])[];
