import type { Approval } from './approval.ts';
import type { DigestGuard, ObjectReference, ProvenObject, Reading } from './artifact.ts';
import type { Card } from './card.ts';
import type { Check } from './check.ts';
import type { Checkpoint, Log, LogNode } from './checkpoint.ts';
import type { Delivery } from './delivery.ts';
import type { Edge, Usage } from './dependency.ts';
import type { Evaluation } from './evaluation.ts';
import type { Event } from './event.ts';
import type { Holding } from './history.ts';
import type { Hold } from './hold.ts';
import type { Mark } from './mark.ts';
import type { Grave, Model, NameOfModel } from './model.ts';
import type { Policy } from './policy.ts';
import type { Reply } from './reply.ts';
import type { Look } from './retention/look.ts';
import type { Removal } from './retention/removal.ts';
import type { Upkeep } from './retention/upkeep.ts';
import type { Logged, Received, Staged } from './staged.ts';
import type { Standing } from './standing.ts';
import type { Subscription } from './subscription.ts';
import type { Member, Tenant } from './tenant.ts';
import type { Token } from './token.ts';
import type { Version } from './version.ts';
import type { WalkPage, WalkStep } from './walk.ts';
import type { Webhook } from './webhook.ts';

/** Everything that is stored. `kind` tells them apart. */
export type Entity =
  | Tenant
  | Member
  | Policy
  | Subscription
  | Token
  | Model
  | Grave
  | NameOfModel
  | Version
  | DigestGuard
  | ObjectReference
  | ProvenObject
  | Reading
  | Staged
  | Logged
  | Received
  | Holding
  | Approval
  | Card
  | Check
  | Evaluation
  | Standing
  | Edge
  | Usage
  | WalkPage
  | WalkStep
  | Webhook
  | Delivery
  | Hold
  | Look
  | Upkeep
  | Removal
  | Mark
  | Event
  | Log
  | LogNode
  | Checkpoint
  | Reply;

/** The entities that can change: each write raises their revision by one. */
export type Revised = Extract<Entity, { revision: number }>;

/** The entities that carry the head of an event chain. */
export type Head = Tenant | Model | Grave;
