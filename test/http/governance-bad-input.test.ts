import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OperationName } from '../../shared/contract/operations.ts';
import { call } from '../support/call.ts';
import { anApprovalOf, aStaged } from '../support/governed.ts';
import { everyEventOf } from '../support/looking.ts';
import { aRegistry, aTenant, type TestTenant } from '../support/registry.ts';
import { callerOf } from '../support/situations.ts';

const registry = await aRegistry();

/** What is changed of an input that would do, and the field that the answer names. */
type Case = readonly [over: Readonly<Record<string, unknown>>, field: string];

const ID = '01JNF4YVQ4R9S8T7V6W5X4Y3Z2';
const BLANK = ' \u200b\u2800';
const long = (length: number) => 'x'.repeat(length);
const columns = (...inputs: unknown[]) => ({ schema: { inputs } });
const slices = (...all: object[]) => ({ slices: all.map((one) => ({ name: 'age', metrics: { auc: 1 }, ...one })) });
const gates = (...production: unknown[]) => ({ policy: { gates: { production } } });
const votes = (production: object) => ({ policy: { approvals: { production } } });

const CASES: Partial<Record<OperationName, readonly Case[]>> = {
  explainTransition: [
    [{ stage: 'archived' }, 'stage'],
    [{ version: 0 }, 'version'],
    [{ model: 'a:b' }, 'model'],
  ],
  requestApproval: [
    [{ stage: 'none' }, 'stage'],
    [{ stage: undefined }, 'stage'],
    [{ comment: BLANK }, 'comment'],
    [{ comment: long(1_001) }, 'comment'],
    [{ comment: 'two\nlines' }, 'comment'],
    [{ votes: [] }, 'votes'],
  ],
  voteOnApproval: [
    [{ decision: 'abstain' }, 'decision'],
    [{ decision: undefined }, 'decision'],
    [{ decision: 'reject' }, 'reason'],
    [{ decision: 'reject', reason: BLANK }, 'reason'],
    [{ reason: '' }, 'reason'],
    [{ approval: 'mine' }, 'approval'],
    [{ roles: ['admin'] }, 'roles'],
  ],
  withdrawApproval: [
    [{ approval: ID.toLowerCase() }, 'approval'],
    [{ reason: BLANK }, 'reason'],
  ],
  getApproval: [[{ approval: '7' }, 'approval']],
  listApprovals: [
    [{ limit: 0 }, 'limit'],
    [{ limit: 101 }, 'limit'],
    [{ model: 'fraud' }, 'model'],
  ],
  putCard: [
    [{ card: undefined }, 'card'],
    [{ card: [] }, 'card'],
    [{ card: { mood: 'good' } }, 'card.mood'],
    [{ card: { intendedUse: 7 } }, 'card.intendedUse'],
    [{ card: { limitations: long(20_001) } }, 'card.limitations'],
    [{ card: { caveats: '\u0000' } }, 'card.caveats'],
    [{ card: { owner: '' } }, 'card.owner'],
    [{ card: { fairnessEvaluation: [{ measure: 'm', group: 'g' }] } }, 'card.fairnessEvaluation[0].value'],
    [{ card: { fairnessEvaluation: [{ measure: '', group: 'g', value: 1 }] } }, 'card.fairnessEvaluation[0].measure'],
    [{ card: { sections: { Empty: null } } }, 'card.sections.Empty'],
  ],
  getCard: [[{ revision: 0 }, 'revision']],
  recordCheck: [
    [{ check: '' }, 'check'],
    [{ check: 'constructor' }, 'check'],
    [{ outcome: 'passed' }, 'outcome'],
    [{ summary: long(2_001) }, 'summary'],
    [{ link: 'ftp://ci.example.com' }, 'link'],
    [{ link: 'http://' }, 'link'],
    [{ link: 'https://a b' }, 'link'],
    [{ link: 'https://[::' }, 'link'],
    [{ metrics: { gap: '0' } }, 'metrics.gap'],
  ],
  listChecks: [[{ limit: 1.5 }, 'limit']],
  recordEvaluation: [
    [{ dataset: 'holdout' }, 'dataset'],
    [{ dataset: { name: '*' } }, 'dataset.name'],
    [{ dataset: { name: 'u\u0308' } }, 'dataset.name'],
    [{ dataset: { name: 'holdout', rows: 7 } }, 'dataset.rows'],
    [{ metrics: {} }, 'metrics'],
    [{ metrics: { auc: null } }, 'metrics.auc'],
    [slices({ name: '' }), 'slices[0].name'],
    [slices({}, {}), 'slices'],
    [slices({ metrics: {} }), 'slices[0].metrics'],
    [{ runId: '' }, 'runId'],
  ],
  listEvaluations: [[{ dataset: '' }, 'dataset']],
  getSchema: [[{ version: 1.5 }, 'version']],
  checkServing: [
    [{ records: undefined }, 'records'],
    [{ columns: ['a'], data: [[1]] }, 'records'],
    [{ records: undefined, columns: ['a'] }, 'data'],
    [{ records: [7] }, 'records[0]'],
    [{ side: 'middle' }, 'side'],
  ],
  compareSchemas: [
    [{ to: undefined }, 'to'],
    [{ to: 0 }, 'to'],
    [{ to: undefined, ...columns({ name: 'a', type: 'float128' }) }, 'schema.inputs[0].type'],
    [{ to: undefined, ...columns({ type: 'float64' }) }, 'schema.inputs[0].name'],
  ],
  getDependencies: [
    [{ depth: 0 }, 'depth'],
    [{ limit: 101 }, 'limit'],
  ],
  getDependents: [
    [{ depth: 21 }, 'depth'],
    [{ version: -1 }, 'version'],
  ],
  registerVersion: [
    [{ dependsOn: [{ model: 'a' }] }, 'dependsOn[0].version'],
    [{ dependsOn: [{ model: 'a/b', version: 1 }] }, 'dependsOn[0].model'],
    [{ dependsOn: [1, 2].map(() => ({ model: 'a', version: 1 })) }, 'dependsOn'],
    [{ dependsOn: Array.from({ length: 101 }, (_, n) => ({ model: 'a', version: n + 1 })) }, 'dependsOn'],
    [columns({ name: 'a', type: 'int8', min: 'low' }), 'schema.inputs[0].min'],
    [columns({ name: 'a', type: 'int8' }, { name: 'a', type: 'int8' }), 'schema.inputs'],
  ],
  promoteVersion: [[{ reason: BLANK }, 'reason']],
  archiveVersion: [
    [{ force: true }, 'reason'],
    [{ force: true, reason: BLANK }, 'reason'],
  ],
  rollbackModel: [
    [{ reason: BLANK, force: true }, 'reason'],
    [{ steps: 51 }, 'steps'],
  ],
  deleteVersion: [[{ force: true, reason: BLANK }, 'reason']],
  putPolicy: [
    [gates({ metric: 'auc', min: '0.9' }), 'policy.gates.production[0].min'],
    [gates({ metric: 'auc', noWorseThan: 'production', tolerance: 'x' }), 'policy.gates.production[0].tolerance'],
    [gates({ metric: 'auc', min: 1, from: { slice: 'worst' } }), 'policy.gates.production[0].from.dataset'],
    [gates({ metric: 'auc' }), 'policy.gates.production[0]'],
    [gates({ check: 'a' }, { check: 'b', card: ['owner'] }), 'policy.gates.production[1]'],
    [gates({ card: ['mood'] }), 'policy.gates.production[0].card[0]'],
    [gates({ dependencies: 'all' }), 'policy.gates.production[0].dependencies'],
    [votes({ required: 11 }), 'policy.approvals.production.required'],
    [votes({ roles: [] }), 'policy.approvals.production.roles'],
    [votes({ expiresAfterDays: 0 }), 'policy.approvals.production.expiresAfterDays'],
  ],
};
const all = Object.entries(CASES).flatMap(([name, cases]) =>
  cases.map(([over, field]) => ({ name: name as OperationName, over, field })),
);

