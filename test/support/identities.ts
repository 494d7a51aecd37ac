import {
  CreateAccessKeyCommand,
  CreateRoleCommand,
  CreateUserCommand,
  EntityAlreadyExistsException,
  IAMClient,
  PutRolePolicyCommand,
  PutUserPolicyCommand,
} from '@aws-sdk/client-iam';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import type { Credential } from '../../local/sigv4.ts';
import { ACCOUNT, CREDENTIALS, REGION } from './emulated-aws.ts';
import { aName } from './names.ts';

/** May call the API, as far as IAM is asked. What it may do there is for memberships to say. */
const MAY_CALL = {
  PolicyName: 'CallsTheRegistry',
  PolicyDocument: JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: 'execute-api:Invoke', Resource: '*' }],
  }),
};

const MAY_BE_ASSUMED = JSON.stringify({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { AWS: `arn:aws:iam::${ACCOUNT}:root` }, Action: 'sts:AssumeRole' }],
});

const USER = new RegExp(`^arn:aws:iam::${ACCOUNT}:user(/(?:.+/)?)([^/]+)$`);
const SESSION = new RegExp(`^arn:aws:sts::${ACCOUNT}:assumed-role/([^/]+)/([^/]+)$`);

/** The identities of tests in IAM. */
export interface Identities {
  /** The keys that IAM gave to whoever has the ARN of these. */
  keysOf(credential: Pick<Credential, 'arn'>): Promise<Credential>;
  /** Somebody whom IAM knows, and lets do nothing. */
  nobody(): Promise<Credential>;
  close(): void;
}

/** Makes the identities of a test in IAM, each when it calls for the first time. */
export function identitiesOf(aws: string): Identities {
  const settings = { endpoint: aws, region: REGION, credentials: CREDENTIALS };
  const [iam, sts] = [new IAMClient(settings), new STSClient(settings)];
  const made = new Map<string, Promise<Credential>>();

  async function userOf(arn: string, Path: string, UserName: string, grant?: typeof MAY_CALL): Promise<Credential> {
    await iam.send(new CreateUserCommand({ UserName, Path })).catch(unlessThere);
    if (grant) await iam.send(new PutUserPolicyCommand({ UserName, ...grant }));
    const { AccessKey } = await iam.send(new CreateAccessKeyCommand({ UserName }));
    return {
      accessKeyId: AccessKey?.AccessKeyId ?? '',
      secretAccessKey: AccessKey?.SecretAccessKey ?? '',
      arn,
      accountId: ACCOUNT,
    };
  }

  async function sessionOf(arn: string, RoleName: string, RoleSessionName: string): Promise<Credential> {
    await iam.send(new CreateRoleCommand({ RoleName, AssumeRolePolicyDocument: MAY_BE_ASSUMED })).catch(unlessThere);
    await iam.send(new PutRolePolicyCommand({ RoleName, ...MAY_CALL }));
    const RoleArn = `arn:aws:iam::${ACCOUNT}:role/${RoleName}`;
    const { Credentials: keys } = await sts.send(new AssumeRoleCommand({ RoleArn, RoleSessionName }));
    return {
      accessKeyId: keys?.AccessKeyId ?? '',
      secretAccessKey: keys?.SecretAccessKey ?? '',
      ...(keys?.SessionToken && { sessionToken: keys.SessionToken }),
      arn,
      accountId: ACCOUNT,
    };
  }

  async function make(arn: string): Promise<Credential> {
    const [, path = '/', user] = USER.exec(arn) ?? [];
    if (user) return userOf(arn, path, user, MAY_CALL);
    const [, role, session] = SESSION.exec(arn) ?? [];
    if (role && session) return sessionOf(arn, role, session);
    throw new Error(`${arn} cannot be made here: mark the test with itEmbedded.`);
  }

  return {
    keysOf({ arn }) {
      const keys = made.get(arn) ?? make(arn);
      made.set(arn, keys);
      return keys;
    },
    async nobody() {
      const name = aName('nobody');
      const arn = `arn:aws:iam::${ACCOUNT}:user/${name}`;
      const keys = userOf(arn, '/', name);
      made.set(arn, keys);
      return keys;
    },
    close() {
      iam.destroy();
      sts.destroy();
    },
  };
}

function unlessThere(error: unknown): void {
  if (!(error instanceof EntityAlreadyExistsException)) throw error;
}
