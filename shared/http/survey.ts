import { NO_TIES, type Ties } from '../domain/dependency.ts';
import { DATASETS_MAX, type Evaluation } from '../domain/evaluation.ts';
import { holdsOn } from '../domain/hold.ts';
import type { Grave, Model } from '../domain/model.ts';
import type { Alias } from '../domain/names.ts';
import type { Policies } from '../domain/policy.ts';
import { merged } from '../domain/policy-document.ts';
import type { Days, Snapshot } from '../domain/retention/clauses.ts';
import { COMPACTED_AT_ONCE } from '../domain/retention/decide.ts';
import { thingOf } from '../domain/retention/retained.ts';
import type { Tenant } from '../domain/tenant.ts';
import { enteredAt, type Version } from '../domain/version.ts';
import type { Store } from '../store/store.ts';
import { hasCopy } from './copies.ts';
import { loadTies } from './ties.ts';

/** A model, and what holds for all of its versions. */
export interface Place {
  readonly tenant: Tenant;
  readonly model: Model | Grave;
  readonly policies: Policies;
}

/** All that a decision on a version rests on. */
export interface Survey extends Place {
  readonly snapshot: Snapshot;
  readonly days: Days;
  readonly ties: Ties;
  /** The oldest of its evaluations. */
  readonly evaluations: readonly Evaluation[];
}

interface World {
  readonly store: Store;
  readonly now: Date;
}

/** How many changes of production are read, to find one that lasted. */
const REIGNS_MAX = 1_000;

/** Looks at a version. What can make no difference to it is not read: most versions cost nothing. */
export async function survey(world: World, place: Place, version: Version): Promise<Survey> {
  const { store } = world;
  const { tenant, model, policies } = place;
  // The names of its dependents are for nobody here.
  const asking = { ...world, caller: { tenant: tenant.id, roles: [] } };
  const isFormer = version.stage === 'archived' && version.releasedAt !== undefined && !version.erased;
  const isEvaluated = version.evidence.evaluations > (version.compacted?.evaluations ?? 0);
  const [ties, isCopied, reigns, evaluations, standings] = await Promise.all([
    version.needed ? loadTies(asking, { leaving: [version] }) : NO_TIES,
    version.needed ? hasCopy(asking, version) : false,
    isFormer ? store.reignsFrom(model, new Date(enteredAt(version)), REIGNS_MAX) : [],
    isEvaluated ? store.oldestEvaluations(model, version.number, COMPACTED_AT_ONCE + DATASETS_MAX) : [],
    isEvaluated ? store.standings(model, [version.number]) : [],
  ]);
  const aliases = Object.entries(model.aliases).flatMap(([alias, number]) =>
    number === version.number ? [alias as Alias] : [],
  );
  const snapshot: Snapshot = {
    version,
    ...(model.kind === 'grave' && { deletedAt: model.updatedAt }),
    aliases,
    holds: holdsOn(tenant.holds, thingOf(version.model, version.number, version.artifact?.rootDigest)),
    dependents: ties.dependents.length,
    isCopied,
    reigns,
    evaluations,
    latest: new Set(standings.map(({ evaluation }) => evaluation)),
  };
  const days = merged(policies.ofTenant?.document, policies.ofModel?.document).retention;
  return { ...place, snapshot, days, ties, evaluations };
}
