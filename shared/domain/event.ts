import { hash } from 'node:crypto';
import * as z from 'zod/mini';
import { digestOf } from './canonical.ts';
import { VersionRef } from './dependency.ts';
import type { Head } from './entity.ts';
import { FormatCount } from './evidence.ts';
import { Json } from './json.ts';
import { Alias, ModelId, ModelName, Sha256, TenantId, Timestamp, VersionNumber } from './names.ts';
import { Actor, Principal } from './principal.ts';
import { Grant } from './role.ts';
import { Stage } from './stage.ts';

const text = z.string();
const versions = z.array(VersionNumber);
const fields = z.array(text);

/** The tags that were set, each with its value where that is not long, and those that were taken away. */
const tagFields = {
  tagsSet: z.optional(z.array(z.object({ key: text, value: z.optional(text) }))),
  tagsDeleted: z.optional(fields),
};

/** That an admin had it so although active versions need it: ten of them at most. */
const forcedFields = { forced: z.optional(z.boolean()), dependents: z.optional(z.array(VersionRef)) };

/** A webhook, and where it leads: no more of the URL, in which there may be a secret. */
const receiverFields = { webhook: text, host: text };
/** The approvals that were asked for, and that nothing can come of any more. */
const closedFields = { approvals: z.optional(fields) };

/** What rules of buses name as the source of all that the registry tells. */
export const SOURCE = 'signet';

