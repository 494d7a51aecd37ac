import type * as z from 'zod/mini';
import type { EVENT_DATA, EventType } from '../domain/event.ts';
import { BUS, SHA256 as DIGEST } from './examples.ts';

/** What a type of event says, for whoever reads the catalogue. */
interface CatalogueRow<Type extends EventType> {
  /** Goes on after “tells that”. */
  readonly summary: string;
  readonly example: z.input<(typeof EVENT_DATA)[Type]>;
  /** Of the tenant itself, and not of a model. */
  readonly ofTenant?: true;
  /** Of a model as a whole, and not of a version. */
  readonly ofModel?: true;
}

const SUBJECT = '5f0c2d9be1b64c0a6d1e3fbf5a7dd1b6a0a8c5f0a3f5a1f9c1b1a7d3e2c4b6a8';
const RECEIVER = { webhook: '01JNF4YVQ4R9S8T7V6W5X4Y3Z4', host: 'hooks.example.com' };
const RISK = 'aws:111122223333:role/Risk';

/** Every type of event, with an example of its data. */
export const CATALOGUE: { readonly [Type in EventType]: CatalogueRow<Type> } = {
  'tenant.created': {
    summary: 'a tenant was made',
    example: { name: 'Acme Bank', admin: RISK },
    ofTenant: true,
  },
  'member.put': {
    summary: 'a member was added, or has other roles',
    example: { principal: RISK, roles: [{ role: 'reviewer', models: 'fraud-*' }], person: 'E-4711' },
    ofTenant: true,
  },
  'member.removed': { summary: 'somebody is no member any more', example: { principal: RISK }, ofTenant: true },
  'policy.changed': {
    summary: 'the policy of the tenant changed, or that of a model',
    example: { policyRevision: 3, policyDigest: DIGEST },
    ofModel: true,
  },
  'subscription.created': {
    summary: 'an event bus of another account gets the events of the tenant',
    example: { subscription: '01JNF4YVQ4R9S8T7V6W5X4Y3Z2', bus: BUS, types: ['version.promoted'] },
    ofTenant: true,
  },
  'subscription.deleted': {
    summary: 'an event bus gets no more events',
    example: { subscription: '01JNF4YVQ4R9S8T7V6W5X4Y3Z2', bus: BUS },
    ofTenant: true,
  },
  'token.created': {
    summary: 'somebody made a token, which speaks for them until it ends',
    example: {
      token: '01JNF4YVQ4R9S8T7V6W5X4Y3Z5',
      label: 'training pipeline',
      roles: [{ role: 'publisher', models: 'fraud-*' }],
      validUntil: '2026-03-02T10:00:00.000Z',
    },
    ofTenant: true,
  },
  'token.revoked': {
    summary: 'a token was ended before its time',
    example: { token: '01JNF4YVQ4R9S8T7V6W5X4Y3Z5', principal: RISK },
    ofTenant: true,
  },
  'model.created': { summary: 'a model was made', example: { lifecycle: 'governed' }, ofModel: true },
  'model.updated': {
    summary: 'description or tags of a model changed',
    example: { fields: ['description'] },
    ofModel: true,
  },
  'model.renamed': {
    summary: 'a model has another name',
    example: { from: 'fraud', to: 'fraud-detector' },
    ofModel: true,
  },
  'model.deleted': {
    summary: 'a model was deleted, and its name is free again',
    example: { forced: false, staging: [], production: [] },
    ofModel: true,
  },
  'version.registered': {
    summary: 'a version was registered, and its files may be sent',
    example: { rootDigest: DIGEST, bytes: 52_428, files: 3 },
  },
  'version.completed': { summary: 'all files of a version are there', example: { rootDigest: DIGEST } },
  'version.validated': {
    summary: 'the registry has read the files of a version: what they are, and how its own checks of them ended',
    example: {
      rootDigest: DIGEST,
      formats: [{ format: 'safetensors', files: 2 }],
      checks: [
        {
          check: 'signet/pickle',
          outcome: 'success',
          checkRevision: 1,
          summary: '2 of 2 files run nothing when they are loaded, as far as is known.',
        },
      ],
    },
  },
  'version.updated': {
    summary: 'description or tags of a version changed',
    example: { fields: ['tags'], tagsSet: [{ key: 'trained', value: '2026-03' }], tagsDeleted: ['draft'] },
  },
  'version.deleted': {
    summary: 'a version was deleted; its number stays used',
    example: { rootDigest: DIGEST, reason: 'Trained on the wrong month.' },
  },
  'version.promoted': {
    summary: 'a version went up: into staging or into production',
    example: { from: 'staging', to: 'production', archived: [2], approval: '01JAB0Q2Y5T3W8Z4N6M1K7H9XC' },
  },
  'version.archived': {
    summary: 'a version was taken out of staging or production',
    example: { from: 'production', reason: 'Replaced by another product.' },
  },
  'version.withdrawn': {
    summary: 'a version of an open lifecycle went out of every stage',
    example: { from: 'staging' },
  },
  'model.rolled_back': {
    summary: 'an earlier version is in production again',
    example: { restored: 2, archived: [3], reason: 'Version 3 scores nulls.' },
  },
  'version.abandoned': {
    summary: 'an upload was given up, which nobody completed in seven days',
    example: { rootDigest: DIGEST, files: 3, bytes: 52_428 },
  },
  'artifact.deleted': {
    summary: 'the files of a version were deleted, as the time for which they are kept is over',
    example: { rootDigest: DIGEST, files: 3, bytes: 52_428, after: 'archived', heldDays: 2_555 },
  },
  'evaluations.compacted': {
    summary: 'old evaluations of a version were put into its summary',
    example: { evaluations: [{ evaluation: 1, evaluationDigest: DIGEST }] },
  },
  'hold.placed': {
    summary: 'a legal hold is in force: what it covers is not deleted',
    example: { hold: '01JAB0Q2Y5T3W8Z4N6M1K7H9XD', matter: 'Case 2026-118', model: '01JNF4YVQ4R9S8T7V6W5X4Y3Z2' },
    ofTenant: true,
  },
  'hold.release_requested': {
    summary: 'an admin asked for the release of a legal hold, which another one has to confirm',
    example: { hold: '01JAB0Q2Y5T3W8Z4N6M1K7H9XD', matter: 'Case 2026-118', reason: 'The case is closed.' },
    ofTenant: true,
  },
  'hold.released': {
    summary: 'a legal hold is not in force any more',
    example: {
      hold: '01JAB0Q2Y5T3W8Z4N6M1K7H9XD',
      matter: 'Case 2026-118',
      reason: 'The case is closed.',
      requestedBy: RISK,
    },
    ofTenant: true,
  },
  'retention.halted': {
    summary: 'retention would do more in a day than is usual, and does nothing more before the next',
    example: { done: 20, limit: 20, until: '2026-03-05T05:06:07.890Z' },
    ofTenant: true,
  },
  'alias.set': { summary: 'an alias names a version', example: { alias: 'champion', from: 2 } },
  'alias.deleted': { summary: 'an alias is no more', example: { alias: 'champion', from: 3 } },
  'transition.refused': {
    summary: 'somebody who may move versions was refused',
    example: {
      action: 'promote',
      to: 'production',
      code: 'transition.refused',
      detail: 'fraud-detector version 3 cannot go into production.',
      unmet: [{ kind: 'metric', demand: 'auc of at least 0.9', found: '0.87' }],
    },
  },
  'approval.requested': {
    summary: 'somebody asks for a version to be let into a stage',
    example: {
      approval: '01JAB0Q2Y5T3W8Z4N6M1K7H9XC',
      stage: 'production',
      subject: SUBJECT,
      comment: 'Better on the March data.',
    },
  },
  'approval.voted': {
    summary: 'a reviewer voted',
    example: {
      approval: '01JAB0Q2Y5T3W8Z4N6M1K7H9XC',
      stage: 'production',
      subject: SUBJECT,
      decision: 'approve',
      state: 'approved',
      roles: ['reviewer'],
      provenBy: 'aws-sigv4',
      reason: 'Checked against the risk appetite.',
    },
  },
  'approval.withdrawn': {
    summary: 'a request for approval was taken back',
    example: { approval: '01JAB0Q2Y5T3W8Z4N6M1K7H9XC', stage: 'production', reason: 'A new version is coming.' },
  },
  'vote.refused': {
    summary: 'a vote did not count',
    example: {
      approval: '01JAB0Q2Y5T3W8Z4N6M1K7H9XC',
      stage: 'production',
      code: 'vote.refused',
      detail: 'You registered the version.',
    },
  },
  'card.changed': {
    summary: 'a version has a new revision of its model card',
    example: { cardRevision: 2, cardDigest: DIGEST },
  },
  'check.recorded': {
    summary: 'the outcome of a check was recorded',
    example: { check: 'ci/bias', outcome: 'success', checkRevision: 1, link: 'https://ci.example.com/runs/812' },
  },
  'evaluation.recorded': {
    summary: 'a version was measured on a data set',
    example: { evaluation: 4, dataset: 'holdout-2026-03', evaluationDigest: DIGEST },
  },
  'webhook.created': {
    summary: 'events are sent to a receiver from now on',
    example: { ...RECEIVER, events: ['version.promoted'], models: 'fraud-*' },
    ofTenant: true,
  },
  'webhook.updated': {
    summary: 'a webhook leads elsewhere, gets other events, or was switched on or off by an admin',
    example: { ...RECEIVER, fields: ['state'] },
    ofTenant: true,
  },
  'webhook.deleted': { summary: 'a webhook was deleted', example: RECEIVER, ofTenant: true },
  'webhook.secret_rotated': {
    summary: 'a webhook has another secret',
    example: { webhook: RECEIVER.webhook, overlapHours: 24 },
    ofTenant: true,
  },
  'webhook.pinged': {
    summary: 'somebody tries a webhook; it alone gets this',
    example: { webhook: RECEIVER.webhook },
    ofTenant: true,
  },
  'webhook.disabled': {
    summary: 'a webhook was switched off, because nothing arrives there',
    example: { ...RECEIVER, reason: 'failing', failingSince: '2026-02-27T05:06:07.890Z' },
    ofTenant: true,
  },
  'webhook.redelivered': {
    summary: 'an event is delivered to a webhook again',
    example: { webhook: RECEIVER.webhook, event: 'evt_5f0c8a1e9b7d6c4f3a2b1c0d9e8f7a6b' },
    ofTenant: true,
  },
};
