import type { Credential } from '../local/sigv4.ts';
import type { Operation } from '../shared/contract/operation.ts';
import { operations } from '../shared/contract/operations.ts';
import { apiSigner } from '../shared/http/signer.ts';
import { requestOf } from '../shared/http/wire.ts';
import type { Shot } from './load.ts';
import type { Call } from './workloads.ts';

/** A request as it is before anybody signs it. */
export interface Unsigned {
  readonly method: string;
  readonly path: string;
  readonly query?: Readonly<Record<string, string>> | undefined;
  readonly body?: string | undefined;
}

/** Makes requests ready to be sent: signed for this endpoint, which others do not look at. */
export const signing = (endpoint: string, region: string, credential: Credential, tenant?: string) => {
  const { protocol, hostname, host } = new URL(endpoint);
  const signer = apiSigner(region, credential);
  const common = { host, ...(tenant !== undefined && { 'x-signet-tenant': tenant }) };

  return async ({ method, path, query = {}, body }: Unsigned): Promise<Shot> => {
    const content = body === undefined ? {} : { 'content-type': 'application/json' };
    const request = {
      method,
      protocol,
      hostname,
      path,
      query,
      headers: { ...common, ...content },
      ...(body && { body }),
    };
    const { headers } = await signer.sign(request);
    const search = new URLSearchParams(query).toString().replaceAll('+', '%20');
    return { method, path: search ? `${path}?${search}` : path, headers, body };
  };
};

/** Makes calls of the native API ready to be sent. */
export const shooter = (endpoint: string, region: string, credential: Credential, tenant?: string) => {
  const ready = signing(endpoint, region, credential, tenant);
  return ([name, input]: Call): Promise<Shot> => {
    const operation: Operation = operations[name];
    return ready({ ...requestOf(operation, { ...input }), method: operation.method });
  };
};
