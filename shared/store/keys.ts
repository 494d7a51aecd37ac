import { hash } from 'node:crypto';
import type { ApprovalId } from '../domain/approval.ts';
import type { VersionRef } from '../domain/dependency.ts';
import type { Entity } from '../domain/entity.ts';
import type { Held } from '../domain/history.ts';
import type { HoldId } from '../domain/hold.ts';
import type { Place } from '../domain/merkle.ts';
import type { ModelId, ModelName, Sha256, TenantId, VersionNumber } from '../domain/names.ts';
import type { PolicyRef } from '../domain/policy.ts';
import type { Principal } from '../domain/principal.ts';
import type { TokenId } from '../domain/token.ts';
import type { WebhookId } from '../domain/webhook.ts';
import type { Item, Key } from './table.ts';

/**
 * The whole table, in one place. But for a principal's memberships, no partition crosses a tenant.
 *
 * | entity         | pk                   | sk                        | index                                        |
 * | -------------- | -------------------- | ------------------------- | -------------------------------------------- |
 * | member         | P#<principal>        | T#<tenant>                | gsi1 T#<tenant>#MEMBERS by principal         |
 * | tenant         | T#<tenant>           | TENANT                    |                                              |
 * | policy         | T#<tenant>           | POLICY, POLICY#<model id> |                                              |
 * | subscription   | T#<tenant>#SUBSCRIPTIONS | <ulid>                |                                              |
 * | token          | T#<tenant>#TOKENS    | <ulid>                    | gsi1 T#<tenant>#TOKENS#<principal> by id; TTL `expiresAt` |
 * | model          | T#<tenant>#MODELS    | M#<name>                  |                                              |
 * | deleted model  | T#<tenant>#GRAVES    | <id>                      |                                              |
 * | name of a model | T#<tenant>#NAMES    | <id>                      |                                              |
 * | version        | T#<tenant>#M#<id>    | V#<8 digits>              | gsi2 T#<tenant>#M#<id>#<stage> by number     |
 * | digest         | T#<tenant>#M#<id>    | D#<root digest>           |                                              |
 * | stage history  | T#<tenant>#M#<id>    | S#<stage>#<ms>#<seq>      |                                              |
 * | alias history  | T#<tenant>#M#<id>    | A#<alias>#<ms>#<seq>      |                                              |
 * | approval       | T#<tenant>#M#<id>    | AP#<8 digits>#<ulid>      | gsi1 T#<tenant>#INBOX while it is pending    |
 * | card           | T#<tenant>#M#<id>    | C#<8 digits>#<8 digits>   |                                              |
 * | check          | T#<tenant>#M#<id>    | CK#<8 digits>#<name>      |                                              |
 * | evaluation     | T#<tenant>#M#<id>    | EV#<8 digits>#<8 digits>  |                                              |
 * | standing       | T#<tenant>#M#<id>    | ES#<8 digits>#<data set>  |                                              |
 * | dependent      | T#<tenant>#M#<needed id> | DEP#<8 digits>#<id>#<8 digits> |                                      |
 * | usage          | T#<tenant>           | USAGE                     |                                              |
 * | walk           | T#<tenant>#WALK#<ulid> | P#<6 digits>, V#<id>#<8 digits> | TTL `expiresAt`                      |
 * | webhook        | T#<tenant>#WEBHOOKS  | W#<ulid>                  |                                              |
 * | delivery       | T#<tenant>#W#<webhook> | <event id>              | gsi1 T#<tenant>#W#<webhook> by time of the event; due DELIVERY#<shard> while it is pending; TTL `expiresAt` |
 * | mark           | T#<tenant>#X#<digest of the trait> | <id>, <id>#<8 digits> |                                    |
 * | event          | T#<tenant>[#M#<id>]  | E#<12 digits>             | gsi1 T#<tenant>#EVENTS by time; gsi2 T#<tenant>#NUMBER#<8 digits> by model, of a registration; due OUTBOX#<shard> until published |
 * | log            | T#<tenant>#LOG       | LOG                       | due LOG#<shard> by tenant                    |
 * | node of a log  | T#<tenant>#LOG       | N#<2 digits>#<12 digits>  | gsi2 T#<tenant>#LOG#[<model id>] by seq      |
 * | checkpoint     | T#<tenant>#LOG       | K#<12 digits>             |                                              |
 * | object reference | T#<tenant>#O#<sha256> | <id>#<root digest>     |                                              |
 * | proven object  | T#<tenant>#O#<sha256> | PROVEN                   |                                              |
 * | removal        | T#<tenant>#O#<sha256> | REMOVAL                  |                                              |
 * | hold           | T#<tenant>#HOLDS     | H#<ulid>                  |                                              |
 * | look           | T#<tenant>#LOOKS     | TENANT, M#<id>, V#<id>#<8 digits> | due RETENTION#<shard> by time        |
 * | upkeep         | T#<tenant>           | UPKEEP                    |                                              |
 * | reading of an object | T#<tenant>#O#<sha256> | READING            | TTL `expiresAt`                              |
 * | staged file    | T#<tenant>#STAGED#<principal> | F#<path>         | TTL `expiresAt`                              |
 * | logged model   | T#<tenant>#STAGED#<principal> | M#<its id>       | TTL `expiresAt`                              |
 * | received file  | T#<tenant>#RECEIVED#<ulid> | <6 digits>          | TTL `expiresAt`                              |
 * | reply          | T#<tenant>#I         | <key hash>                | TTL `expiresAt`                              |
 */
