import { describe, expect, it } from 'vitest';
import { call } from '../support/call.ts';
import { describeOperation } from '../support/describe-operation.ts';
import { aMember, anApprovalOf, aStaged, type One, votes } from '../support/governed.ts';
import { lastEventOf } from '../support/looking.ts';
import { aTenant, itEmbedded, type TestTenant } from '../support/registry.ts';
import { aModelOf, anUploadOf } from '../support/setting-up.ts';

describeOperation('voteOnApproval', (registry) => {
  const vote = (as: TestTenant['keys']['admin'], input: object) =>
    call(registry, 'voteOnApproval', { decision: 'approve', ...input }, { as });
  const promote = ({ keys }: TestTenant, { model, version }: One) =>
    call(registry, 'promoteVersion', { model, version, stage: 'production' }, { as: keys.releaser });

  it('approves when enough have voted, keeps who, when, why and how that was proved, and lets the version in', async () => {
    const tenant = await aTenant(registry);
    const one = await aStaged(tenant, votes(2));
    const asked = await anApprovalOf(tenant, one);
    const second = registry.stranger();
    await aMember(tenant, second, 'reviewer');
    const first = await vote(tenant.keys.reviewer, { ...asked, reason: 'Measured again.' });

    expect(first).toMatchObject({ status: 200, body: { state: 'pending' } });
    expect(first.body.votes).toEqual([
      {
        actor: { principal: tenant.keys.reviewer.arn.replace(/^arn:aws:iam::/, 'aws:') },
        decision: 'approve',
        reason: 'Measured again.',
        roles: ['reviewer'],
        provenBy: 'aws-sigv4',
        at: expect.any(String),
      },
    ]);
    expect(await promote(tenant, one)).toMatchObject({ status: 409, body: { code: 'transition.refused' } });
    expect(await vote(second, asked)).toMatchObject({ status: 200, body: { state: 'approved' } });
    expect(await lastEventOf(tenant, one.model)).toMatchObject({
      type: 'approval.voted',
      data: { approval: asked.approval, decision: 'approve', state: 'approved', roles: ['reviewer'] },
    });
    expect(await promote(tenant, one)).toMatchObject({ status: 200 });
    expect(await tenant.reader.getApproval(asked)).toMatchObject({ state: 'consumed' });
    expect(await lastEventOf(tenant, one.model)).toMatchObject({ data: { approval: asked.approval } });
  });

  it('one vote against closes it, with its reason, whatever the others said', async () => {
    const tenant = await aTenant(registry);
    const asked = await anApprovalOf(tenant, await aStaged(tenant, votes(2)));
    const second = registry.stranger();
    await aMember(tenant, second, 'reviewer');
    await vote(tenant.keys.reviewer, asked);
    const against = await vote(second, { ...asked, decision: 'reject', reason: 'Biased.' });

    expect(against).toMatchObject({ status: 200, body: { state: 'rejected', closedAt: expect.any(String) } });
    expect(await promote(tenant, asked)).toMatchObject({ status: 409 });
    expect((await tenant.reader.listApprovals({})).items).toEqual([]);
    const third = registry.stranger();
    await aMember(tenant, third, 'reviewer');
    expect(await vote(third, asked)).toMatchObject({ status: 409, body: { code: 'approval.closed' } });
  });

  it('demands a reason for a vote against', async () => {
    const tenant = await aTenant(registry);
    const asked = await anApprovalOf(tenant, await aStaged(tenant));

    expect(await vote(tenant.keys.reviewer, { ...asked, decision: 'reject' })).toMatchObject({
      status: 400,
      body: { issues: [{ field: 'reason', message: 'expected a reason for a vote against' }] },
    });
  });

  describe('rule 7: nobody’s vote counts', () => {
    const refused = async (tenant: TestTenant, key: TestTenant['keys']['admin'], asked: object, why: string) => {
      const detail = expect.stringContaining(why);
      expect(await vote(key, asked)).toMatchObject({ status: 409, body: { code: 'vote.refused', detail } });
      const { model, approval } = asked as One & { approval: string };
      expect(await lastEventOf(tenant, model)).toMatchObject({
        type: 'vote.refused',
        data: { approval, code: 'vote.refused', detail },
      });
      expect(await tenant.reader.getApproval(asked as never)).toMatchObject({ state: 'pending', votes: [] });
    };

    it('on a version that they registered', async () => {
      const tenant = await aTenant(registry);
      const one = await aStaged(tenant);
      await aMember(tenant, tenant.keys.publisher, 'reviewer');
      const { id } = await tenant.releaser.requestApproval({ ...one, stage: 'production' });

      await refused(tenant, tenant.keys.publisher, { ...one, approval: id }, 'you registered the version');
    });

    it('on what they asked for', async () => {
      const tenant = await aTenant(registry);
      const one = await aStaged(tenant);
      const { id } = await tenant.releaser.requestApproval({ ...one, stage: 'production' });
      await aMember(tenant, tenant.keys.releaser, 'reviewer');

      await refused(tenant, tenant.keys.releaser, { ...one, approval: id }, 'you asked for it');
    });

    itEmbedded('under another principal of theirs', async () => {
      const tenant = await aTenant(registry);
      await aMember(tenant, tenant.keys.publisher, 'publisher', 'ann');
      await aMember(tenant, tenant.keys.reviewer, 'reviewer', 'ann');
      registry.clock.advance(61_000);
      const asked = await anApprovalOf(tenant, await aStaged(tenant));

      await refused(tenant, tenant.keys.reviewer, asked, 'you registered the version');
    });

    it.each(['before', 'after'])('under another principal of theirs, told %s it was asked for', async (when) => {
      const tenant = await aTenant(registry);
      const one = await aStaged(tenant);
      const early = when === 'before' ? undefined : await anApprovalOf(tenant, one);
      await aMember(tenant, tenant.keys.publisher, 'publisher', 'ann');
      await aMember(tenant, tenant.keys.reviewer, 'reviewer', 'Ann');
      if (early) {
        expect(await tenant.reader.getApproval(early)).toMatchObject({ state: 'void' });
        expect(await vote(tenant.keys.reviewer, early)).toMatchObject({ body: { code: 'approval.closed' } });
      }

      await refused(tenant, tenant.keys.reviewer, await anApprovalOf(tenant, one), 'you registered the version');
    });

    it('on a version whose upload they completed', async () => {
      const tenant = await aTenant(registry);
      const carol = registry.stranger();
      const roles = [{ role: 'publisher' as const }, { role: 'reviewer' as const }];
      await tenant.admin.putMember({ principal: carol.arn, roles });
      const model = await aModelOf(tenant);
      await tenant.admin.putPolicy({ model, policy: votes() });
      const one = { model, ...(await anUploadOf(tenant, model, { 'model.json': `{"of":"${model}"}` })) };
      await registry.client(carol).completeVersion(one);
      await tenant.releaser.promoteVersion({ ...one, stage: 'staging' });

      await refused(tenant, carol, await anApprovalOf(tenant, one), 'you completed the version');
    });

    it('without a role that the policy counts', async () => {
      const tenant = await aTenant(registry);
      const asked = await anApprovalOf(tenant, await aStaged(tenant, votes(1, { roles: ['admin'] })));

      await refused(tenant, tenant.keys.reviewer, asked, 'only votes of the role admin count');
      expect(await vote(tenant.keys.admin, asked)).toMatchObject({ body: { state: 'approved' } });
    });
  });

  itEmbedded('counts one human once, under two principals', async () => {
    const tenant = await aTenant(registry);
    const second = registry.stranger();
    await aMember(tenant, tenant.keys.reviewer, 'reviewer', 'bea');
    await aMember(tenant, second, 'reviewer', 'bea');
    registry.clock.advance(61_000);
    const asked = await anApprovalOf(tenant, await aStaged(tenant, votes(2)));
    await vote(tenant.keys.reviewer, asked);

    expect(await vote(second, asked)).toMatchObject({
      status: 409,
      body: { code: 'vote.refused', detail: expect.stringContaining('you have voted already') },
    });
    expect(await tenant.reader.getApproval(asked)).toMatchObject({ state: 'pending', votes: [{}] });
  });

  it('counts one human once, also when it is told between two votes', async () => {
    const tenant = await aTenant(registry);
    const one = await aStaged(tenant, votes(2));
    const second = registry.stranger();
    await aMember(tenant, second, 'reviewer');
    const asked = await anApprovalOf(tenant, one);
    await vote(tenant.keys.reviewer, asked);
    await aMember(tenant, tenant.keys.reviewer, 'reviewer', 'bea');
    await aMember(tenant, second, 'reviewer', 'bea');

    expect(await vote(second, asked)).toMatchObject({ status: 409, body: { code: 'approval.closed' } });
    const again = await anApprovalOf(tenant, one);
    await vote(tenant.keys.reviewer, again);
    expect(await vote(second, again)).toMatchObject({ body: { code: 'vote.refused' } });
  });

  it('rule 6: lets nothing in on votes that were cast before it was known who is who', async () => {
    const tenant = await aTenant(registry);
    const one = await aStaged(tenant);
    const asked = await anApprovalOf(tenant, one);
    expect(await vote(tenant.keys.reviewer, asked)).toMatchObject({ body: { state: 'approved' } });
    await aMember(tenant, tenant.keys.reviewer, 'reviewer', 'ann');

    expect(await promote(tenant, one)).toMatchObject({ status: 409, body: { code: 'transition.refused' } });
    expect(await tenant.reader.getApproval(asked)).toMatchObject({ state: 'void' });
  });

  it('one vote against closes also what has all its votes, as long as nothing was promoted on it', async () => {
    const tenant = await aTenant(registry);
    const one = await aStaged(tenant);
    const asked = await anApprovalOf(tenant, one);
    await vote(tenant.keys.reviewer, asked);
    const second = registry.stranger();
    await aMember(tenant, second, 'reviewer');

    expect(await vote(second, asked)).toMatchObject({
      body: { code: 'approval.closed', detail: expect.stringContaining('has all the votes that it needs') },
    });
    const against = { ...asked, decision: 'reject', reason: 'It is biased.' };
    expect(await vote(second, against)).toMatchObject({ status: 200, body: { state: 'rejected', votes: [{}, {}] } });
    expect(await promote(tenant, one)).toMatchObject({ status: 409, body: { code: 'transition.refused' } });
  });

  it('lets who was for it think better of it, and then is over', async () => {
    const tenant = await aTenant(registry);
    const asked = await anApprovalOf(tenant, await aStaged(tenant));
    await vote(tenant.keys.reviewer, asked);
    const against = { ...asked, decision: 'reject', reason: 'I was wrong.' };

    expect(await vote(tenant.keys.reviewer, against)).toMatchObject({ status: 200, body: { state: 'rejected' } });
    expect(await vote(tenant.keys.reviewer, against)).toMatchObject({ body: { code: 'approval.closed' } });
  });

  it('takes no vote against what a promotion has used', async () => {
    const tenant = await aTenant(registry);
    const one = await aStaged(tenant);
    const asked = await anApprovalOf(tenant, one);
    await vote(tenant.keys.reviewer, asked);
    await promote(tenant, one);
    const second = registry.stranger();
    await aMember(tenant, second, 'reviewer');

    expect(await vote(second, { ...asked, decision: 'reject', reason: 'Late.' })).toMatchObject({
      body: { code: 'approval.closed', detail: expect.stringContaining('was used by a promotion') },
    });
  });

  it('rule 6: a card that was changed and changed back is another card', async () => {
    const tenant = await aTenant(registry);
    const one = await aStaged(tenant);
    const card = (intendedUse: string) => tenant.publisher.putCard({ ...one, card: { intendedUse } });
    await card('Good.');
    const asked = await anApprovalOf(tenant, one);
    await vote(tenant.keys.reviewer, asked);
    await card('Evil.');
    await card('Good.');

    expect(await tenant.reader.getApproval(asked)).toMatchObject({ state: 'void' });
    expect(await promote(tenant, one)).toMatchObject({ status: 409, body: { code: 'transition.refused' } });
  });

  it('is refused once the version is archived, from where nothing leads to the stage', async () => {
    const tenant = await aTenant(registry);
    const one = await aStaged(tenant);
    const asked = await anApprovalOf(tenant, one);
    await tenant.releaser.archiveVersion(one);

    expect(await vote(tenant.keys.reviewer, asked)).toMatchObject({ status: 409, body: { code: 'approval.closed' } });
    expect(await tenant.reader.getApproval(asked)).toMatchObject({ state: 'void', votes: [] });
  });

  it('counts the registrant where the policy does without separation', async () => {
    const tenant = await aTenant(registry);
    const one = await aStaged(tenant, votes(1, { separation: false, roles: ['publisher'] }));

    expect(await vote(tenant.keys.publisher, await anApprovalOf(tenant, one))).toMatchObject({
      body: { state: 'approved' },
    });
  });

  it('rule 6: what changed since it was asked for makes it void, and the vote is refused', async () => {
    const tenant = await aTenant(registry);
    const asked = await anApprovalOf(tenant, await aStaged(tenant));
    const { model, version, approval } = asked;
    await tenant.reviewer.recordCheck({ model, version, check: 'ci/bias', outcome: 'success' });

    expect(await tenant.reader.getApproval(asked)).toMatchObject({ state: 'void' });
    expect(await vote(tenant.keys.reviewer, asked)).toMatchObject({
      status: 409,
      body: { code: 'approval.closed', detail: expect.stringContaining('is void') },
    });
    expect(await lastEventOf(tenant, model)).toMatchObject({ type: 'vote.refused', data: { approval } });
    expect((await tenant.reader.listApprovals({})).items).toEqual([]);
  });

  itEmbedded('is over when its time is', async () => {
    const tenant = await aTenant(registry);
    const asked = await anApprovalOf(tenant, await aStaged(tenant, votes(1, { expiresAfterDays: 1 })));
    registry.clock.advance(86_400_000);

    expect(await tenant.reader.getApproval(asked)).toMatchObject({ state: 'expired' });
    expect(await vote(tenant.keys.reviewer, asked)).toMatchObject({
      body: { code: 'approval.closed', detail: expect.stringContaining('has expired') },
    });
  });

  it('is 404 for a model, a version or an approval that is not there', async () => {
    const tenant = await aTenant(registry);
    const asked = await anApprovalOf(tenant, await aStaged(tenant));
    const as = tenant.keys.reviewer;

    expect(await vote(as, { ...asked, model: 'none' })).toMatchObject({ body: { code: 'model.not_found' } });
    expect(await vote(as, { ...asked, version: 99 })).toMatchObject({ body: { code: 'version.not_found' } });
    expect(await vote(as, { ...asked, approval: '01JNF4YVQ4R9S8T7V6W5X4Y3Z2' })).toMatchObject({
      body: { code: 'approval.not_found' },
    });
  });
});
