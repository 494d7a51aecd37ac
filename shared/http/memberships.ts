import type { Principal } from '../domain/principal.ts';
import type { Member } from '../domain/tenant.ts';
import type { Store } from '../store/store.ts';
import type { Services } from './services.ts';

const PRINCIPALS_MAX = 10_000;

/** Remembers the memberships of a principal for a while, so that most requests need not look them up. */
export function cachedMemberships(
  store: Pick<Store, 'memberships'>,
  seconds: number,
  now: () => Date,
): Services['memberships'] {
  const cache = new Map<Principal, { readonly until: number; readonly members: readonly Member[] }>();
  return async (principal) => {
    const known = cache.get(principal);
    if (known && known.until > now().getTime()) return known.members;

    const members = await store.memberships(principal);
    if (cache.size >= PRINCIPALS_MAX) cache.clear();
    cache.set(principal, { until: now().getTime() + seconds * 1000, members });
    return members;
  };
}