/** What each type of event tells. A type is `noun.pastVerb`; fields may be added to one, and never change or go. */
export const EVENT_DATA = {
  'tenant.created': z.object({ name: text, admin: Principal }),
  'member.put': z.object({ principal: Principal, roles: z.array(Grant), person: z.optional(text) }),
  'member.removed': z.object({ principal: Principal }),
  'policy.changed': z.object({ policyRevision: z.number(), policyDigest: Sha256 }),
  'subscription.created': z.object({ subscription: text, bus: text, types: z.optional(z.array(text)) }),
  'subscription.deleted': z.object({ subscription: text, bus: text, types: z.optional(z.array(text)) }),
  'token.created': z.object({ token: text, label: text, roles: z.array(Grant), validUntil: text }),
  'token.revoked': z.object({ token: text, principal: Principal }),
  'model.created': z.object({ lifecycle: text }),
  'model.updated': z.object({ fields, ...tagFields }),
  'model.renamed': z.object({ from: ModelName, to: ModelName }),
  'model.deleted': z.object({
    forced: z.boolean(),
    reason: z.optional(text),
    staging: versions,
    production: versions,
    /** Active versions of other models that needed one of it: ten of them at most. */
    dependents: z.optional(z.array(VersionRef)),
  }),
  'version.registered': z.object({
    rootDigest: z.optional(Sha256),
    source: z.optional(text),
    bytes: z.optional(z.number()),
    files: z.optional(z.number()),
    /** The version whose upload was given up, and whose files these are. */
    abandoned: z.optional(VersionNumber),
  }),
  'version.completed': z.object({ rootDigest: Sha256 }),
  /** The registry has read the files of a version: what they are, and how its own checks of them ended. */
  'version.validated': z.object({
    rootDigest: Sha256,
    formats: z.array(FormatCount),
    checks: z.array(z.object({ check: text, outcome: text, checkRevision: z.number(), summary: z.optional(text) })),
  }),
  'version.updated': z.object({ fields, ...tagFields }),
  'version.deleted': z.object({
    rootDigest: z.optional(Sha256),
    ...closedFields,
    ...forcedFields,
    reason: z.optional(text),
    /** The stage that it left, of an open lifecycle. */
    from: z.optional(Stage),
  }),
  'version.promoted': z.object({
    from: Stage,
    to: Stage,
    archived: versions,
    reason: z.optional(text),
    /** The approval that let it in, which is consumed. */
    approval: z.optional(text),
    /** What it needs that was neither in staging nor in production. */
    inactive: z.optional(z.array(VersionRef)),
  }),
  'version.archived': z.object({ from: Stage, reason: z.optional(text), ...closedFields, ...forcedFields }),
  /** Out of every stage, as if it had never been in one: an open lifecycle allows it. */
  'version.withdrawn': z.object({ from: Stage }),
  'model.rolled_back': z.object({
    restored: VersionNumber,
    archived: versions,
    reason: text,
    /** Something stood in the way, and was overridden: see `overridden`. */
    forced: z.optional(z.boolean()),
    /**
     * `schema`: whoever uses what was in production before is not served by it. `lifecycle`: no policy had let it in.
     * `stage`: it was not archived. `dependents`: active versions need what left.
     */
    overridden: z.optional(z.array(text)),
    /** What it needs that was neither in staging nor in production. */
    inactive: z.optional(z.array(VersionRef)),
    dependents: z.optional(z.array(VersionRef)),
  }),
  'version.abandoned': z.object({
    rootDigest: z.optional(Sha256),
    files: z.number(),
    bytes: z.number(),
    /** Of uploaded files that could not become a version. */
    reason: z.optional(text),
  }),
  'artifact.deleted': z.object({
    rootDigest: Sha256,
    files: z.number(),
    bytes: z.number(),
    /** What became of the version before: archived, deleted or abandoned, or the end of its model. */
    after: text,
    /** The days of the policy that it was kept for. */
    heldDays: z.optional(z.number()),
  }),
  'evaluations.compacted': z.object({
    /** Their numbers, with the digest of each as `evaluation.recorded` has it. */
    evaluations: z.array(z.object({ evaluation: z.number(), evaluationDigest: Sha256 })),
  }),
  'hold.placed': z.object({
    hold: text,
    matter: text,
    reason: z.optional(text),
    model: z.optional(ModelId),
    version: z.optional(VersionNumber),
    rootDigest: z.optional(Sha256),
  }),
  'hold.release_requested': z.object({ hold: text, matter: text, reason: text }),
  'hold.released': z.object({ hold: text, matter: text, reason: text, requestedBy: Principal }),
  'retention.halted': z.object({ done: z.number(), limit: z.number(), until: text }),
  'alias.set': z.object({ alias: Alias, from: z.optional(VersionNumber) }),
  'alias.deleted': z.object({ alias: Alias, from: VersionNumber }),
  'transition.refused': z.object({
    action: text,
    to: z.optional(Stage),
    code: text,
    detail: text,
    /** What was demanded and was not so. */
    unmet: z.optional(z.array(z.object({ kind: text, demand: text, found: text }))),
  }),
  'approval.requested': z.object({ approval: text, stage: Stage, subject: Sha256, comment: z.optional(text) }),
  'approval.voted': z.object({
    approval: text,
    stage: Stage,
    subject: Sha256,
    decision: text,
    /** What the vote made of the approval. */
    state: text,
    roles: z.array(text),
    provenBy: text,
    reason: z.optional(text),
  }),
  'approval.withdrawn': z.object({ approval: text, stage: Stage, reason: z.optional(text) }),
  'vote.refused': z.object({ approval: text, stage: Stage, code: text, detail: text }),
  'card.changed': z.object({
    cardRevision: z.number(),
    cardDigest: Sha256,
    /** What else was said of the version with it. */
    fields: z.optional(fields),
    ...tagFields,
  }),
  'check.recorded': z.object({
    check: text,
    outcome: text,
    checkRevision: z.number(),
    summary: z.optional(text),
    link: z.optional(text),
  }),
  'evaluation.recorded': z.object({
    /** Its number among the evaluations of the version. */
    evaluation: z.number(),
    dataset: text,
    evaluationDigest: Sha256,
    runId: z.optional(text),
  }),
  'webhook.created': z.object({
    ...receiverFields,
    events: z.array(text),
    models: text,
    /** In whose words it is told, where they are not the registry's own, and what those call the events. */
    format: z.optional(text),
    topics: z.optional(z.array(text)),
  }),
  'webhook.updated': z.object({ ...receiverFields, fields }),
  'webhook.deleted': z.object(receiverFields),
  'webhook.secret_rotated': z.object({ webhook: text, overlapHours: z.number() }),
  'webhook.pinged': z.object({ webhook: text }),
  'webhook.disabled': z.object({
    ...receiverFields,
    reason: text,
    /** The first failure since something arrived. */
    failingSince: z.optional(Timestamp),
  }),
  /** An event was asked to be delivered again. */
  'webhook.redelivered': z.object({ webhook: text, event: text }),
} as const satisfies Record<string, z.ZodMiniType>;

