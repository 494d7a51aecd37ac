import { describe, expect, it } from 'vitest';
import { subjectOf } from '../../shared/domain/approval.ts';
import type { Check } from '../../shared/domain/check.ts';
import { NO_TIES } from '../../shared/domain/dependency.ts';
import type { Evidence } from '../../shared/domain/evidence.ts';
import type { Model } from '../../shared/domain/model.ts';
import type { PolicyDocument } from '../../shared/domain/policy-document.ts';
import { type FileFinding, isToValidate, promoteByPolicy, validate } from '../../shared/domain/validation.ts';
import type { Version } from '../../shared/domain/version.ts';
import { aModel, anOccasion, anUpload, aPolicy, aVersion, decided } from '../support/builders.ts';

const fine: FileFinding = {
  path: 'model.safetensors',
  proof: 'proved',
  found: { format: 'safetensors', problems: [] },
};
const faulty = (kind: 'malformed' | 'code' | 'unseen', path = 'model.pkl'): FileFinding => ({
  path,
  proof: 'proved',
  found: { format: 'pickle', problems: [{ kind, message: `is ${kind}` }] },
});
const found = (files: readonly FileFinding[], before: readonly Check[] = [], version = aVersion()) =>
  validate(aModel(), version, before, files, anOccasion());
const outcomesOf = (files: readonly FileFinding[]) =>
  Object.fromEntries(decided(found(files)).event.type === 'version.validated' ? said(files) : []);
const said = (files: readonly FileFinding[]) => {
  const { event } = decided(found(files));
  return event.type === 'version.validated' ? event.data.checks.map(({ check, outcome }) => [check, outcome]) : [];
};
const checksIn = (files: readonly FileFinding[]) =>
  decided(found(files)).writes.flatMap((write) => ('create' in write ? [write.create as Check] : []));

describe('what is said of files', () => {
  it.each<readonly [what: string, files: readonly FileFinding[], failed: readonly string[]]>([
    ['nothing wrong', [fine], []],
    ['something broken', [fine, faulty('malformed')], ['signet/format']],
    ['something that runs', [fine, faulty('code')], ['signet/pickle']],
    ['something that cannot be seen', [faulty('unseen')], ['signet/format', 'signet/pickle']],
    ['other bytes', [{ path: 'a', proof: 'mismatched' }], ['signet/sha256', 'signet/format', 'signet/pickle']],
    ['no bytes', [fine, { path: 'a', proof: 'missing' }], ['signet/sha256', 'signet/format', 'signet/pickle']],
  ])('of %s', (_, files, failed) => {
    const failures = Object.entries(outcomesOf(files)).filter(([, outcome]) => outcome === 'failure');

    expect(failures.map(([check]) => check)).toEqual(failed);
  });

  it('names ten files at most, in a summary that is not too long', () => {
    const files = Array.from({ length: 400 }, (_, n) => faulty('code', `${n}/${'long'.repeat(60)}.pkl`));
    const [check] = checksIn(files).filter(({ name }) => name === 'signet/pickle');

    expect(check?.summary?.length).toBeLessThanOrEqual(2_000);
    expect(checksIn(files.map((file, n) => ({ ...file, path: `${n}.pkl` })))[2]?.summary).toMatch(
      /^0\.pkl is code; .*; and 390 more files\.$/,
    );
  });

  it('counts the files of each format', () => {
    const { result } = decided(found([fine, faulty('code'), fine]));

    expect(result.evidence.formats).toEqual([
      { format: 'pickle', files: 1 },
      { format: 'safetensors', files: 2 },
    ]);
  });

  it('is said once: the same again changes nothing, and something else does', () => {
    const first = decided(found([fine]));
    const checks = checksIn([fine]);

    expect(found([fine], checks, first.result)).toEqual({ result: first.result });
    expect(decided(found([faulty('code')], checks, first.result)).result.evidence.checks).toEqual({
      'signet/sha256': { outcome: 'success', revision: 2 },
      'signet/format': { outcome: 'success', revision: 2 },
      'signet/pickle': { outcome: 'failure', revision: 2 },
    });
  });
});

describe('what is validated', () => {
  const now = new Date('2026-02-01T12:00:00Z');

  it('is a complete version whose files are here, once', () => {
    expect(isToValidate(aVersion(), now)).toBe(true);
    expect(isToValidate(anUpload(), now)).toBe(false);
    expect(isToValidate(aVersion({ artifact: undefined, source: 's3://elsewhere' }), now)).toBe(false);
    expect(isToValidate(decided(found([fine])).result, now)).toBe(false);
  });
});

describe('votes', () => {
  const subject = (checks: Evidence['checks']) =>
    subjectOf(aVersion({ evidence: { checks, evaluations: 0 } }), 'production', {});

  it('hold when the registry finds later that all is well, and are void when it is not, or others say something', () => {
    const before = subject({});

    expect(subject({ 'signet/pickle': { outcome: 'success', revision: 1 } })).toBe(before);
    expect(subject({ 'signet/pickle': { outcome: 'failure', revision: 1 } })).not.toBe(before);
    expect(subject({ 'ci/bias': { outcome: 'success', revision: 1 } })).not.toBe(before);
  });
});

const SAYS_SO: PolicyDocument = { autoPromote: 'staging' };

describe('a promotion by policy', () => {
  const validated = decided(found([fine])).result;
  const promoted = (document: PolicyDocument, version = validated, model = aModel()) =>
    promoteByPolicy(
      model,
      {
        version,
        to: 'staging',
        champion: undefined,
        leaving: [],
        standings: [],
        ties: NO_TIES,
        policies: { ofModel: aPolicy({ document }) },
        approvals: [],
      },
      anOccasion(),
    );

  it('happens where the policy wants it and everything is met, and tells why', () => {
    const change = decided(promoted(SAYS_SO));

    expect(change.event).toMatchObject({
      type: 'version.promoted',
      data: { from: 'none', to: 'staging', reason: 'The policy promotes what meets every demand.' },
    });
  });

  it.each<{ when: string; document: PolicyDocument; version?: Version; model?: Model }>([
    { when: 'the policy does not say so', document: {} },
    { when: 'a gate is not met', document: { ...SAYS_SO, gates: { staging: [{ check: 'ci/bias' }] } } },
    { when: 'somebody has to approve', document: { ...SAYS_SO, approvals: { staging: { required: 1 } } } },
    { when: 'it is in a stage already', document: SAYS_SO, version: { ...validated, stage: 'archived' } },
    { when: 'nobody has looked at its files', document: SAYS_SO, version: aVersion() },
    { when: 'an own check failed', document: SAYS_SO, version: decided(found([faulty('code')])).result },
    {
      when: 'staging is full',
      document: SAYS_SO,
      model: aModel({ staging: Array.from({ length: 100 }, (_, n) => n + 100) }),
    },
  ])('neither happens nor is refused when $when', ({ document, version, model }) => {
    const change = promoted(document, version, model);

    expect(change).not.toHaveProperty('refusal');
    expect(change).not.toHaveProperty('event');
  });
});
