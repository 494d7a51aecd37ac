import { expect, it } from 'vitest';
import type { Sent } from '../../shared/contract/operations.ts';
import { digestOf } from '../../shared/domain/canonical.ts';
import { principalFrom } from '../../shared/domain/principal.ts';
import { call } from '../support/call.ts';
import { describeOperation } from '../support/describe-operation.ts';
import { aTenant, type TestTenant } from '../support/registry.ts';
import { aModelOf, aVersionOf } from '../support/setting-up.ts';

type Document = Sent<'putPolicy'>['policy'];

const EVERYTHING = {
  lifecycle: 'governed',
  approvals: {
    staging: { required: 0 },
    production: { required: 2, roles: ['reviewer', 'admin'], separation: false, expiresAfterDays: 30 },
  },
  gates: {
    staging: [{ schema: 'backward' }, { artifact: 'verified' }],
    production: [
      { metric: 'accuracy', min: 0.9 },
      { metric: 'latency_p99_ms', max: 100 },
      { metric: 'demographic_parity', min: 0.8, max: 1.25 },
      { metric: 'auc', noWorseThan: 'production', better: 'higher', tolerance: 0.01 },
      { check: 'ci/bias' },
      { card: ['intendedUse', 'limitations', 'trainingData', 'fairnessEvaluation'] },
    ],
  },
  autoPromote: 'staging',
  retention: { productionStableDays: 7, stagingDays: 60, artifactHoldDays: 3650, evaluationDays: 0 },
} as const satisfies Document;

/** The same with something wrong in every part. */
const WRONG = {
  lifecycle: 'free',
  approvals: {
    archived: {},
    production: { required: 11, roles: [], separation: 'yes', expiresAfterDays: 0 },
  },
  gates: {
    staging: { check: 'ci/unit' },
    production: [
      { metric: 'accuracy' },
      { metric: 'accuracy', min: 2, max: 1 },
      { metric: 'auc', noWorseThan: 'production', tolerance: -1 },
      { check: '' },
      { schema: 'forward' },
      { card: ['intendedUse', 'intendedUse'] },
      { artifact: 'signed' },
    ],
  },
  autoPromote: 'production',
  retention: { productionStableDays: 1.5, stagingDays: -1, artifactHoldDays: 36_501, forever: true },
  approval: {},
};

const NAMED = [
  'policy.lifecycle',
  'policy.approvals.archived',
  'policy.approvals.production.required',
  'policy.approvals.production.roles',
  'policy.approvals.production.separation',
  'policy.approvals.production.expiresAfterDays',
  'policy.gates.staging',
  'policy.gates.production[0]',
  'policy.gates.production[1].min',
  'policy.gates.production[2].tolerance',
  'policy.gates.production[3].check',
  'policy.gates.production[4].schema',
  'policy.gates.production[5].card',
  'policy.gates.production[6].artifact',
  'policy.autoPromote',
  'policy.retention.productionStableDays',
  'policy.retention.stagingDays',
  'policy.retention.artifactHoldDays',
  'policy.retention.forever',
  'policy.approval',
];

/** A model with an open lifecycle, and two versions in production. */
async function twoInProduction(tenant: TestTenant): Promise<void> {
  await aModelOf(tenant, 'fraud');
  await tenant.admin.putPolicy({ model: 'fraud', policy: { lifecycle: 'open' } });
  for (const version of [await aVersionOf(tenant, 'fraud'), await aVersionOf(tenant, 'fraud')]) {
    await tenant.releaser.promoteVersion({ model: 'fraud', version, stage: 'production', archiveFormer: false });
  }
}

