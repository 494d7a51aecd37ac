import { describe, expect, it } from 'vitest';
import type { Sent } from '../../shared/contract/operations.ts';
import { call } from '../support/call.ts';
import { aStaged, type One, type Policy, stagedIn } from '../support/governed.ts';
import { aRegistry, aTenant, type TestTenant } from '../support/registry.ts';
import { aModelOf, aVersionOf } from '../support/setting-up.ts';

const registry = await aRegistry();

type Measured = Pick<Sent<'recordEvaluation'>, 'metrics' | 'slices'>;

const gated = (gate: object, stage: 'staging' | 'production' = 'production'): Policy =>
  ({ gates: { [stage]: [gate] } }) as Policy;
const evaluate = ({ reviewer }: TestTenant, one: One, name: string, measured: Measured) =>
  reviewer.recordEvaluation({ ...one, dataset: { name }, ...measured });
/** The last condition of the way into production. */
const shown = async ({ reader }: TestTenant, one: One, stage: 'staging' | 'production' = 'production') =>
  (await reader.explainTransition({ ...one, stage })).conditions.find(({ kind }) => kind === 'metric');
const ages = (...aucs: number[]) => aucs.map((auc, n) => ({ name: 'age', value: String(n), metrics: { auc } }));

const HOLDOUT = { dataset: 'holdout' };
const WORST = { dataset: 'holdout', slice: 'worst' };