export const keys = {
  memberships: (principal: Principal) => `P#${principal}`,
  member: (tenant: TenantId, principal: Principal): Key => ({ pk: keys.memberships(principal), sk: `T#${tenant}` }),
  members: (tenant: TenantId) => `T#${tenant}#MEMBERS`,
  tenant: (tenant: TenantId): Key => ({ pk: `T#${tenant}`, sk: 'TENANT' }),
  policy: ({ tenant, model }: PolicyRef): Key => ({ pk: `T#${tenant}`, sk: model ? `POLICY#${model}` : 'POLICY' }),
  subscriptions: (tenant: TenantId) => `T#${tenant}#SUBSCRIPTIONS`,
  subscription: (tenant: TenantId, id: string): Key => ({ pk: keys.subscriptions(tenant), sk: id }),
  tokens: (tenant: TenantId) => `T#${tenant}#TOKENS`,
  tokensOf: (tenant: TenantId, principal: Principal) => `${keys.tokens(tenant)}#${principal}`,
  token: (tenant: TenantId, id: TokenId): Key => ({ pk: keys.tokens(tenant), sk: id }),
  models: (tenant: TenantId) => `T#${tenant}#MODELS`,
  /** Names may hold what separates the parts of a key: a name is the last part, as it is, so that keys sort by name. */
  modelPrefix: (prefix: string) => `M#${prefix}`,
  model: (tenant: TenantId, name: ModelName): Key => ({ pk: keys.models(tenant), sk: keys.modelPrefix(name) }),
  /** Not by name: with an id behind it, the longest would be no key any more. */
  graves: (tenant: TenantId) => `T#${tenant}#GRAVES`,
  grave: (tenant: TenantId, id: ModelId): Key => ({ pk: keys.graves(tenant), sk: id }),
  name: (tenant: TenantId, id: ModelId): Key => ({ pk: `T#${tenant}#NAMES`, sk: id }),
  history: (tenant: TenantId, model?: ModelId) => (model ? `T#${tenant}#M#${model}` : `T#${tenant}`),
  version: (tenant: TenantId, model: ModelId, number: VersionNumber): Key => ({
    pk: keys.history(tenant, model),
    sk: `${VERSION_PREFIX}${padded(number, 8)}`,
  }),
  stage: (tenant: TenantId, model: ModelId, stage: string) => `${keys.history(tenant, model)}#${stage}`,
  approvals: (number: VersionNumber) => `AP#${padded(number, 8)}#`,
  approval: (tenant: TenantId, model: ModelId, number: VersionNumber, id: ApprovalId): Key => ({
    pk: keys.history(tenant, model),
    sk: keys.approvals(number) + id,
  }),
  inbox: (tenant: TenantId) => `T#${tenant}#INBOX`,
  card: (tenant: TenantId, model: ModelId, number: VersionNumber, revision: number): Key => ({
    pk: keys.history(tenant, model),
    sk: `C#${padded(number, 8)}#${padded(revision, 8)}`,
  }),
  checks: (number: VersionNumber) => `CK#${padded(number, 8)}#`,
  check: (tenant: TenantId, model: ModelId, number: VersionNumber, name: string): Key => ({
    pk: keys.history(tenant, model),
    sk: keys.checks(number) + name,
  }),
  evaluations: (number: VersionNumber) => `EV#${padded(number, 8)}#`,
  evaluation: (tenant: TenantId, model: ModelId, number: VersionNumber, evaluation: number): Key => ({
    pk: keys.history(tenant, model),
    sk: keys.evaluations(number) + padded(evaluation, 8),
  }),
  standings: (number: VersionNumber) => `ES#${padded(number, 8)}#`,
  standing: (tenant: TenantId, model: ModelId, number: VersionNumber, dataset: string): Key => ({
    pk: keys.history(tenant, model),
    sk: keys.standings(number) + dataset,
  }),
  /** To one version, or to all of a model. */
  edges: (number?: VersionNumber) => (number === undefined ? 'DEP#' : `DEP#${padded(number, 8)}#`),
  edge: (tenant: TenantId, needed: VersionRef, by: VersionRef): Key => ({
    pk: keys.history(tenant, needed.model),
    sk: `${keys.edges(needed.version)}${by.model}#${padded(by.version, 8)}`,
  }),
  usage: (tenant: TenantId): Key => ({ pk: `T#${tenant}`, sk: 'USAGE' }),
  walk: (tenant: TenantId, walk: string) => `T#${tenant}#WALK#${walk}`,
  walkPage: (tenant: TenantId, walk: string, page: number): Key => ({
    pk: keys.walk(tenant, walk),
    sk: `P#${padded(page, 6)}`,
  }),
  walkStep: (tenant: TenantId, walk: string, { model, version }: VersionRef): Key => ({
    pk: keys.walk(tenant, walk),
    sk: `V#${model}#${padded(version, 8)}`,
  }),
  webhooks: (tenant: TenantId) => `T#${tenant}#WEBHOOKS`,
  webhook: (tenant: TenantId, id: WebhookId): Key => ({ pk: keys.webhooks(tenant), sk: `W#${id}` }),
  deliveries: (tenant: TenantId, webhook: WebhookId) => `T#${tenant}#W#${webhook}`,
  delivery: (tenant: TenantId, webhook: WebhookId, event: string): Key => ({
    pk: keys.deliveries(tenant, webhook),
    sk: event,
  }),
  trait: (tenant: TenantId, trait: Sha256) => `T#${tenant}#X#${trait}`,
  digest: (tenant: TenantId, model: ModelId, digest: Sha256): Key => ({
    pk: keys.history(tenant, model),
    sk: `D#${digest}`,
  }),
  holdings: (held: Held) => ('stage' in held ? `S#${held.stage}#` : `A#${held.alias}#`),
  holdingAt: (held: Held, at: Date) => `${keys.holdings(held)}${padded(at.getTime(), 15)}`,
  event: (tenant: TenantId, model: ModelId | undefined, seq: number): Key => ({
    pk: keys.history(tenant, model),
    sk: `${EVENT_PREFIX}${padded(seq, 12)}`,
  }),
  events: (tenant: TenantId) => `T#${tenant}#EVENTS`,
  /** The registrations that gave a number, one of each model that has come so far. */
  numbered: (tenant: TenantId, number: VersionNumber) => `T#${tenant}#NUMBER#${padded(number, 8)}`,
  proof: (tenant: TenantId, sha256: Sha256): Key => ({ pk: keys.objects(tenant, sha256), sk: 'PROVEN' }),
  reading: (tenant: TenantId, sha256: Sha256): Key => ({ pk: keys.objects(tenant, sha256), sk: 'READING' }),
  objects: (tenant: TenantId, sha256: Sha256) => `T#${tenant}#O#${sha256}`,
  removal: (tenant: TenantId, sha256: Sha256): Key => ({ pk: keys.objects(tenant, sha256), sk: 'REMOVAL' }),
  stagedBy: (tenant: TenantId, by: Principal) => `T#${tenant}#STAGED#${by}`,
  /** A directory ends with `/`; all are below the empty one. */
  stagedBelow: (directory: string) => `F#${directory}`,
  staged: (tenant: TenantId, by: Principal, path: string): Key => ({
    pk: keys.stagedBy(tenant, by),
    sk: keys.stagedBelow(path),
  }),
  logged: (tenant: TenantId, by: Principal, loggedModelId: string): Key => ({
    pk: keys.stagedBy(tenant, by),
    sk: `M#${loggedModelId}`,
  }),
  received: (tenant: TenantId, list: string) => `T#${tenant}#RECEIVED#${list}`,
  holds: (tenant: TenantId) => `T#${tenant}#HOLDS`,
  hold: (tenant: TenantId, id: HoldId): Key => ({ pk: keys.holds(tenant), sk: `H#${id}` }),
  look: (tenant: TenantId, model?: ModelId, version?: VersionNumber): Key => {
    const ofModel = model === undefined ? 'TENANT' : `M#${model}`;
    return { pk: `T#${tenant}#LOOKS`, sk: version === undefined ? ofModel : `V#${model}#${padded(version, 8)}` };
  },
  upkeep: (tenant: TenantId): Key => ({ pk: `T#${tenant}`, sk: 'UPKEEP' }),
  ofLog: (tenant: TenantId) => `T#${tenant}#LOG`,
  log: (tenant: TenantId): Key => ({ pk: keys.ofLog(tenant), sk: 'LOG' }),
  logNode: (tenant: TenantId, { level, index }: Place): Key => ({
    pk: keys.ofLog(tenant),
    sk: `N#${padded(level, 2)}#${padded(index, 12)}`,
  }),
  /** Where a chain had come to. */
  marks: (tenant: TenantId, model: ModelId | undefined) => `${keys.ofLog(tenant)}#${model ?? ''}`,
  mark: (seq: number) => padded(seq, 12),
  checkpoint: (tenant: TenantId, number: number): Key => ({
    pk: keys.ofLog(tenant),
    sk: CHECKPOINT_PREFIX + padded(number, 12),
  }),
  reply: (tenant: TenantId | '', key: Sha256): Key => ({ pk: `T#${tenant}#I`, sk: key }),
};

