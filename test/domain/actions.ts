import fc from 'fast-check';
import { deleteAlias, setAlias } from '../../shared/domain/alias.ts';
import type { DigestGuard } from '../../shared/domain/artifact.ts';
import { filesOf } from '../../shared/domain/artifact.ts';
import type { Change, Occasion } from '../../shared/domain/change.ts';
import { NO_TIES } from '../../shared/domain/dependency.ts';
import { archive, leavingFor, promote } from '../../shared/domain/lifecycle.ts';
import { type Model, renameModel } from '../../shared/domain/model.ts';
import { type Policy, putModelPolicy } from '../../shared/domain/policy.ts';
import type { Lifecycle } from '../../shared/domain/policy-document.ts';
import { complete, registerExternal, registerFiles } from '../../shared/domain/registration.ts';
import { rollback, rollbackTarget } from '../../shared/domain/rollback.ts';
import type { ActiveStage } from '../../shared/domain/stage.ts';
import { deleteVersion, updateVersion, type Version } from '../../shared/domain/version.ts';
import { Failure } from '../../shared/errors.ts';
import { ACME, aFile, aName, anAlias, aRegistration } from '../support/builders.ts';
import { keyOf, modelOf, versionsOf, type World } from './world.ts';

/** Something to do, and with which version: `number` counts back from the newest that is not deleted, and round. */
export type Action = { readonly number: number } & (
  | { readonly do: 'register'; readonly files: number; readonly description: string }
  | { readonly do: 'registerExternal' | 'rollbackTo' }
  | { readonly do: 'complete' | 'archive' | 'delete' }
  | { readonly do: 'promote'; readonly stage: ActiveStage; readonly archiveFormer: boolean }
  | { readonly do: 'rollback'; readonly steps: number }
  | { readonly do: 'setAlias'; readonly alias: string }
  | { readonly do: 'deleteAlias'; readonly alias: string }
  | { readonly do: 'describe'; readonly description: string }
  | { readonly do: 'govern'; readonly lifecycle: Lifecycle }
  | { readonly do: 'rename'; readonly name: string }
);

/**
 * What the registry decides: it reads what a function reads, and asks the rule that the function asks.
 * @throws Failure as the function would
 */
export function decide(world: World, action: Action, occasion: Occasion): Change<unknown> {
  const model = modelOf(world);
  switch (action.do) {
    case 'register':
      return register(world, model, action, occasion);
    case 'registerExternal':
      return registerExternal(model, aRegistration(), 's3://bucket/key', occasion);
    case 'rollback':
      return back(world, model, action, occasion);
    case 'rollbackTo':
      return back(world, model, { steps: 1, version: picked(world, action.number).number }, occasion);
    case 'deleteAlias':
      return deleteAlias(model, anAlias(action.alias), occasion);
    case 'govern':
      return govern(world, model, action.lifecycle, occasion);
    case 'rename':
      return rename(model, action.name, occasion);
    default:
      return ofVersion(world, model, picked(world, action.number), action, occasion);
  }
}

type OfVersion = Extract<Action, { do: 'complete' | 'promote' | 'archive' | 'setAlias' | 'describe' | 'delete' }>;

function ofVersion(world: World, model: Model, version: Version, action: OfVersion, occasion: Occasion) {
  switch (action.do) {
    case 'complete':
      return complete(model, version, occasion);
    case 'promote': {
      const leaving = leavingFor(model, version.number, action).map((number) => loaded(world, number));
      const policies = { ofTenant: policyOf(world), ofModel: policyOf(world, model.id) };
      const nothing = { champion: undefined, standings: [], ties: NO_TIES, approvals: [] };
      return promote(model, { version, to: action.stage, leaving, policies, ...nothing }, occasion);
    }
    case 'archive':
      return archive(model, { version, ties: NO_TIES }, occasion);
    case 'setAlias':
      return setAlias(model, anAlias(action.alias), version, occasion);
    case 'describe':
      return updateVersion(model, version, { description: action.description }, occasion);
    case 'delete':
      return deleteVersion(model, version, { guard: guardOf(world, version.artifact?.rootDigest) }, occasion);
  }
}

