import {
  GetRolePolicyCommand,
  IAMClient,
  ListRolePoliciesCommand,
  ListRolesCommand,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import type { OperationName } from '../../shared/contract/operations.ts';
import { CREDENTIALS, REGION } from '../support/emulated-aws.ts';
import { constructOf } from './constructs.ts';

interface Policy {
  readonly Statement: readonly { readonly Action: string | readonly string[] }[];
}

/** Does something while the function of an operation lacks the statement that grants it an action. */
export async function withoutGrant<T>(
  aws: string,
  operation: OperationName,
  action: string,
  work: () => Promise<T>,
): Promise<T> {
  const iam = new IAMClient({ endpoint: aws, region: REGION, credentials: CREDENTIALS });
  try {
    const { policy, ...where } = await policyOf(iam, operation);
    const put = (document: Policy) =>
      iam.send(new PutRolePolicyCommand({ ...where, PolicyDocument: JSON.stringify(document) }));
    const Statement = policy.Statement.filter(({ Action }) => ![Action].flat().includes(action));
    if (Statement.length !== policy.Statement.length - 1) throw new Error(`expected one statement with ${action}`);
    await put({ ...policy, Statement });
    return await work().finally(() => put(policy));
  } finally {
    iam.destroy();
  }
}

/** The one policy of the role that the stack made for a function. */
async function policyOf(iam: IAMClient, operation: OperationName) {
  const { Roles = [] } = await iam.send(new ListRolesCommand({ MaxItems: 1_000 }));
  const RoleName = Roles.find((role) => role.RoleName?.includes(`-${constructOf(operation)}Role`))?.RoleName;
  const { PolicyNames: [PolicyName] = [] } = await iam.send(new ListRolePoliciesCommand({ RoleName }));
  const { PolicyDocument = '' } = await iam.send(new GetRolePolicyCommand({ RoleName, PolicyName }));
  return { RoleName, PolicyName, policy: JSON.parse(decodeURIComponent(PolicyDocument)) as Policy };
}