describeOperation('putPolicy', (registry) => {
  it.each([
    ['the tenant', {}],
    ['a model', { model: 'fraud' }],
  ])('keeps a policy of %s word for word, with who put it and when', async (_, of) => {
    const tenant = await aTenant(registry, { policy: 'default' });
    await aModelOf(tenant, 'fraud');
    const put = await tenant.admin.putPolicy({ ...of, policy: EVERYTHING });

    expect(put).toEqual({
      ...of,
      policy: EVERYTHING,
      effective: {
        ...EVERYTHING,
        approvals: {
          ...EVERYTHING.approvals,
          staging: { required: 0, roles: ['reviewer'], separation: true, expiresAfterDays: 14 },
        },
      },
      at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
      by: principalFrom(tenant.keys.admin.arn),
      revision: 1,
    });
    expect(await tenant.reader.getPolicy(of)).toEqual(put);
  });

  it('takes the place of the whole policy before it', async () => {
    const { admin, reader } = await aTenant(registry, { policy: 'default' });
    await admin.putPolicy({ policy: EVERYTHING });
    await admin.putPolicy({ policy: { retention: { stagingDays: 5 } } });

    expect((await reader.getPolicy({})).policy).toEqual({ retention: { stagingDays: 5 } });
    await admin.putPolicy({ policy: {} });
    const { effective, policy, revision } = await reader.getPolicy({});
    expect([policy, effective.retention?.stagingDays, effective.autoPromote, revision]).toEqual([{}, 30, 'none', 3]);
  });

  it('says in a gate what was left out of it', async () => {
    const { admin } = await aTenant(registry, { policy: 'default' });
    const { policy } = await admin.putPolicy({
      policy: { gates: { staging: [{ metric: 'auc', noWorseThan: 'production' }] } },
    });

    expect(policy.gates?.staging).toEqual([
      { metric: 'auc', noWorseThan: 'production', better: 'higher', tolerance: 0 },
    ]);
  });

  it('leaves an event of the tenant, or of the model, with the digest of the policy', async () => {
    const tenant = await aTenant(registry, { policy: 'default' });
    await aModelOf(tenant, 'fraud');
    await tenant.admin.putPolicy({ policy: {} });
    await tenant.admin.putPolicy({ policy: EVERYTHING });
    await tenant.admin.putPolicy({ model: 'fraud', policy: EVERYTHING });
    const [ofModel, ofTenant] = (await tenant.reader.listEvents({ limit: 2 })).items;
    const common = { type: 'policy.changed', actor: { principal: principalFrom(tenant.keys.admin.arn) } };
    const policyDigest = digestOf(EVERYTHING);

    expect(ofModel).toMatchObject({
      ...common,
      seq: 2,
      model: { name: 'fraud' },
      data: { policyRevision: 1, policyDigest },
    });
    expect(ofTenant).toMatchObject({ ...common, data: { policyRevision: 2, policyDigest } });
    expect(ofTenant).not.toHaveProperty('model');
  });

  it('names every field that is wrong, and keeps what was put before', async () => {
    const { admin, keys } = await aTenant(registry, { policy: 'default' });
    await admin.putPolicy({ policy: EVERYTHING });
    const before = [await admin.getPolicy({}), await admin.listEvents({})];
    const answer = await call(registry, 'putPolicy', { policy: WRONG }, { as: keys.admin });
    const named = answer.body.issues.map(({ field }: { field: string }) => field);

    expect(answer).toMatchObject({ status: 400, body: { code: 'request.invalid' } });
    expect(named.toSorted()).toEqual(NAMED.toSorted());
    expect([await admin.getPolicy({}), await admin.listEvents({})]).toEqual(before);
  });

  it.each([
    ['no policy', {}, 'policy'],
    ['a list', { policy: [] }, 'policy'],
    ['51 gates', { policy: { gates: { staging: Array(51).fill({ check: 'ci/unit' }) } } }, 'policy.gates.staging'],
  ])('refuses %s', async (_, input, field) => {
    const { keys } = await aTenant(registry, { policy: 'default' });
    const answer = await call(registry, 'putPolicy', input, { as: keys.admin });

    expect(answer).toMatchObject({ status: 400, body: { code: 'request.invalid', issues: [{ field }] } });
  });

  it('makes models open that are created from then on, and leaves those that are there', async () => {
    const tenant = await aTenant(registry, { policy: 'default' });
    const { admin, reader, releaser } = tenant;
    await aModelOf(tenant, 'before');
    await admin.putPolicy({ policy: { lifecycle: 'open' } });
    await aModelOf(tenant, 'after');
    const promotionOf = async (model: string) =>
      releaser.promoteVersion({
        model,
        version: await aVersionOf(tenant, model),
        stage: 'production',
        archiveFormer: false,
      });

    await expect(promotionOf('before')).rejects.toMatchObject({ code: 'transition.refused' });
    for (const _ of [1, 2]) await promotionOf('after');
    expect(await reader.getModel({ model: 'before' })).toMatchObject({ lifecycle: 'governed', production: [] });
    expect(await reader.getModel({ model: 'after' })).toMatchObject({ lifecycle: 'open', production: [1, 2] });
    expect((await reader.listEvents({ model: 'after', order: 'ascending', limit: 1 })).items).toMatchObject([
      { type: 'model.created', data: { lifecycle: 'open' } },
    ]);
  });

  it('opens a model at once, and governs it again', async () => {
    const tenant = await aTenant(registry, { policy: 'default' });
    const { admin, reader, releaser } = tenant;
    const model = await aModelOf(tenant, 'fraud');
    await admin.putPolicy({ model, policy: { lifecycle: 'open' } });
    await releaser.promoteVersion({ model, version: await aVersionOf(tenant, model), stage: 'production' });
    const before = await reader.getModel({ model });
    await admin.putPolicy({ model, policy: { lifecycle: 'governed' } });

    expect(before).toMatchObject({ lifecycle: 'open', production: [1] });
    expect(await reader.getModel({ model })).toMatchObject({ lifecycle: 'governed', revision: before.revision + 1 });
    const version = await aVersionOf(tenant, model);
    await expect(releaser.promoteVersion({ model, version, stage: 'production' })).rejects.toMatchObject({
      code: 'transition.refused',
    });
  });

  it.each<[string, 'fraud' | undefined, Document]>([
    ['a policy of the model that says nothing of it', 'fraud', { retention: { stagingDays: 5 } }],
    ['a policy of the tenant that governs models to come', undefined, { lifecycle: 'governed' }],
  ])('leaves a model open with %s', async (_, model, policy) => {
    const tenant = await aTenant(registry, { policy: 'default' });
    await twoInProduction(tenant);
    await tenant.admin.putPolicy({ ...(model && { model }), policy });

    expect(await tenant.reader.getModel({ model: 'fraud' })).toMatchObject({ lifecycle: 'open', production: [1, 2] });
    expect((await tenant.reader.getPolicy({ model: 'fraud' })).effective.lifecycle).toBe('open');
  });

  it('governs no model that has two versions in production, until one has left', async () => {
    const tenant = await aTenant(registry, { policy: 'default' });
    const { admin, reader, releaser } = tenant;
    await twoInProduction(tenant);
    const state = async () => [
      await reader.getModel({ model: 'fraud' }),
      await reader.getPolicy({ model: 'fraud' }),
      await reader.listEvents({ model: 'fraud' }),
    ];
    const before = await state();
    const govern = () => admin.putPolicy({ model: 'fraud', policy: { lifecycle: 'governed', autoPromote: 'staging' } });

    await expect(govern()).rejects.toMatchObject({
      status: 409,
      code: 'policy.conflict',
      message: 'fraud has the versions 1, 2 in production: a governed model has one.',
    });
    expect(await state()).toEqual(before);
    await releaser.archiveVersion({ model: 'fraud', version: 1 });
    expect(await govern()).toMatchObject({ effective: { lifecycle: 'governed' } });
    expect(await reader.getModel({ model: 'fraud' })).toMatchObject({ lifecycle: 'governed', production: [2] });
  });

  it('never leaves a governed model with two production versions, whatever is promoted at the same time', async () => {
    const tenant = await aTenant(registry, { policy: 'default' });
    for (let round = 0; round < 5; round += 1) {
      const model = await aModelOf(tenant);
      await tenant.admin.putPolicy({ model, policy: { lifecycle: 'open' } });
      const [first, second] = [await aVersionOf(tenant, model), await aVersionOf(tenant, model)];
      await tenant.releaser.promoteVersion({ model, version: first, stage: 'production' });
      await Promise.allSettled([
        tenant.admin.putPolicy({ model, policy: { lifecycle: 'governed' } }),
        tenant.releaser.promoteVersion({ model, version: second, stage: 'production', archiveFormer: false }),
      ]);

      const { lifecycle, production } = await tenant.reader.getModel({ model });
      expect([lifecycle, production]).toEqual(
        production.length > 1 ? ['open', [first, second]] : ['governed', [first]],
      );
    }
  });

  it.each([
    ['the tenant', {}],
    ['a model', { model: 'fraud' }],
  ])('puts two policies of %s at the same time one after the other', async (_, of) => {
    const tenant = await aTenant(registry, { policy: 'default' });
    await aModelOf(tenant, 'fraud');
    const put = await Promise.all(
      [1, 2].map((stagingDays) => tenant.admin.putPolicy({ ...of, policy: { retention: { stagingDays } } })),
    );
    const last = put.find(({ revision }) => revision === 2);
    const { items } = await tenant.reader.listEvents({ ...of, limit: 2 });

    expect(put.map(({ revision }) => revision).toSorted()).toEqual([1, 2]);
    expect(await tenant.reader.getPolicy(of)).toEqual(last);
    expect(items.map(({ data }) => data['policyRevision'])).toEqual([2, 1]);
  });

  it('lets an admin of some models put their policies, and no others', async () => {
    const tenant = await aTenant(registry, { policy: 'default' });
    const key = registry.stranger();
    await tenant.admin.putMember({ principal: key.arn, roles: [{ role: 'admin', models: 'fraud-*' }] });
    for (const model of ['fraud-eu', 'credit']) await aModelOf(tenant, model);
    const policy = { lifecycle: 'open' as const };

    expect(await registry.client(key).putPolicy({ model: 'fraud-eu', policy })).toMatchObject({ policy });
    for (const [of, where] of [
      [{}, 'all models (*)'],
      [{ model: 'credit' }, 'the model credit'],
    ] as const) {
      await expect(registry.client(key).putPolicy({ ...of, policy })).rejects.toMatchObject({
        status: 403,
        code: 'caller.forbidden',
        message: `This needs the role admin on ${where}.`,
      });
    }
    expect(await tenant.reader.getPolicy({ model: 'credit' })).toMatchObject({ revision: 0 });
  });

  it.each([
    ['the tenant', {}],
    ['a model', { model: 'fraud' }],
  ])('names a role that may not vote, of %s', async (_, of) => {
    const tenant = await aTenant(registry, { policy: 'default' });
    await aModelOf(tenant, 'fraud');
    const policy = { approvals: { staging: { roles: ['reviewer' as const, 'reader' as const] } } };

    await expect(tenant.admin.putPolicy({ ...of, policy })).rejects.toMatchObject({
      status: 400,
      code: 'request.invalid',
      issues: [
        {
          field: 'policy.approvals.staging.roles[1]',
          message: 'expected a role that may vote: reviewer, publisher, releaser, admin',
        },
      ],
    });
    expect(await tenant.reader.getPolicy(of)).toMatchObject({ revision: 0 });
  });

  it('knows no model that is not there', async () => {
    const { admin, reader } = await aTenant(registry, { policy: 'default' });
    const before = await reader.listEvents({});

    await expect(admin.putPolicy({ model: 'fraud', policy: {} })).rejects.toMatchObject({
      status: 404,
      code: 'model.not_found',
      message: 'There is no model fraud.',
    });
    expect(await reader.listEvents({})).toEqual(before);
  });
});
