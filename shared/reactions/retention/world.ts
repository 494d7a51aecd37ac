import type { Occasion } from '../../domain/change.ts';
import type { Services } from '../../http/services.ts';
import type { Store } from '../../store/store.ts';

/** What retention works with: the registry itself as who acts, and the world as far as it needs it. */
export interface World extends Occasion {
  readonly store: Store;
  readonly services: Pick<Services, 'artifacts' | 'log' | 'now'>;
}

/** The same world at this moment: a run takes minutes. */
export const atThisMoment = (world: World): World => ({ ...world, now: world.services.now() });
