import * as z from 'zod/mini';
import { ApprovalId } from '../../domain/approval.ts';
import { ManifestFile, RegisteredFile } from '../../domain/artifact.ts';
import { CardContent } from '../../domain/card.ts';
import { Condition } from '../../domain/condition.ts';
import { EventType, EventView } from '../../domain/event.ts';
import { HoldId } from '../../domain/hold.ts';
import { Json } from '../../domain/json.ts';
import { Dependency, Lineage, Metrics } from '../../domain/metadata.ts';
import { Alias, ModelId, ModelName, Sha256, TenantId, Timestamp, VersionNumber } from '../../domain/names.ts';
import { Lifecycle, PolicyDocument } from '../../domain/policy-document.ts';
import { Actor, Principal } from '../../domain/principal.ts';
import { Grant, Role } from '../../domain/role.ts';
import { Column, Param, Schema } from '../../domain/schema.ts';
import { ActiveStage, Stage } from '../../domain/stage.ts';
import { TagChanges, Tags } from '../../domain/text.ts';
import { VersionState } from '../../domain/version.ts';
import { LinkView } from '../dependencies.ts';
import { ApprovalView, CardView, CheckView, EvaluationView } from '../governance-views.ts';
import { type OperationName, rows } from '../operations.ts';
import { HoldView, RetentionView } from '../retention-views.ts';
import { DifferenceView, ReportView } from '../schema.ts';
import { SubscriptionView } from '../subscriptions.ts';
import { MadeTokenView, TokenView } from '../tokens.ts';
import { SignedRequestView, UploadView } from '../versions.ts';
import { MemberView, ModelView, PolicyView, TenantView, TransitionView, VersionView } from '../views.ts';
import { DeliveryView, SecretView, WebhookView } from '../webhooks.ts';
import { referenceTo } from './components.ts';
import { ProblemView } from './problems.ts';

export type JsonSchema = z.core.JSONSchema.BaseSchema;

/** What reads the same in requests and in answers, by the name that the document gives it. */
const VALUES = {
  ActiveStage,
  Alias,
  ApprovalId,
  EventType,
  HoldId,
  Json,
  Lifecycle,
  Metrics,
  ModelId,
  ModelName,
  Principal,
  Role,
  Sha256,
  Stage,
  TagChanges,
  Tags,
  TenantId,
  Timestamp,
  VersionNumber,
  VersionState,
};

/** What has defaults, which a request may leave out and an answer has, or is never asked for. */
const OBJECTS = {
  Actor,
  Approval: ApprovalView,
  Card: CardView,
  CardContent,
  Check: CheckView,
  Column,
  Condition,
  Delivery: DeliveryView,
  Dependency,
  Difference: DifferenceView,
  Evaluation: EvaluationView,
  Event: EventView,
  Grant,
  Hold: HoldView,
  Lineage,
  Link: LinkView,
  MadeToken: MadeTokenView,
  ManifestFile,
  Member: MemberView,
  Model: ModelView,
  Param,
  Policy: PolicyView,
  PolicyDocument,
  Problem: ProblemView,
  RegisteredFile,
  Report: ReportView,
  Retention: RetentionView,
  Schema,
  SignedRequest: SignedRequestView,
  Subscription: SubscriptionView,
  Tenant: TenantView,
  Token: TokenView,
  Transition: TransitionView,
  Upload: UploadView,
  Version: VersionView,
  Webhook: WebhookView,
  WebhookWithSecret: SecretView,
};

/** The schemas of a document: of each request, of each answer, and those that they share. */
export interface Schemas {
  readonly requests: Readonly<Record<OperationName, JsonSchema>>;
  readonly answers: Readonly<Record<OperationName, JsonSchema>>;
  readonly shared: Readonly<Record<string, JsonSchema>>;
}

/** Every schema of the contract as JSON Schema 2020-12. */
export function schemas(): Schemas {
  const requests = converted('input');
  const answers = converted('output');
  return { requests: requests.ofRows, answers: answers.ofRows, shared: { ...requests.shared, ...answers.shared } };
}

function converted(io: 'input' | 'output') {
  const registry = z.registry<{ id: string }>();
  for (const [id, schema] of Object.entries(VALUES)) registry.add(schema, { id });
  for (const [id, schema] of Object.entries(OBJECTS)) registry.add(schema, { id: io === 'input' ? `${id}Input` : id });

  const idsOfRows = rows.map(([name, operation]) => {
    const schema = operation[io];
    if (!registry.has(schema)) registry.add(schema, { id: name });
    return [name, registry.get(schema)?.id ?? name] as const;
  });
  const { schemas } = z.toJSONSchema(registry, {
    io,
    uri: (id) => referenceTo('schemas', id),
    override: (found) => tidy(found, io),
  });
  const plain = Object.fromEntries(
    Object.entries(schemas).map(([id, { $id, $schema, ...schema }]) => [id, schema as JsonSchema]),
  );
  const ofRows = idsOfRows.map(
    ([name, id]) => [name, id === name ? plain[id] : { $ref: referenceTo('schemas', id) }] as const,
  );
  for (const [name] of rows) delete plain[name];
  return { ofRows: Object.fromEntries(ofRows) as Record<OperationName, JsonSchema>, shared: plain };
}

/** Drops what tells a reader nothing, and leaves answers open: fields may be added to them. */
function tidy({ jsonSchema }: { jsonSchema: JsonSchema }, io: 'input' | 'output'): void {
  if (jsonSchema.format === 'date-time') jsonSchema.pattern = 'Z$';
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
  if (io === 'output' && jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties;
}
