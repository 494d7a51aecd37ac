import type { Ties } from './dependency.ts';
import type { Model } from './model.ts';
import { verdict } from './schema/compare.ts';
import { whyNeeded } from './ties.ts';
import { lostText, type Version } from './version.ts';

/** What a rollback can be forced over: the event of one that was says which. */
export type Overridden = 'stage' | 'lifecycle' | 'schema' | 'dependents';

/** Something that stands in the way of a rollback. */
export interface Obstacle {
  /** Why not, as a sentence goes on after the version. */
  readonly why: string;
  /** What whoever forces it overrides; nobody can, where this is absent. */
  readonly overrides?: Overridden;
  /** Whether it takes an admin to force it. */
  readonly forAdmin?: boolean;
}

/** A version that would come back, in place of those that are in production now. */
export interface Return {
  readonly target: Version;
  readonly leaving: readonly Version[];
  readonly ties: Ties;
  /** What is not in the object store any more of the target's files. */
  readonly lost: readonly string[];
}

/** Everything that stands in the way of a rollback, what nobody can force first. */
export const obstaclesTo = (model: Model, { target, leaving, ties, lost }: Return): Obstacle[] => [
  ...unfit(target, lost),
  ...(model.lifecycle === 'governed' ? [...roundThePolicy(target), ...unserved(target, leaving)] : []),
  ...needed(ties),
];

function unfit({ state, releasedAt, erased }: Version, lost: readonly string[]): Obstacle[] {
  if (state !== 'complete') return [{ why: `is ${state}, and cannot be restored` }];
  if (erased) return [{ why: `cannot be restored, as its files were deleted on ${erased.at}` }];
  if (lost.length > 0) return [{ why: `has lost files, and cannot be restored: ${lostText(lost)}` }];
  return releasedAt === undefined ? [{ why: 'has never been in production' }] : [];
}

/** Nothing is asked of what comes back, since it was asked before: so it has to have been. */
function roundThePolicy({ stage, releasedUnder }: Version): Obstacle[] {
  const forced = 'promote it, or let an admin who is a releaser force it';
  return [
    ...(stage === 'archived'
      ? []
      : [{ why: `is in ${stage}, and not archived: ${forced}`, overrides: 'stage' as const, forAdmin: true }]),
    ...(releasedUnder === 'open'
      ? [
          {
            why: 'came into production under an open lifecycle, where no policy let it in: name another version, or let an admin who is a releaser force it',
            overrides: 'lifecycle' as const,
            forAdmin: true,
          },
        ]
      : []),
  ];
}

/** Callers of what is there now would not be served by what comes back, in these columns. */
function unserved({ schema }: Version, [current]: readonly Version[]): Obstacle[] {
  if (!current?.schema) return [];
  const columns = schema
    ? [...new Set(verdict(current.schema, schema, 'backward').broken.map(({ column }) => column))]
    : ['every column, as it has no schema'];
  if (columns.length === 0) return [];
  const named = columns.slice(0, 10).join(', ');
  const why = `would not serve those who use what is in production now, in ${named}: force it if that is better than what is there`;
  return [{ why, overrides: 'schema' }];
}

function needed(ties: Ties): Obstacle[] {
  const why = whyNeeded(ties);
  return why === undefined ? [] : [{ why: `takes out what ${why}`, overrides: 'dependents', forAdmin: true }];
}
