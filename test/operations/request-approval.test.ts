import { expect, it } from 'vitest';
import { ApprovalId } from '../../shared/domain/approval.ts';
import { ModelName, TenantId, VersionNumber } from '../../shared/domain/names.ts';
import { itemOf } from '../../shared/store/keys.ts';
import { call } from '../support/call.ts';
import { describeOperation } from '../support/describe-operation.ts';
import { anApprovalOf, aStaged, stagedIn, votes } from '../support/governed.ts';
import { lastEventOf } from '../support/looking.ts';
import { aTenant, itEmbedded, type TestTenant } from '../support/registry.ts';
import { anOpenModelOf, anUploadOf, aVersionOf } from '../support/setting-up.ts';

const DAYS = 86_400_000;

describeOperation('requestApproval', (registry) => {
  const request = ({ keys }: TestTenant, input: object) =>
    call(registry, 'requestApproval', { stage: 'production', ...input }, { as: keys.publisher });

  it('asks for votes on exactly what there is, says until when, and records who asked', async () => {
    const tenant = await aTenant(registry);
    const one = await aStaged(tenant, votes(2, { expiresAfterDays: 3 }));
    const { status, body } = await request(tenant, { ...one, comment: 'For March.' });

    expect(status).toBe(201);
    expect(body).toMatchObject({ ...one, stage: 'production', state: 'pending', comment: 'For March.', votes: [] });
    expect(Date.parse(body.expiresAt) - Date.parse(body.requestedAt)).toBe(3 * DAYS);
    expect(await tenant.reader.getApproval({ ...one, approval: body.id })).toEqual(body);
    expect(await lastEventOf(tenant, one.model)).toMatchObject({
      type: 'approval.requested',
      version: one.version,
      data: { approval: body.id, stage: 'production', subject: body.subject, comment: 'For March.' },
    });
  });

  it('may be asked while the version is on its way, before it is in staging', async () => {
    const tenant = await aTenant(registry);
    const { model } = await aStaged(tenant);
    const version = await aVersionOf(tenant, model);

    expect(await request(tenant, { model, version })).toMatchObject({ status: 201 });
  });

  it('is refused while the same is asked for already, and names it', async () => {
    const tenant = await aTenant(registry);
    const one = await aStaged(tenant);
    const { approval } = await anApprovalOf(tenant, one);

    expect(await request(tenant, one)).toMatchObject({
      status: 409,
      body: { code: 'approval.exists', detail: expect.stringContaining(approval) },
    });
  });

  it('takes the place of one that a change has made void, which leaves the inbox', async () => {
    const tenant = await aTenant(registry);
    const one = await aStaged(tenant);
    const former = await anApprovalOf(tenant, one);
    await tenant.publisher.putCard({ ...one, card: { owner: 'Ann' } });
    const { status, body } = await request(tenant, one);

    expect(status).toBe(201);
    expect(await tenant.reader.getApproval(former)).toMatchObject({ state: 'void' });
    expect((await tenant.reader.listApprovals({})).items.map(({ id }) => id)).toEqual([body.id]);
  });

  it('is needless where no policy asks for votes, where the lifecycle is open, and where nothing leads there', async () => {
    const tenant = await aTenant(registry);
    const { model } = await aStaged(tenant);
    const archived = await aVersionOf(tenant, model);
    await tenant.releaser.promoteVersion({ model, version: archived, stage: 'staging' });
    await tenant.releaser.archiveVersion({ model, version: archived });
    const open = await anOpenModelOf(tenant);
    const cases = [
      { ...(await aStaged(tenant, votes(0))), stage: 'production' },
      { ...(await stagedIn(tenant, model)), stage: 'staging' },
      { model: open, version: await aVersionOf(tenant, open), stage: 'production' },
      { model, version: archived, stage: 'production' },
    ];

    for (const input of cases) {
      expect(await request(tenant, input)).toMatchObject({ status: 409, body: { code: 'approval.needless' } });
    }
  });

  it('is refused for a version whose files are not all there', async () => {
    const tenant = await aTenant(registry);
    const { model } = await aStaged(tenant);
    const { version } = await anUploadOf(tenant, model, { 'model.bin': 'bytes' });

    expect(await request(tenant, { model, version })).toMatchObject({
      status: 409,
      body: { code: 'version.incomplete' },
    });
  });

  it('is 404 for a model or a version that is not there', async () => {
    const tenant = await aTenant(registry);
    const { model } = await aStaged(tenant);

    expect(await request(tenant, { model: 'none', version: 1 })).toMatchObject({ body: { code: 'model.not_found' } });
    expect(await request(tenant, { model, version: 99 })).toMatchObject({ body: { code: 'version.not_found' } });
  });

  itEmbedded('can be asked a hundred times for a version, and no more', async () => {
    const tenant = await aTenant(registry);
    const one = await aStaged(tenant);
    for (let count = 0; count < 100; count += 1)
      await tenant.publisher.withdrawApproval(await anApprovalOf(tenant, one));

    expect(await request(tenant, one)).toMatchObject({ status: 409, body: { code: 'model.full' } });
  });

  itEmbedded('counts them all, also when they are more than a database reads at once', async () => {
    const tenant = await aTenant(registry);
    const one = await aStaged(tenant);
    const id = TenantId.parse(tenant.id);
    const model = await registry.services.store.model(id, ModelName.parse(one.model));
    if (!model) throw new Error('expected it to be there');
    const asked = await anApprovalOf(tenant, one);
    const approval = await registry.services.store.approval(
      model,
      VersionNumber.parse(one.version),
      ApprovalId.parse(asked.approval),
    );
    if (!approval) throw new Error('expected it to be there');
    const long = Array.from({ length: 30 }, () => ({
      actor: approval.requestedBy,
      decision: 'approve' as const,
      reason: 'ü'.repeat(1_000),
      roles: [],
      provenBy: 'aws-sigv4' as const,
      at: approval.requestedAt,
    }));
    const others = Array.from({ length: 99 }, (_, n) =>
      itemOf({
        ...approval,
        id: ApprovalId.parse(`01${String(n).padStart(24, '0')}`),
        state: 'withdrawn',
        votes: long,
      }),
    );
    await registry.table.putEach(others);
    await tenant.publisher.withdrawApproval(asked);

    expect(await request(tenant, one)).toMatchObject({ status: 409, body: { code: 'model.full' } });
  });
});
