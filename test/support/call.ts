import type { Credential } from '../../local/sigv4.ts';
import { type OperationName, operations } from '../../shared/contract/operations.ts';
import { requestOf } from '../../shared/http/wire.ts';
import type { RawAnswer, RawOptions } from './raw.ts';
import type { TestRegistry } from './registry.ts';

/** Calls an operation, and shows the answer as it came, whatever it is. Without `as` nobody signs. */
export function call(
  registry: Pick<TestRegistry, 'raw'>,
  name: OperationName,
  input: object,
  { as, headers = {}, query = {} }: CallOptions = {},
): Promise<RawAnswer> {
  const { method } = operations[name];
  const { path, query: asked, body } = requestOf(operations[name], input as Record<string, unknown>);
  const search = new URLSearchParams({ ...asked, ...query }).toString().replaceAll('+', '%20');
  const options: RawOptions = { headers, ...(body !== undefined && { body }), ...(as && { as }) };
  return registry.raw(method, search === '' ? path : `${path}?${search}`, options);
}

export interface CallOptions {
  readonly as?: Credential | undefined;
  readonly headers?: Readonly<Record<string, string>>;
  /** Parameters that are in the query besides those of the input. */
  readonly query?: Readonly<Record<string, string>>;
}
