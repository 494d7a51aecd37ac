import type { DigestGuard } from '../../../shared/domain/artifact.ts';
import type { Change, Decided, EntityWrite, Occasion } from '../../../shared/domain/change.ts';
import { DAY_MS } from '../../../shared/domain/day.ts';
import type { Entity, Revised } from '../../../shared/domain/entity.ts';
import { holdsOn } from '../../../shared/domain/hold.ts';
import { archive } from '../../../shared/domain/lifecycle.ts';
import { type Model, touched } from '../../../shared/domain/model.ts';
import type { VersionNumber } from '../../../shared/domain/names.ts';
import type { Policy } from '../../../shared/domain/policy.ts';
import { merged } from '../../../shared/domain/policy-document.ts';
import { selfAs } from '../../../shared/domain/principal.ts';
import { abandon, archiveStale, erase } from '../../../shared/domain/retention/changes.ts';
import { ARTIFACT_CLAUSES, type Clause, type Snapshot } from '../../../shared/domain/retention/clauses.ts';
import { decideBy } from '../../../shared/domain/retention/decide.ts';
import { thingOf } from '../../../shared/domain/retention/retained.ts';
import type { Reign } from '../../../shared/domain/retention/stability.ts';
import type { Tenant } from '../../../shared/domain/tenant.ts';
import { entering, moved } from '../../../shared/domain/transition.ts';
import { deleteVersion, enteredAt, type Version } from '../../../shared/domain/version.ts';
import {
  ANN,
  AT,
  aDigest,
  aGuard,
  aModel,
  aNumber,
  anAlias,
  aPolicy,
  aTenant,
  aVersion,
} from '../../support/builders.ts';

/** What is stored of one model, its tenant and its policy, by what is changed with compare-and-swap. */
export type World = ReadonlyMap<string, Revised>;

export const VERSIONS = [1, 2, 3, 4].map(aNumber);
const HOLD = '01JZ0000000000000000000001' as never;

/** Days that pass in a history, so that everything comes up in it. */
const DAYS = { productionStableDays: 10, stagingDays: 40, artifactHoldDays: 30, evaluationDays: 40 };

const nameOf = (entity: Entity): string =>
  entity.kind === 'version'
    ? `version ${entity.number}`
    : entity.kind === 'digest'
      ? `guard ${entity.version}`
      : entity.kind;

export const modelIn = (world: World) => world.get('model') as Model;
export const tenantIn = (world: World) => world.get('tenant') as Tenant;
export const policyIn = (world: World) => world.get('policy') as Policy;
export const versionIn = (world: World, number: number) => world.get(`version ${number}`) as Version;

/** A tenant with one model, its policy, and four versions with files. */
function aBeginning(): World {
  const things: Revised[] = [
    aTenant({ holds: [] }),
    aModel({ nextVersion: 5 }),
    aPolicy({ document: { retention: DAYS } }),
    ...VERSIONS.flatMap((number) => [
      number === 4
        ? aVersion({ number, state: 'uploading', artifact: { rootDigest: aDigest(`${number}`), files: 1, bytes: 1 } })
        : aVersion({ number, artifact: { rootDigest: aDigest(`${number}`), files: 1, bytes: 1 } }),
      aGuard({ version: number, digest: aDigest(`${number}`) }),
    ]),
  ];
  return new Map(things.map((entity) => [nameOf(entity), entity]));
}

/** The world after a change, or nothing where what it rests on is not so any more. `blind` is not looked at. */
function written(world: World, change: Change<unknown>, blind?: string): World | undefined {
  if (change.head === undefined || 'refusal' in change) return world;
  const after = new Map(world);
  const head: EntityWrite = change.head;
  for (const write of [head, ...change.writes]) {
    if ('absent' in write || 'forget' in write) continue;
    const entity = (
      'create' in write
        ? write.create
        : 'replace' in write
          ? write.replace
          : 'remove' in write
            ? write.remove
            : write.unchanged
    ) as Revised;
    if (!isRevised(entity)) continue;
    const expected = 'create' in write ? undefined : 'replace' in write ? entity.revision - 1 : entity.revision;
    if (entity.kind !== blind && entity.kind !== 'upkeep' && world.get(nameOf(entity))?.revision !== expected)
      return undefined;
    if ('remove' in write) after.delete(nameOf(entity));
    else if (!('unchanged' in write)) after.set(nameOf(entity), entity);
  }
  return after;
}

