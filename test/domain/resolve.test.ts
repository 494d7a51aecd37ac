import { describe, expect, it } from 'vitest';
import { resolve } from '../../shared/domain/resolve.ts';
import { aModel } from '../support/builders.ts';

const model = aModel({ aliases: { champion: 2, constructor: 1 }, staging: [5, 3], production: [4] });

it.each([
  ['3', 3],
  ['007', 7],
  ['@champion', 2],
  ['@constructor', 1],
  ['production', 4],
])('%s names version %i', (reference, number) => {
  expect(resolve(model, reference)).toBe(number);
});

it('a stage names the version that entered it last', () => {
  expect(resolve(model, 'staging')).toBe(3);
});

describe('nothing is named', () => {
  it.each(['0', '100000000', '1e1', '0x3', '3.5', '3 '])('by the number %j', (reference) => {
    expect(() => resolve(model, reference)).toThrow(expect.objectContaining({ code: 'version.not_found' }));
  });

  it.each(['@shadow', '@Champion', '@', '@toString', '@__proto__', '@production'])('by the alias %s', (reference) => {
    expect(() => resolve(model, reference)).toThrow(expect.objectContaining({ code: 'alias.not_found' }));
  });

  it.each(['staging', 'production'])('by %s when it is empty', (reference) => {
    expect(() => resolve(aModel(), reference)).toThrow(expect.objectContaining({ code: 'stage.empty' }));
  });

  it.each(['none', 'archived', 'former', ''])('by %j, which is no stage that a version is at work in', (reference) => {
    expect(() => resolve(model, reference)).toThrow(expect.objectContaining({ code: 'stage.empty' }));
  });
});
