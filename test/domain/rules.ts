import { createHash } from 'node:crypto';
import { expect } from 'vitest';
import { EVENT_DATA, EventView, GENESIS } from '../../shared/domain/event.ts';
import type { Held } from '../../shared/domain/history.ts';
import { isActive, type Stage } from '../../shared/domain/stage.ts';
import type { Version } from '../../shared/domain/version.ts';
import { spelled } from './rfc8785.ts';
import { eventsOf, holdingsOf, modelOf, versionsOf, type World } from './world.ts';

/** What a step made of a world: nothing, where both are the same. */
export interface Step {
  readonly before: World;
  readonly after: World;
}

const GOVERNED_STEPS = ['none→staging', 'staging→production', 'staging→archived', 'production→archived'];

const told = ({ before, after }: Step) => eventsOf(after).slice(eventsOf(before).length);
const isLive = ({ state }: Version) => state === 'uploading' || state === 'complete';
const inStage = (world: World, stage: Stage) =>
  versionsOf(world)
    .filter((version) => version.stage === stage && version.state !== 'deleted')
    .map(({ number }) => number);
const sorted = (numbers: readonly number[]) => numbers.toSorted((a, b) => a - b);
/** The versions that a step changed, as they were and as they are. */
const changed = ({ before, after }: Step) => {
  const now = new Map(versionsOf(after).map((version) => [version.number, version]));
  return versionsOf(before)
    .map((was) => ({ was, is: now.get(was.number) }))
    .filter(({ was, is }) => was !== is);
};

/** The versions that hold something, as the last line of its history has it. */
const held = (world: World, what: Held) =>
  holdingsOf(world).findLast((holding) => spelled(holding.held) === spelled(what))?.versions ?? [];

