import { describe, expect, it } from 'vitest';
import type { Case } from '../../shared/domain/conditions.ts';
import { NO_TIES } from '../../shared/domain/dependency.ts';
import { gateCondition } from '../../shared/domain/gates.ts';
import type { Gate } from '../../shared/domain/policy-document.ts';
import { Version } from '../../shared/domain/version.ts';
import { aVersion } from '../support/builders.ts';

/** Whether a version passes a gate beside the one in production. */
const passes = (gate: Gate, mine: object, theirs?: object): boolean => {
  const subject: Case = {
    version: Version.parse(aVersion({ number: 4, stage: 'staging', ...mine })),
    to: 'production',
    champion: theirs && aVersion({ stage: 'production', ...theirs }),
    standings: [],
    ties: NO_TIES,
    policies: {},
    approvals: [],
  };
  return gateCondition(gate, subject).met;
};

describe('a gate on a metric no worse than that of production', () => {
  const gate = (tolerance: number): Gate => ({ metric: 'auc', noWorseThan: 'production', better: 'higher', tolerance });
  const auc = (value: number) => ({ metrics: { auc: value } });

  it.each([
    [0.9, 0.91, 0.01, true],
    [0.9 - 1e-9, 0.91, 0.01, false],
    [0.9 - 5e-7, 0.91, 0.01, false],
    [0.9, 0.9, 0, true],
    [0.9 - 1e-9, 0.9, 0, false],
  ])('%d against %d, with a tolerance of %d: %s', (mine, theirs, tolerance, met) => {
    expect(passes(gate(tolerance), auc(mine), auc(theirs))).toBe(met);
  });
});

describe('a gate on what everything has that JavaScript makes', () => {
  it.each<[string, Gate]>([
    ['a check', { check: 'toString' }],
    ['a metric', { metric: 'valueOf', min: 0 }],
    ['a metric of production', { metric: 'hasOwnProperty', noWorseThan: 'production', better: 'higher', tolerance: 0 }],
  ])('is not met: %s', (_, gate) => {
    expect(passes(gate, {}, {})).toBe(false);
  });
});

describe('a gate on the schema', () => {
  const schema = { schema: { inputs: [{ name: 'amount', type: 'float64' }] } };

  it.each<[string, Gate, object, object | undefined, boolean]>([
    ['backward, without one, where production has one', { schema: 'backward' }, {}, schema, false],
    ['backward, without one, where production has none', { schema: 'backward' }, {}, {}, false],
    ['backward, with one, where production has none', { schema: 'backward' }, schema, {}, true],
    ['full, with the same', { schema: 'full' }, schema, schema, true],
    ['present, without one', { schema: 'present' }, {}, undefined, false],
  ])('%s', (_, gate, mine, theirs, met) => {
    expect(passes(gate, mine, theirs)).toBe(met);
  });
});
