import * as z from 'zod/mini';
import { DAY_MS } from '../../shared/domain/day.ts';
import { identityOf } from '../../shared/domain/principal.ts';
import { Failure } from '../../shared/errors.ts';
import { issuesOf } from '../../shared/http/field.ts';
import { invalid } from '../../shared/http/invalid.ts';
import { parseJson } from '../../shared/http/json-body.ts';
import type { Response } from '../../shared/http/problem.ts';
import type { Services } from '../../shared/http/services.ts';
import type { Credential } from '../sigv4.ts';
import { textOf } from './body.ts';
import { plain } from './refused.ts';

/** Where the clock of an embedded registry is put forward. It is no operation: no other registry has one. */
export const CLOCK_PATH = '/clock';

/** At once: each hour of it takes its time. */
const DAYS_MAX = 400;

const Forward = z.strictObject({
  seconds: z
    .int()
    .check(
      z.minimum(1, 'expected at least 1'),
      z.maximum((DAYS_MAX * DAY_MS) / 1_000, `expected at most ${DAYS_MAX} days`),
    ),
});

export interface PuttingForward {
  readonly services: Services;
  /** Lets so much time pass; nothing where the clock is the machine's. */
  readonly advance?: ((milliseconds: number) => Promise<void>) | undefined;
}

/**
 * Lets time pass for a registry that keeps nothing. Whoever looks after it may, and hears when all is done that was
 * scheduled meanwhile.
 *
 * @throws Failure `caller.forbidden`, `clock.fixed`, `request.invalid`
 */
export async function putForward(
  { id, body, credential }: { readonly id: string; readonly body: Buffer; readonly credential: Credential },
  { services, advance }: PuttingForward,
): Promise<Response> {
  const caller = identityOf(credential.arn);
  if (!caller || !services.deploymentAdmins.has(caller.principal))
    throw new Failure('caller.forbidden', 'This is for the admin of the deployment.');
  if (!advance) throw new Failure('clock.fixed', 'This registry keeps its data, and goes by the clock of its machine.');

  const { success, data, error } = Forward.safeParse(parseJson(textOf(body)));
  if (!success) throw invalid(issuesOf(error));
  await advance(data.seconds * 1_000);
  const now = services.now().toISOString();
  return plain(200, id, { 'content-type': 'application/json' }, JSON.stringify({ now }));
}
