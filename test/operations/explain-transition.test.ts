import { describe, expect, it } from 'vitest';
import { call } from '../support/call.ts';
import { aNeededOne, anActiveOn, aVersionOn, nameOf } from '../support/dependent.ts';
import { describeOperation } from '../support/describe-operation.ts';
import { anApprovalOf, aStaged, type One, type Policy, stagedIn, votes } from '../support/governed.ts';
import { aTenant, type TestTenant } from '../support/registry.ts';
import { aModelOf, anOpenModelOf, aVersionOf, aVersionWith } from '../support/setting-up.ts';

const COLUMN = { name: 'amount', type: 'float64' } as const;

/** A gate, and a registration that meets it and one that does not, each with what is shown of it. */
const GATES: readonly [string, object, object, object, object][] = [
  [
    'at least',
    { metric: 'auc', min: 0.9 },
    { metrics: { auc: 0.9 } },
    { metrics: { auc: 0.89 } },
    { found: '0.89', evidence: { min: 0.9, value: 0.89 } },
  ],
  ['at most', { metric: 'ms', max: 100 }, { metrics: { ms: 100 } }, { metrics: { ms: 101 } }, { found: '101' }],
  [
    'between',
    { metric: 'ratio', min: 0.8, max: 1.25 },
    { metrics: { ratio: 1 } },
    { metrics: { ratio: 1.3 } },
    { found: '1.3' },
  ],
  [
    'a metric that is missing',
    { metric: 'auc', min: 0 },
    { metrics: { auc: 0 } },
    { metrics: {} },
    { found: 'no such metric' },
  ],
  ['a schema', { schema: 'present' }, { schema: { inputs: [COLUMN] } }, {}, { found: 'no schema' }],
];

