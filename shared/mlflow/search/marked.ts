import type { Mark, Trait } from '../../domain/mark.ts';
import type { Context } from '../../http/endpoint.ts';
import type { Clause } from './filter.ts';

/** So many that may be meant are all read; more than that are quickly found on the way through the order. */
const MARKED_MAX = 1_000;

/** What may have one of the traits that a filter asks for, if it asks for any that not too many have. */
export async function markedBy(
  { store, caller }: Context,
  clauses: readonly Clause[],
  tags: 'model tag' | 'version tag',
): Promise<Mark[] | undefined> {
  for (const traits of clauses.map((clause) => traitsOf(clause, tags))) {
    if (traits.length === 0 || traits.length > 100) continue;
    const found = await Promise.all(traits.map((trait) => store.marked(caller.tenant, trait, MARKED_MAX)));
    const marks = found.flat();
    if (marks.length < MARKED_MAX) return marks;
  }
  return undefined;
}

/** The traits of which a clause demands one. */
function traitsOf({ on, comparator, value }: Clause, tags: 'model tag' | 'version tag'): Trait[] {
  if (comparator !== '=' && comparator !== 'IN') return [];
  const values = [value].flat().map(String);
  if ('tag' in on) return values.map((one) => [tags, on.tag, one]);
  return on.attribute === 'run_id' ? values.map((one) => ['run', one]) : [];
}
