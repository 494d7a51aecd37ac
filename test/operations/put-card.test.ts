import { expect, it } from 'vitest';
import { call } from '../support/call.ts';
import { describeOperation } from '../support/describe-operation.ts';
import { lastEventOf } from '../support/looking.ts';
import { aTenant, type TestTenant } from '../support/registry.ts';
import { aModelOf, aVersionOf } from '../support/setting-up.ts';

const CARD = {
  intendedUse: 'Scores card payments.',
  limitations: 'Not for transfers.',
  trainingData: 'Payments of 2025.',
  fairnessEvaluation: [{ measure: 'demographic parity', group: 'age < 25', value: 0.91, dataset: 'holdout' }],
  owner: 'Payments team',
  ethicalConsiderations: 'A wrong alarm stops a payment.',
  caveats: 'Retrain each quarter.',
  sections: { Contact: 'payments@example.com' },
};

describeOperation('putCard', (registry) => {
  const put = ({ keys }: TestTenant, input: object) => call(registry, 'putCard', input, { as: keys.publisher });
  const aComplete = async (tenant: TestTenant) => {
    const model = await aModelOf(tenant);
    return { model, version: await aVersionOf(tenant, model) };
  };

  it('keeps every field, as the next revision, and those before it as they were', async () => {
    const tenant = await aTenant(registry);
    const one = await aComplete(tenant);
    const first = await put(tenant, { ...one, card: CARD });
    const second = await put(tenant, { ...one, card: { ...CARD, owner: 'Risk team' } });

    expect(first).toMatchObject({ status: 200, body: { ...one, card: CARD, revision: 1 } });
    expect(second).toMatchObject({ status: 200, body: { card: { owner: 'Risk team' }, revision: 2 } });
    expect(await tenant.reader.getCard({ ...one })).toEqual(second.body);
    expect(await tenant.reader.getCard({ ...one, revision: 1 })).toEqual(first.body);
    expect(await lastEventOf(tenant, one.model)).toMatchObject({
      type: 'card.changed',
      version: one.version,
      data: { cardRevision: 2, cardDigest: second.body.digest },
    });
  });

  it('shows with the version which fields have something in them', async () => {
    const tenant = await aTenant(registry);
    const one = await aComplete(tenant);
    const { body } = await put(tenant, {
      ...one,
      card: { intendedUse: 'All.', limitations: ' ', fairnessEvaluation: [] },
    });

    expect((await tenant.reader.getVersion(one)).evidence.card).toEqual({
      revision: 1,
      digest: body.digest,
      fields: ['intendedUse'],
    });
  });

  it('changes nothing when it says what is said already', async () => {
    const tenant = await aTenant(registry);
    const one = await aComplete(tenant);
    await put(tenant, { ...one, card: CARD });
    const before = await tenant.reader.getModel({ model: one.model });

    expect(await put(tenant, { ...one, card: CARD })).toMatchObject({ status: 200, body: { revision: 1 } });
    expect(await tenant.reader.getModel({ model: one.model })).toEqual(before);
  });

  it.each([
    ['a field that it has not', { purpose: 'x' }, 'card.purpose'],
    ['a number for a text', { intendedUse: 1 }, 'card.intendedUse'],
    [
      'a measure without its group',
      { fairnessEvaluation: [{ measure: 'a', value: 1 }] },
      'card.fairnessEvaluation[0].group',
    ],
    [
      'a value that is no number',
      { fairnessEvaluation: [{ measure: 'a', group: 'b', value: '1' }] },
      'card.fairnessEvaluation[0].value',
    ],
    ['a control character', { caveats: 'a\u0000' }, 'card.caveats'],
    ['a section that pollutes', { sections: { constructor: 'x' } }, 'card.sections.constructor'],
    [
      '51 sections',
      { sections: Object.fromEntries(Array.from({ length: 51 }, (_, n) => [`s${n}`, 'x'])) },
      'card.sections',
    ],
    ['20,001 characters', { limitations: 'x'.repeat(20_001) }, 'card.limitations'],
    [
      'more than can be kept',
      { sections: Object.fromEntries(Array.from({ length: 8 }, (_, n) => [`s${n}`, 'x'.repeat(20_000)])) },
      'card',
    ],
  ])('refuses %s, and names it', async (_, card, field) => {
    const tenant = await aTenant(registry);
    const one = await aComplete(tenant);

    expect(await put(tenant, { ...one, card })).toMatchObject({
      status: 400,
      body: { code: 'request.invalid', issues: [expect.objectContaining({ field })] },
    });
    expect((await tenant.reader.getVersion(one)).evidence).not.toHaveProperty('card');
  });

  it('takes nothing that cannot be seen for something said', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const version = await aVersionOf(tenant, model);
    const card = { intendedUse: '\u200b', limitations: ' \n', trainingData: 'Two banks.' };
    await tenant.publisher.putCard({ model, version, card });

    expect((await tenant.reader.getVersion({ model, version })).evidence.card?.fields).toEqual(['trainingData']);
  });

  it('is 404 for a model or a version that is not there', async () => {
    const tenant = await aTenant(registry);
    const { model } = await aComplete(tenant);

    expect(await put(tenant, { model: 'none', version: 1, card: {} })).toMatchObject({
      body: { code: 'model.not_found' },
    });
    expect(await put(tenant, { model, version: 9, card: {} })).toMatchObject({ body: { code: 'version.not_found' } });
  });
});
