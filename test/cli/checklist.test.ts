import { expect, it } from 'vitest';
import { checklist } from '../../cli/governance/checklist.ts';
import type { Condition } from '../../shared/domain/condition.ts';

const plain = (_: string, text: string) => text;
const unmet = (kind: Condition['kind'], evidence: Condition['evidence'] = {}, found = 'none'): Condition => ({
  kind,
  met: false,
  demand: 'one',
  found,
  evidence,
  roles: ['publisher', 'releaser'],
});
const aim = { model: 'iris', version: 3, stage: 'production' } as const;

it.each([
  [unmet('step', { next: ['staging'] }), '`signet promote iris:3 --to staging`'],
  [unmet('step', { next: [] }, 'archived, from where it may go to nowhere, but back by rollbackModel'), '--to 3`'],
  [unmet('files', { state: 'pending' }), 'push the same directory again'],
  [unmet('card'), '`signet card iris:3 --put card.md`'],
  [unmet('check', { check: 'bias of age' }), "`signet record-check iris 3 'bias of age' --outcome success`"],
  [unmet('metric'), 'push another version'],
  [unmet('metric', { from: { dataset: 'holdout' } }), 'signet evaluate'],
  [unmet('schema'), 'push another version'],
  [unmet('artifact'), 'push another version'],
  [unmet('approval'), '`signet request iris:3`'],
  [unmet('approval', { state: 'pending' }), '`signet approve iris:3`'],
  [unmet('approval', { state: 'void' }), '`signet request iris:3`'],
])('says who can see to it, and how: %#', (condition, way) => {
  const [first, second, third] = checklist([condition], aim, plain).split('\n');
  expect(first).toBe(`✗ ${condition.kind}  one`);
  expect(second).toMatch(/^ +found /);
  expect(second).not.toContain('rollbackModel');
  expect(third?.trim()).toMatch(/^publisher or releaser: /);
  expect(third).toContain(way);
});

it('names the stage where it is not production, and quotes what a shell would take apart', () => {
  const text = checklist([unmet('approval')], { model: 'my model', version: 1, stage: 'staging' }, plain);
  expect(text).toContain("`signet request 'my model:1' --to staging`");
});

it('says what is met, and nothing to do about it', () => {
  const text = checklist([{ ...unmet('artifact'), met: true }, unmet('card')], aim, plain);
  expect(text.split('\n').slice(0, 3)).toEqual(['✓ artifact  one', '            found none', '✗ card      one']);
});

it('sends nobody for a card or votes where no step leads to the stage', () => {
  const lost = unmet('step', { next: ['archived'] }, 'production, from where it may go to archived');
  expect(checklist([lost, unmet('card'), unmet('approval')], aim, plain)).not.toContain('signet');
});