describe('a gate on an evaluation looks at what was measured, not at what was stated at registration', () => {
  it.each([
    ['at least, and it is so', { min: 0.9 }, { metrics: { auc: 0.9 } }, true, '0.9 in evaluation 1 on holdout'],
    ['at least, and it is not', { min: 0.9 }, { metrics: { auc: 0.89 } }, false, '0.89 in evaluation 1 on holdout'],
    ['at most, and it is not', { max: 0.9 }, { metrics: { auc: 0.91 } }, false, '0.91 in evaluation 1 on holdout'],
    ['another metric', { min: 0 }, { metrics: { f1: 1 } }, false, 'no such metric in evaluation 1 on holdout'],
    [
      'slices are not asked for',
      { min: 0.9 },
      { metrics: { auc: 0.9 }, slices: ages(0.1) },
      true,
      '0.9 in evaluation 1',
    ],
  ])('%s', async (_, bounds, measured, met, found) => {
    const tenant = await aTenant(registry);
    const one = await aStaged(tenant, gated({ metric: 'auc', ...bounds, from: HOLDOUT }), { metrics: { auc: 0.5 } });
    await evaluate(tenant, one, 'holdout', measured as Measured);

    expect(await shown(tenant, one)).toMatchObject({ met, found: expect.stringContaining(found), roles: ['reviewer'] });
  });

  it.each([
    [
      'the lowest for at least',
      { min: 0.8 },
      ages(0.9, 0.79, 0.95),
      false,
      '0.79 for age: 1 in evaluation 1 on holdout',
    ],
    [
      'the highest for at most',
      { max: 0.9 },
      ages(0.1, 0.2, 0.95),
      false,
      '0.95 for age: 2 in evaluation 1 on holdout',
    ],
    ['all of them within', { min: 0.1, max: 0.95 }, ages(0.1, 0.2, 0.95), true, '0.1 for age: 0'],
    ['one of them too low', { min: 0.2, max: 0.95 }, ages(0.1, 0.2, 0.95), false, '0.1 for age: 0'],
    ['one of them too high', { min: 0.1, max: 0.9 }, ages(0.1, 0.2, 0.95), false, '0.95 for age: 2'],
    ['no slices at all', { min: 0 }, [], false, 'no slice with this metric in evaluation 1 on holdout'],
    [
      'no slice that has the metric',
      { min: 0 },
      [{ name: 'age', metrics: { f1: 1 } }],
      false,
      'no slice with this metric in evaluation 1 on holdout',
    ],
  ] as const)('the worst slice: %s', async (_, bounds, slices, met, found) => {
    const tenant = await aTenant(registry);
    const one = await aStaged(tenant, gated({ metric: 'auc', ...bounds, from: WORST }));
    await evaluate(tenant, one, 'holdout', { metrics: { auc: 0.5 }, slices: [...slices] });

    expect(await shown(tenant, one)).toMatchObject({ met, found: expect.stringContaining(found) });
  });

  it('what was never evaluated is not met, and a promotion says the same', async () => {
    const tenant = await aTenant(registry);
    const one = await aStaged(tenant, gated({ metric: 'auc', min: 0, from: HOLDOUT }), { metrics: { auc: 1 } });
    await evaluate(tenant, one, 'another', { metrics: { auc: 1 } });
    const input = { ...one, stage: 'production' };

    expect(await call(registry, 'promoteVersion', input, { as: tenant.keys.releaser })).toMatchObject({
      status: 409,
      body: {
        code: 'transition.refused',
        conditions: expect.arrayContaining([
          expect.objectContaining({
            kind: 'metric',
            met: false,
            demand: 'auc of at least 0 in the latest evaluation on holdout',
            found: 'no evaluation on holdout',
            evidence: { metric: 'auc', min: 0, from: HOLDOUT, evaluation: null, value: null },
          }),
        ]),
      },
    });
  });

  it.each([
    ['the same data', { digest: 'a' }, { digest: 'a' }, true],
    ['other data of the same name', { digest: 'a' }, { digest: 'b' }, false],
    ['data of which one alone states what it is', { digest: 'a' }, {}, true],
  ])('no worse than production: on %s', async (_, ofFirst, ofNext, met) => {
    const tenant = await aTenant(registry);
    const gate = { metric: 'auc', noWorseThan: 'production', from: HOLDOUT };
    const first = await aStaged(tenant, gated(gate));
    const metrics = { auc: 0.9 };
    await tenant.reviewer.recordEvaluation({ ...first, dataset: { name: 'holdout', ...ofFirst }, metrics });
    await tenant.releaser.promoteVersion({ ...first, stage: 'production' });
    const next = await stagedIn(tenant, first.model);
    await tenant.reviewer.recordEvaluation({ ...next, dataset: { name: 'holdout', ...ofNext }, metrics });

    expect(await shown(tenant, next)).toMatchObject({
      met,
      found: expect.stringContaining(met ? 'where production has 0.9' : 'the digests differ'),
    });
  });

  it.each([
    ['all slices', ages(0.9, 0.8), true, 'has 0.8'],
    ['more of them', ages(0.9, 0.8, 0.85), true, 'has 0.8'],
    ['without the worst', ages(0.9), false, 'over 1 slice more'],
    [
      'the worst without the metric',
      [...ages(0.9), { name: 'age', value: '1', metrics: { f1: 1 } }],
      false,
      'over 1 slice more',
    ],
  ])('no worse than production in the worst slice: %s', async (_, slices, met, found) => {
    const tenant = await aTenant(registry);
    const gate = { metric: 'auc', noWorseThan: 'production', from: WORST };
    const first = await aStaged(tenant, gated(gate));
    await evaluate(tenant, first, 'holdout', { metrics: { auc: 0.9 }, slices: ages(0.9, 0.8) });
    await tenant.releaser.promoteVersion({ ...first, stage: 'production' });
    const next = await stagedIn(tenant, first.model);
    await evaluate(tenant, next, 'holdout', { metrics: { auc: 0.9 }, slices: slices as ReturnType<typeof ages> });

    expect(await shown(tenant, next)).toMatchObject({ met, found: expect.stringContaining(found) });
  });

  it('the latest counts, be it worse or better, of this version alone, and its number and digest are shown', async () => {
    const tenant = await aTenant(registry);
    const one = await aStaged(tenant, gated({ metric: 'auc', min: 0.9, from: WORST }));
    const other = await stagedIn(tenant, one.model);
    const met: (boolean | undefined)[] = [];
    for (const auc of [0.9, 0.8, 0.95]) {
      await tenant.reviewer.recordEvaluation({
        ...one,
        dataset: { name: 'holdout', digest: `d${auc}` },
        metrics: { auc: 1 },
        slices: ages(1, auc),
      });
      await evaluate(tenant, other, 'holdout', { metrics: { auc: 0 }, slices: ages(0) });
      met.push((await shown(tenant, one))?.met);
    }

    expect(met).toEqual([true, false, true]);
    expect((await shown(tenant, one))?.evidence).toEqual({
      metric: 'auc',
      min: 0.9,
      from: WORST,
      evaluation: 3,
      dataset: 'holdout',
      digest: 'd0.95',
      slice: 'age: 1',
      value: 0.95,
    });
    expect(await tenant.releaser.promoteVersion({ ...one, stage: 'production' })).toMatchObject({ archived: [] });
  });

  it('* is the latest evaluation, whatever its data set', async () => {
    const tenant = await aTenant(registry);
    const one = await aStaged(tenant, gated({ metric: 'auc', min: 0.9, from: { dataset: '*' } }));
    const found = [(await shown(tenant, one))?.found];
    for (const [name, auc] of [
      ['z', 0.9],
      ['a', 0.5],
      ['z', 0.7],
      ['m', 1],
    ] as const) {
      await evaluate(tenant, one, name, { metrics: { auc } });
      found.push((await shown(tenant, one))?.found);
    }

    expect(found).toEqual([
      'no evaluation',
      '0.9 in evaluation 1 on z',
      '0.5 in evaluation 2 on a',
      '0.7 in evaluation 3 on z',
      '1 in evaluation 4 on m',
    ]);
  });
});

