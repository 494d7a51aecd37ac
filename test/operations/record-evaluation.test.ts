import { expect, it } from 'vitest';
import { call } from '../support/call.ts';
import { describeOperation } from '../support/describe-operation.ts';
import { anApprovalOf, aStaged } from '../support/governed.ts';
import { lastEventOf } from '../support/looking.ts';
import { aTenant, type TestTenant } from '../support/registry.ts';
import { aModelOf, anUploadOf, aVersionOf } from '../support/setting-up.ts';

const MEASURED = {
  dataset: { name: 'holdout', digest: 'sha256:4f2a' },
  metrics: { auc: 0.94, gap: 0.02 },
  slices: [
    { name: 'age', value: '< 25', metrics: { auc: 0.91 } },
    { name: 'new customers', metrics: { auc: 0.88, gap: 0.1 } },
  ],
  runId: 'run-43',
  summary: 'Worse for new customers.',
};
const many = <T>(count: number, one: (n: number) => T): T[] => Array.from({ length: count }, (_, n) => one(n));
const metricsOf = (count: number, name = 'm') => Object.fromEntries(many(count, (n) => [`${name}${n}`, n]));
const slice = (over: object = {}) => ({ name: 'age', metrics: { auc: 1 }, ...over });

describeOperation('recordEvaluation', (registry) => {
  const record = ({ keys }: TestTenant, input: object) =>
    call(registry, 'recordEvaluation', { ...MEASURED, ...input }, { as: keys.reviewer });
  const aComplete = async (tenant: TestTenant) => {
    const model = await aModelOf(tenant);
    return { model, version: await aVersionOf(tenant, model) };
  };

  it('keeps all that was measured, numbered 1, 2, 3, and counts it with the version', async () => {
    const tenant = await aTenant(registry);
    const one = await aComplete(tenant);
    const first = await record(tenant, one);
    const second = await record(tenant, { ...one, slices: undefined, runId: undefined, summary: undefined });

    expect(first).toMatchObject({ status: 201, body: { ...one, ...MEASURED, evaluation: 1 } });
    expect(second.body).toMatchObject({ evaluation: 2, metrics: MEASURED.metrics, slices: [] });
    expect(second.body).not.toHaveProperty('runId');
    expect(await tenant.reader.listEvaluations(one)).toEqual({ items: [second.body, first.body] });
    expect((await tenant.reader.getVersion(one)).evidence.evaluations).toBe(2);
  });

  it('leaves its digest in the history, so that nobody can say later that something else was measured', async () => {
    const tenant = await aTenant(registry);
    const one = await aComplete(tenant);
    const { body } = await record(tenant, one);
    const again = await record(tenant, one);
    const other = await record(tenant, { ...one, metrics: { auc: 0.95 } });

    expect(again.body.digest).toBe(body.digest);
    expect(other.body.digest).not.toBe(body.digest);
    expect(await lastEventOf(tenant, one.model)).toMatchObject({
      type: 'evaluation.recorded',
      version: one.version,
      data: { evaluation: 3, dataset: 'holdout', evaluationDigest: other.body.digest, runId: 'run-43' },
    });
  });

  it('voids the votes on what was known before', async () => {
    const tenant = await aTenant(registry);
    const asked = await anApprovalOf(tenant, await aStaged(tenant));
    await tenant.reviewer.voteOnApproval({ ...asked, decision: 'approve' });
    expect(await tenant.reader.getApproval(asked)).toMatchObject({ state: 'approved' });
    await record(tenant, { model: asked.model, version: asked.version });

    expect(await tenant.reader.getApproval(asked)).toMatchObject({ state: 'void' });
  });

  it.each([
    ['no data set', { dataset: undefined }, 'dataset'],
    ['a data set that is a text', { dataset: 'holdout' }, 'dataset'],
    ['a data set without a name', { dataset: {} }, 'dataset.name'],
    ['a data set with an empty name', { dataset: { name: '' } }, 'dataset.name'],
    ['the name that a policy has for any data set', { dataset: { name: '*' } }, 'dataset.name'],
    ['a name in two lines', { dataset: { name: 'hold\nout' } }, 'dataset.name'],
    ['a name that is not in NFC', { dataset: { name: 'e\u0301t\u00e9' } }, 'dataset.name'],
    ['a name of 251 characters', { dataset: { name: 'x'.repeat(251) } }, 'dataset.name'],
    ['a digest that is a number', { dataset: { name: 'a', digest: 1 } }, 'dataset.digest'],
    ['a field that a data set has not', { dataset: { name: 'a', uri: 's3://a/b' } }, 'dataset.uri'],
    ['no metrics', { metrics: undefined }, 'metrics'],
    ['none measured', { metrics: {} }, 'metrics'],
    ['a metric that is no number', { metrics: { auc: 'high' } }, 'metrics.auc'],
    ['a metric that is null', { metrics: { auc: null } }, 'metrics.auc'],
    ['a metric that pollutes', { metrics: { constructor: 1 } }, 'metrics.constructor'],
    ['101 metrics', { metrics: metricsOf(101) }, 'metrics'],
    ['slices that are no list', { slices: {} }, 'slices'],
    ['a slice without a name', { slices: [{ metrics: { auc: 1 } }] }, 'slices[0].name'],
    ['a slice with nothing measured', { slices: [slice(), slice({ value: 'b', metrics: {} })] }, 'slices[1].metrics'],
    [
      'a slice with a metric that is no number',
      { slices: [slice({ metrics: { auc: true } })] },
      'slices[0].metrics.auc',
    ],
    ['a slice whose value is a number', { slices: [slice({ value: 25 })] }, 'slices[0].value'],
    ['a field that a slice has not', { slices: [slice({ count: 7 })] }, 'slices[0].count'],
    ['a slice twice', { slices: [slice({ value: 'a' }), slice({ value: 'a' })] }, 'slices'],
    ['201 slices', { slices: many(201, (n) => slice({ value: String(n) })) }, 'slices'],
    [
      '101 different metrics in slices',
      { slices: [slice({ metrics: metricsOf(51) }), slice({ value: 'b', metrics: metricsOf(50, 'n') })] },
      'slices',
    ],
    ['a run without a name', { runId: '' }, 'runId'],
    ['a summary of 2,001 characters', { summary: 'x'.repeat(2_001) }, 'summary'],
    ['a time of its own', { at: '2026-01-01T00:00:00.000Z' }, 'at'],
    [
      'more than can be kept',
      { slices: many(200, (n) => slice({ value: String(n), metrics: metricsOf(50, 'a metric of some length ') })) },
      'slices',
    ],
  ])('refuses %s, and names it', async (_, input, field) => {
    const tenant = await aTenant(registry);
    const one = await aComplete(tenant);

    expect(await record(tenant, { ...one, ...input })).toMatchObject({
      status: 400,
      body: { code: 'request.invalid', issues: [expect.objectContaining({ field })] },
    });
    expect(await tenant.reader.listEvaluations(one)).toEqual({ items: [] });
    expect((await tenant.reader.getVersion(one)).evidence.evaluations).toBe(0);
  });

  it('takes twenty data sets of a version, each as often as it comes, and no more', async () => {
    const tenant = await aTenant(registry);
    const one = await aComplete(tenant);
    for (let count = 0; count < 20; count += 1) await record(tenant, { ...one, dataset: { name: `set ${count}` } });

    expect(await record(tenant, one)).toMatchObject({ status: 409, body: { code: 'model.full' } });
    expect(await record(tenant, { ...one, dataset: { name: 'set 7' } })).toMatchObject({
      status: 201,
      body: { evaluation: 21 },
    });
  });

  it('is for reviewers: whoever publishes has said what they measured', async () => {
    const tenant = await aTenant(registry);
    const one = await aComplete(tenant);

    for (const key of ['publisher', 'releaser', 'admin'] as const) {
      expect(await call(registry, 'recordEvaluation', { ...one, ...MEASURED }, { as: tenant.keys[key] })).toMatchObject(
        { status: 403, body: { code: 'caller.forbidden' } },
      );
    }
  });

  it('is refused for a version whose files are not all there, and is 404 for what is not there', async () => {
    const tenant = await aTenant(registry);
    const { model } = await aComplete(tenant);
    const { version } = await anUploadOf(tenant, model, { 'model.bin': 'bytes' });

    expect(await record(tenant, { model, version })).toMatchObject({
      status: 409,
      body: { code: 'version.incomplete' },
    });
    expect(await record(tenant, { model: 'none', version })).toMatchObject({ body: { code: 'model.not_found' } });
    expect(await record(tenant, { model, version: 9 })).toMatchObject({ body: { code: 'version.not_found' } });
  });
});
