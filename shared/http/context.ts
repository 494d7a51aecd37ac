import { hash } from 'node:crypto';
import type { APIGatewayProxyEvent } from 'aws-lambda';
import { isMutation, type Operation } from '../contract/operation.ts';
import { canonicalJson, digestOf } from '../domain/canonical.ts';
import { Sha256 } from '../domain/names.ts';
import type { Caller } from './caller.ts';
import type { Context, Endpoint } from './endpoint.ts';
import { headerOf } from './header.ts';
import { invalid } from './invalid.ts';
import type { Services } from './services.ts';

/** What an operation works with, for one request. */
export function contextOf(
  { name, operation }: Endpoint,
  event: APIGatewayProxyEvent,
  input: Readonly<Record<string, unknown>>,
  caller: Caller,
  services: Services,
): Context {
  const { cursor, limit: _, ...filter } = input;
  // Most requests have no cursor, and need none.
  const scope = () => `${caller.tenant}|${name}|${digestOf(filter)}`;
  const expectedRevision = ifMatch(operation, headerOf(event, 'If-Match'));
  const key = idempotencyKey(operation, headerOf(event, 'Idempotency-Key'));
  return {
    ...plainContext(event, caller, services, scope),
    ...(typeof cursor === 'string' && { after: services.cursors.open(cursor, scope()) }),
    ...(expectedRevision !== undefined && { expectedRevision }),
    ...(key !== undefined && {
      remember: {
        key: sha256(`${caller.actor.principal}|${key}`),
        request: sha256(`${name}|${expectedRevision ?? ''}|${canonicalJson(input)}`),
      },
    }),
  };
}

/** What anything asked of the registry works with. `scope` is what its cursors are good for. */
export const plainContext = (
  event: APIGatewayProxyEvent,
  caller: Caller,
  services: Services,
  scope: () => string,
): Context => ({
  caller,
  actor: caller.actor,
  now: services.now(),
  store: services.store,
  artifacts: services.artifacts,
  services,
  requestId: event.requestContext.requestId,
  once: remembering(),
  cursorFor: (position) => (position ? { cursor: services.cursors.seal(position, scope()) } : {}),
});

function remembering(): Context['once'] {
  const done = new Map<string, Promise<unknown>>();
  return <T>(name: string, work: () => Promise<T>) => {
    const begun = done.get(name) ?? work();
    done.set(name, begun);
    return begun as Promise<T>;
  };
}

const sha256 = (text: string): Sha256 => Sha256.parse(hash('sha256', text, 'hex'));

/** The revision in an `If-Match` header, where the operation heeds one: elsewhere it would be passed over in silence. */
function ifMatch(operation: Operation, header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  if (!operation.ifMatch)
    throw invalid([{ field: 'If-Match', message: 'expected none: this operation does not heed it' }]);
  const [, revision] = /^"(\d{1,15})"$/.exec(header) ?? [];
  if (revision === undefined) throw invalid([{ field: 'If-Match', message: 'expected one ETag such as "7"' }]);
  return Number(revision);
}

function idempotencyKey(operation: Operation, header: string | undefined): string | undefined {
  if (header === undefined || !isMutation(operation)) return undefined;
  if (/^[\x21-\x7e]{1,255}$/.test(header)) return header;
  throw invalid([{ field: 'Idempotency-Key', message: 'expected 1 to 255 visible ASCII characters' }]);
}
