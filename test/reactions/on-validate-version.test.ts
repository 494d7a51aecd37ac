import { describe, expect, it } from 'vitest';
import { onValidateVersion } from '../../functions/on-validate-version.ts';
import type { Services } from '../../shared/http/services.ts';
import type { Outgoing } from '../../shared/reactions/ports.ts';
import { reactToMessages } from '../../shared/reactions/react.ts';
import { sqliteTable } from '../../shared/store/sqlite-table.ts';
import { safetensorsOf } from '../domain/format/files.ts';
import { calling, pickle } from '../domain/format/pickles.ts';
import type { Policy } from '../support/governed.ts';
import { aName } from '../support/names.ts';
import { aRegistry, aTenant, type TestTenant } from '../support/registry.ts';
import { registryOver } from '../support/registry-over.ts';
import { aModelOf, aVersionOf, aVersionWith, type Contents } from '../support/setting-up.ts';

/** Here nothing reacts by itself, but what a test reacts with. */
const registry = await registryOver(await aRegistry(), sqliteTable({ file: ':memory:' }));
const { services } = registry;

if (onValidateVersion.kind !== 'queue') throw new TypeError('expected a reaction to messages');
const reactor = onValidateVersion;

const SELF = { principal: 'signet:on-validate-version' };
const BY_ITSELF: Policy = { gates: { staging: [{ artifact: 'verified' }] }, autoPromote: 'staging' };
const weights = () => safetensorsOf({ __metadata__: { of: aName('weights') } }, Buffer.alloc(0));
const hostile = pickle(4, calling('os', 'system', 'id'));

interface One {
  readonly tenant: TestTenant;
  readonly model: string;
  readonly version: number;
}

async function aComplete(contents: Contents = { 'model.safetensors': weights() }, policy: Policy = {}): Promise<One> {
  const tenant = await aTenant(registry);
  const model = await aModelOf(tenant);
  await tenant.admin.putPolicy({ model, policy });
  return { tenant, model, version: await aVersionWith(tenant, model, contents) };
}

const eventsOf = async ({ tenant, model }: One) => (await tenant.reader.listEvents({ model, limit: 100 })).items;
const lookAt = ({ tenant, model, version }: One) => tenant.reader.getVersion({ model, version });
const outcomes = async (one: One) =>
  Object.fromEntries(Object.entries((await lookAt(one)).evidence.checks).map(([name, { outcome }]) => [name, outcome]));

/** The event that the bus gives to the reaction. */
async function messageOf(one: One, type = 'version.completed') {
  const body = (await eventsOf(one)).find((event) => event.type === type && event.version === one.version);
  return { id: 'message', body: JSON.parse(JSON.stringify(body)), attempt: 1 };
}

/** Reacts to a completed version, in a world that may be otherwise than it should be. Answers whether it has to again. */
async function validate(one: One, over: Partial<Services> = {}): Promise<boolean> {
  const failed = await reactToMessages(reactor, [await messageOf(one)], { ...services, ...over });
  return failed.length === 0;
}

const fine = { 'signet/sha256': 'success', 'signet/format': 'success', 'signet/pickle': 'success' };

