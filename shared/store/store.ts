import type { Approval, ApprovalId } from '../domain/approval.ts';
import type { DigestGuard, ObjectReference, ProvenObject, Reading } from '../domain/artifact.ts';
import type { Card } from '../domain/card.ts';
import type { Change } from '../domain/change.ts';
import type { Check } from '../domain/check.ts';
import type { Edge } from '../domain/dependency.ts';
import type { Evaluation } from '../domain/evaluation.ts';
import type { Event } from '../domain/event.ts';
import type { Held, Holding } from '../domain/history.ts';
import type { Hold, HoldId } from '../domain/hold.ts';
import type { Mark, Trait } from '../domain/mark.ts';
import type { Model } from '../domain/model.ts';
import type { ModelId, ModelName, Sha256, TenantId, VersionNumber } from '../domain/names.ts';
import type { People } from '../domain/people.ts';
import type { Policies } from '../domain/policy.ts';
import type { Principal } from '../domain/principal.ts';
import type { Reply } from '../domain/reply.ts';
import type { Look } from '../domain/retention/look.ts';
import type { Stage } from '../domain/stage.ts';
import type { Logged, Received, Staged } from '../domain/staged.ts';
import type { Standing } from '../domain/standing.ts';
import type { Subscription } from '../domain/subscription.ts';
import type { Member, Tenant } from '../domain/tenant.ts';
import type { Token, TokenId } from '../domain/token.ts';
import type { Version } from '../domain/version.ts';
import type { WalkPage, WalkStep } from '../domain/walk.ts';
import type { DependencyStore } from './dependency-store.ts';
import type { LogStore } from './log-store.ts';
import type { RetentionStore } from './retention-store.ts';
import type { StagedStore } from './staged-store.ts';
import type { Position } from './table.ts';
import type { WebhookStore } from './webhook-store.ts';

/** A model by what never changes of it, alive or deleted. */
export type OfModel = Pick<Model, 'tenant' | 'id'>;

/** Everything the registry asks of storage. `commit` is the only way to write what anybody can see. */
export interface Store extends DependencyStore, LogStore, RetentionStore, StagedStore, WebhookStore {
  tenant(tenant: TenantId): Promise<Tenant | undefined>;
  member(tenant: TenantId, principal: Principal): Promise<Member | undefined>;
  /** The places of a principal in all its tenants. */
  memberships(principal: Principal): Promise<readonly Member[]>;
  members(tenant: TenantId, page: PageOf): Promise<Listed<Member>>;
  /** Who these principals are, as far as they are members and it was said. */
  people(tenant: TenantId, principals: readonly Principal[]): Promise<People>;
  /** The policy of the tenant and, where a model is named, that of the model, and how often it changed who is who. */
  policies(tenant: TenantId, model?: ModelId): Promise<Policies>;
  /** The same of several models at once. */
  policiesOf(tenant: TenantId, models: readonly ModelId[]): Promise<ReadonlyMap<ModelId, Policies>>;

  subscription(tenant: TenantId, id: string): Promise<Subscription | undefined>;
  /** All of a tenant. */
  subscriptions(tenant: TenantId): Promise<readonly Subscription[]>;
  token(tenant: TenantId, id: TokenId): Promise<Token | undefined>;
  /** In the order in which they were made, those that are good at a time; of one principal from an index, which may lag. */
  tokens(tenant: TenantId, of: Principal | undefined, page: PageOf, now: Date): Promise<Listed<Token>>;

  model(tenant: TenantId, name: ModelName): Promise<Model | undefined>;
  /** By name. `keep` says which; a page looks at 2,000 models at most, and may be short or empty and yet have a next. */
  models(
    tenant: TenantId,
    page: PageOf & { readonly prefix?: string | undefined; readonly behind?: ModelName | undefined },
    keep: (model: Model) => boolean,
  ): Promise<Listed<Model>>;

  version(model: OfModel, number: VersionNumber): Promise<Version | undefined>;
  /** In the order of the numbers; each number once. */
  versionsOf(model: Model, numbers: readonly VersionNumber[]): Promise<readonly (Version | undefined)[]>;
  /** By number, without the deleted ones. */
  versions(
    model: Model,
    page: PageOf & { readonly stage?: Stage | undefined; readonly behind?: VersionNumber | undefined },
  ): Promise<Listed<Version>>;
  digest(model: OfModel, rootDigest: Sha256): Promise<DigestGuard | undefined>;
  /** What may have a trait, up to so many. */
  marked(tenant: TenantId, trait: Trait, limit: number): Promise<readonly Mark[]>;
  /** Models that ever had a version of this number, in the order of their ids. */
  numbered(tenant: TenantId, number: VersionNumber, limit: number): Promise<readonly ModelId[]>;
  /** Those of these objects that were read whole, and have the digest that names them. */
  proven(tenant: TenantId, digests: readonly Sha256[]): Promise<ReadonlyMap<Sha256, ProvenObject>>;
  /** How far the reading of an object has come. */
  reading(tenant: TenantId, digest: Sha256): Promise<Reading | undefined>;

