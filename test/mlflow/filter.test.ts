import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MODELS, VERSIONS } from '../../shared/mlflow/search/comparison.ts';
import { clausesOf } from '../../shared/mlflow/search/filter.ts';
import { holds, isLike } from '../../shared/mlflow/search/match.ts';

const aKey = fc.stringMatching(/^[a-z][a-z0-9_]{0,8}$/);
const aText = fc.string({ maxLength: 12 }).filter((text) => !text.includes("'"));
const spaces = fc.constantFrom('', ' ', '  ', '\t', '\n');

describe('a filter', () => {
  it('means the same however it is spaced and spelled', () => {
    fc.assert(
      fc.property(aKey, aText, fc.constantFrom('=', '!='), spaces, spaces, (key, value, comparator, before, after) => {
        const filter = `name${before}=${after}'x' And tags.\`${key}\`${before}${comparator}${after}'${value}'`;

        expect(clausesOf(filter, MODELS)).toEqual([
          { on: { attribute: 'name' }, comparator: '=', value: 'x' },
          { on: { tag: key }, comparator, value },
        ]);
      }),
    );
  });

  it('is read or refused by name, whatever it is', () => {
    const pieces = fc.constantFrom(
      'name',
      'tags.a',
      '=',
      'IN',
      'LIKE',
      "'x'",
      '(',
      ')',
      ',',
      'AND',
      'OR',
      '1',
      '`',
      ';',
      '"',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 9 }), fc.string(), (all, rest) => {
        for (const filter of [all.join(' '), all.join('') + rest]) {
          try {
            expect(clausesOf(filter, VERSIONS)).toBeInstanceOf(Array);
          } catch (error) {
            expect(error).toMatchObject({ code: 'request.invalid', issues: [{ field: 'filter' }] });
          }
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it.each([
    ['', []],
    ['  ', []],
    ['version_number=2', [{ on: { attribute: 'version_number' }, comparator: '=', value: 2 }]],
    ["version_number <= '7'", [{ on: { attribute: 'version_number' }, comparator: '<=', value: 7 }]],
    ['run_id IN (\'a\', "b")', [{ on: { attribute: 'run_id' }, comparator: 'IN', value: ['a', 'b'] }]],
    ["name not  in ('a')", [{ on: { attribute: 'name' }, comparator: 'NOT IN', value: ['a'] }]],
    ["tag.a.b.c = 'v'", [{ on: { tag: 'a.b.c' }, comparator: '=', value: 'v' }]],
    ["tags.`a b` ilike 'v'", [{ on: { tag: 'a b' }, comparator: 'ILIKE', value: 'v' }]],
    ['name = \'it says "and"\'', [{ on: { attribute: 'name' }, comparator: '=', value: 'it says "and"' }]],
    ["name = 'a';", [{ on: { attribute: 'name' }, comparator: '=', value: 'a' }]],
  ])('%s', (filter, clauses) => {
    expect(clausesOf(filter, VERSIONS)).toEqual(clauses);
  });
});

describe('LIKE', () => {
  it('is what a regular expression of the pattern says', () => {
    const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '%', '_', '.', '*'), maxLength: 8 });
    const text = fc.string({ unit: fc.constantFrom('a', 'b', '.', '*'), maxLength: 8 });
    fc.assert(
      fc.property(text, pattern, (found, wanted) => {
        const escaped = wanted.replace(/[.*]/g, '\\$&').replaceAll('%', '.*').replaceAll('_', '.');

        expect(isLike(found, wanted)).toBe(new RegExp(`^${escaped}$`, 's').test(found));
      }),
      { numRuns: 2_000 },
    );
  });

  it('is not slow with any pattern', () => {
    const begun = performance.now();

    expect(isLike('a'.repeat(20_000), `${'%a'.repeat(200)}%b`)).toBe(false);
    expect(performance.now() - begun).toBeLessThan(2_000);
  });
});

describe('what holds', () => {
  const prompt = { attributes: { name: 'p' }, tags: { 'mlflow.prompt.is_prompt': 'true' } };
  const model = { attributes: { name: 'm' }, tags: { team: 'fraud' } };
  const found = (filter: string) =>
    [prompt, model].filter((one) => holds(clausesOf(filter, MODELS), one)).map(({ attributes: { name } }) => name);

  it.each([
    ['', ['m']],
    ["tag.`mlflow.prompt.is_prompt` != 'true'", ['m']],
    ["tag.`mlflow.prompt.is_prompt` = 'false'", ['m']],
    ["tag.`mlflow.prompt.is_prompt` = 'true'", ['p']],
    ["tag.`mlflow.prompt.is_prompt` != 'false'", ['p']],
    ["tags.team != 'click'", ['m']],
    ["tags.other != 'click'", []],
  ])('%s finds %j', (filter, names) => {
    expect(found(filter)).toEqual(names);
  });
});
