import { describe, expect, it } from 'vitest';
import { isSamePerson, type People } from '../../shared/domain/people.ts';
import type { Actor } from '../../shared/domain/principal.ts';
import { putMember } from '../../shared/domain/tenant.ts';
import { ANN, aMember, anOccasion, aTenant, BEN, decided, headOf } from '../support/builders.ts';

const NOBODY: People = new Map();
const ann = (person?: string): Actor => ({ principal: ANN, ...(person !== undefined && { person }) });
const ben = (person?: string): Actor => ({ principal: BEN, ...(person !== undefined && { person }) });

describe('two principals are one human', () => {
  it.each([
    ['who was called the same', 'bea', 'bea', true],
    ['whatever the case', 'bea', 'BEA', true],
    ['whatever space is around it', 'bea', 'bea ', true],
    ['whatever cannot be seen in it', 'bea', 'b\u200Bea', true],
    ['in whichever form of Unicode', 'Ren\u00E9', 'Rene\u0301', true],
    ['but not who is called otherwise', 'bea', 'ann', false],
    ['and not where nobody said who', undefined, undefined, false],
  ])('%s', (_, one, other, same) => {
    expect(isSamePerson(ann(one), ben(other), NOBODY)).toBe(same);
  });

  it('as the tenant says it now, whatever it said then', () => {
    const now: People = new Map([
      [ANN, 'bea'],
      [BEN, 'Bea'],
    ]);
    expect(isSamePerson(ann(), ben(), now)).toBe(true);
    expect(isSamePerson(ann('x'), ben('x'), new Map([[ANN, 'bea']]))).toBe(false);
  });

  it('and one principal is always itself', () => {
    expect(isSamePerson(ann('bea'), ann('cleo'), NOBODY)).toBe(true);
  });
});

describe('who a member is', () => {
  const counted = (before: string | undefined, person: string | undefined, isThere = true) => {
    const member = aMember(before === undefined ? {} : { person: before });
    const change = putMember(
      aTenant(),
      isThere ? member : undefined,
      { principal: BEN, roles: [], person },
      anOccasion(),
    );
    return headOf(decided(change));
  };

  it.each([
    ['is told later', undefined, 'bea'],
    ['is told to be another', 'bea', 'cleo'],
    ['is told no more', 'bea', undefined],
  ])('counts as a change when it %s', (_, before, after) => {
    expect(counted(before, after)).toMatchObject({ peopleRevision: 1 });
  });

  it.each([
    ['is as before', 'bea', 'bea', true],
    ['is spelled otherwise', 'bea', 'Bea', true],
    ['comes with a new member', undefined, 'bea', false],
  ] as const)('counts as none when it %s', (_, before, after, isThere) => {
    expect(counted(before, after, isThere)).toMatchObject({ peopleRevision: 0 });
  });
});
