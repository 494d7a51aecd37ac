import { describe, expect, it } from 'vitest';
import { Problem } from '../../shared/http/client.ts';
import { rivalTable } from '../store/rival-table.ts';
import { call } from '../support/call.ts';
import { anActiveOn, aVersionOn } from '../support/dependent.ts';
import { anApprovalOf, aStaged, type One, stagedIn, votes } from '../support/governed.ts';
import { aName } from '../support/names.ts';
import { aRegistry, aTenant, itEmbedded, type TestRegistry, type TestTenant } from '../support/registry.ts';
import { registryOver } from '../support/registry-over.ts';
import { aModelOf, aVersionOf } from '../support/setting-up.ts';

const registry = await aRegistry();
const table = rivalTable(registry.table);
const contested = await registryOver(registry, table);

/** The same people, whose calls a rival may come between. */
const over = ({ keys }: TestTenant) => ({
  publisher: contested.client(keys.publisher),
  reviewer: contested.client(keys.reviewer),
  releaser: contested.client(keys.releaser),
});

const outcome = (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'done',
    (error: unknown) => (error instanceof Problem ? error.code : String(error)),
  );

/** What one way of meeting comes to: somebody does something, and a rival comes before one of the calls of it. */
interface Meeting {
  readonly act: () => Promise<unknown>;
  readonly rival: () => Promise<unknown>;
  /** What must be so afterwards, for how both ended. */
  readonly after: (ended: { readonly act: string; readonly rival: string }) => Promise<void>;
}

/** Lets a rival come before each call of the table in turn, until one comes too late; says before how many it came. */
async function atEachCall(set: () => Promise<Meeting>): Promise<number> {
  for (let call = 1; ; call += 1) {
    const meeting = await set();
    let rival = 'absent';
    table.arm(call, async () => {
      rival = await outcome(meeting.rival());
    });
    const act = await outcome(meeting.act());
    if (!table.hasActed()) {
      table.arm(Number.POSITIVE_INFINITY, async () => {});
      expect(act).toBe('done');
      return call - 1;
    }
    await meeting.after({ act, rival });
  }
}

const gated = { gates: { staging: [{ dependencies: 'active' as const }] } };