/** The partitions of the index `due`. They cross tenants: only what runs on a schedule reads them. */
export const dueKeys = {
  /** What the bus does not have yet. */
  outbox: (shard: number) => `OUTBOX#${padded(shard, 2)}`,
  /** What is to be delivered to a webhook. */
  deliveries: (shard: number) => `DELIVERY#${padded(shard, 2)}`,
  /** What retention is to look at. */
  looks: (shard: number) => `RETENTION#${padded(shard, 2)}`,
  /** The logs of all tenants. */
  logs: (shard: number) => `LOG#${padded(shard, 2)}`,
};

export const VERSION_PREFIX = 'V#';
export const EVENT_PREFIX = 'E#';
export const CHECKPOINT_PREFIX = 'K#';
/** The last number that the key of an event has room for. */
export const SEQUENCE_MAX = 999_999_999_999;
/** Sorts behind every continuation of a key that ends before it. */
export const LAST = '~';

/** Sorts behind the ids of models, and before everything else that is said of an object. */
export const BEHIND_IDS = '8';

/** Looks are spread over so many partitions of the index `due`, those of a tenant over all of them. */
export const LOOK_SHARDS = 8;

/** The outbox is spread over so many partitions of the index `due`. */
export const OUTBOX_SHARDS = 16;

/** What waits for a time to be delivered, likewise. */
export const DELIVERY_SHARDS = 4;

