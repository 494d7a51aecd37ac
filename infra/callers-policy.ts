import { Aws } from 'aws-cdk-lib';
import {
  AccountPrincipal,
  AccountRootPrincipal,
  AnyPrincipal,
  PolicyDocument,
  PolicyStatement,
} from 'aws-cdk-lib/aws-iam';
import { TOKEN_PREFIX } from '../shared/mlflow/base.ts';
import type { Config } from './config/config.ts';

/**
 * Which accounts may call at all: that of the stack, those that are configured, and those of an organization. Nobody
 * else reaches a function, but with a token that the authorizer knows. Each of them needs the permission of their own account as well: this policy lets accounts in,
 * and their IAM says who of them.
 *
 * Source: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html
 */
export function callersPolicy({ callers: { accounts, organization } }: Config): PolicyDocument {
  const invoke = { actions: ['execute-api:Invoke'], resources: ['execute-api:/*'] };
  const principals = [new AccountRootPrincipal(), ...accounts.map((account) => new AccountPrincipal(account))];
  return new PolicyDocument({
    statements: [
      new PolicyStatement({ ...invoke, principals }),
      // Whoever has a token has no account. What the authorizer does not know it lets nowhere.
      new PolicyStatement({
        actions: invoke.actions,
        resources: [`execute-api:/*/*${TOKEN_PREFIX}/*`],
        principals: [new AnyPrincipal()],
      }),
      ...(organization === undefined
        ? []
        : [
            new PolicyStatement({
              ...invoke,
              principals: [new AnyPrincipal()],
              // To the stack's own account such a statement would be permission enough, whatever their roles may do.
              conditions: {
                StringEquals: { 'aws:PrincipalOrgID': organization },
                StringNotEquals: { 'aws:PrincipalAccount': Aws.ACCOUNT_ID },
              },
            }),
          ]),
    ],
  });
}