/** @throws Failure `version.not_found` */
function picked(world: World, number: number): Version {
  const there = versionsOf(world).filter(({ state }) => state !== 'deleted');
  return loaded(world, there.at(-1 - ((number - 1) % Math.max(1, there.length)))?.number);
}

/** @throws Failure `version.not_found` */
function loaded(world: World, number: number | undefined): Version {
  const version = versionsOf(world).find((one) => one.number === number);
  if (version && version.state !== 'deleted') return version;
  throw new Failure('version.not_found', `There is no version ${number}.`);
}

const guardOf = (world: World, digest: string | undefined) => world.get(`digest ${digest}`) as DigestGuard | undefined;

function register(
  world: World,
  model: Model,
  { files: n, description }: Extract<Action, { do: 'register' }>,
  occasion: Occasion,
): Change<unknown> {
  const files = filesOf([aFile({ path: `file-${n}` })]);
  const guard = guardOf(world, files.rootDigest);
  const version = versionsOf(world).find(({ number }) => number === guard?.version);
  return registerFiles(model, aRegistration({ description }), files, guard && version && { guard, version }, occasion);
}

function back(
  world: World,
  model: Model,
  where: { readonly steps: number; readonly version?: Version['number'] },
  occasion: Occasion,
): Change<unknown> {
  const number = rollbackTarget(model, where);
  const leaving = model.production.map((one) => loaded(world, one));
  const restoring = number instanceof Failure ? number : { target: loaded(world, number), leaving };
  return rollback(model, restoring, { reason: 'Bad.' }, occasion);
}

const policyOf = (world: World, model?: Model['id']) =>
  world.get(keyOf({ kind: 'policy', tenant: ACME, model })) as Policy | undefined;

function govern(world: World, model: Model, lifecycle: Lifecycle, occasion: Occasion): Change<unknown> {
  return putModelPolicy(model, policyOf(world, model.id), { lifecycle }, occasion);
}

function rename(model: Model, name: string, occasion: Occasion): Change<unknown> {
  return renameModel(model, name === model.name ? model : undefined, aName(name), occasion);
}

const number = fc.integer({ min: 1, max: 3 });
const one = <T extends Action['do']>(name: T, more: object = {}) =>
  fc.record({ do: fc.constant(name), number, ...more }) as fc.Arbitrary<Action>;
const description = fc.constantFrom('', 'Another.');
const alias = fc.constantFrom('champion', 'shadow');

/** Anything that can be done to a model, what leads to production more often than the rest. */
export const anAction: fc.Arbitrary<Action> = fc.oneof(
  { weight: 3, arbitrary: one('register', { files: fc.integer({ min: 0, max: 3 }), description }) },
  { weight: 3, arbitrary: one('registerExternal') },
  { weight: 3, arbitrary: one('complete') },
  {
    weight: 12,
    arbitrary: one('promote', { stage: fc.constantFrom('staging', 'production'), archiveFormer: fc.boolean() }),
  },
  { weight: 2, arbitrary: one('archive') },
  { weight: 5, arbitrary: one('rollback', { steps: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 1, arbitrary: one('rollbackTo') },
  { weight: 2, arbitrary: one('setAlias', { alias }) },
  { weight: 2, arbitrary: one('deleteAlias', { alias }) },
  { weight: 1, arbitrary: one('describe', { description }) },
  { weight: 1, arbitrary: one('delete') },
  { weight: 1, arbitrary: one('govern', { lifecycle: fc.constantFrom('governed', 'open') }) },
  { weight: 1, arbitrary: one('rename', { name: fc.constantFrom('fraud-detector', 'card-fraud') }) },
);
