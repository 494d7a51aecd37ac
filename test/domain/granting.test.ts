import { describe, expect, it } from 'vitest';
import { bothGive, covers } from '../../shared/domain/granting.ts';
import type { Grant } from '../../shared/domain/role.ts';

const grant = (text: string): Grant => {
  const [role, models = '*'] = text.split(' ') as [Grant['role'], string?];
  return { role, models };
};
const grants = (...texts: string[]): Grant[] => texts.map(grant);
const said = (found: readonly Grant[]): string[] => found.map(({ role, models }) => `${role} ${models}`);

describe('grants cover another', () => {
  it.each([
    ['the same', grants('publisher fraud-*'), 'publisher fraud-*', true],
    ['a narrower pattern', grants('publisher fraud-*'), 'publisher fraud-card-*', true],
    ['a single model', grants('publisher fraud-*'), 'publisher fraud-detector', true],
    ['a pattern within one with a piece in the middle', grants('publisher a*b*c'), 'publisher ax*bc', true],
    ['reading, which every role includes', grants('publisher fraud-*'), 'reader fraud-x', true],
    ['a wider pattern', grants('publisher fraud-*'), 'publisher *', false],
    ['a pattern that merely overlaps', grants('publisher fraud-*'), 'publisher *-v2', false],
    ['another role', grants('publisher fraud-*'), 'releaser fraud-*', false],
    ['another role than reading', grants('reader *'), 'publisher fraud', false],
    ['anything, where there are none', [], 'reader x', false],
  ])('%s', (_, held, asked, is) => {
    expect(covers(held, grant(asked))).toBe(is);
  });
});

describe('what two lists of grants both give', () => {
  it.each([
    ['the same', grants('publisher *'), grants('publisher *'), ['publisher *']],
    ['the narrower of two patterns', grants('publisher *'), grants('publisher fraud-*'), ['publisher fraud-*']],
    ['whichever is the narrower', grants('publisher fraud-x'), grants('publisher fraud-*'), ['publisher fraud-x']],
    ['reading, of two roles', grants('publisher *'), grants('releaser fraud-*'), ['reader fraud-*']],
    ['nothing of patterns that overlap', grants('publisher fraud-*'), grants('publisher *-v2'), []],
    ['nothing, where one has none', grants('publisher *'), [], []],
    [
      'each once',
      grants('publisher *', 'releaser *'),
      grants('publisher *', 'releaser *'),
      ['publisher *', 'reader *', 'releaser *'],
    ],
  ])('%s', (_, some, others, expected) => {
    expect(said(bothGive(some, others))).toEqual(expected);
    expect(said(bothGive(others, some)).toSorted()).toEqual(expected.toSorted());
  });
});