/** The part of an index that something belongs to, the same each time, by the end of its hexadecimal name. */
const shardOf = (name: string, shards: number): number => Number.parseInt(name.slice(-2), 16) % shards;
/** The logs of all tenants are spread over so many partitions of the index `due`. */
export const LOG_SHARDS = 16;

const padded = (number: number, digits: number): string => String(number).padStart(digits, '0');

/** Where an entity lies. */
export function keyOf(entity: Entity | PolicyRef): Key {
  switch (entity.kind) {
    case 'tenant':
      return keys.tenant(entity.id);
    case 'member':
      return keys.member(entity.tenant, entity.principal);
    case 'policy':
      return keys.policy(entity);
    case 'subscription':
      return keys.subscription(entity.tenant, entity.id);
    case 'token':
      return keys.token(entity.tenant, entity.id);
    case 'model':
      return keys.model(entity.tenant, entity.name);
    case 'grave':
      return keys.grave(entity.tenant, entity.id);
    case 'name':
      return keys.name(entity.tenant, entity.model);
    case 'version':
      return keys.version(entity.tenant, entity.model, entity.number);
    case 'digest':
      return keys.digest(entity.tenant, entity.model, entity.digest);
    case 'reference':
      return { pk: keys.objects(entity.tenant, entity.sha256), sk: `${entity.model}#${entity.rootDigest}` };
    case 'proof':
      return keys.proof(entity.tenant, entity.sha256);
    case 'reading':
      return keys.reading(entity.tenant, entity.sha256);
    case 'staged':
      return keys.staged(entity.tenant, entity.by, entity.path);
    case 'logged':
      return keys.logged(entity.tenant, entity.by, entity.loggedModelId);
    case 'received':
      return { pk: keys.received(entity.tenant, entity.list), sk: padded(entity.place, 6) };
    case 'holding': {
      const sk = `${keys.holdingAt(entity.held, new Date(entity.at))}#${padded(entity.seq, 12)}`;
      return { pk: keys.history(entity.tenant, entity.model), sk };
    }
    case 'approval':
      return keys.approval(entity.tenant, entity.model, entity.version, entity.id);
    case 'card':
      return keys.card(entity.tenant, entity.model, entity.version, entity.revision);
    case 'check':
      return keys.check(entity.tenant, entity.model, entity.version, entity.name);
    case 'evaluation':
      return keys.evaluation(entity.tenant, entity.model, entity.version, entity.number);
    case 'standing':
      return keys.standing(entity.tenant, entity.model, entity.version, entity.dataset.name);
    case 'edge':
      return keys.edge(entity.tenant, entity, entity.by);
    case 'usage':
      return keys.usage(entity.tenant);
    case 'walkPage':
      return keys.walkPage(entity.tenant, entity.walk, entity.page);
    case 'walkStep':
      return keys.walkStep(entity.tenant, entity.walk, entity);
    case 'webhook':
      return keys.webhook(entity.tenant, entity.id);
    case 'delivery':
      return keys.delivery(entity.tenant, entity.webhook, entity.event);
    case 'mark': {
      const sk = entity.version === undefined ? entity.model : `${entity.model}#${padded(entity.version, 8)}`;
      return { pk: keys.trait(entity.tenant, entity.trait), sk };
    }
    case 'event':
      return keys.event(entity.tenant, entity.model?.id, entity.seq);
    case 'removal':
      return keys.removal(entity.tenant, entity.sha256);
    case 'hold':
      return keys.hold(entity.tenant, entity.id);
    case 'look':
      return keys.look(entity.tenant, entity.model, entity.version);
    case 'upkeep':
      return keys.upkeep(entity.tenant);
    case 'log':
      return keys.log(entity.tenant);
    case 'logNode':
      return keys.logNode(entity.tenant, entity);
    case 'checkpoint':
      return keys.checkpoint(entity.tenant, entity.number);
    case 'reply':
      return keys.reply(entity.tenant, entity.key);
  }
}

