import type { APIGatewayProxyEvent } from 'aws-lambda';
import type { Artifacts } from '../artifacts/artifacts.ts';
import type { Staging } from '../artifacts/staging.ts';
import type { Checkpoints } from '../audit/checkpoints.ts';
import type { Signer } from '../audit/signer.ts';
import type { Actor, Principal } from '../domain/principal.ts';
import type { Member } from '../domain/tenant.ts';
import type { LogEntry } from '../log.ts';
import type { Bus, Letters, Queues, Subscribers } from '../reactions/ports.ts';
import type { Store } from '../store/store.ts';
import type { Issuers } from '../tokens/issuers.ts';
import type { Tokens } from '../tokens/tokens.ts';
import type { Secrets } from '../webhooks/secrets.ts';
import type { Sender } from '../webhooks/sender.ts';
import type { Cursors } from './cursor.ts';

/** All that the registry needs of the world, made once for many requests. */
export interface Services {
  readonly store: Store;
  readonly artifacts: Artifacts;
  readonly staging: Staging;
  readonly cursors: Cursors;
  readonly bus: Bus;
  readonly queues: Queues;
  readonly letters: Letters;
  readonly secrets: Secrets;
  readonly sender: Sender;
  readonly tokens: Tokens;
  readonly issuers: Issuers;
  /** Origins that events may be sent to although they are no public https ones. */
  readonly trustedOrigins: ReadonlySet<string>;
  readonly subscribers: Subscribers;
  /** The AWS account that the registry is in, where it is in one. */
  readonly ownAccount: string | undefined;
  readonly signer: Signer;
  readonly checkpoints: Checkpoints;
  readonly deploymentAdmins: ReadonlySet<Principal>;
  /** Whoever signed the request, or nobody. */
  readonly identify: (event: APIGatewayProxyEvent) => Actor | undefined;
  /** The places of a principal in its tenants, which may be up to a minute old. */
  readonly memberships: (principal: Principal) => Promise<readonly Member[]>;
  /** How many bytes of a file an answer may have. */
  readonly fileBytesMax: number;
  readonly now: () => Date;
  /** A ULID. */
  readonly newId: () => string;
  /** Waits for a random time below this many milliseconds. */
  readonly pause: (milliseconds: number) => Promise<void>;
  readonly log: (entry: LogEntry) => void;
}
