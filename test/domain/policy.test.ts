import { describe, expect, it } from 'vitest';
import { createModel } from '../../shared/domain/model.ts';
import { ModelId } from '../../shared/domain/names.ts';
import { putModelPolicy, putTenantPolicy, sameAs } from '../../shared/domain/policy.ts';
import { DEFAULT_POLICY, merged, PolicyDocument } from '../../shared/domain/policy-document.ts';
import { issuesOf } from '../../shared/http/field.ts';
import {
  ACME,
  ANN,
  aModel,
  aName,
  anOccasion,
  aPolicy,
  aTenant,
  BEN,
  decided,
  headOf,
  NOW,
} from '../support/builders.ts';

const fieldsOf = (document: unknown) => {
  const { error } = PolicyDocument.safeParse(document);
  return error ? issuesOf(error).map(({ field }) => field) : [];
};
const gate = (one: object) => ({ gates: { production: [one] } });
const approval = (one: object) => ({ approvals: { production: one } });

describe('a policy document', () => {
  it.each<[string, object]>([
    ['nothing: everything is as it is one level up', {}],
    ['a lifecycle', { lifecycle: 'open' }],
    ['an approval by two', approval({ required: 2 })],
    ['no approval', approval({ required: 0 })],
    [
      'an approval with all that can be said',
      approval({ required: 10, roles: ['reviewer', 'admin'], separation: false, expiresAfterDays: 365 }),
    ],
    ['approvals for staging', { approvals: { staging: {} } }],
    ['a lower bound', gate({ metric: 'accuracy', min: 0.9 })],
    ['an upper bound', gate({ metric: 'latency_p99_ms', max: 100 })],
    ['both bounds', gate({ metric: 'bias', min: -0.1, max: 0.1 })],
    ['a single value', gate({ metric: 'bias', min: 0, max: 0 })],
    ['challenger against champion', gate({ metric: 'accuracy', noWorseThan: 'production', tolerance: 0.01 })],
    ['where lower is better', gate({ metric: 'loss', noWorseThan: 'production', better: 'lower' })],
    ['an external check', gate({ check: 'ci/bias' })],
    ['a schema', gate({ schema: 'backward' })],
    ['a card', gate({ card: ['intendedUse', 'fairnessEvaluation'] })],
    ['verified files', gate({ artifact: 'verified' })],
    ['no gates at all', { gates: { staging: [], production: [] } }],
    ['automatic promotion', { autoPromote: 'staging' }],
    ['retention', { retention: { productionStableDays: 0, artifactHoldDays: 36_500 } }],
  ])('may ask for %s', (_, document) => {
    expect(fieldsOf(document)).toEqual([]);
  });

  it.each<[string, unknown, string[]]>([
    ['no object', [], ['']],
    ['an unknown demand', { approval: {} }, ['approval']],
    ['an unknown lifecycle', { lifecycle: 'free' }, ['lifecycle']],
    ['approvals of a stage that nothing is promoted to', { approvals: { archived: {} } }, ['approvals.archived']],
    ['half a vote', approval({ required: 1.5 }), ['approvals.production.required']],
    ['less than no vote', approval({ required: -1 }), ['approvals.production.required']],
    ['more votes than a tenant gets together', approval({ required: 11 }), ['approvals.production.required']],
    ['votes of nobody', approval({ roles: [] }), ['approvals.production.roles']],
    ['votes of a role twice', approval({ roles: ['admin', 'admin'] }), ['approvals.production.roles']],
    ['votes of an unknown role', approval({ roles: ['boss'] }), ['approvals.production.roles[0]']],
    ['separation in words', approval({ separation: 'yes' }), ['approvals.production.separation']],
    ['approvals that expire at once', approval({ expiresAfterDays: 0 }), ['approvals.production.expiresAfterDays']],
    [
      'a tolerance in words',
      gate({ metric: 'a', noWorseThan: 'production', tolerance: 'x' }),
      ['gates.production[0].tolerance'],
    ],
    ['a gate without a bound', gate({ metric: 'accuracy' }), ['gates.production[0]']],
    ['a gate that nothing passes', gate({ metric: 'accuracy', min: 2, max: 1 }), ['gates.production[0].min']],
    ['a bound that is no number', gate({ metric: 'accuracy', min: Number.NaN }), ['gates.production[0].min']],
    ['an endless bound', gate({ metric: 'accuracy', max: Number.POSITIVE_INFINITY }), ['gates.production[0].max']],
    [
      'no worse than staging',
      gate({ metric: 'accuracy', noWorseThan: 'staging' }),
      ['gates.production[0].noWorseThan'],
    ],
    [
      'less than no tolerance',
      gate({ metric: 'a', noWorseThan: 'production', tolerance: -1 }),
      ['gates.production[0].tolerance'],
    ],
    ['two demands in one gate', gate({ check: 'ci/bias', schema: 'full' }), ['gates.production[0]']],
    ['a check without a name', gate({ check: '' }), ['gates.production[0].check']],
    ['an unknown card field', gate({ card: ['mood'] }), ['gates.production[0].card[0]']],
    ['a card without fields', gate({ card: [] }), ['gates.production[0].card']],
    ['a gate in no list', { gates: { production: { check: 'ci/bias' } } }, ['gates.production']],
    ['51 gates', { gates: { staging: Array(51).fill({ check: 'ci/bias' }) } }, ['gates.staging']],
    ['promotion to production by itself', { autoPromote: 'production' }, ['autoPromote']],
    ['less than no days', { retention: { stagingDays: -1 } }, ['retention.stagingDays']],
    ['more than a century', { retention: { evaluationDays: 36_501 } }, ['retention.evaluationDays']],
    ['an unknown retention', { retention: { forever: true } }, ['retention.forever']],
  ])('may not ask for %s, and the field is named', (_, document, fields) => {
    expect(fieldsOf(document)).toEqual(fields);
  });
});