const isRevised = (entity: Entity): entity is Revised => 'revision' in entity && entity.kind !== 'upkeep';

/** What people do. */
export type Deed =
  | { readonly do: 'stage' | 'release' | 'back' | 'archive' | 'delete'; readonly version: number }
  | {
      readonly do: 'alias' | 'unalias' | 'hold' | 'unhold' | 'depend' | 'undepend' | 'copy' | 'uncopy';
      readonly version: number;
    }
  | { readonly do: 'longer' | 'shorter' };

/** A history, as it goes on: who was in production, who needs what, and everything that is stored. */
export interface History {
  world: World;
  reigns: (Reign & { readonly at: string })[];
  /** Versions that an active version of another model needs. */
  needed: ReadonlySet<number>;
  /** Versions that another model has a copy of. */
  copied: ReadonlySet<number>;
  /** Raised with what is needed, as the count of rule 8 is. */
  usage: number;
}

export const aHistory = (): History => ({
  world: aBeginning(),
  reigns: [],
  needed: new Set(),
  copied: new Set(),
  usage: 1,
});

/** One thing that somebody does; nothing, where a rule forbids it. */
export function doIt(history: History, deed: Deed, occasion: Occasion): void {
  const { world } = history;
  const model = modelIn(world);
  const tenant = tenantIn(world);
  switch (deed.do) {
    case 'hold':
    case 'unhold': {
      const holds = deed.do === 'hold' ? [{ id: HOLD, model: model.id, version: deed.version as VersionNumber }] : [];
      put(history, { ...tenant, holds, revision: tenant.revision + 1 });
      return;
    }
    case 'longer':
    case 'shorter': {
      const policy = policyIn(world);
      const factor = deed.do === 'longer' ? 2 : 1;
      const retention = { productionStableDays: 10 * factor, stagingDays: 40 * factor, artifactHoldDays: 30 * factor };
      put(history, { ...policy, document: { retention }, revision: policy.revision + 1 });
      return;
    }
    case 'depend':
    case 'undepend':
      history.usage += 1;
      history.needed = new Set(deed.do === 'depend' ? [...history.needed, deed.version] : []);
      return;
    case 'copy':
    case 'uncopy':
      history.usage += 1;
      history.copied = new Set(deed.do === 'copy' ? [...history.copied, deed.version] : []);
      return;
    case 'alias':
    case 'unalias': {
      const aliases = deed.do === 'alias' ? { [anAlias('champion')]: deed.version as VersionNumber } : {};
      if (versionIn(world, deed.version).state !== 'complete') return;
      put(history, touched(model, occasion, { aliases }));
      return;
    }
    default:
      move(history, deed, occasion);
  }
}

function move(history: History, deed: Deed & { readonly version: number }, occasion: Occasion): void {
  const { world } = history;
  const model = modelIn(world);
  const version = versionIn(world, deed.version);
  if (version.state !== 'complete' || version.erased) return;
  const leaving = model.production
    .filter((number) => number !== version.number)
    .map((number) => versionIn(world, number));
  try {
    const told = {
      type: 'version.archived' as const,
      version: version.number,
      actor: occasion.actor,
      data: { from: version.stage },
    };
    const change =
      deed.do === 'delete'
        ? deleteVersion(
            model,
            version,
            { guard: world.get(`guard ${deed.version}`) as DigestGuard | undefined },
            occasion,
          )
        : deed.do === 'archive'
          ? archive(model, { version, ties: { needs: [], dependents: [] } }, occasion)
          : deed.do === 'stage'
            ? version.stage === 'none' && moved(model, entering(version, 'staging', []), occasion, told)
            : deed.do === 'release'
              ? version.stage === 'staging' && moved(model, entering(version, 'production', leaving), occasion, told)
              : version.releasedAt &&
                version.stage === 'archived' &&
                moved(model, entering(version, 'production', leaving), occasion, told);
    const after = change && written(world, change);
    if (after) settle(history, after);
  } catch {
    // A rule forbids it.
  }
}

