import { describe, expect, it } from 'vitest';
import {
  Alias,
  line,
  ModelId,
  ModelName,
  NewModelName,
  Reason,
  Revision,
  Sha256,
  TenantId,
  Timestamp,
  VersionNumber,
} from '../../shared/domain/names.ts';

const x = (length: number) => 'x'.repeat(length);
const unicorns = (length: number) => '🦄'.repeat(length);

interface Table {
  readonly schema: { safeParse(value: unknown): { success: boolean; data?: unknown } };
  readonly good: readonly unknown[];
  readonly bad: readonly unknown[];
}

const tables: Record<string, Table> = {
  'a tenant id': {
    schema: TenantId,
    good: ['ab', 'a1', '1a', 'acme', 'acme-research', 'a--b', 'ab-', x(63)],
    bad: ['', 'a', '-ab', 'Acme', 'acme_research', 'acme.com', 'acmé', 'ac me', 'acme\n', 'a#b', 'a%b', x(64), 7, null],
  },
  'a name of a new model': {
    schema: NewModelName,
    good: ['iris', ' iris ', 'a\u200bb', '不正検知', '🦄', '👩\u200d🔬', '-', '#'],
    bad: [' ', '   ', '\u00a0', '\u3000', '\u200b', ' \u200d\u2060\ufeff', '\u00ad', '\u3164', '\u2800', 'a/b', x(251)],
  },
  'a model name': {
    schema: ModelName,
    good: [
      'iris',
      'Iris v2 (final)',
      'a',
      '1',
      '...',
      '.hidden',
      'a.b',
      'fraud-détection',
      '不正検知',
      '🦄',
      'a#b%c&d?e',
      '"quoted" \'too\' \\',
      ' spaces around ',
      '__proto__',
      x(250),
      unicorns(250),
    ],
    bad: [
      '',
      '.',
      '..',
      'a/b',
      'a:b',
      '/',
      ':',
      'tab\tbed',
      'line\nfeed',
      'nul\0',
      'del\x7f',
      'next\x85line',
      'line\u2028separator',
      'paragraph\u2029separator',
      'fraud-de\u0301tection',
      '\u212b',
      'half \ud83e',
      '\udd84 half',
      x(251),
      unicorns(251),
      1,
      undefined,
      ['iris'],
    ],
  },
  'a model id': {
    schema: ModelId,
    good: ['01ARZ3NDEKTSV4RRFFQ69G5FAV', '7ZZZZZZZZZZZZZZZZZZZZZZZZZ'],
    bad: [
      '',
      '01ARZ3NDEKTSV4RRFFQ69G5FA',
      '01ARZ3NDEKTSV4RRFFQ69G5FAVX',
      '01arz3ndektsv4rrffq69g5fav',
      `${'0'.repeat(25)}I`,
      `${'0'.repeat(25)}U`,
    ],
  },
  'a version number': {
    schema: VersionNumber,
    good: [1, 2, 99_999_999],
    bad: [0, -1, 1.5, 100_000_000, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, '1', null, true],
  },
  'an alias': {
    schema: Alias,
    good: ['champion', 'Challenger_2', 'a', '...', 'v', 'v1a', 'v1.0', '1.0', '2026-01', 'prod', 'stagings', x(100)],
    bad: [
      '',
      '1',
      '007',
      'v1',
      'V12',
      'none',
      'staging',
      'Staging',
      'PRODUCTION',
      'archived',
      'latest',
      'Latest',
      '__proto__',
      '.',
      '..',
      'a b',
      'a/b',
      '@champion',
      'été',
      'a\n',
      x(101),
      7,
    ],
  },
  'a SHA-256': {
    schema: Sha256,
    good: ['0'.repeat(64), 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855'],
    bad: [
      '',
      '0'.repeat(63),
      '0'.repeat(65),
      'E3B0C44298FC1C149AFBF4C8996FB92427AE41E4649B934CA495991B7852B855',
      `${'0'.repeat(63)}g`,
      `sha256:${'0'.repeat(64)}`,
      `${'0'.repeat(64)}\n`,
    ],
  },
  'a timestamp': {
    schema: Timestamp,
    good: ['2026-01-31T12:00:00Z', '2026-01-31T12:00:00.123Z', '2028-02-29T00:00:00.000Z'],
    bad: [
      '',
      '2026-01-31',
      '2026-01-31T12:00:00',
      '2026-01-31T12:00:00+01:00',
      '2026-02-29T00:00:00Z',
      '2026-13-01T00:00:00Z',
      '2026-01-31 12:00:00Z',
      1_767_225_600_000,
    ],
  },
  'a revision': {
    schema: Revision,
    good: [1, 2, 1_000_000_000],
    bad: [0, -1, 1.5, Number.NaN, '1', undefined],
  },
  'a reason': {
    schema: Reason,
    good: ['because', 'ça marche: 100 %', x(1000), unicorns(1000)],
    bad: ['', x(1001), unicorns(1001), 'two\nlines', 'half \ud83e', 1],
  },
  'a line of up to 3 characters': {
    schema: line(3),
    good: ['a', 'abc', '🦄🦄🦄', ' '],
    bad: ['', 'abcd', '🦄🦄🦄🦄', 'a\r'],
  },
};

describe.each(Object.entries(tables))('%s', (_, { schema, good, bad }) => {
  it.each(good)('may be %j, and stays so', (value) => {
    expect(schema.safeParse(value)).toEqual({ success: true, data: value });
  });

  it.each(bad)('is not %j', (value) => {
    expect(schema.safeParse(value).success).toBe(false);
  });
});

it('says what was expected, without repeating what came', () => {
  const { error } = ModelName.safeParse('a/b');

  expect(error?.issues.map(({ message }) => message)).toEqual(['expected no / and no :']);
});
