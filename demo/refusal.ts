import { Problem } from '../shared/http/client.ts';
import { BrokenClaim } from './narrate.ts';

/**
 * The problem that a call is answered with.
 * @throws BrokenClaim when it is not refused
 */
export async function refusal(call: Promise<unknown>): Promise<Problem> {
  const answer = await call.catch((error: unknown) => error);
  if (answer instanceof Problem) return answer;
  throw answer instanceof Error ? answer : new BrokenClaim('the registry refuses');
}