const put = (history: History, entity: Revised): void => {
  history.world = new Map([...history.world, [nameOf(entity), entity]]);
};

/** Takes a world on, and notes who is in production in it. */
function settle(history: History, world: World): void {
  const [before, after] = [modelIn(history.world), modelIn(world)];
  if (String(before.production) !== String(after.production)) {
    history.reigns = [...history.reigns, { versions: after.production, at: after.lastAt }];
  }
  history.world = world;
}

/** What retention finds of a version. */
function snapshotOf({ world, reigns, needed, copied }: History, number: number): Snapshot {
  const version = versionIn(world, number);
  const model = modelIn(world);
  const left = enteredAt(version);
  const since = reigns.findLastIndex(({ at }) => at <= left);
  return {
    version,
    aliases: Object.entries(model.aliases).flatMap(([alias, of]) => (of === number ? [alias as never] : [])),
    holds: holdsOn(tenantIn(world).holds, thingOf(version.model, version.number, version.artifact?.rootDigest)),
    dependents: needed.has(number) ? 1 : 0,
    isCopied: copied.has(number),
    reigns: version.stage === 'archived' && version.releasedAt ? reigns.slice(Math.max(since, 0)) : [],
    evaluations: [],
    latest: new Set(),
  };
}

/** What retention is about to do with a version, decided on what there is now. */
export interface Intent {
  readonly change: Decided<unknown>;
  readonly kind: 'archive' | 'abandon' | 'erase';
  readonly number: number;
  /** The count of rule 8 that it rests on, where there was one. */
  readonly usage: number | undefined;
}

/** Decides about a version by these clauses. */
export function intentOf(
  history: History,
  number: number,
  now: Date,
  clauses: Readonly<Record<string, Clause>> = ARTIFACT_CLAUSES,
): Intent | undefined {
  const { world } = history;
  const policies = { ofTenant: policyIn(world) };
  const days = merged(policies.ofTenant.document).retention;
  const { actions } = decideBy(clauses, snapshotOf(history, number), days, now);
  const [action] = actions;
  const version = versionIn(world, number);
  if (!action || action.kind === 'collect' || action.kind === 'compact') return undefined;
  const occasion = { now, actor: selfAs('on-apply-retention') };
  const grounds = { tenant: tenantIn(world), policies, ties: { needs: [], dependents: [] } };
  const guard = world.get(`guard ${number}`) as DigestGuard | undefined;
  const model = modelIn(world);
  const change =
    action.kind === 'archive'
      ? archiveStale(model, version, days, grounds, occasion)
      : action.kind === 'abandon'
        ? abandon(model, version, guard, occasion)
        : erase(model, version, guard, days, grounds, occasion);
  if (change.head === undefined || 'refusal' in change) return undefined;
  return { change, kind: action.kind, number, usage: history.usage };
}

/** Carries an intent out, where everything that it rests on is still so. Answers whether it did. */
export function carryOut(history: History, { change, usage }: Intent, blind?: string): boolean {
  if (blind !== 'usage' && usage !== history.usage) return false;
  const after = written(history.world, change, blind);
  if (after) settle(history, after);
  return after !== undefined;
}

export const START = new Date(AT).getTime();
export const later = (now: number, days: number): number => now + days * DAY_MS;
export const someone = (now: number): Occasion => ({ actor: { principal: ANN }, now: new Date(now) });
