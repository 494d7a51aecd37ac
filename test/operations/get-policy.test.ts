import { expect, it } from 'vitest';
import { describeOperation } from '../support/describe-operation.ts';
import { aTenant } from '../support/registry.ts';

/** What holds where nobody says otherwise. */
const DEFAULT = {
  lifecycle: 'governed',
  approvals: { production: { required: 1, roles: ['reviewer'], separation: true, expiresAfterDays: 14 } },
  gates: {
    staging: [{ artifact: 'verified' }],
    production: [{ card: ['intendedUse', 'limitations', 'trainingData'] }, { artifact: 'verified' }],
  },
  autoPromote: 'none',
  retention: { productionStableDays: 14, stagingDays: 30, artifactHoldDays: 2555, evaluationDays: 90 },
};

describeOperation('getPolicy', (registry) => {
  it('shows the defaults in force where no policy was put', async () => {
    const { publisher, reader } = await aTenant(registry, { policy: 'default' });
    await publisher.createModel({ model: 'fraud' });
    const none = { policy: {}, effective: DEFAULT, revision: 0 };

    expect(await reader.getPolicy({})).toEqual(none);
    expect(await reader.getPolicy({ model: 'fraud' })).toEqual({ model: 'fraud', ...none });
  });

  it('shows what was put, and what is in force: defaults, overlaid by the tenant, overlaid by the model', async () => {
    const { admin, publisher, reader } = await aTenant(registry, { policy: 'default' });
    await publisher.createModel({ model: 'fraud' });
    const ofTenant = {
      approvals: { staging: { roles: ['releaser' as const] }, production: { required: 2 } },
      gates: { staging: [{ check: 'ci/unit' }], production: [{ check: 'ci/bias' }] },
      autoPromote: 'staging' as const,
      retention: { stagingDays: 60, evaluationDays: 10 },
    };
    const ofModel = {
      approvals: { production: { separation: false } },
      gates: { production: [] },
      retention: { evaluationDays: 20 },
    };
    await admin.putPolicy({ policy: ofTenant });
    const { at, by } = await admin.putPolicy({ model: 'fraud', policy: ofModel });

    expect(await reader.getPolicy({ model: 'fraud' })).toEqual({
      model: 'fraud',
      policy: ofModel,
      effective: {
        lifecycle: 'governed',
        approvals: {
          staging: { required: 1, roles: ['releaser'], separation: true, expiresAfterDays: 14 },
          production: { required: 2, roles: ['reviewer'], separation: false, expiresAfterDays: 14 },
        },
        gates: { staging: [{ check: 'ci/unit' }], production: [] },
        autoPromote: 'staging',
        retention: { ...DEFAULT.retention, stagingDays: 60, evaluationDays: 20 },
      },
      at,
      by,
      revision: 1,
    });
    expect(await reader.getPolicy({})).toMatchObject({
      policy: ofTenant,
      effective: { retention: { evaluationDays: 10 } },
    });
  });

  it('shows a change of the tenant in every model that does not say otherwise', async () => {
    const { admin, publisher, reader } = await aTenant(registry, { policy: 'default' });
    for (const model of ['fraud', 'credit']) await publisher.createModel({ model });
    await admin.putPolicy({ model: 'credit', policy: { retention: { stagingDays: 5 } } });
    await admin.putPolicy({ policy: { retention: { stagingDays: 60 } } });

    expect(await reader.getPolicy({ model: 'fraud' })).toMatchObject({
      revision: 0,
      effective: { retention: { stagingDays: 60 } },
    });
    expect(await reader.getPolicy({ model: 'credit' })).toMatchObject({ effective: { retention: { stagingDays: 5 } } });
  });

  it('shows the lifecycle that a model has, though the tenant has another for models to come', async () => {
    const { admin, publisher, reader } = await aTenant(registry, { policy: 'default' });
    await publisher.createModel({ model: 'before' });
    await admin.putPolicy({ policy: { lifecycle: 'open' } });
    await publisher.createModel({ model: 'after' });
    await admin.putPolicy({ policy: { lifecycle: 'governed' } });

    expect((await reader.getPolicy({ model: 'before' })).effective.lifecycle).toBe('governed');
    expect((await reader.getPolicy({ model: 'after' })).effective.lifecycle).toBe('open');
    expect((await reader.getPolicy({})).effective.lifecycle).toBe('governed');
  });

  it('shows the policy of a model to whoever reads the model, and that of the tenant to readers of everything', async () => {
    const { admin, publisher } = await aTenant(registry, { policy: 'default' });
    const key = registry.stranger();
    await admin.putMember({ principal: key.arn, roles: [{ role: 'reviewer', models: 'fraud' }] });
    await publisher.createModel({ model: 'fraud' });

    expect(await registry.client(key).getPolicy({ model: 'fraud' })).toMatchObject({ model: 'fraud' });
    await expect(registry.client(key).getPolicy({})).rejects.toMatchObject({
      status: 403,
      code: 'caller.forbidden',
      message: 'This needs the role reader on all models (*).',
    });
  });

  it('knows no policy of a model that is not there', async () => {
    const { reader } = await aTenant(registry, { policy: 'default' });

    await expect(reader.getPolicy({ model: 'fraud' })).rejects.toMatchObject({
      status: 404,
      code: 'model.not_found',
      message: 'There is no model fraud.',
    });
  });
});
