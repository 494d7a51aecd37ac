import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fits, Grant, includes, ModelPattern, type Role } from '../../shared/domain/role.ts';
import { aName } from '../support/builders.ts';

describe('a pattern of model names', () => {
  it.each([
    ['fraud-detector', 'fraud-detector'],
    ['*', 'anything at all'],
    ['fraud-*', 'fraud-'],
    ['fraud-*', 'fraud-detector'],
    ['*-detector', 'fraud-detector'],
    ['f*d*r', 'fraud-detector'],
    ['a*b*c', 'abbc'],
    ['**', 'x'],
    ['a.c', 'a.c'],
  ])('%s fits %s', (pattern, name) => {
    expect(fits(pattern, name)).toBe(true);
  });

  it.each([
    ['fraud', 'fraud-detector'],
    ['fraud-*', 'my-fraud-detector'],
    ['*-detector', 'fraud-detector-2'],
    ['aba*aba', 'aba'],
    ['aba*aba', 'ababa'],
    ['a*bc*c', 'abc'],
    ['a*b*b', 'ab'],
    ['a.c', 'abc'],
    ['Fraud-*', 'fraud-detector'],
  ])('%s does not fit %s', (pattern, name) => {
    expect(fits(pattern, name)).toBe(false);
  });

  it('means what the regular expression with .* for each * means', () => {
    const few = fc.string({ unit: fc.constantFrom('a', 'b', '*', '*', '.', '+', 'é', '🦄'), maxLength: 12 });
    const name = fc.string({ unit: fc.constantFrom('a', 'b', '.', '+', 'é', '🦄'), maxLength: 12 });

    fc.assert(
      fc.property(few, name, (pattern, text) => {
        const pieces = pattern.split('*').map((piece) => piece.replace(/[.+]/g, '\\$&'));
        expect(fits(pattern, text)).toBe(new RegExp(`^${pieces.join('.*')}$`, 'su').test(text));
      }),
      { numRuns: 20_000 },
    );
  });

  it('is compared in no time, however many * it has', () => {
    const pattern = `${'*a'.repeat(124)}*b`;
    const begun = performance.now();
    for (let run = 0; run < 1_000; run += 1) fits(pattern, 'a'.repeat(250));

    expect(performance.now() - begun).toBeLessThan(500);
  });

  it('is in the Unicode form that model names have, so that it can fit them', () => {
    expect(ModelPattern.safeParse('de\u0301tection-*').success).toBe(false);
    expect(ModelPattern.safeParse('d\u00e9tection-*').success).toBe(true);
  });
});

describe('a role', () => {
  const grants = (...all: [Role, string][]): Grant[] => all.map(([role, models]) => ({ role, models }));
  const detector = aName('fraud-detector');

  it('counts on the models that its pattern fits', () => {
    expect(includes(grants(['publisher', 'fraud-*']), ['publisher'], detector)).toBe(true);
    expect(includes(grants(['publisher', 'credit-*']), ['publisher'], detector)).toBe(false);
  });

  it('counts when it is one of those that will do', () => {
    expect(includes(grants(['admin', '*']), ['publisher', 'admin'], detector)).toBe(true);
  });

  it.each(['reader', 'publisher', 'reviewer', 'releaser', 'admin'] as const)('%s includes reading', (role) => {
    expect(includes(grants([role, 'fraud-*']), ['reader'], detector)).toBe(true);
    expect(includes(grants([role, 'credit-*']), ['reader'], detector)).toBe(false);
  });

  it.each(['publisher', 'reviewer', 'releaser'] as const)('admin does not include %s', (role) => {
    expect(includes(grants(['admin', '*']), [role], detector)).toBe(false);
  });

  it('on a pattern does not combine with another role on another pattern', () => {
    const both = grants(['reader', '*'], ['releaser', 'credit-*']);
    expect(includes(both, ['releaser'], detector)).toBe(false);
  });

  it('counts for the whole tenant only on *', () => {
    expect(includes(grants(['admin', '*']), ['admin'])).toBe(true);
    expect(includes(grants(['admin', 'fraud-*'], ['admin', 'credit-*']), ['admin'])).toBe(false);
  });

  it('is held by nobody who was given none', () => {
    expect(includes([], ['reader'], detector)).toBe(false);
  });

  it('is on all models unless told', () => {
    expect(Grant.parse({ role: 'reader' })).toEqual({ role: 'reader', models: '*' });
  });
});