describe('a gate on an evaluation compares with the version in production on the same data set', () => {
  const inProduction = async (tenant: TestTenant, gate: object, evaluations: readonly [string, Measured][]) => {
    const first = await aStaged(tenant, {});
    for (const [name, measured] of evaluations) await evaluate(tenant, first, name, measured);
    await tenant.admin.putPolicy({ model: first.model, policy: { gates: { staging: [], production: [] } } });
    await tenant.releaser.promoteVersion({ ...first, stage: 'production' });
    await tenant.admin.putPolicy({ model: first.model, policy: gated(gate) });
    return stagedIn(tenant, first.model);
  };
  const noWorse = (from: object, over: object = {}) => ({ metric: 'auc', noWorseThan: 'production', from, ...over });

  it.each([
    ['as good', noWorse(HOLDOUT), { metrics: { auc: 0.9 } }, true],
    ['worse', noWorse(HOLDOUT), { metrics: { auc: 0.89 } }, false],
    ['worse within the tolerance', noWorse(HOLDOUT, { tolerance: 0.01 }), { metrics: { auc: 0.89 } }, true],
    ['higher, where lower is better', noWorse(HOLDOUT, { better: 'lower' }), { metrics: { auc: 0.91 } }, false],
    ['worst slice as good', noWorse(WORST), { metrics: { auc: 0 }, slices: ages(0.7, 0.99) }, true],
    ['worst slice worse', noWorse(WORST), { metrics: { auc: 1 }, slices: ages(0.69, 0.99) }, false],
    [
      'highest slice as low',
      noWorse(WORST, { better: 'lower' }),
      { metrics: { auc: 1 }, slices: ages(0.1, 0.8) },
      true,
    ],
    [
      'highest slice higher',
      noWorse(WORST, { better: 'lower' }),
      { metrics: { auc: 0 }, slices: ages(0.1, 0.81) },
      false,
    ],
  ])('%s', async (_, gate, measured, met) => {
    const tenant = await aTenant(registry);
    const next = await inProduction(tenant, gate, [
      ['holdout', { metrics: { auc: 0.1 }, slices: ages(0) }],
      ['holdout', { metrics: { auc: 0.9 }, slices: ages(0.7, 0.8) }],
      ['another', { metrics: { auc: 0 }, slices: ages(0) }],
    ]);
    await evaluate(tenant, next, 'holdout', measured as Measured);

    expect(await shown(tenant, next)).toMatchObject({
      met,
      evidence: { champion: 1, championEvaluation: 2, evaluation: 1 },
      roles: ['reviewer'],
    });
  });

  it.each<readonly [string, readonly [string, Measured][], string]>([
    [
      'the one in production was never evaluated there',
      [['another', { metrics: { auc: 0 } }]],
      'no evaluation on holdout of version 1',
    ],
    [
      'its evaluation has not the metric',
      [['holdout', { metrics: { f1: 0 } }]],
      'no such metric in evaluation 1 on holdout of version 1',
    ],
  ] as const)('it is not met when %s', async (_, evaluations, found) => {
    const tenant = await aTenant(registry);
    const next = await inProduction(tenant, noWorse(HOLDOUT), evaluations);
    await evaluate(tenant, next, 'holdout', { metrics: { auc: 1 } });

    expect(await shown(tenant, next)).toMatchObject({ met: false, found });
  });

  it('with * it is the data set that the challenger was evaluated on last', async () => {
    const tenant = await aTenant(registry);
    const next = await inProduction(tenant, noWorse({ dataset: '*' }), [
      ['easy', { metrics: { auc: 0.99 } }],
      ['hard', { metrics: { auc: 0.5 } }],
    ]);
    await evaluate(tenant, next, 'easy', { metrics: { auc: 0.6 } });
    expect(await shown(tenant, next)).toMatchObject({ met: false, evidence: { dataset: 'easy', championValue: 0.99 } });
    await evaluate(tenant, next, 'hard', { metrics: { auc: 0.6 } });

    expect(await shown(tenant, next)).toMatchObject({ met: true, evidence: { dataset: 'hard', championValue: 0.5 } });
  });

  it('who is first only has to be evaluated', async () => {
    const tenant = await aTenant(registry);
    const one = await aStaged(tenant, gated(noWorse(HOLDOUT)));
    expect(await shown(tenant, one)).toMatchObject({ met: false, found: 'no evaluation on holdout' });
    await evaluate(tenant, one, 'holdout', { metrics: { auc: 0.1 } });

    expect(await shown(tenant, one)).toMatchObject({ met: true });
  });
});

