import { expect, it } from 'vitest';
import { call } from '../support/call.ts';
import { describeOperation } from '../support/describe-operation.ts';
import { lastEventOf } from '../support/looking.ts';
import { aTenant, type TestTenant } from '../support/registry.ts';
import { aModelOf, anUploadOf, aVersionOf } from '../support/setting-up.ts';

describeOperation('recordCheck', (registry) => {
  const record = ({ keys }: TestTenant, input: object) =>
    call(registry, 'recordCheck', { check: 'ci/bias', outcome: 'success', ...input }, { as: keys.reviewer });
  const aComplete = async (tenant: TestTenant) => {
    const model = await aModelOf(tenant);
    return { model, version: await aVersionOf(tenant, model) };
  };

  it('keeps how a test ended, in place of how it ended before, and both in the history', async () => {
    const tenant = await aTenant(registry);
    const one = await aComplete(tenant);
    const found = { summary: 'Two groups differ.', link: 'https://ci.example.com/118', metrics: { gap: 0.07 } };
    const first = await record(tenant, { ...one, outcome: 'failure', ...found });
    const second = await record(tenant, one);

    expect(first).toMatchObject({ status: 200, body: { ...one, outcome: 'failure', ...found, revision: 1 } });
    expect(second).toMatchObject({ status: 200, body: { outcome: 'success', revision: 2 } });
    expect(await tenant.reader.listChecks(one)).toEqual({ items: [second.body] });
    expect((await tenant.reader.getVersion(one)).evidence.checks).toEqual({
      'ci/bias': { outcome: 'success', revision: 2 },
    });
    const { items } = await tenant.reader.listEvents({ model: one.model });
    expect(items.slice(0, 2).map(({ data }) => data['outcome'])).toEqual(['success', 'failure']);
    expect(await lastEventOf(tenant, one.model)).toMatchObject({ type: 'check.recorded', version: one.version });
  });

  it.each([
    ['an outcome that is none', { outcome: 'passed' }, 'outcome'],
    ['no name', { check: '' }, 'check'],
    ['a name that pollutes', { check: '__proto__' }, 'check'],
    ["a name of the registry's own checks", { check: 'signet/pickle' }, 'check'],
    ['such a name in other letters', { check: 'Signet/anything' }, 'check'],
    ['a link that is no page', { link: 'javascript:alert(1)' }, 'link'],
    ['a link to nowhere', { link: 'http://' }, 'link'],
    ['a link with a space in it', { link: 'https://a b' }, 'link'],
    ['a link to no host', { link: 'https://[::' }, 'link'],
    ['a metric that is no number', { metrics: { gap: 'small' } }, 'metrics.gap'],
    ['a summary of 2,001 characters', { summary: 'x'.repeat(2_001) }, 'summary'],
  ])('refuses %s, and names it', async (_, input, field) => {
    const tenant = await aTenant(registry);
    const one = await aComplete(tenant);

    expect(await record(tenant, { ...one, ...input })).toMatchObject({
      status: 400,
      body: { code: 'request.invalid', issues: [expect.objectContaining({ field })] },
    });
    expect(await tenant.reader.listChecks(one)).toEqual({ items: [] });
  });

  it('knows a check by its name, however its accents are spelled, and so do gates', async () => {
    const tenant = await aTenant(registry);
    const one = await aComplete(tenant);
    const [composed, decomposed] = ['ci/pr\u00fcfung', 'ci/pru\u0308fung'];
    await record(tenant, { ...one, check: decomposed, outcome: 'failure' });
    await record(tenant, { ...one, check: composed, outcome: 'success' });
    await tenant.admin.putPolicy({ model: one.model, policy: { gates: { staging: [{ check: decomposed }] } } });

    expect((await tenant.reader.listChecks(one)).items).toMatchObject([{ check: composed, revision: 2 }]);
    expect(await tenant.releaser.promoteVersion({ ...one, stage: 'staging' })).toMatchObject({
      version: { stage: 'staging' },
    });
  });

  it('keeps fifty checks of a version, each as often as it comes, and no more', async () => {
    const tenant = await aTenant(registry);
    const one = await aComplete(tenant);
    for (let count = 0; count < 50; count += 1)
      await tenant.reviewer.recordCheck({ ...one, check: `ci/${count}`, outcome: 'neutral' });

    expect(await record(tenant, one)).toMatchObject({ status: 409, body: { code: 'model.full' } });
    expect(await record(tenant, { ...one, check: 'ci/7' })).toMatchObject({ status: 200, body: { revision: 2 } });
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
