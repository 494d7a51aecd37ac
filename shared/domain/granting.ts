import { fits, type Grant } from './role.ts';

/**
 * Whether one of these grants includes all that another one gives. A pattern is within another that fits it when it is
 * taken for a name: what its `*` stands for, the other's stands for too.
 */
export const covers = (held: readonly Grant[], { role, models }: Grant): boolean =>
  held.some((one) => (one.role === role || role === 'reader') && fits(one.models, models));

/**
 * What two lists of grants both give. Two different roles have reading in common; of two patterns the narrower counts,
 * and of two that merely overlap nothing is left: what is not certain is not given.
 */
export function bothGive(some: readonly Grant[], others: readonly Grant[]): Grant[] {
  const shared = some.flatMap((one) => others.flatMap((other) => inCommon(one, other)));
  const known = new Map(shared.map((grant) => [`${grant.role} ${grant.models}`, grant]));
  return [...known.values()];
}

function inCommon(one: Grant, other: Grant): Grant[] {
  const role = one.role === other.role ? one.role : 'reader';
  if (fits(one.models, other.models)) return [{ role, models: other.models }];
  return fits(other.models, one.models) ? [{ role, models: one.models }] : [];
}
