import { setTimeout } from 'node:timers/promises';
import { ulid } from 'ulid';
import * as z from 'zod/mini';
import { identityOf, Principal, principalFrom } from '../domain/principal.ts';
import { sealedCursors } from '../http/cursor.ts';
import { cachedMemberships } from '../http/memberships.ts';
import type { Services } from '../http/services.ts';
import { logLine } from '../log.ts';
import { tableStore } from '../store/table-store.ts';

/** What the stack tells a function about its surroundings. */
const Environment = z.object({
  AWS_REGION: z.string(),
  TABLE_NAME: z.string(),
  BUCKET_NAME: z.string(),
  /** 32 bytes each in base64, divided by commas; the first one seals. */
  CURSOR_KEYS: z.string(),
  /** Principals, or ARNs of them, divided by commas. */
  DEPLOYMENT_ADMINS: z._default(z.string(), ''),
});

const MEMBERSHIP_SECONDS = 60;

let services: Promise<Services> | undefined;

/** Made at the first request, so that a test or the embedded registry may import a function without an environment. */
export function awsServices(): Promise<Services> {
  services ??= fromEnvironment();
  return services;
}

async function fromEnvironment(): Promise<Services> {
  const {
    AWS_REGION: region,
    TABLE_NAME,
    BUCKET_NAME,
    CURSOR_KEYS,
    DEPLOYMENT_ADMINS,
  } = Environment.parse(process.env);
  const [{ dynamoTable, dynamoClient }, { s3Artifacts, s3Client }] = await Promise.all([
    import('../store/dynamo-table.ts'),
    import('../artifacts/s3.ts'),
  ]);
  const store = tableStore(dynamoTable({ client: dynamoClient({ region }), tableName: TABLE_NAME }));
  const now = () => new Date();
  return {
    store,
    artifacts: s3Artifacts({ client: s3Client({ region }), bucket: BUCKET_NAME }),
    cursors: sealedCursors(
      list(CURSOR_KEYS).map((key) => Buffer.from(key, 'base64')),
      now,
    ),
    deploymentAdmins: new Set(list(DEPLOYMENT_ADMINS).map((text) => Principal.parse(principalFrom(text)))),
    // The caller's own ARN: `requestContext.accountId` would be the owner's account.
    identify: ({ requestContext }) => identityOf(requestContext.identity.userArn ?? ''),
    memberships: cachedMemberships(store, MEMBERSHIP_SECONDS, now),
    now,
    newId: ulid,
    pause: (milliseconds) => setTimeout(Math.random() * milliseconds),
    log: (entry) => console.log(logLine(entry)),
  };
}

const list = (text: string): string[] => text.split(',').filter((one) => one !== '');