describe('a complete version', () => {
  it('has its files read: what they are, and that nothing is wrong with them, is said in one event', async () => {
    const one = await aComplete({ 'a.safetensors': weights(), 'b.safetensors': weights(), 'README.md': aName('text') });
    await validate(one);
    const { evidence, artifact } = await lookAt(one);
    const [event] = await eventsOf(one);

    expect(await outcomes(one)).toEqual(fine);
    expect(evidence.formats).toEqual([
      { format: 'safetensors', files: 2 },
      { format: 'text', files: 1 },
    ]);
    expect(event).toMatchObject({
      type: 'version.validated',
      version: one.version,
      actor: SELF,
      data: { rootDigest: artifact?.rootDigest, formats: evidence.formats },
    });
    const { items } = await one.tenant.reader.listChecks({ model: one.model, version: one.version });
    expect(items.map(({ check, summary, recordedBy }) => [check, summary, recordedBy])).toEqual([
      ['signet/format', '3 of 3 files are what they say they are.', SELF],
      ['signet/pickle', '3 of 3 files run nothing when they are loaded, as far as is known.', SELF],
      ['signet/sha256', '3 of 3 files were read, and have the SHA-256 of the manifest.', SELF],
    ]);
  });

  it('has said of it what a loader would run, by its path', async () => {
    const one = await aComplete({ 'nested/model.pkl': hostile, 'README.md': 'text' });
    await validate(one);
    const { items } = await one.tenant.reader.listChecks({ model: one.model, version: one.version });

    expect(await outcomes(one)).toEqual({ ...fine, 'signet/pickle': 'failure' });
    expect(items.find(({ check }) => check === 'signet/pickle')?.summary).toBe('nested/model.pkl names os.system.');
  });

  it('has said of it that it cannot be looked into, which is no better', async () => {
    const one = await aComplete({ 'model.7z': Buffer.from("7z\xbc\xaf'\x1c and so on", 'latin1') });
    await validate(one);

    expect(await outcomes(one)).toEqual({ ...fine, 'signet/format': 'failure', 'signet/pickle': 'failure' });
  });

  it('says the same when it is told again, in no second event', async () => {
    const one = await aComplete();
    await validate(one);
    const before = await eventsOf(one);
    await Promise.all([validate(one), validate(one)]);

    expect(await eventsOf(one)).toEqual(before);
  });

  it('is left alone when it is deleted, or its model, or when its files are elsewhere', async () => {
    const one = await aComplete();
    const message = await messageOf(one);
    await one.tenant.publisher.deleteVersion({ model: one.model, version: one.version });
    const other = await aComplete();
    const otherMessage = await messageOf(other);
    await other.tenant.admin.deleteModel({ model: other.model });
    const model = await aModelOf(one.tenant);
    const external = { tenant: one.tenant, model, version: await aVersionOf(one.tenant, model) };
    const messages = [message, otherMessage, await messageOf(external, 'version.registered')];

    expect(await reactToMessages(reactor, messages, services)).toEqual([]);
    expect((await eventsOf(one)).map(({ type }) => type)).not.toContain('version.validated');
    expect(await outcomes(external)).toEqual({});
  });

  it('is found under the name that its model has by now', async () => {
    const one = await aComplete();
    const message = await messageOf(one);
    const to = aName('renamed');
    await one.tenant.admin.renameModel({ model: one.model, to });
    await reactToMessages(reactor, [message], services);

    expect(await outcomes({ ...one, model: to })).toEqual(fine);
  });
});

describe('bytes', () => {
  /** Artifacts that count what is read of them. */
  function counting() {
    const reads: string[] = [];
    const artifacts: Services['artifacts'] = {
      ...services.artifacts,
      section: (key, ...asked) => {
        reads.push(key);
        return services.artifacts.section(key, ...asked);
      },
    };
    return { reads, artifacts };
  }

  it('that were read for one version are not read for another', async () => {
    const contents = { 'model.safetensors': weights() };
    const one = await aComplete(contents);
    const model = await aModelOf(one.tenant);
    const other = { ...one, model, version: await aVersionWith(one.tenant, model, contents) };
    await validate(one);
    const { reads, artifacts } = counting();
    await validate(other, { artifacts });

    expect(reads).toEqual([]);
    expect(await outcomes(other)).toEqual(fine);
  });

  it('that were nothing under one name are looked at again under another', async () => {
    const content = Buffer.concat([pickle(4), Buffer.from(aName('garbage'))]);
    const one = await aComplete({ 'weights.bin': Buffer.from([0x80, 4, ...content]) });
    await validate(one);
    const model = await aModelOf(one.tenant);
    const contents = { 'model.safetensors': Buffer.from([0x80, 4, ...content]) };
    const other = { ...one, model, version: await aVersionWith(one.tenant, model, contents) };
    await validate(other);

    expect((await outcomes(other))['signet/format']).toBe('failure');
  });

  it('I2: of which a single one is not what it was keep a version out of every stage that wants them verified', async () => {
    const one = await aComplete(undefined, BY_ITSELF);
    const artifacts: Services['artifacts'] = {
      ...services.artifacts,
      section: async (...asked) => {
        const bytes = await services.artifacts.section(...asked);
        return bytes && Buffer.from(bytes).fill((bytes[9] ?? 0) ^ 1, 9, 10);
      },
    };
    await validate(one, { artifacts });
    const { model, version } = one;

    expect(await outcomes(one)).toMatchObject({ 'signet/sha256': 'failure' });
    expect(await lookAt(one)).toMatchObject({ stage: 'none' });
    await expect(one.tenant.releaser.promoteVersion({ model, version, stage: 'staging' })).rejects.toMatchObject({
      code: 'transition.refused',
    });
  });

  it('that are gone are said to be', async () => {
    const one = await aComplete();
    await validate(one, { artifacts: { ...services.artifacts, stat: async () => undefined } });
    const { items } = await one.tenant.reader.listChecks({ model: one.model, version: one.version });

    expect(items.find(({ check }) => check === 'signet/sha256')).toMatchObject({
      outcome: 'failure',
      summary: 'model.safetensors is not there.',
    });
    expect(await outcomes(one)).toMatchObject({ 'signet/pickle': 'failure' });
  });

  it('that there is no time for are left to the next message, which goes on where it stopped', async () => {
    const contents = Object.fromEntries(Array.from({ length: 9 }, (_, n) => [`${n}.safetensors`, weights()]));
    const one = await aComplete(contents);
    const sent: Outgoing[] = [];
    const { reads, artifacts } = counting();
    const start = services.now().getTime();
    // Every file takes three minutes.
    const slow: Partial<Services> = {
      artifacts,
      now: () => new Date(start + reads.length * 180_000),
      queues: { send: async (_, messages) => void sent.push(...messages) },
    };
    await validate(one, slow);
    const first = reads.length;
    const early = await outcomes(one);
    for (let next = sent.shift(); next; next = sent.shift()) {
      await reactToMessages(reactor, [{ id: 'next', body: next.body, attempt: 1 }], { ...services, ...slow });
    }

    expect(early).toEqual({});
    expect(first).toBeLessThan(9);
    expect(reads).toHaveLength(9);
    expect(new Set(reads).size).toBe(9);
    expect(await outcomes(one)).toEqual(fine);
  });
});

