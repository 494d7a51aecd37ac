import type * as z from 'zod/mini';
import { auditOperations } from './audit.ts';
import { dependencyOperations } from './dependencies.ts';
import { governanceOperations } from './governance.ts';
import { lifecycleOperations } from './lifecycle.ts';
import { modelOperations } from './models.ts';
import type { Operation } from './operation.ts';
import { retentionOperations } from './retention.ts';
import { schemaOperations } from './schema.ts';
import { subscriptionOperations } from './subscriptions.ts';
import { tenantOperations } from './tenants.ts';
import { tokenOperations } from './tokens.ts';
import { versionOperations } from './versions.ts';
import { webhookOperations } from './webhooks.ts';

/** Every operation of the registry, by name. */
export const operations = {
  ...tenantOperations,
  ...tokenOperations,
  ...modelOperations,
  ...versionOperations,
  ...lifecycleOperations,
  ...governanceOperations,
  ...dependencyOperations,
  ...schemaOperations,
  ...subscriptionOperations,
  ...retentionOperations,
  ...auditOperations,
  ...webhookOperations,
};

export type OperationName = keyof typeof operations;

/** Every row with its name. */
export const rows = Object.entries(operations) as readonly (readonly [OperationName, Operation])[];

type Row<Name extends OperationName> = (typeof operations)[Name];

/** What a caller sends, before defaults are filled in. */
export type Sent<Name extends OperationName> = z.input<Row<Name>['input']>;

/** What a caller gets: where the operation streams, one line of it. */
export type Received<Name extends OperationName> = z.output<Row<Name>['output']>;

/** What a function works with. */
export type Input<Name extends OperationName> = z.output<Row<Name>['input']>;

/** What a function answers: its output or, where the operation streams, a stream of it. */
export type Answer<Name extends OperationName> =
  Row<Name> extends { stream: true } ? AsyncIterable<z.input<Row<Name>['output']>> : z.input<Row<Name>['output']>;