it('a gate before staging compares with production too, and not with nothing', async () => {
  const tenant = await aTenant(registry);
  const first = await aStaged(tenant, {}, { metrics: { auc: 0.9 } });
  await tenant.admin.putPolicy({ model: first.model, policy: { gates: { staging: [], production: [] } } });
  await tenant.releaser.promoteVersion({ ...first, stage: 'production' });
  await tenant.admin.putPolicy({
    model: first.model,
    policy: gated({ metric: 'auc', noWorseThan: 'production' }, 'staging'),
  });
  const { model } = first;
  const worse = { model, version: await aVersionOf(tenant, model, { metrics: { auc: 0.8 } }) };
  const better = { model, version: await aVersionOf(tenant, model, { metrics: { auc: 0.91 } }) };

  expect(await shown(tenant, worse, 'staging')).toMatchObject({ met: false, evidence: { champion: 1 } });
  const refused = await call(registry, 'promoteVersion', { ...worse, stage: 'staging' }, { as: tenant.keys.releaser });
  expect(refused).toMatchObject({ status: 409, body: { code: 'transition.refused' } });
  expect(await tenant.releaser.promoteVersion({ ...better, stage: 'staging' })).toMatchObject({ archived: [] });
  expect(await tenant.reader.getModel({ model })).toMatchObject({ staging: [better.version], production: [1] });
});

describe('a policy that asks for an evaluation', () => {
  it.each([
    ['without a data set', { from: {} }, 'policy.gates.production[0].from.dataset'],
    ['with an empty data set', { from: { dataset: '' } }, 'policy.gates.production[0].from.dataset'],
    [
      'with a data set of 251 characters',
      { from: { dataset: 'x'.repeat(251) } },
      'policy.gates.production[0].from.dataset',
    ],
    [
      'with a slice that is not the worst',
      { from: { dataset: 'a', slice: 'best' } },
      'policy.gates.production[0].from.slice',
    ],
    [
      'with a field that is not known',
      { from: { dataset: 'a', latest: true } },
      'policy.gates.production[0].from.latest',
    ],
    ['with the name alone', { from: 'holdout' }, 'policy.gates.production[0].from'],
    ['with nothing', { from: null }, 'policy.gates.production[0].from'],
    [
      'of a check',
      { from: HOLDOUT, metric: undefined, min: undefined, check: 'ci' },
      'policy.gates.production[0].from',
    ],
  ])('is refused %s', async (_, over, field) => {
    const tenant = await aTenant(registry);
    const input = { model: await aModelOf(tenant), policy: gated({ metric: 'auc', min: 0, ...over }) };

    expect(await call(registry, 'putPolicy', input, { as: tenant.keys.admin })).toMatchObject({
      status: 400,
      body: { code: 'request.invalid', issues: [expect.objectContaining({ field })] },
    });
  });

  it('is shown as it was put', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const policy = gated({ metric: 'auc', noWorseThan: 'production', better: 'lower', tolerance: 0.1, from: WORST });
    await tenant.admin.putPolicy({ model, policy });

    expect((await tenant.reader.getPolicy({ model })).policy).toEqual(policy);
  });
});
