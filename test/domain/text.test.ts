import { describe, expect, it } from 'vitest';
import { Description, Label, TagChanges, Tags, withTags } from '../../shared/domain/text.ts';
import { issuesOf } from '../../shared/http/field.ts';

const tags = (many: number, value = '') =>
  Object.fromEntries(Array.from({ length: many }, (_, number) => [`tag ${number}`, value]));

describe('a description', () => {
  it.each([
    '',
    'Scores card payments.',
    'two\nlines\r\nand a\ttab',
    '不正検知 🦄',
    'x'.repeat(10_000),
    '🦄'.repeat(10_000),
  ])('may be %j', (text) => {
    expect(Description.safeParse(text).success).toBe(true);
  });

  it.each<unknown>([
    'nul\0',
    'escape \u001b[31m',
    'delete \u007f',
    'next line \u0085',
    'half \ud83e',
    'x'.repeat(10_001),
    '🦄'.repeat(10_001),
    7,
    null,
  ])('may not be %j', (text) => {
    expect(Description.safeParse(text).success).toBe(false);
  });
});

describe('a label', () => {
  it.each(['accuracy', 'F1 (macro)', 'toString', 'a.b/c:d', '🦄'.repeat(250)])('may be %j', (label) => {
    expect(Label.safeParse(label).success).toBe(true);
  });

  it.each(['', '__proto__', 'constructor', 'prototype', 'two\nlines', 'nul\0', 'half \ud83e', 'x'.repeat(251)])(
    'may not be %j',
    (label) => {
      expect(Label.safeParse(label).success).toBe(false);
    },
  );
});

describe('tags', () => {
  it.each<[string, object]>([
    ['none', {}],
    ['empty values', { team: '' }],
    ['values of several lines', { note: 'one\ntwo' }],
    ['50 of them', tags(50)],
    ['5,000 characters', { note: 'x'.repeat(5_000) }],
    ['5,000 unicorns', { note: '🦄'.repeat(5_000) }],
  ])('may be %s', (_, value) => {
    expect(Tags.safeParse(value).error).toBeUndefined();
  });

  it.each<[string, unknown, string]>([
    ['51 of them', tags(51), ''],
    ['a number', { team: 7 }, 'team'],
    ['null', { team: null }, 'team'],
    ['100,001 characters', { note: 'x'.repeat(100_001) }, 'note'],
    ['control characters', { note: 'bell \u0007' }, 'note'],
    ['broken Unicode', { note: '\udc00' }, 'note'],
    ['a name of control characters', { 'a\nb': 'x' }, 'a\nb'],
    ['the name constructor', { constructor: 'x' }, 'constructor'],
    ['a list', ['x'], ''],
  ])('may not be %s, and the field is named', (_, value, field) => {
    const { error } = Tags.safeParse(value);
    expect(error && issuesOf(error).map((issue) => issue.field)).toContain(field);
  });

  it('never have the name __proto__', () => {
    const parsed = Tags.safeParse(JSON.parse('{ "__proto__": "x", "team": "payments" }'));

    expect(Object.keys(parsed.data ?? {})).not.toContain('__proto__');
    expect(Object.getPrototypeOf(parsed.data ?? {})).toBe(Object.prototype);
  });
});

describe('a change of tags', () => {
  it('sets those with a text, removes those with null, and leaves the rest', () => {
    const changes = TagChanges.parse({ a: 'new', b: null, absent: null, d: 'more' });

    expect(withTags({ a: 'old', b: 'gone', c: 'stays' }, changes)).toEqual({ a: 'new', c: 'stays', d: 'more' });
  });

  it('leaves the tags that it is applied to alone', () => {
    const before = Object.freeze({ a: '1' });

    expect(withTags(before, { a: '2' })).toEqual({ a: '2' });
    expect(before).toEqual({ a: '1' });
  });

  it('may exchange tags when there are as many as there can be', () => {
    expect(Object.keys(withTags(tags(50), { more: 'x', 'tag 0': null }))).toHaveLength(50);
  });

  it('may not add to them then', () => {
    expect(() => withTags(tags(50), { more: 'x' })).toThrow(
      expect.objectContaining({
        code: 'request.invalid',
        issues: [{ field: 'tags', message: 'expected at most 50 tags, got 51 with those that are there' }],
      }),
    );
  });
});
