import type { Credential } from '../local/sigv4.ts';
import type { Operation } from '../shared/contract/operation.ts';
import { operations } from '../shared/contract/operations.ts';
import { apiSigner } from '../shared/http/signer.ts';
import { requestOf } from '../shared/http/wire.ts';
import type { Shot } from './load.ts';
import type { Call } from './workloads.ts';

/** Makes calls ready to be sent: signed for this endpoint, which the control does not look at. */
export const shooter = (endpoint: string, region: string, credential: Credential, tenant?: string) => {
  const { protocol, hostname, host } = new URL(endpoint);
  const signer = apiSigner(region, credential);
  const common = { host, ...(tenant !== undefined && { 'x-signet-tenant': tenant }) };

  return async ([name, input]: Call): Promise<Shot> => {
    const operation: Operation = operations[name];
    const { path, query, body } = requestOf(operation, { ...input });
    const { method } = operation;
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
