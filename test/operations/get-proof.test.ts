import { expect, it } from 'vitest';
import { keysFrom } from '../../shared/domain/note.ts';
import { whyNotProved } from '../../shared/domain/proof.ts';
import { LATE_MINUTES, STRIDE } from '../../shared/domain/sealing.ts';
import { FAILURES, type FailureCode } from '../../shared/errors.ts';
import { call } from '../support/call.ts';
import { describeOperation } from '../support/describe-operation.ts';
import { aName } from '../support/names.ts';
import type { RawAnswer } from '../support/raw.ts';
import { anOutsider, aTenant, itEmbedded } from '../support/registry.ts';
import { aModelOf, aVersionIn } from '../support/setting-up.ts';

describeOperation('getProof', (registry) => {
  /** Whether whoever has nothing but the key is convinced. */
  const convinces = (proof: Parameters<typeof whyNotProved>[0]) =>
    whyNotProved(proof, keysFrom(proof.checkpoint.key)) ?? 'proved';

  const expectProblem = (answer: RawAnswer, code: FailureCode, more: object = {}) =>
    expect(answer).toMatchObject({ status: FAILURES[code].status, body: { code, ...more } });

  it('convinces whoever has the key of every event of a model, and of the tenant', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    await aVersionIn(tenant, model, 'staging');
    await tenant.seal();

    for (const seq of [1, 2, 3]) {
      const proof = await tenant.reader.getProof({ model, seq });
      expect(convinces(proof as never)).toBe('proved');
      expect(proof.events[0]).toMatchObject({ seq, model: { name: model } });
    }
    const proof = await tenant.reader.getProof({ seq: 1 });
    expect(convinces(proof as never)).toBe('proved');
    expect(proof.events[0]).toMatchObject({ type: 'tenant.created' });
  });

  it('goes on convincing against every later checkpoint', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    await tenant.seal();
    const early = await tenant.reader.getProof({ model, seq: 1 });
    await aModelOf(tenant);
    await tenant.seal();
    const late = await tenant.reader.getProof({ model, seq: 1 });

    expect([early.checkpoint.number, late.checkpoint.number]).toEqual([1, 2]);
    expect(late.entry).toEqual(early.entry);
    expect([convinces(early as never), convinces(late as never)]).toEqual(['proved', 'proved']);
  });

  it('is of a model that is deleted, by its id', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const { id: modelId } = await tenant.publisher.deleteModel({ model });
    await tenant.seal();
    const proof = await tenant.reader.getProof({ modelId, seq: 2 });

    expect(proof.events).toMatchObject([{ type: 'model.deleted' }]);
    expect(convinces(proof as never)).toBe('proved');
  });

  itEmbedded('A4: its Merkle part has at most 2 KB, and is checked in less than a millisecond', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    for (let count = 0; count < 40; count += 1) await aModelOf(tenant);
    await tenant.seal();
    const proof = await tenant.reader.getProof({ model, seq: 1 });
    const keys = keysFrom(proof.checkpoint.key);
    const times = Array.from({ length: 50 }, () => {
      const begun = performance.now();
      expect(whyNotProved(proof as never, keys)).toBeUndefined();
      return performance.now() - begun;
    });

    expect(proof.proof.length).toBeGreaterThan(3);
    expect(JSON.stringify(proof.proof).length + JSON.stringify(proof.checkpoint).length).toBeLessThan(2_048);
    expect(Math.min(...times)).toBeLessThan(1);
  });

  itEmbedded(
    'leads from an event to the log in few steps, however many events come between two checkpoints',
    async () => {
      const tenant = await aTenant(registry);
      const model = await aModelOf(tenant);
      for (let count = 0; count < STRIDE + 5; count += 1)
        await tenant.publisher.updateModel({ model, tags: { round: String(count) } });
      await tenant.seal();
      const proof = await tenant.reader.getProof({ model, seq: 2 });

      expect(proof.events).toHaveLength(STRIDE - 1);
      expect(proof.entry).toMatchObject({ seq: STRIDE });
      expect(convinces(proof as never)).toBe('proved');
    },
  );

  it('404 or 409: an event that is not there, and one that no checkpoint has yet', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const ask = (asked: object) => call(registry, 'getProof', asked, { as: tenant.keys.reader });

    expectProblem(await ask({ model, seq: 1 }), 'checkpoint.pending');
    await tenant.seal();
    expectProblem(await ask({ model, seq: 2 }), 'event.not_found');
    expectProblem(await ask({ model: aName('model'), seq: 1 }), 'model.not_found');
    await tenant.publisher.updateModel({ model, description: 'Anew.' });
    expectProblem(await ask({ model, seq: 2 }), 'checkpoint.pending');
  });

  it('404: shows nothing of another tenant, by its model ids neither', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant);
    const { id: modelId } = await tenant.reader.getModel({ model });
    await tenant.seal();

    const as = await anOutsider(registry);
    expectProblem(await call(registry, 'getProof', { modelId, seq: 1 }, { as }), 'event.not_found');
  });

  it('400: a place that is none, and a model named twice', async () => {
    const { keys } = await aTenant(registry);
    for (const seq of [0, -1, 1.5])
      expectProblem(await call(registry, 'getProof', { seq }, { as: keys.reader }), 'request.invalid', {
        issues: [{ field: 'seq', message: expect.any(String) }],
      });
    const both = { model: 'one', modelId: '01JNF4YVQ4R9S8T7V6W5X4Y3Z2', seq: 1 };
    expectProblem(await call(registry, 'getProof', both, { as: keys.reader }), 'request.invalid', {
      issues: [{ field: 'modelId', message: expect.any(String) }],
    });
  });

  it('is for a reader of some models about these alone', async () => {
    const tenant = await aTenant(registry);
    const model = await aModelOf(tenant, aName('mine'));
    const as = registry.stranger();
    await tenant.admin.putMember({ principal: as.arn, roles: [{ role: 'reader', models: 'mine-*' }] });
    await tenant.seal();
    const statusOf = async (asked: object) => (await call(registry, 'getProof', asked, { as })).status;

    expect([await statusOf({ model, seq: 1 }), await statusOf({ seq: 1 })]).toEqual([200, 403]);
  });

  itEmbedded('has a checkpoint of what was written long after the moment that it is dated', async () => {
    const tenant = await aTenant(registry);
    registry.clock.advance(LATE_MINUTES * 60_000);
    await tenant.seal();
    registry.clock.advance(-LATE_MINUTES * 60_000 + 1_000);
    const model = await aModelOf(tenant);
    registry.clock.advance(LATE_MINUTES * 60_000);
    await tenant.seal();
    expect(convinces((await tenant.reader.getProof({ model, seq: 1 })) as never)).toBe('proved');
  });
});