describe('the policy in force', () => {
  it('is the default where nobody says otherwise', () => {
    expect(merged()).toEqual(DEFAULT_POLICY);
  });

  it('is overlaid by the policy of the tenant, and this by that of the model, field by field', () => {
    const tenant = PolicyDocument.parse({
      lifecycle: 'open',
      autoPromote: 'staging',
      gates: { staging: [{ check: 'ci/unit' }] },
      retention: { stagingDays: 60, evaluationDays: 10 },
    });
    const model = PolicyDocument.parse({
      autoPromote: 'none',
      gates: { production: [] },
      retention: { evaluationDays: 20 },
    });

    expect(merged(tenant, model)).toEqual({
      lifecycle: 'open',
      autoPromote: 'none',
      approvals: DEFAULT_POLICY.approvals,
      gates: { staging: [{ check: 'ci/unit' }], production: [] },
      retention: { ...DEFAULT_POLICY.retention, stagingDays: 60, evaluationDays: 20 },
    });
  });

  it('keeps of a demand for approvals what the level below leaves out', () => {
    const tenant = PolicyDocument.parse({ approvals: { production: { roles: ['admin'], expiresAfterDays: 3 } } });
    const model = PolicyDocument.parse({ approvals: { production: { required: 2 }, staging: {} } });

    expect(merged(tenant, model).approvals).toEqual({
      staging: { required: 1, roles: ['reviewer'], separation: true, expiresAfterDays: 14 },
      production: { required: 2, roles: ['admin'], separation: true, expiresAfterDays: 3 },
    });
  });
});

describe('putting the policy of a tenant', () => {
  const document = PolicyDocument.parse({ lifecycle: 'open' });

  it('is told by its revision and digest', () => {
    const change = decided(putTenantPolicy(aTenant(), undefined, document, anOccasion({ by: BEN })));

    expect(change.writes).toEqual([{ create: aPolicy({ document, at: NOW, by: BEN, revision: 1 }) }]);
    expect(headOf(change)).toEqual(aTenant({ lastAt: NOW, revision: 2 }));
    expect(change.event).toEqual({
      type: 'policy.changed',
      actor: { principal: BEN },
      data: {
        policyRevision: 1,
        // echo -n '{"lifecycle":"open"}' | sha256sum
        policyDigest: '70ecd8fc0af9b1611ca1702ba5b4be11b23c9f6535ca935fd1c8faba3421ff92',
      },
    });
  });

  it('replaces the one that was read, and none that came in between', () => {
    const before = aPolicy({ revision: 6 });
    expect(decided(putTenantPolicy(aTenant(), before, document, anOccasion())).writes).toEqual([
      { replace: aPolicy({ document, at: NOW, by: ANN, revision: 7 }) },
    ]);
  });

  it('decides the lifecycle of the models to come', () => {
    const create = (policy?: ReturnType<typeof aPolicy>) =>
      decided(
        createModel(
          ACME,
          ModelId.parse('01JZ0000000000000000000001'),
          { name: aName('iris'), description: '', tags: {} },
          { policy },
          anOccasion(),
        ),
      );

    expect(create().result.lifecycle).toBe('governed');
    expect(create(aPolicy({ document })).result.lifecycle).toBe('open');
  });
});

describe('putting the policy of a model', () => {
  const id = aModel().id;

  it('gives the model the lifecycle that it names', () => {
    const document = PolicyDocument.parse({ lifecycle: 'open' });
    const change = decided(putModelPolicy(aModel(), undefined, document, anOccasion()));

    expect(change.writes).toEqual([{ create: aPolicy({ model: id, document, at: NOW, revision: 1 }) }]);
    expect(headOf(change)).toEqual(aModel({ lifecycle: 'open', lastAt: NOW, updatedAt: NOW, revision: 8 }));
    expect(change.result).toMatchObject({ policy: { document }, model: headOf(change) });
  });

  it('leaves the model its lifecycle when it names none', () => {
    const change = decided(putModelPolicy(aModel({ lifecycle: 'open' }), aPolicy({ model: id }), {}, anOccasion()));

    expect(headOf(change)).toMatchObject({ lifecycle: 'open' });
    expect(change.writes).toEqual([{ replace: aPolicy({ model: id, at: NOW, revision: 2 }) }]);
  });

  it.each([{}, { lifecycle: 'governed' as const }])(
    'refuses to govern a model with two versions in production: %j',
    (document) => {
      const lifecycle = document.lifecycle ? 'open' : 'governed';
      expect(() =>
        putModelPolicy(aModel({ lifecycle, production: [1, 2] }), undefined, document, anOccasion()),
      ).toThrow(
        expect.objectContaining({
          code: 'policy.conflict',
          message: 'fraud-detector has the versions 1, 2 in production: a governed model has one.',
        }),
      );
    },
  );
});

describe('a decision that rests on a policy', () => {
  it('demands that the policy is still the one that was read, or still absent', () => {
    const policy = aPolicy();
    expect(sameAs(policy, ACME)).toEqual({ unchanged: policy });
    expect(sameAs(undefined, ACME)).toEqual({ absent: { kind: 'policy', tenant: ACME } });
    expect(sameAs(undefined, ACME, aModel().id)).toEqual({
      absent: { kind: 'policy', tenant: ACME, model: aModel().id },
    });
  });
});
