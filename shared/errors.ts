import * as z from 'zod/mini';
import type { Condition } from './domain/condition.ts';

/** Every failure a caller can see: its stable code, its HTTP status, its fixed title, and what to do next. */
export const FAILURES = {
  'request.invalid': {
    status: 400,
    title: 'The request does not match the contract',
    hint: 'Correct the fields that `issues` names.',
  },
  'request.too_large': {
    status: 413,
    title: 'The request body is too large',
    hint: 'Bodies end at 1 MB; files are uploaded to the URLs that registerVersion gives.',
  },
  'request.throttled': {
    status: 429,
    title: 'There are too many requests',
    hint: 'Repeat the request after a pause that grows with each time.',
  },
  'route.not_found': {
    status: 404,
    title: 'There is no such operation',
    hint: 'Compare method and path with docs/openapi.json.',
  },
  'cursor.invalid': {
    status: 400,
    title: 'The cursor does not belong to this listing',
    hint: 'Start again without a cursor, and keep the filter while you page.',
  },
  'clock.fixed': {
    status: 409,
    title: 'The clock of this registry is not put forward',
    hint: 'Start one that keeps nothing: `npm start -- --ephemeral`.',
  },
  'caller.unknown': {
    status: 401,
    title: 'The caller is not authenticated',
    hint: 'Sign the request with AWS Signature Version 4 for the service execute-api.',
  },
  'caller.forbidden': {
    status: 403,
    title: 'The caller lacks the role for this operation',
    hint: 'Ask an admin of the tenant for the role that `detail` names.',
  },
  'tenant.ambiguous': {
    status: 400,
    title: 'The caller belongs to several tenants',
    hint: 'Choose one with the header X-Signet-Tenant.',
  },
  'tenant.not_found': {
    status: 404,
    title: 'There is no such tenant',
    hint: 'whoAmI lists the tenants that the caller belongs to.',
  },
  'tenant.exists': { status: 409, title: 'A tenant of this id already exists', hint: 'Choose another id.' },
  'tenant.full': {
    status: 409,
    title: 'The tenant has as many of these as it can have',
    hint: 'Delete one that nobody needs.',
  },
  'token.not_found': {
    status: 404,
    title: 'There is no such token',
    hint: 'listTokens lists them.',
  },
  'subscription.not_found': {
    status: 404,
    title: 'There is no such subscription',
    hint: 'listSubscriptions lists them.',
  },
  'subscription.exists': {
    status: 409,
    title: 'The bus is subscribed already',
    hint: 'Delete the subscription that `detail` names, and make another.',
  },
  'subscription.refused': {
    status: 400,
    title: 'Events are not sent to this bus',
    hint: 'Name a bus in an account of your own.',
  },
  'member.not_found': { status: 404, title: 'There is no such member', hint: 'listMembers lists them.' },
  'member.last_admin': {
    status: 409,
    title: 'A tenant keeps at least one admin',
    hint: 'Make another principal admin of `*` first.',
  },
  'policy.conflict': {
    status: 409,
    title: 'The model does not fit the policy',
    hint: 'Archive production versions until one is left.',
  },
  'model.not_found': { status: 404, title: 'There is no such model', hint: 'listModels lists them.' },
  'model.exists': {
    status: 409,
    title: 'A model of this name already exists',
    hint: 'Register a version of it, or choose another name.',
  },
  'model.in_use': {
    status: 409,
    title: 'The model has versions that are in use',
    hint: 'Archive them and what needs them, or let an admin use force with a reason.',
  },
  'model.full': {
    status: 409,
    title: 'The model has as many of these as it can hold',
    hint: 'Remove some first; version numbers are never free again.',
  },
  'version.not_found': { status: 404, title: 'There is no such version', hint: 'listVersions lists them.' },
  'version.duplicate': {
    status: 409,
    title: 'The same files are registered already',
    hint: 'Use the version that `detail` names.',
  },
  'version.incomplete': {
    status: 409,
    title: 'The version is not complete',
    hint: 'Upload what is missing, then call completeVersion.',
  },
  'version.abandoned': {
    status: 409,
    title: 'The upload was not completed within seven days',
    hint: 'Register the files again: they get a new version.',
  },
  'version.mismatch': {
    status: 409,
    title: 'Uploaded bytes are not what the manifest says',
    hint: 'Register again with the true sizes and digests, and upload the files that `issues` names.',
  },
  'version.in_use': {
    status: 409,
    title: 'The version is in use',
    hint: 'Archive it, delete its aliases and archive what needs it first; an admin can force the last with a reason.',
  },
  'version.external': {
    status: 409,
    title: 'The files of the version are kept elsewhere',
    hint: 'Fetch them from its `source`.',
  },
  'artifact.not_found': {
    status: 404,
    title: 'There is no such file',
    hint: 'List what is there; what was uploaded waits 30 days for a version, and only its uploader sees it.',
  },
  'artifact.lost': {
    status: 410,
    title: 'Files of the version are not in the object store any more',
    hint: 'Somebody removed them there: restore them from a former version of the object, or register the files again.',
  },
  'artifact.deleted': {
    status: 410,
    title: 'The files of the version were deleted when their time was over',
    hint: 'The event artifact.deleted says when and why; the same files can be registered again as a new version.',
  },
  'version.retained': {
    status: 409,
    title: 'The policy keeps what was in production',
    hint: 'Wait until the time that `detail` names; previewRetention says why each version is kept.',
  },
  'hold.not_found': { status: 404, title: 'There is no such legal hold', hint: 'listHolds lists them.' },
  'hold.in_force': {
    status: 409,
    title: 'A legal hold covers this',
    hint: 'It can be deleted once two admins have released the hold.',
  },
  'hold.unconfirmed': {
    status: 409,
    title: 'The release of a legal hold takes two admins',
    hint: 'Let another person confirm it, who is an admin of the whole tenant.',
  },
  'hold.full': {
    status: 409,
    title: 'The tenant has as many legal holds in force as it can have',
    hint: 'Release some, or let one cover a whole model.',
  },
  'dependency.not_found': {
    status: 404,
    title: 'A version that it depends on is not there',
    hint: 'Register and complete what `issues` names first, or leave it out.',
  },
  'schema.not_found': {
    status: 404,
    title: 'The version has no schema',
    hint: 'A schema is given when a version is registered, and never later: register another version with it.',
  },
  'transition.refused': {
    status: 409,
    title: 'Lifecycle and policy do not allow this transition',
    hint: '`conditions` says what is met, what is not, and who can see to it; explainTransition says it at any time.',
  },
  'approval.not_found': { status: 404, title: 'There is no such approval', hint: 'listApprovals lists them.' },
  'approval.exists': {
    status: 409,
    title: 'The approval was asked for already',
    hint: 'Wait for the votes on the one that `detail` names, or withdraw it.',
  },
  'approval.needless': {
    status: 409,
    title: 'No approval is needed, or none would help',
    hint: 'explainTransition says what the transition takes.',
  },
  'approval.closed': {
    status: 409,
    title: 'Nobody can vote on this approval any more',
    hint: 'Ask for another with requestApproval.',
  },
  'approval.not_yours': {
    status: 403,
    title: 'Somebody else asked for this approval',
    hint: 'Let whoever asked for it take it back, or an admin of the model.',
  },
  'card.not_found': { status: 404, title: 'There is no such model card', hint: 'Put one with putCard.' },
  'webhook.not_found': { status: 404, title: 'There is no such webhook', hint: 'listWebhooks lists them.' },
  'webhook.limit': {
    status: 409,
    title: 'The tenant has as many webhooks as it can have',
    hint: 'Delete one first, or let one receiver take several types of events.',
  },
  'webhook.disabled': {
    status: 409,
    title: 'The webhook is switched off',
    hint: 'Switch it on with updateWebhook first; pingWebhook tries it before that.',
  },
  'delivery.not_found': {
    status: 404,
    title: 'There is no such delivery',
    hint: 'listDeliveries lists them; they are kept for 30 days.',
  },
  'vote.refused': {
    status: 409,
    title: 'This vote would not count',
    hint: 'Let somebody else vote: with the role, and who neither registered the version nor asked for it.',
  },
  'rollback.impossible': {
    status: 409,
    title: 'There is no former production version to go back to',
    hint: 'getStageHistory shows what was in production.',
  },
  'event.not_found': { status: 404, title: 'There is no such event', hint: 'listEvents lists them.' },
  'checkpoint.pending': {
    status: 409,
    title: 'No checkpoint has this event yet',
    hint: 'Ask again in 15 minutes: then there is one.',
  },
  'alias.not_found': { status: 404, title: 'There is no such alias', hint: 'getModel shows the aliases of a model.' },
  'stage.empty': { status: 404, title: 'No version is in this stage', hint: 'getStageHistory shows what was there.' },
  'precondition.failed': {
    status: 412,
    title: 'It changed since it was read',
    hint: 'Read it again and repeat with the new ETag in If-Match.',
  },
  'idempotency.reused': {
    status: 422,
    title: 'The Idempotency-Key was used for another request',
    hint: 'Use a fresh key for each request, and the same one only to repeat it.',
  },
  'write.conflict': { status: 409, title: 'Others kept changing this at the same time', hint: 'Repeat the request.' },
  'storage.unavailable': {
    status: 503,
    title: 'The registry cannot store anything now',
    hint: 'Repeat the request later; with an Idempotency-Key it happens once.',
  },
  'server.slow': {
    status: 503,
    title: 'The answer took too long',
    hint: 'Repeat the request; with an Idempotency-Key it happens once.',
  },
} as const satisfies Record<string, { status: number; title: string; hint: string }>;

export type FailureCode = keyof typeof FAILURES;

/** The URI of a failure's documentation, relative to the deployment's: the `type` of a problem. */
export const problemType = (code: FailureCode): string => `/problems/${code}`;

/** What is wrong with one field of a request. `field` is a path such as `files[3].sha256`. */
export const Issues = z.array(z.object({ field: z.string(), message: z.string() }));
export type Issue = z.output<typeof Issues>[number];

interface Details {
  readonly issues?: readonly Issue[] | undefined;
  readonly conditions?: readonly Condition[] | undefined;
}

/** A refusal the caller can act on. Anything else that is thrown is a bug and becomes a 500. */
export class Failure extends Error {
  readonly code: FailureCode;
  readonly issues: readonly Issue[];
  /** What a refused transition would have taken, met or not. */
  readonly conditions: readonly Condition[];

  constructor(code: FailureCode, detail: string, options: ErrorOptions & Details = {}) {
    super(detail, options);
    this.name = 'Failure';
    this.code = code;
    this.issues = options.issues ?? [];
    this.conditions = options.conditions ?? [];
  }
}