/** What has to be true of every step, whatever was done before. The names are sentences of the product. */
export const RULES: Readonly<Record<string, (step: Step) => void>> = {
  'rule 1: version numbers are consecutive from 1 and never used again': (step) => {
    const numbers = versionsOf(step.after).map(({ number }) => number);
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
    expect(modelOf(step.after).nextVersion).toBe(numbers.length + 1);
    for (const { was, is } of changed(step)) {
      const { createdAt, artifact, source } = was;
      expect(is).toMatchObject({ createdAt, ...(artifact && { artifact }), ...(source && { source }) });
    }
  },

  'rule 2: a governed model never has two production versions': ({ after }) => {
    const { lifecycle, production } = modelOf(after);
    const most = lifecycle === 'governed' ? 1 : 90;
    expect(Math.max(production.length, inStage(after, 'production').length)).toBeLessThanOrEqual(most);
  },

  'rule 3: a complete version never changes but for its stage, description and tags, until it is deleted': (step) => {
    const evidence = changed(step).filter(({ was }) => was.state === 'complete');
    for (const { was, is } of evidence) {
      const { stage, stageAt, description, tags, evidence, revision, updatedAt, releasedAt, releasedUnder } = is ?? was;
      const free = {
        stage,
        // What let it in is written with the step that it was let in for.
        ...(is?.admittedBy && { admittedBy: { ...was.admittedBy, ...is.admittedBy } }),
        ...(stageAt !== undefined && { stageAt }),
        description,
        tags,
        evidence,
        revision,
        updatedAt,
        releasedAt: was.releasedAt ?? releasedAt,
        releasedUnder,
      };
      expect([{ ...is, state: was.state }]).toEqual([{ ...was, ...free }]);
    }
    expect(evidence.filter(({ is }) => is?.state !== 'complete' && is?.state !== 'deleted')).toEqual([]);
  },

  'rule 4: no two versions that are uploading or complete have the same root digest': ({ after }) => {
    const digests = versionsOf(after).flatMap((version) =>
      isLive(version) ? (version.artifact?.rootDigest ?? []) : [],
    );
    expect(new Set(digests).size).toBe(digests.length);
  },

  'rule 5: a governed version moves along the allowed steps alone, and comes back by rollback alone': (step) => {
    const { lifecycle } = modelOf(step.before);
    const [event] = told(step);
    const restored = event?.type === 'model.rolled_back' ? event.version : undefined;
    const forced = event?.data['forced'] === true;
    const forbidden = changed(step).filter(({ was, is }) => {
      const wasLetIn = was.stage === 'archived' && was.releasedAt !== undefined && was.releasedUnder === 'governed';
      const isBack = is?.number === restored && is?.stage === 'production' && (wasLetIn || forced);
      return was.stage !== is?.stage && !isBack && !GOVERNED_STEPS.includes(`${was.stage}→${is?.stage}`);
    });
    expect(lifecycle === 'governed' ? forbidden : []).toEqual([]);
  },

  'rule 5: only a promotion under a policy makes a version one that a policy has let in': (step) => {
    const { lifecycle } = modelOf(step.before);
    const isLetIn = told(step).some(({ type, data }) => type === 'version.promoted' && data['to'] === 'production');
    for (const { was, is } of changed(step).filter(({ was, is }) => was.releasedUnder !== is?.releasedUnder)) {
      expect([is?.stage, isLetIn, is?.releasedUnder]).toEqual(['production', true, lifecycle]);
      expect(was.releasedUnder).not.toBe('governed');
    }
  },

  'rule 5: only a complete version is in a stage, and none is deleted out of one': (step) => {
    const staged = versionsOf(step.after).filter(({ stage }) => stage !== 'none');
    expect(staged.filter(({ state }) => state !== 'complete' && state !== 'deleted')).toEqual([]);
    const deleted = changed(step).filter(({ is }) => is?.state === 'deleted');
    expect(deleted.filter(({ was, is }) => was.stage !== is?.stage || isActive(was.stage))).toEqual([]);
  },

  'rule 9: every change has exactly one event, and what is no change has none': (step) => {
    expect(told(step)).toHaveLength(step.before === step.after ? 0 : 1);
    for (const { type, data } of told(step)) expect(EVENT_DATA[type].parse(data)).toEqual(data);
  },

  'rule 9: the events of a model are a chain from the first to its head, and their times never fall': (step) => {
    const before = eventsOf(step.before).at(-1);
    const { headHash, seq, lastAt } = modelOf(step.after);
    const last = eventsOf(step.after).at(-1);
    expect([headHash, seq, lastAt]).toEqual([last?.hash, last?.seq, last?.at]);
    for (const event of told(step)) {
      const { hash, ...rest } = EventView.parse(event);
      expect(hash).toBe(createHash('sha256').update(spelled(rest)).digest('hex'));
      expect([event.prevHash, event.seq]).toEqual([before?.hash ?? GENESIS, (before?.seq ?? 0) + 1]);
      expect(event.at >= (before?.at ?? '')).toBe(true);
    }
  },

  'rule 9: a refused transition is recorded, and changes nothing else': (step) => {
    const isRefused = told(step).some(({ type }) => type === 'transition.refused');
    const { seq, headHash, lastAt, revision } = modelOf(step.after);
    const added = step.after.size - step.before.size;
    const same = [{ ...modelOf(step.before), seq, headHash, lastAt, revision }, 1, []];
    expect(isRefused ? [modelOf(step.after), added, changed(step)] : same).toEqual(same);
  },

  'a model and its versions agree on what is in staging and in production': ({ after }) => {
    const { staging, production } = modelOf(after);
    expect(sorted(staging)).toEqual(inStage(after, 'staging'));
    expect(sorted(production)).toEqual(inStage(after, 'production'));
  },

  'a rollback can go to each former production version once, and to none that is there or deleted': ({ after }) => {
    const { former, production } = modelOf(after);
    const wasThere = new Set(holdingsOf(after).flatMap(({ held, versions }) => ('stage' in held ? versions : [])));
    const versions = versionsOf(after).filter(({ state }) => state === 'complete');
    const good = versions.filter(({ number }) => wasThere.has(number) && !production.includes(number));
    expect(new Set(former).size).toBe(former.length);
    expect(former.filter((number) => !good.some((version) => version.number === number))).toEqual([]);
  },

  'an alias names a version that is complete, never a deleted one': ({ after }) => {
    const complete = versionsOf(after).filter(({ state }) => state === 'complete');
    const named = Object.values(modelOf(after).aliases);
    expect(named.filter((number) => !complete.some((version) => version.number === number))).toEqual([]);
  },

  'the history of a stage or an alias ends with who holds it now': ({ after }) => {
    const { aliases, staging, production } = modelOf(after);
    expect([held(after, { stage: 'staging' }), held(after, { stage: 'production' })]).toEqual([staging, production]);
    for (const alias of Object.keys(aliases) as (keyof typeof aliases)[]) {
      expect(held(after, { alias })).toEqual([aliases[alias]]);
    }
  },
};