export const EventType = z.enum(Object.keys(EVENT_DATA) as [EventType, ...EventType[]]);
export type EventType = keyof typeof EVENT_DATA;

/** What a rule says of a change, before the chain gives it its place. */
export type EventDraft = {
  [T in EventType]: {
    readonly type: T;
    readonly version?: VersionNumber;
    readonly data: z.input<(typeof EVENT_DATA)[T]>;
  };
}[EventType];

/** The record of one change: audit entry, history and outbox message in one. */
export const Event = z.object({
  kind: z.literal('event'),
  /** Derived from tenant, model and sequence, so that every copy of an event is recognised. */
  id: text,
  /** The place in its chain: 1, 2, 3 … for each model, and for what concerns the tenant itself. */
  seq: z.int(),
  type: EventType,
  at: Timestamp,
  tenant: TenantId,
  actor: Actor,
  model: z.optional(z.object({ id: ModelId, name: ModelName })),
  version: z.optional(VersionNumber),
  data: z.record(text, Json),
  /** The hash of the event before it in the chain, or 64 zeros. */
  prevHash: Sha256,
  /** SHA-256 of the RFC 8785 canonical JSON of everything else that the view shows. */
  hash: Sha256,
  /** By which a commit knows its own event. */
  mark: z.optional(text),
  /** The bus has it; until then it is in the outbox. */
  published: z.optional(z.boolean()),
});
export type Event = z.output<typeof Event>;

/** The hash before the first event of a chain. */
export const GENESIS = Sha256.parse('0'.repeat(64));

/** An event as it is answered, exported and hashed. */
export const EventView = z.omit(Event, { kind: true, mark: true, published: true });
export type EventView = z.output<typeof EventView>;

/** The hash that an event has to carry. */
export const hashOf = ({ hash: _, ...rest }: EventView): Sha256 => digestOf(rest) as Sha256;

/** The most that an event may weigh as JSON: what webhooks and queues of any kind take. */
export const EVENT_BYTES_MAX = 20_000;

/** What an event has besides its data, at most: names of 250 characters, principals, hashes. */
const FRAME_BYTES_MAX = 4_000;

/** The data of an event, with its longest lists cut until it is short enough. The answer to whoever caused it is whole. */
export function fitting(data: Event['data']): Event['data'] {
  let kept = data;
  while (Buffer.byteLength(JSON.stringify(kept)) > EVENT_BYTES_MAX - FRAME_BYTES_MAX) {
    const lists = Object.entries(kept).flatMap(([name, value]) =>
      Array.isArray(value) ? [[name, value] as const] : [],
    );
    const [longest] = lists.sort(([, one], [, other]) => JSON.stringify(other).length - JSON.stringify(one).length);
    if (!longest || longest[1].length === 0) return kept;
    const [name, list] = longest;
    kept = { ...kept, [name]: list.slice(0, Math.floor(list.length / 2)), cut: true };
  }
  return kept;
}

/** Gives a draft its place behind the head of a chain: the event, and the head with the event behind it. */
export function chain<H extends Head>(
  head: H,
  draft: EventDraft & { readonly actor: Actor },
): { event: Event; head: H } {
  const seq = head.seq + 1;
  const model = head.kind === 'tenant' ? undefined : { id: head.id, name: head.name };
  const tenant = head.kind === 'tenant' ? head.id : head.tenant;
  const place = { id: eventId(tenant, model?.id, seq), seq, at: head.lastAt, tenant };
  const content = EventView.parse({
    ...place,
    ...draft,
    ...(model && { model }),
    data: fitting(JSON.parse(JSON.stringify(draft.data))),
    prevHash: head.headHash,
    hash: GENESIS,
  });
  const event: Event = { kind: 'event', ...content, hash: hashOf(content) };
  return { event, head: { ...head, seq, headHash: event.hash } };
}

/** The same for every copy of the same event, and for no other. */
export const eventId = (tenant: TenantId, model: ModelId | undefined, seq: number): string =>
  `evt_${hash('sha256', `${tenant}/${model ?? ''}/${seq}`, 'hex').slice(0, 32)}`;