  /** All approvals of a version, the latest first. */
  approvals(model: Model, number: VersionNumber): Promise<readonly Approval[]>;
  approval(model: Model, number: VersionNumber, id: ApprovalId): Promise<Approval | undefined>;
  /** What waits for votes in the whole tenant, oldest first. Read from an index, which may lag behind by moments. */
  inbox(tenant: TenantId, page: PageOf): Promise<Listed<Approval>>;
  card(model: Model, number: VersionNumber, revision: number): Promise<Card | undefined>;
  check(model: Model, number: VersionNumber, name: string): Promise<Check | undefined>;
  /** By name. */
  checks(model: Model, number: VersionNumber, page: PageOf): Promise<Listed<Check>>;
  /** Those of a data set, where one is named. */
  evaluations(
    model: Model,
    number: VersionNumber,
    page: PageOf & { readonly dataset?: string | undefined },
  ): Promise<Listed<Evaluation>>;
  /** How these versions stand on each data set that they were evaluated on. */
  standings(model: OfModel, numbers: readonly VersionNumber[]): Promise<readonly Standing[]>;

  /** Latest first. */
  holdings(model: Model, held: Held, page: PageOf): Promise<Listed<Holding>>;
  /** Who held it at a time, as of the last change before it. */
  holdingAt(model: Model, held: Held, at: Date): Promise<Holding | undefined>;

  /** The events of one chain, in its order. */
  chain(tenant: TenantId, model: ModelId | undefined, page: PageOf & Between): Promise<Listed<Event>>;
  /** All events of a tenant, by time. Read from an index, which may lag behind by moments. */
  events(tenant: TenantId, page: PageOf & Between): Promise<Listed<Event>>;

  /** Events of any tenant that the bus may not have yet, oldest first: those before a time, of one shard of the outbox. */
  outbox(shard: number, page: PageOf & { readonly before: Date }): Promise<Listed<Event>>;
  hold(tenant: TenantId, id: HoldId): Promise<Hold | undefined>;
  /** Latest first. `keep` says which. */
  holds(tenant: TenantId, page: PageOf, keep?: (hold: Hold) => boolean): Promise<Listed<Hold>>;

  reply(tenant: TenantId, key: Sha256): Promise<Reply | undefined>;

  /** Notes that mean nothing until a version refers to them, in any number, each on its own. */
  note(notes: readonly Note[]): Promise<void>;
  /** Takes events out of the outbox. Nothing else of an event ever changes, so that it needs no condition. */
  published(events: readonly Event[]): Promise<void>;

  /**
   * Writes every entity of a change with its event, or none. With a reply, the answer is stored as well.
   *
   * @throws {Conflict} when something that the decision rests on has changed: read again and decide again
   * @throws {Failure} the refusal of a refused change, once it is recorded
   */
  commit<Result>(change: Change<Result>, reply?: ReplySlot): Promise<Result>;
}

/** See `note`. */
export type Note =
  | ObjectReference
  | ProvenObject
  | Reading
  | Edge
  | WalkPage
  | WalkStep
  | Look
  | Mark
  | Staged
  | Logged
  | Received;

/** Where the answer to a request with an `Idempotency-Key` is stored. */
export interface ReplySlot extends Pick<Reply, 'tenant' | 'key' | 'request' | 'expiresAt'> {
  /** An earlier reply under this key, which has expired and gives up its place. */
  readonly expired?: Reply | undefined;
}

export interface PageOf {
  readonly limit: number;
  readonly order?: 'ascending' | 'descending' | undefined;
  readonly after?: Position | undefined;
}

/** Both inclusive. */
export interface Between {
  readonly from?: Date | undefined;
  readonly to?: Date | undefined;
}

export interface Listed<T> {
  readonly items: readonly T[];
  readonly next?: Position;
}

/** Somebody else wrote first. */
export class Conflict extends Error {
  /** Whether the change was written after all, where that was not known. */
  readonly happened: (() => Promise<boolean>) | undefined;

  constructor({ happened, ...options }: ErrorOptions & { happened?: (() => Promise<boolean>) | undefined } = {}) {
    super('Something that the decision rests on has changed.', options);
    this.name = 'Conflict';
    this.happened = happened;
  }
}

/** What came of a work or, where somebody else wrote first, something else. @throws what the work throws besides */
export async function unlessConflict<T, Otherwise>(work: Promise<T>, otherwise: Otherwise): Promise<T | Otherwise> {
  try {
    return await work;
  } catch (error) {
    if (error instanceof Conflict) return otherwise;
    throw error;
  }
}