describe('rule 8, whoever comes between which calls', { timeout: 120_000 }, () => {
  /** A version in production, one that is to take its place, one that was there before, and one that may only be active with it. */
  async function aPlace(tenant: TestTenant) {
    const before = await anActiveOn(tenant, 'production');
    const needed = await stagedIn(tenant, before.model);
    await tenant.releaser.promoteVersion({ ...needed, stage: 'production' });
    const next = await stagedIn(tenant, before.model);
    const by = await aVersionOn(tenant, [needed]);
    await tenant.admin.putPolicy({ model: by.model, policy: gated });
    return { needed, next, by };
  }
  const leaves = {
    'its archival': (tenant: TestTenant, { needed }: { needed: One }) => over(tenant).releaser.archiveVersion(needed),
    'the promotion of the next': (tenant: TestTenant, { next }: { next: One }) =>
      over(tenant).releaser.promoteVersion({ ...next, stage: 'production' }),
    'a rollback': (tenant: TestTenant, { needed }: { needed: One }) =>
      over(tenant).releaser.rollbackModel({ model: needed.model, reason: 'Worse.' }),
  };

  itEmbedded.each(Object.entries(leaves))('%s takes no version out that became needed meanwhile', async (_, leave) => {
    const tenant = await aTenant(registry);
    const calls = await atEachCall(async () => {
      const place = await aPlace(tenant);
      return {
        act: () => leave(tenant, place),
        rival: () => tenant.releaser.promoteVersion({ ...place.by, stage: 'staging' }),
        after: async ({ act, rival }) => {
          expect(rival).toBe('done');
          expect(act).toMatch(/transition.refused|rollback.impossible/);
          expect((await tenant.reader.getVersion(place.needed)).stage).toBe('production');
        },
      };
    });
    expect(calls).toBeGreaterThanOrEqual(4);
  });

  itEmbedded('a promotion rests on no version that was archived meanwhile', async () => {
    const tenant = await aTenant(registry);
    const calls = await atEachCall(async () => {
      const { needed, by } = await aPlace(tenant);
      return {
        act: () => over(tenant).releaser.promoteVersion({ ...by, stage: 'staging' }),
        rival: () => tenant.releaser.archiveVersion(needed),
        after: async ({ act, rival }) => {
          expect([act, rival]).toEqual(['transition.refused', 'done']);
          expect((await tenant.reader.getVersion(by)).stage).toBe('none');
        },
      };
    });
    expect(calls).toBeGreaterThanOrEqual(4);
  });

  itEmbedded('a registration takes back nothing of what happened meanwhile to what it needs', async () => {
    const tenant = await aTenant(registry);
    const calls = await atEachCall(async () => {
      const needed = await anActiveOn(tenant, 'production');
      const model = await aModelOf(tenant);
      return {
        act: () =>
          over(tenant).publisher.registerVersion({ model, source: 's3://elsewhere/model', dependsOn: [needed] }),
        rival: () => tenant.releaser.archiveVersion(needed),
        after: async ({ act, rival }) => {
          expect([act, rival]).toEqual(['done', 'done']);
          expect(await tenant.reader.getVersion(needed)).toMatchObject({ stage: 'archived' });
          expect(await tenant.reader.getModel({ model: needed.model })).toMatchObject({ production: [] });
          expect((await tenant.reader.getDependents({ ...needed })).items).toMatchObject([{ model, version: 1 }]);
        },
      };
    });
    expect(calls).toBeGreaterThanOrEqual(4);
  });

  itEmbedded('a version is not archived over the head of one that was registered and let in meanwhile', async () => {
    const tenant = await aTenant(registry);
    await atEachCall(async () => {
      const needed = await anActiveOn(tenant, 'production');
      return {
        act: () => over(tenant).releaser.archiveVersion(needed),
        rival: () => anActiveOn(tenant, 'staging', [needed]),
        after: async ({ act, rival }) => {
          expect([act, rival]).toEqual(['transition.refused', 'done']);
          expect((await tenant.reader.getVersion(needed)).stage).toBe('production');
        },
      };
    });
  });
});

