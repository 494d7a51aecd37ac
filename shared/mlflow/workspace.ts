import type { APIGatewayProxyEvent } from 'aws-lambda';
import { Failure } from '../errors.ts';
import { headerOf } from '../http/header.ts';

/** A workspace is a tenant. Whoever names one is believed as little as with the header of this registry. */
export function workspaceOf(event: APIGatewayProxyEvent): string | undefined {
  const [workspace, tenant] = [headerOf(event, 'X-MLFLOW-WORKSPACE'), headerOf(event, 'X-Signet-Tenant')];
  if (workspace === undefined || tenant === undefined || workspace === tenant) return workspace ?? tenant;
  throw new Failure('request.invalid', 'X-MLFLOW-WORKSPACE and X-Signet-Tenant name different tenants.');
}