/** What an operation takes besides the version that it is about, so that it would do. */
const GOOD: Partial<Record<OperationName, object>> = {
  explainTransition: { stage: 'production' },
  requestApproval: { stage: 'production' },
  voteOnApproval: { decision: 'approve' },
  putCard: { card: {} },
  recordCheck: { check: 'ci', outcome: 'success' },
  recordEvaluation: { dataset: { name: 'holdout' }, metrics: { auc: 1 } },
  checkServing: { records: [{}] },
  compareSchemas: { to: 1 },
  registerVersion: { source: 's3://elsewhere/model' },
  promoteVersion: { stage: 'production' },
  rollbackModel: { reason: 'Worse.' },
};
const WITHOUT_VERSION: readonly OperationName[] = ['registerVersion', 'rollbackModel', 'putPolicy'];

describe(`bad input to what governs: ${all.length} cases`, () => {
  let tenant: TestTenant;
  let place: { model: string; version: number; approval: string };
  let before: unknown;

  beforeAll(async () => {
    tenant = await aTenant(registry);
    place = await anApprovalOf(tenant, await aStaged(tenant));
    before = await everyEventOf(registry, tenant);
  });

  afterAll(async () => {
    expect(await everyEventOf(registry, tenant), 'what was refused has changed nothing').toEqual(before);
  });

  it('is at least sixty cases, of each operation that governs one', () => {
    expect(all.length).toBeGreaterThanOrEqual(60);
    expect(Object.keys(CASES).length).toBeGreaterThanOrEqual(20);
  });

  it.each(all)('$name refuses $over and names $field', async ({ name, over, field }) => {
    const { model, version, approval } = place;
    const at = name === 'listApprovals' ? {} : WITHOUT_VERSION.includes(name) ? { model } : { model, version };
    const of = /^(vote|withdraw|get)\w*Approval$/.test(name) ? { ...at, approval } : at;
    const as = callerOf(name, registry, tenant);
    const { status, body } = await call(registry, name, { ...of, ...GOOD[name], ...over }, { as });

    expect({ status, code: body.code }).toEqual({ status: 400, code: 'request.invalid' });
    expect(body.issues.map((issue: { field: string }) => issue.field)).toContain(field);
  });
});
