import { RetentionDays } from 'aws-cdk-lib/aws-logs';
import * as z from 'zod/mini';
import { Issuer } from '../../shared/domain/issuer.ts';
import { Principal, principalFrom } from '../../shared/domain/principal.ts';
import { issuesOf } from '../../shared/http/field.ts';
import { inPlainWords } from '../../shared/http/locale.ts';

z.config({ localeError: inPlainWords });

const AccountId = z.string().check(z.regex(/^\d{12}$/, 'expected the 12 digits of an AWS account'));
const whole = (least: number, most: number) =>
  z.number().check(z.int(), z.gte(least, `expected ${least} or more`), z.lte(most, `expected at most ${most}`));

/** No account of AWS has this number. */
const EMULATED = '000000000000';

/** The environment of a function has room for 4 KB, and there are names in it. */
const ISSUERS_BYTES_MAX = 3_000;

const fields = {
  /** The name of the CloudFormation stack: one registry for each. */
  stackName: z.string().check(z.regex(/^[A-Za-z][A-Za-z0-9-]{0,31}$/, 'expected up to 32 letters, digits and hyphens')),
  /** The only account and Region that `npm run deploy` brings the stage to. */
  account: z.optional(AccountId),
  region: z.optional(z.string().check(z.regex(/^[a-z]{2}(-[a-z]+)+-\d$/, 'expected a Region such as eu-west-1'))),
  /** Who may create tenants: IAM ARNs, or principals such as `aws:111122223333:role/Platform`. */
  deploymentAdmins: z
    .array(
      // Functions get them divided by commas, which a name may have in it.
      z.pipe(z.pipe(z.string(), z.transform(principalFrom)), Principal.check(z.regex(/^[^,]*$/, 'expected no comma'))),
    )
    .check(z.minLength(1, 'expected at least one: nobody else can create a tenant')),
  /** Who may call, besides the account of the stack. What they may do there is for memberships to say. */
  callers: z.strictObject({
    accounts: z.array(AccountId),
    /** Every account of this AWS Organization. */
    organization: z.optional(z.string().check(z.regex(/^o-[a-z0-9]{10,32}$/, 'expected the id of an organization'))),
  }),
  /** What all callers together may ask of the API; above it they get 429. */
  throttle: z.strictObject({ requestsPerSecond: whole(1, 10_000), burst: whole(1, 5_000) }),
  /** How long a change of members may take to be heeded by functions that are warm; 0 looks it up at each call. */
  membershipSeconds: whole(0, 60),
  /**
   * Others whose tokens clients of MLflow may show: GitHub for its Actions, an identity provider. Each opens one tenant.
   * See docs/mlflow.md#tokens-of-others.
   */
  issuers: z._default(
    z.array(Issuer).check(
      z.refine(
        (issuers: readonly Issuer[]) => new Set(issuers.map(({ name }) => name)).size === issuers.length,
        'expected each name once',
      ),
      z.refine(
        (issuers: readonly Issuer[]) => Buffer.byteLength(JSON.stringify(issuers)) <= ISSUERS_BYTES_MAX,
        `expected at most ${ISSUERS_BYTES_MAX} bytes of JSON, which a function is told in its environment`,
      ),
    ),
    [],
  ),
  logRetention: z.enum(RetentionDays),
  /**
   * For how long nobody can delete a checkpoint, the account's owner neither. What is kept for so long cannot be kept
   * for less later.
   */
  checkpointDays: z._default(whole(1, 36_500), 2_555),
  /** A table that was restored, which takes the place of the stack's own. See docs/deploy.md#restoring. */
  restoredTable: z.optional(z.string().check(z.regex(/^[\w.-]{3,255}$/, 'expected the name of a table'))),
  /**
   * Whether the stack tells API Gateway the role that writes access logs: one setting for all APIs of an account in a
   * Region. `false` where the account has it already. See docs/deploy.md#1-the-account.
   */
  setsApiGatewayAccount: z._default(z.boolean(), true),
  /** Where docs/runbook.md can be read, for the links in mails of alarms: without it they tell the path. */
  runbookUrl: z.optional(
    z
      .string()
      .check(
        z.regex(/^https:\/\/[^\s#]+$/, 'expected a URL with https and no #'),
        z.maxLength(300, 'expected at most 300 characters'),
      ),
  ),
  /** Where alarms are sent to. */
  alarmEmails: z.array(z.email('expected an email address')),
  /**
   * For an emulator of AWS on this machine, and never for data: the bucket takes http, answers are not streamed, and the
   * deployment has its caller's permissions in place of the roles that `cdk bootstrap` makes.
   */
  isEmulated: z._default(z.boolean(), false),
  /** Origins that events may be sent to although they are no public https ones: on this machine, in an emulator. */
  trustedOrigins: z._default(
    z.array(z.string().check(z.regex(/^https?:\/\/[^\s/,]+$/, 'expected an origin such as http://127.0.0.1:9999'))),
    [],
  ),
};

/** What differs from one stage to another. Whoever runs the registry writes it; everything else is the same everywhere. */
export const Config = z.strictObject(fields).check(
  z.refine(({ isEmulated, account }) => !isEmulated || account === EMULATED, {
    path: ['isEmulated'],
    message: `expected false, but for the account ${EMULATED} of emulators`,
  }),
  z.refine(({ isEmulated, trustedOrigins }) => isEmulated || trustedOrigins.length === 0, {
    path: ['trustedOrigins'],
    message: 'expected none, but in an emulator',
  }),
);
export type Config = z.output<typeof Config>;

/** A stage, written in a file of this folder. Every mistake in it is named by the checks at its start. */
export type Stage = z.input<typeof Config>;

/** @throws Error that names every field which is not as it has to be */
export function checked(stage: string, input: Stage): Config {
  const parsed = Config.safeParse(input);
  if (parsed.success) return parsed.data;
  const lines = issuesOf(parsed.error).map(({ field, message }) => `  ${field}: ${message}`);
  throw new Error(`infra/config/${stage}.ts is not as it has to be:\n${lines.join('\n')}`);
}
