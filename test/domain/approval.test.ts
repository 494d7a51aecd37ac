import { describe, expect, it } from 'vitest';
import { Approval, approvalStateAt, countOf, subjectOf } from '../../shared/domain/approval.ts';
import type { Policies } from '../../shared/domain/policy.ts';
import type { ActiveStage } from '../../shared/domain/stage.ts';
import type { Version } from '../../shared/domain/version.ts';
import { ACME, ANN, AT, aDigest, aPolicy, aVersion, NOW } from '../support/builders.ts';

const evidence = {
  card: { revision: 1, digest: aDigest('card'), fields: [] },
  checks: { ci: { outcome: 'success' as const, revision: 1 } },
  evaluations: 1,
};
const whole = aVersion({
  schema: { inputs: [{ name: 'amount', type: 'float64' }] },
  metrics: { auc: 0.9 },
  needs: [{ model: '01JZ0000000000000000000009', version: 1 }],
  evidence,
});
const policies: Policies = { ofTenant: aPolicy(), ofModel: aPolicy({ model: whole.model }) };
const subject = (version: Version = whole, stage: ActiveStage = 'production', under: Policies = policies) =>
  subjectOf(version, stage, under);

describe('what a vote is about', () => {
  it.each<[string, Partial<Version>]>([
    ['files', { artifact: { rootDigest: aDigest('other files'), files: 1, bytes: 12 } }],
    ['a source in place of files', { artifact: undefined, source: 's3://elsewhere/model' } as Partial<Version>],
    ['schema', { schema: { inputs: [{ name: 'amount', type: 'float32' }] } } as Partial<Version>],
    ['metrics', { metrics: { auc: 0.91 } }],
    ['dependencies', { needs: [] }],
    ['no card', { evidence: { checks: evidence.checks, evaluations: 1 } }],
    ['card', { evidence: { ...evidence, card: { ...evidence.card, digest: aDigest('other') } } }],
    ['the outcome of a check', { evidence: { ...evidence, checks: { ci: { outcome: 'failure', revision: 2 } } } }],
    ['the same outcome again', { evidence: { ...evidence, checks: { ci: { outcome: 'success', revision: 2 } } } }],
    ['evaluations', { evidence: { ...evidence, evaluations: 2 } }],
  ])('changes with another of its %s', (_, over) => {
    expect(subject({ ...whole, ...over })).not.toBe(subject());
  });

  it('changes with the stage, and with the policies of tenant and model, each for itself', () => {
    const [ofTenant, ofModel] = [aPolicy({ revision: 2 }), aPolicy({ model: whole.model, revision: 2 })];
    const others = [
      subject(whole, 'staging'),
      subject(whole, 'production', { ...policies, ofTenant }),
      subject(whole, 'production', { ...policies, ofModel }),
      subject(whole, 'production', {}),
      subject(),
    ];

    expect(new Set(others).size).toBe(others.length);
  });

  it('does not change with what nobody votes on', () => {
    const described = { ...whole, description: 'Better.', tags: { team: 'risk' }, stage: 'none' as const, revision: 7 };

    expect(subject({ ...described, needed: true })).toBe(subject());
  });
});

const anApproval = (over: object = {}): Approval =>
  Approval.parse({
    kind: 'approval',
    tenant: ACME,
    model: whole.model,
    id: '01JZ0000000000000000000001',
    version: 3,
    stage: 'production',
    subject: subject(),
    state: 'approved',
    requestedBy: { principal: ANN },
    requestedAt: AT,
    expiresAt: NOW,
    votes: [],
    revision: 1,
    ...over,
  });

describe('the state of an approval', () => {
  const staged: Version = { ...whole, stage: 'staging' };
  const at = (milliseconds: number) => new Date(Date.parse(NOW) + milliseconds);

  it.each([
    ['is what was voted, to the last millisecond', -1, 'approved'],
    ['is expired at the very moment that it names', 0, 'expired'],
    ['is expired after it', 1, 'expired'],
  ])('%s', (_, milliseconds, state) => {
    expect(approvalStateAt(anApproval(), staged, subject(staged), at(milliseconds))).toBe(state);
  });

  it('is void where what it is about has changed, also once its time is over', () => {
    expect(approvalStateAt(anApproval(), staged, aDigest('other'), at(1))).toBe('void');
  });

  it('is consumed once it let its version into its own stage, and by no other', () => {
    const { id } = anApproval();
    const stateOf = (admittedBy: Version['admittedBy']) =>
      approvalStateAt(anApproval(), { ...staged, admittedBy }, subject(staged), at(-1));

    expect(stateOf({ production: id })).toBe('consumed');
    expect(stateOf({ staging: id })).toBe('approved');
  });

  it('counts votes for, of roles that the demand counts', () => {
    const vote = (over: object) => ({
      actor: { principal: ANN },
      decision: 'approve',
      roles: ['reviewer'],
      provenBy: 'aws-sigv4',
      at: AT,
      ...over,
    });
    const all = [vote({}), vote({ decision: 'reject' }), vote({ roles: ['admin'] }), vote({ roles: [] })];

    expect(countOf(anApproval({ votes: all }), { roles: ['reviewer'] })).toBe(1);
    expect(countOf(anApproval({ votes: all }), { roles: ['reviewer', 'admin'] })).toBe(2);
  });
});