describe('rule 6, whoever comes between which calls', { timeout: 120_000 }, () => {
  let turn = 0;
  const another = () => {
    turn += 1;
    return { ...votes(), retention: { stagingDays: turn } };
  };
  type Asked = One & { readonly approval: string };
  const changes: Record<string, (tenant: TestTenant, asked: Asked) => Promise<unknown>> = {
    'the card': ({ publisher }, { model, version }) =>
      publisher.putCard({ model, version, card: { intendedUse: `Payments, ${turn}.` } }),
    'a check': ({ reviewer }, { model, version }) =>
      reviewer.recordCheck({ model, version, check: 'ci', outcome: 'success' }),
    'an evaluation': ({ reviewer }, { model, version }) =>
      reviewer.recordEvaluation({ model, version, dataset: { name: 'holdout' }, metrics: { auc: 1 } }),
    'the policy of the model': ({ admin }, { model }) => admin.putPolicy({ model, policy: another() }),
    'the policy of the tenant': ({ admin }) =>
      admin.putPolicy({ policy: { gates: { staging: [], production: [] }, ...another() } }),
  };
  const withdrawal = ({ publisher }: TestTenant, asked: Asked) => publisher.withdrawApproval(asked);

  itEmbedded.each(Object.entries(changes))('no vote counts on what was there before %s changed', async (_, change) => {
    const tenant = await aTenant(registry);
    const calls = await atEachCall(async () => {
      const asked = await anApprovalOf(tenant, await aStaged(tenant));
      return {
        act: () => over(tenant).reviewer.voteOnApproval({ ...asked, decision: 'approve' }),
        rival: () => change(tenant, asked),
        after: async ({ act, rival }) => {
          expect([act, rival]).toEqual(['approval.closed', 'done']);
          expect(await tenant.reader.getApproval(asked)).toMatchObject({ state: 'void', votes: [] });
        },
      };
    });
    expect(calls).toBeGreaterThanOrEqual(3);
  });

  itEmbedded.each(Object.entries({ ...changes }))(
    'no version enters production on a vote from before %s changed',
    async (_, change) => {
      const tenant = await aTenant(registry);
      const calls = await atEachCall(async () => {
        const asked = await anApprovalOf(tenant, await aStaged(tenant));
        const { model, version } = asked;
        await tenant.reviewer.voteOnApproval({ ...asked, decision: 'approve' });
        return {
          act: () => over(tenant).releaser.promoteVersion({ model, version, stage: 'production' }),
          rival: () => change(tenant, asked),
          after: async ({ act, rival }) => {
            expect([act, rival]).toEqual(['transition.refused', 'done']);
            expect((await tenant.reader.getVersion({ model, version })).stage).toBe('staging');
          },
        };
      });
      expect(calls).toBeGreaterThanOrEqual(3);
    },
  );

  itEmbedded('no vote, and no promotion, goes on with what was withdrawn', async () => {
    const tenant = await aTenant(registry);
    for (const isVoted of [false, true]) {
      await atEachCall(async () => {
        const asked = await anApprovalOf(tenant, await aStaged(tenant));
        const { model, version } = asked;
        if (isVoted) await tenant.reviewer.voteOnApproval({ ...asked, decision: 'approve' });
        const { reviewer, releaser } = over(tenant);
        return {
          act: () =>
            isVoted
              ? releaser.promoteVersion({ model, version, stage: 'production' })
              : reviewer.voteOnApproval({ ...asked, decision: 'approve' }),
          rival: () => withdrawal(tenant, asked),
          after: async ({ act, rival }) => {
            expect([act, rival]).toEqual([isVoted ? 'transition.refused' : 'approval.closed', 'done']);
          },
        };
      });
    }
  });

  itEmbedded('nothing is asked for on what the tenant has changed meanwhile', async () => {
    const tenant = await aTenant(registry);
    await atEachCall(async () => {
      const one = await aStaged(tenant);
      return {
        act: () => over(tenant).publisher.requestApproval({ ...one, stage: 'production' }),
        rival: () => tenant.admin.putPolicy({ policy: { gates: { staging: [], production: [] }, ...another() } }),
        after: async ({ act }) => {
          expect(act).toBe('done');
          expect((await tenant.reader.listApprovals({ limit: 100 })).items.at(-1)).toMatchObject({ state: 'pending' });
          const { conditions } = await tenant.reader.explainTransition({ ...one, stage: 'production' });
          expect(conditions.find(({ kind }) => kind === 'approval')?.evidence).toMatchObject({ state: 'pending' });
        },
      };
    });
  });
});

describe('the same request under the same Idempotency-Key, whoever comes between which calls', {
  timeout: 120_000,
}, () => {
  itEmbedded('is answered by what it did already, and not refused for it', async () => {
    const tenant = await aTenant(registry);
    const calls = await atEachCall(async () => {
      const model = aName('twin');
      const headers = { 'idempotency-key': model };
      const create = async (where: TestRegistry) => {
        const { status, body } = await call(where, 'createModel', { model }, { as: tenant.keys.publisher, headers });
        if (status !== 201) throw new Error(`${status} ${body.code}`);
      };
      return {
        act: () => create(contested),
        rival: () => create(registry),
        after: async (ended) => expect(ended).toEqual({ act: 'done', rival: 'done' }),
      };
    });
    expect(calls).toBeGreaterThanOrEqual(3);
  });
});

it('a version is marked as needed before the first edge to it', async () => {
  const tenant = await aTenant(registry);
  const model = await aModelOf(tenant);
  const needed = { model, version: await aVersionOf(tenant, model) };
  const before = (await tenant.reader.getVersion(needed)).revision;
  const seen: number[] = [];
  const watching = await registryOver(registry, {
    ...registry.table,
    putEach: async (items) => {
      seen.push((await tenant.reader.getVersion(needed)).revision);
      await registry.table.putEach(items);
    },
  });
  await watching.client(tenant.keys.publisher).registerVersion({
    model: await aModelOf(tenant),
    source: 's3://elsewhere/model',
    dependsOn: [needed],
  });

  expect(seen).toEqual([before + 1]);
});
