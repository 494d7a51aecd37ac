import { setTimeout } from 'node:timers/promises';
import { ulid } from 'ulid';
import type { Artifacts } from '../shared/artifacts/artifacts.ts';
import type { Staging } from '../shared/artifacts/staging.ts';
import type { Checkpoints } from '../shared/audit/checkpoints.ts';
import type { Signer } from '../shared/audit/signer.ts';
import type { Issuer } from '../shared/domain/issuer.ts';
import { identityOf, Principal, principalFrom } from '../shared/domain/principal.ts';
import { sealedCursors } from '../shared/http/cursor.ts';
import type { Services } from '../shared/http/services.ts';
import type { LogEntry } from '../shared/log.ts';
import type { Table } from '../shared/store/table.ts';
import { tableStore } from '../shared/store/table-store.ts';
import { trustedIssuers } from '../shared/tokens/issuers.ts';
import { signedTokens } from '../shared/tokens/tokens.ts';
import { sealedSecrets } from '../shared/webhooks/secrets.ts';
import { httpSender } from '../shared/webhooks/sender.ts';

import { localBus } from './reactions/bus.ts';
import type { LocalQueues } from './reactions/queues.ts';
import type { LocalSubscribers } from './reactions/subscribers.ts';

export interface World {
  readonly table: Table;
  readonly artifacts: Artifacts;
  readonly staging: Staging;
  readonly queues: LocalQueues;
  readonly subscribers: LocalSubscribers;
  readonly cursorKey: Uint8Array;
  /** Seals the secrets of webhooks. */
  readonly webhookKey: Uint8Array;
  /** Signs tokens. */
  readonly tokenKey: Uint8Array;
  /** Others whose tokens are taken. */
  readonly issuers?: readonly Issuer[] | undefined;
  /** Receivers on this machine or in this network, say, to which events may be sent all the same. */
  readonly trustedOrigins?: ReadonlySet<string> | undefined;
  readonly signer: Signer;
  readonly checkpoints: Checkpoints;
  /** The ARN of whoever looks after the deployment. */
  readonly deploymentAdmin: string;
  readonly now: () => Date;
  readonly log: (entry: LogEntry) => void;
}

/** What the registry needs of the world, on one machine. */
export function servicesOn({
  table,
  artifacts,
  staging,
  queues,
  subscribers,
  signer,
  checkpoints,
  cursorKey,
  webhookKey,
  tokenKey,
  issuers = [],
  trustedOrigins = new Set(),
  deploymentAdmin,
  now,
  log,
}: World): Services {
  const store = tableStore(table);
  return {
    store,
    artifacts,
    staging,
    bus: localBus(queues, subscribers),
    queues,
    letters: queues,
    subscribers,
    ownAccount: undefined,
    signer,
    checkpoints,
    cursors: sealedCursors([cursorKey], now),
    secrets: sealedSecrets(webhookKey),
    sender: httpSender({ trustedOrigins, now }),
    tokens: signedTokens(tokenKey, now),
    issuers: trustedIssuers(issuers, now),
    trustedOrigins,
    deploymentAdmins: new Set([Principal.parse(principalFrom(deploymentAdmin))]),
    identify: ({ requestContext }) => identityOf(requestContext.identity.userArn ?? ''),
    // Read each time: the table is at hand, and a new member need not wait.
    memberships: (principal) => store.memberships(principal),
    fileBytesMax: Number.MAX_SAFE_INTEGER,
    now,
    newId: ulid,
    pause: (milliseconds) => setTimeout(Math.random() * milliseconds),
    log,
  };
}
