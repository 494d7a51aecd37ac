import type { Approval } from '../../shared/domain/approval.ts';
import type { Change, EntityWrite, Occasion } from '../../shared/domain/change.ts';
import type { Entity, Revised } from '../../shared/domain/entity.ts';
import { chain, type Event } from '../../shared/domain/event.ts';
import type { Holding } from '../../shared/domain/history.ts';
import { createModel, type Model } from '../../shared/domain/model.ts';
import type { PolicyRef } from '../../shared/domain/policy.ts';
import type { Lifecycle } from '../../shared/domain/policy-document.ts';
import type { Version } from '../../shared/domain/version.ts';
import { ACME, aModel, aPolicy } from '../support/builders.ts';
import { LENIENT } from '../support/lenient.ts';

/** Everything that is stored about one model, as it is at one moment. Nothing in it ever changes: a step makes a new one. */
export type World = ReadonlyMap<string, Entity>;

/** What a decision rests on is not as it was when it was made. */
export class Conflict extends Error {}

/** A world with one new model. */
export function aWorld(lifecycle: Lifecycle, occasion: Occasion): World {
  const policy = aPolicy({ document: { ...LENIENT, lifecycle } });
  const { id, name } = aModel();
  const change = createModel(ACME, id, { name, description: '', tags: {} }, { policy }, occasion);
  return committed(new Map([[keyOf(policy), policy]]), change);
}

/**
 * The world after a change, written as a store has to: all of it or nothing.
 * @throws {Conflict} when something that the change rests on is not as it was
 */
export function committed(world: World, change: Change<unknown>): World {
  if (change.head === undefined) return world;
  const { event, head } = chain('create' in change.head ? change.head.create : change.head.replace, change.event);
  const headWrite = 'create' in change.head ? { create: head } : { replace: head };
  const after = new Map(world);
  for (const write of [...change.writes, headWrite, { create: event }]) put(after, write);
  return after;
}

function put(world: Map<string, Entity>, write: EntityWrite): void {
  if ('absent' in write) demand(world, write.absent, undefined);
  else if ('unchanged' in write) demand(world, write.unchanged, write.unchanged.revision);
  else if ('forget' in write) world.delete(keyOf(write.forget));
  else if ('remove' in write) {
    demand(world, write.remove, write.remove.revision);
    world.delete(keyOf(write.remove));
  } else {
    const entity = 'create' in write ? write.create : write.replace;
    demand(world, entity, 'create' in write ? undefined : write.replace.revision - 1);
    world.set(keyOf(entity), entity);
  }
}

/** Demands an entity at this revision or, without one, that there is none. */
function demand(world: World, entity: Entity | PolicyRef, revision: number | undefined): void {
  const there = world.get(keyOf(entity));
  if (revision === undefined ? there === undefined : (there as Revised | undefined)?.revision === revision) return;
  throw new Conflict(`${keyOf(entity)} is not at revision ${revision}.`);
}

export function keyOf(entity: Entity | PolicyRef): string {
  switch (entity.kind) {
    case 'model':
      return `model ${entity.name}`;
    case 'version':
      return `version ${entity.number}`;
    case 'digest':
      return `digest ${entity.digest}`;
    case 'policy':
      return `policy ${entity.model}`;
    case 'approval':
      return `approval ${entity.id}`;
    case 'card':
      return `card ${entity.version} ${entity.revision}`;
    case 'check':
      return `check ${entity.version} ${entity.name}`;
    case 'evaluation':
      return `evaluation ${entity.version} ${entity.number}`;
    case 'standing':
      return `standing ${entity.version} ${entity.dataset.name}`;
    case 'name':
      return `name ${entity.model}`;
    case 'holding':
      return `holding ${JSON.stringify(entity.held)} ${entity.at} ${entity.seq}`;
    case 'event':
      return `event ${entity.seq}`;
    default:
      throw new Error(`No rule of a living model writes a ${entity.kind}.`);
  }
}

const all = <K extends Entity['kind']>(world: World, kind: K) =>
  [...world.values()].filter((entity): entity is Extract<Entity, { kind: K }> => entity.kind === kind);

export function modelOf(world: World): Model {
  const [model, other] = all(world, 'model');
  if (!model || other) throw new Error('There is not one model.');
  return model;
}

/** By number. */
export const versionsOf = (world: World): Version[] => all(world, 'version').sort((a, b) => a.number - b.number);

/** Those of one version, the latest first, as a store has them. */
export const approvalsOf = (world: World, number: number): Approval[] =>
  all(world, 'approval')
    .filter(({ version }) => version === number)
    .sort((a, b) => (a.id < b.id ? 1 : -1));

/** By sequence. */
export const eventsOf = (world: World): Event[] => all(world, 'event').sort((a, b) => a.seq - b.seq);

/** By sequence. */
export const holdingsOf = (world: World): Holding[] => all(world, 'holding').sort((a, b) => a.seq - b.seq);
