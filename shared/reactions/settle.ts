import type { Change } from '../domain/change.ts';
import { Conflict } from '../store/store.ts';
import type { ReactionContext } from './reaction.ts';

const ATTEMPTS_MAX = 8;
const PAUSE_MS = 20;

/**
 * Writes what is decided, and decides anew when something changed in between: a message would come again only when
 * nobody expects it any more. Nobody asks for the answer, so that a change which was written after all is decided anew
 * as well, and finds itself done.
 */
export async function settle<Result>(
  { store, services }: Pick<ReactionContext, 'store' | 'services'>,
  decide: () => Promise<Change<Result>>,
): Promise<Result> {
  for (let attempt = 1; ; attempt += 1) {
    const change = await decide();
    try {
      return await store.commit(change);
    } catch (error) {
      if (!(error instanceof Conflict) || attempt === ATTEMPTS_MAX) throw error;
      await services.pause(PAUSE_MS * 2 ** attempt);
    }
  }
}