describe('a version whose policy promotes by itself', () => {
  it('goes to staging when everything is met, by the registry itself', async () => {
    const one = await aComplete(undefined, {
      ...BY_ITSELF,
      gates: { staging: [{ artifact: 'verified' }, { check: 'signet/pickle' }] },
    });
    await validate(one);
    const [event] = await eventsOf(one);

    expect(await lookAt(one)).toMatchObject({ stage: 'staging' });
    expect(event).toMatchObject({ type: 'version.promoted', actor: SELF, data: { from: 'none', to: 'staging' } });
  });

  it('stays, and is refused nothing, while a gate is not met; and goes once it is', async () => {
    const one = await aComplete(undefined, { ...BY_ITSELF, gates: { staging: [{ check: 'ci/bias' }] } });
    const { model, version } = one;
    await validate(one);
    const early = await lookAt(one);
    const types = (await eventsOf(one)).map(({ type }) => type);
    await one.tenant.reviewer.recordCheck({ model, version, check: 'ci/bias', outcome: 'success' });
    await reactToMessages(reactor, [await messageOf(one, 'check.recorded')], services);

    expect(early).toMatchObject({ stage: 'none' });
    expect(types).not.toContain('transition.refused');
    expect(await lookAt(one)).toMatchObject({ stage: 'staging' });
  });

  it('stays when loading it would run something, whether or not a gate asks for that', async () => {
    const one = await aComplete({ 'model.pkl': hostile }, BY_ITSELF);
    await validate(one);

    expect(await lookAt(one)).toMatchObject({ stage: 'none' });
  });

  it('stays where somebody has put it since', async () => {
    const one = await aComplete(undefined, BY_ITSELF);
    const { model, version } = one;
    await validate(one);
    await one.tenant.releaser.archiveVersion({ model, version });
    await validate(one);

    expect(await lookAt(one)).toMatchObject({ stage: 'archived' });
  });

  it('is not promoted where the policy says nothing of it', async () => {
    const one = await aComplete(undefined, { gates: { staging: [] } });
    await validate(one);

    expect(await lookAt(one)).toMatchObject({ stage: 'none' });
  });
});

describe('a validation that dies', () => {
  /** A world in which the n-th thing that is asked of store or artifacts fails: before it happens, or after it. */
  function dying(at: number, { after }: { readonly after: boolean }) {
    let asked = 0;
    const wrapped = <T extends object>(inner: T): T =>
      new Proxy(inner, {
        get: (target, name) => {
          const member = Reflect.get(target, name) as unknown;
          if (typeof member !== 'function') return member;
          return async (...given: unknown[]) => {
            asked += 1;
            const isNow = asked === at;
            if (isNow && !after) throw new Error('died before');
            const result: unknown = await member.apply(target, given);
            if (isNow) throw new Error('died after');
            return result;
          };
        },
      });
    const over = { store: wrapped(services.store), artifacts: wrapped(services.artifacts) };
    return { over, asked: () => asked };
  }

  it.each([{ after: false }, { after: true }])(
    'anywhere (%o) is as good as one that lives, once the message comes again',
    async (when) => {
      for (let at = 1, isDone = false; !isDone; at += 1) {
        const one = await aComplete(undefined, BY_ITSELF);
        const { over, asked } = dying(at, when);
        isDone = await validate(one, over);
        if (!isDone) expect(await validate(one)).toBe(true);

        const types = (await eventsOf(one)).map(({ type }) => type);
        expect(await outcomes(one), `died at ${at}`).toEqual(fine);
        expect(await lookAt(one), `died at ${at}`).toMatchObject({ stage: 'staging' });
        expect(types.slice(0, 3), `died at ${at}`).toEqual([
          'version.promoted',
          'version.validated',
          'version.completed',
        ]);
        if (isDone) expect(asked()).toBeGreaterThan(10);
      }
    },
  );
});