describeOperation('explainTransition', (registry) => {
  const explain = async ({ reader }: TestTenant, one: One) => reader.explainTransition({ ...one, stage: 'production' });
  const gated = (gate: object): Policy => ({ gates: { production: [gate] } }) as Policy;

  it.each(GATES)('a gate: %s', async (_, gate, fit, unfit, shown) => {
    const tenant = await aTenant(registry);
    const { model } = await aStaged(tenant, gated(gate), fit);
    const bad = await stagedIn(tenant, model, unfit);

    expect(await explain(tenant, { model, version: 1 })).toMatchObject({
      allowed: true,
      from: 'staging',
      to: 'production',
    });
    const { allowed, conditions } = await explain(tenant, bad);
    expect(allowed).toBe(false);
    expect(conditions.filter(({ met }) => !met)).toMatchObject([{ ...shown, roles: ['publisher'] }]);
  });

  it.each([
    ['higher', 0.91, 0.9, 0.01, true],
    ['higher', 0.91, 0.89, 0.01, false],
    ['higher', 0.91, 0.95, 0, true],
    ['higher', 0.9, 0.8999999999999996, 0, false],
    ['higher', 0.9, 0.8899999999999, 0.01, false],
    ['lower', 100, 105, 5, true],
    ['lower', 100, 106, 5, false],
  ] as const)(
    'a gate: no worse than production, %s is better: %d, then %d within %d is %s',
    async (better, champion, value, tolerance, met) => {
      const tenant = await aTenant(registry);
      const gate = { metric: 'm', noWorseThan: 'production', better, tolerance };
      const first = await aStaged(tenant, gated(gate), { metrics: { m: champion } });
      await tenant.releaser.promoteVersion({ ...first, stage: 'production' });
      const next = await stagedIn(tenant, first.model, { metrics: { m: value } });

      const { allowed, conditions } = await explain(tenant, next);
      expect(allowed).toBe(met);
      expect(conditions.find(({ kind }) => kind === 'metric')?.evidence).toMatchObject({
        value,
        champion: 1,
        championValue: champion,
      });
    },
  );

  it('a metric that production has not cannot be shown to be no worse, and who is first only has to have it', async () => {
    const tenant = await aTenant(registry);
    const { model, ...first } = await aStaged(tenant, gated({ metric: 'm', noWorseThan: 'production' }), {});

    expect(await explain(tenant, { model, ...first })).toMatchObject({ allowed: false });
    const measured = await stagedIn(tenant, model, { metrics: { m: 1 } });
    expect(await explain(tenant, measured)).toMatchObject({ allowed: true });
    await tenant.admin.putPolicy({ model, policy: {} });
    await tenant.releaser.promoteVersion({ model, version: first.version, stage: 'production' });
    await tenant.admin.putPolicy({ model, policy: gated({ metric: 'm', noWorseThan: 'production' }) });
    expect(await explain(tenant, measured)).toMatchObject({ allowed: false });
  });

  it.each(['archived', 'deleted'] as const)(
    'a gate that compares looks at what was in production last where nothing is there: also once that is %s',
    async (what) => {
      const tenant = await aTenant(registry);
      const gates = [{ metric: 'm', noWorseThan: 'production' }, { schema: 'backward' }];
      const policy = { gates: { production: gates } } as Policy;
      const inputs = (...names: string[]) => ({ schema: { inputs: names.map((name) => ({ ...COLUMN, name })) } });
      const first = await aStaged(tenant, policy, { metrics: { m: 1 }, ...inputs('amount') });
      await tenant.releaser.promoteVersion({ ...first, stage: 'production' });
      const next = await stagedIn(tenant, first.model, { metrics: { m: 0.5 }, ...inputs('amount', 'country') });
      await tenant.releaser.archiveVersion(first);
      if (what === 'deleted') await tenant.publisher.deleteVersion(first);

      const { allowed, conditions } = await explain(tenant, next);
      expect(allowed).toBe(false);
      expect(conditions.filter(({ met }) => !met)).toMatchObject([
        { kind: 'metric', demand: 'm no lower than that of version 1, the last in production' },
        { kind: 'schema', evidence: { champion: 1, broken: ['country'] } },
      ]);
    },
  );

  it.each([
    ['backward', [COLUMN, { name: 'country', type: 'string' }], false],
    ['backward', [COLUMN, { name: 'country', type: 'string', nullable: true }], true],
    ['full', [COLUMN, { name: 'country', type: 'string', nullable: true }], false],
    ['full', [COLUMN], true],
  ] as const)('a gate: a schema that is compatible with production, %s, with %j is %s', async (schema, inputs, met) => {
    const tenant = await aTenant(registry);
    const first = await aStaged(tenant, gated({ schema }), { schema: { inputs: [COLUMN] } });
    await tenant.releaser.promoteVersion({ ...first, stage: 'production' });
    const next = await stagedIn(tenant, first.model, { schema: { inputs: [...inputs] } });

    expect(await explain(tenant, next)).toMatchObject({ allowed: met });
  });

  it('a gate: a check of this name has to have succeeded; neutral is not success', async () => {
    const tenant = await aTenant(registry);
    const one = await aStaged(tenant, gated({ check: 'ci/bias' }));
    const seen = [];
    for (const outcome of ['failure', 'neutral', 'success'] as const) {
      await tenant.reviewer.recordCheck({ ...one, check: 'ci/other', outcome: 'success' });
      seen.push((await explain(tenant, one)).allowed);
      await tenant.reviewer.recordCheck({ ...one, check: 'ci/bias', outcome });
    }
    seen.push((await explain(tenant, one)).allowed);

    expect(seen).toEqual([false, false, false, true]);
  });

  it('a gate: a card with these fields', async () => {
    const tenant = await aTenant(registry);
    const one = await aStaged(tenant, gated({ card: ['intendedUse', 'owner'] }));
    await tenant.publisher.putCard({ ...one, card: { intendedUse: 'Payments.' } });
    const { conditions } = await explain(tenant, one);

    expect(conditions.at(-1)).toMatchObject({
      kind: 'card',
      met: false,
      found: 'a card without owner',
      roles: ['publisher'],
    });
    await tenant.publisher.putCard({ ...one, card: { intendedUse: 'Payments.', owner: 'Ann' } });
    expect(await explain(tenant, one)).toMatchObject({ allowed: true });
  });

  it('a gate: files that the registry keeps and has proved', async () => {
    const tenant = await aTenant(registry);
    const elsewhere = await aStaged(tenant, gated({ artifact: 'verified' }));
    const version = await aVersionWith(tenant, elsewhere.model, { 'model.bin': 'bytes' });
    await tenant.releaser.promoteVersion({ model: elsewhere.model, version, stage: 'staging' });

    expect(await explain(tenant, elsewhere)).toMatchObject({ allowed: false });
    expect(await explain(tenant, { model: elsewhere.model, version })).toMatchObject({ allowed: true });
  });

  it('says of an approval how far it is, and whose votes it takes', async () => {
    const tenant = await aTenant(registry);
    const one = await aStaged(tenant);
    const last = async () => (await explain(tenant, one)).conditions.at(-1);

    expect(await last()).toMatchObject({
      met: false,
      found: 'no request for an approval',
      roles: ['publisher', 'releaser'],
    });
    const asked = await anApprovalOf(tenant, one);
    expect(await last()).toMatchObject({ met: false, evidence: { votes: 0, state: 'pending' }, roles: ['reviewer'] });
    await tenant.reviewer.voteOnApproval({ ...asked, decision: 'approve' });
    expect(await last()).toMatchObject({
      met: true,
      evidence: { votes: 1, state: 'approved', approval: asked.approval },
    });
    await tenant.publisher.putCard({ ...one, card: { owner: 'Ann' } });
    expect(await last()).toMatchObject({ met: false, found: '1 in an approval that is void' });
  });

  it('rule 6: says what a refused promotion says, word for word, and where no policy was put the defaults demand it', async () => {
    const tenant = await aTenant(registry, { policy: 'default' });
    const model = await aModelOf(tenant);
    const version = await aVersionWith(tenant, model, { 'model.bin': 'bytes' });
    await tenant.releaser.promoteVersion({ model, version, stage: 'staging' });
    const refusal = await call(
      registry,
      'promoteVersion',
      { model, version, stage: 'production' },
      { as: tenant.keys.releaser },
    );
    const { allowed, conditions } = await explain(tenant, { model, version });

    expect(refusal).toMatchObject({ status: 409, body: { code: 'transition.refused', conditions } });
    expect(allowed).toBe(false);
    expect(conditions.map(({ kind, met }) => [kind, met])).toEqual([
      ['step', true],
      ['files', true],
      ['card', false],
      ['artifact', true],
      ['approval', false],
    ]);
    const { items } = await tenant.reader.listEvents({ model, limit: 10 });
    expect(items.find(({ type }) => type === 'transition.refused')).toMatchObject({
      data: { unmet: [{ kind: 'card' }, { kind: 'approval' }] },
    });
  });

  it('of an open lifecycle demands the files alone', async () => {
    const tenant = await aTenant(registry, { policy: 'default' });
    const model = await aModelOf(tenant);
    await tenant.admin.putPolicy({ model, policy: { lifecycle: 'open' } });
    const one = { model, version: await aVersionOf(tenant, model) };

    expect(await explain(tenant, one)).toMatchObject({ allowed: true, conditions: [{ kind: 'files', met: true }] });
    expect(await tenant.releaser.promoteVersion({ ...one, stage: 'production' })).toMatchObject({ archived: [] });
  });

  it('allows what has happened already: promoting to where a version is changes nothing', async () => {
    const tenant = await aTenant(registry);
    const there = await aStaged(tenant);

    expect(await tenant.reader.explainTransition({ ...there, stage: 'staging' })).toMatchObject({ allowed: true });
    expect(await explain(tenant, there)).toMatchObject({ allowed: false });
  });

  it('is 404 for a model or a version that is not there', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const ask = (input: object) =>
      call(registry, 'explainTransition', { stage: 'staging', ...input }, { as: tenant.keys.reader });

    expect(await ask({ model: 'none', version: 1 })).toMatchObject({ status: 404, body: { code: 'model.not_found' } });
    expect(await ask({ model, version: 1 })).toMatchObject({ status: 404, body: { code: 'version.not_found' } });
  });

  describe('dependencies', () => {
    const active: Policy = { ...votes(0), gates: { production: [{ dependencies: 'active' }] } } as Policy;

    it('that are in no stage are a warning, which stands in nobody’s way and is answered and recorded', async () => {
      const tenant = await aTenant(registry);
      const [used, unused] = [await anActiveOn(tenant, 'staging'), await aVersionOn(tenant)];
      const one = await anActiveOn(tenant, 'staging', [used, unused]);
      const warning = {
        kind: 'dependency',
        met: false,
        warning: true,
        demand: 'every dependency in staging or production',
        found: `${nameOf(unused)} (none)`,
      };

      const { allowed, conditions } = await explain(tenant, one);
      expect(allowed).toBe(true);
      expect(conditions.filter(({ met }) => !met)).toMatchObject([warning]);
      expect((await tenant.releaser.promoteVersion({ ...one, stage: 'production' })).warnings).toMatchObject([warning]);
      const { items } = await tenant.reader.listEvents({ model: one.model, limit: 1 });
      expect(items).toMatchObject([{ type: 'version.promoted', data: { inactive: [{ version: 1 }] } }]);
    });

    it('a gate: all of them in staging or production, else it is refused', async () => {
      const tenant = await aTenant(registry);
      const needed = await aVersionOn(tenant);
      const one = await aStaged(tenant, active, { dependsOn: [needed] });
      const unmet = { kind: 'dependency', met: false, found: `${nameOf(needed)} (none)`, roles: ['releaser'] };
      const { allowed, conditions } = await explain(tenant, one);
      const promote = () =>
        call(registry, 'promoteVersion', { ...one, stage: 'production' }, { as: tenant.keys.releaser });

      expect([allowed, conditions.filter(({ met }) => !met)]).toMatchObject([false, [unmet]]);
      expect(conditions.filter(({ kind }) => kind === 'dependency')).toHaveLength(1);
      expect(await promote()).toMatchObject({ status: 409, body: { code: 'transition.refused' } });
      await tenant.releaser.promoteVersion({ ...needed, stage: 'staging' });
      expect(await explain(tenant, one)).toMatchObject({ allowed: true });
      expect(await promote()).toMatchObject({ status: 200 });
    });

    it('rule 8: a promotion that would archive what an active version needs is refused, and names it', async () => {
      const tenant = await aTenant(registry);
      const { needed, by } = await aNeededOne(tenant);
      const next = await stagedIn(tenant, needed.model);
      const { allowed, conditions } = await explain(tenant, next);
      const unmet = { kind: 'dependents', met: false, found: `${nameOf(by)} (production)`, roles: ['releaser'] };

      expect([allowed, conditions.filter(({ met }) => !met)]).toMatchObject([false, [unmet]]);
      expect(
        await call(registry, 'promoteVersion', { ...next, stage: 'production' }, { as: tenant.keys.releaser }),
      ).toMatchObject({
        status: 409,
        body: { code: 'transition.refused', conditions: expect.arrayContaining([expect.objectContaining(unmet)]) },
      });
      await tenant.releaser.archiveVersion(by);
      expect(await explain(tenant, next)).toMatchObject({ allowed: true });
    });

    it('rule 8: whatever its lifecycle', async () => {
      const tenant = await aTenant(registry);
      const model = await anOpenModelOf(tenant);
      const [former, next] = [await aVersionOf(tenant, model), await aVersionOf(tenant, model)];
      await tenant.releaser.promoteVersion({ model, version: former, stage: 'production' });
      await anActiveOn(tenant, 'production', [{ model, version: former }]);
      const input = { model, version: next, stage: 'production' };
      const as = tenant.keys.releaser;

      expect(await call(registry, 'promoteVersion', input, { as })).toMatchObject({ status: 409 });
      expect(await call(registry, 'promoteVersion', { ...input, archiveFormer: false }, { as })).toMatchObject({
        status: 200,
      });
    });

    it('a version that was made of its own model’s former one takes its place', async () => {
      const tenant = await aTenant(registry);
      const first = await anActiveOn(tenant, 'production');
      const next = await stagedIn(tenant, first.model, { dependsOn: [first] });

      expect(await tenant.releaser.promoteVersion({ ...next, stage: 'production' })).toMatchObject({
        archived: [first.version],
      });
    });
  });
});