/** What is stored of an entity: all of it, with its key and the keys of the indexes that list it. Entities are JSON. */
export const itemOf = (entity: Entity): Item => ({ ...indexKeysOf(entity), ...(entity as object), ...keyOf(entity) });

function indexKeysOf(entity: Entity): Partial<Item> {
  switch (entity.kind) {
    case 'member':
      return { gsi1pk: keys.members(entity.tenant), gsi1sk: entity.principal };
    case 'token':
      return { gsi1pk: keys.tokensOf(entity.tenant, entity.principal), gsi1sk: entity.id };
    case 'version': {
      const { sk } = keys.version(entity.tenant, entity.model, entity.number);
      const listed = entity.state !== 'deleted';
      return listed ? { gsi2pk: keys.stage(entity.tenant, entity.model, entity.stage), gsi2sk: sk } : {};
    }
    case 'approval':
      return entity.state === 'pending'
        ? { gsi1pk: keys.inbox(entity.tenant), gsi1sk: `${entity.requestedAt}#${entity.id}` }
        : {};
    case 'delivery': {
      const { tenant, webhook, event, at, dueAt } = entity;
      const place = `#${event}`;
      return {
        gsi1pk: keys.deliveries(tenant, webhook),
        gsi1sk: `${at}${place}`,
        ...(dueAt !== undefined && {
          duepk: dueKeys.deliveries(shardOf(event, DELIVERY_SHARDS)),
          duesk: `${dueAt}${place}#${webhook}`,
        }),
      };
    }
    case 'event': {
      const time = `${entity.at}#${entity.model?.id ?? ''}#${padded(entity.seq, 12)}`;
      return {
        gsi1pk: keys.events(entity.tenant),
        gsi1sk: time,
        ...(entity.type === 'version.registered' &&
          entity.model &&
          entity.version && {
            gsi2pk: keys.numbered(entity.tenant, entity.version),
            gsi2sk: entity.model.id,
          }),
        ...(!entity.published && {
          duepk: dueKeys.outbox(shardOf(entity.id, OUTBOX_SHARDS)),
          duesk: `${entity.at}#${entity.id}`,
        }),
      };
    }
    case 'look': {
      const { pk, sk } = keyOf(entity);
      const shard = shardOf(hash('sha256', pk + sk, 'hex'), LOOK_SHARDS);
      return { duepk: dueKeys.looks(shard), duesk: `${entity.at}#${pk}#${sk}` };
    }
    case 'log':
      return { duepk: dueKeys.logs(shardOf(hash('sha256', entity.tenant), LOG_SHARDS)), duesk: entity.tenant };
    case 'logNode': {
      const { tenant, entry } = entity;
      return entry?.type === 'chain' ? { gsi2pk: keys.marks(tenant, entry.model), gsi2sk: keys.mark(entry.seq) } : {};
    }
    default:
      return {};
  }
}
