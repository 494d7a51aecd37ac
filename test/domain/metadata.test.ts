import { describe, expect, it } from 'vitest';
import { Dependencies, keepSmall, Lineage, Metrics, NewSource, Source } from '../../shared/domain/metadata.ts';
import { issuesOf } from '../../shared/http/field.ts';

interface Parser {
  safeParse(value: unknown): ReturnType<typeof Lineage.safeParse> | { error?: Parameters<typeof issuesOf>[0] };
}
const fieldsOf = (schema: Parser, value: unknown) => {
  const { error } = schema.safeParse(value);
  return error ? issuesOf(error).map(({ field }) => field) : [];
};

describe('metrics', () => {
  it.each<[string, object]>([
    ['none', {}],
    ['zero, below zero, very small', { a: 0, b: -1.5, c: 5e-324 }],
    ['100 of them', Object.fromEntries(Array.from({ length: 100 }, (_, n) => [`m${n}`, n]))],
  ])('may be %s', (_, metrics) => {
    expect(fieldsOf(Metrics, metrics)).toEqual([]);
  });

  it.each<[string, unknown, string]>([
    ['NaN', { accuracy: Number.NaN }, 'accuracy'],
    ['without end', { latency: Number.POSITIVE_INFINITY }, 'latency'],
    ['without end below', { loss: Number.NEGATIVE_INFINITY }, 'loss'],
    ['too large to be kept, as JSON.parse reads it', JSON.parse('{"loss":1e999}'), 'loss'],
    ['in words', { accuracy: '0.97' }, 'accuracy'],
    ['absent', { accuracy: null }, 'accuracy'],
    ['named like what JavaScript is born with', { constructor: 1 }, 'constructor'],
    ['101 of them', Object.fromEntries(Array.from({ length: 101 }, (_, n) => [`m${n}`, n])), ''],
  ])('may not be %s, and the field is named', (_, metrics, field) => {
    expect(fieldsOf(Metrics, metrics)).toEqual([field]);
  });
});

describe('lineage', () => {
  it('is a run, code and data sets, as far as they are known', () => {
    const lineage = {
      runId: 'run-118',
      code: { repository: 'git@github.com:acme/fraud.git', commit: '9fceb02' },
      datasets: [{ name: 'payments', uri: 's3://acme-data/payments/2026-01', digest: 'sha256:aa' }, { name: 'labels' }],
    };
    expect(Lineage.parse(lineage)).toEqual(lineage);
    expect(Lineage.parse({})).toEqual({ datasets: [] });
  });

  it.each<[string, unknown, string[]]>([
    ['code without a commit', { code: { repository: 'https://example.com/r' } }, ['code.commit']],
    ['a run without a name', { runId: '' }, ['runId']],
    ['101 data sets', { datasets: Array(101).fill({ name: 'x' }) }, ['datasets']],
    ['a data set without a name', { datasets: [{ uri: 's3://x/y' }] }, ['datasets[0].name']],
    ['an unknown field', { author: 'Ann' }, ['author']],
    [
      'the token of whoever cloned the code',
      { code: { repository: 'https://ghp_secret@github.com/acme/fraud.git', commit: 'c' } },
      ['code.repository'],
    ],
    ['the password of a database', { datasets: [{ name: 'x', uri: 'postgres://ann:pw@db/x' }] }, ['datasets[0].uri']],
  ])('may not have %s, and the field is named', (_, lineage, fields) => {
    expect(fieldsOf(Lineage, lineage)).toEqual(fields);
  });
});

describe('dependencies', () => {
  const dependency = { model: 'embeddings', version: 3 };

  it('may be several versions of one model', () => {
    expect(fieldsOf(Dependencies, [dependency, { ...dependency, version: 4 }])).toEqual([]);
  });

  it.each<[string, unknown, string[]]>([
    ['one twice', [dependency, { ...dependency }], ['']],
    ['101 of them', Array.from({ length: 101 }, (_, n) => ({ ...dependency, version: n + 1 })), ['']],
    ['a version 0', [{ ...dependency, version: 0 }], ['[0].version']],
    ['a model that cannot be', [{ ...dependency, model: 'a/b' }], ['[0].model']],
  ])('may not be %s', (_, dependencies, fields) => {
    expect(fieldsOf(Dependencies, dependencies)).toEqual(fields);
  });
});

describe('a source', () => {
  it.each([
    's3://bucket/key',
    'https://example.com/model.bin?version=3',
    'models:/iris/3',
    'runs:/0a1b/model',
    'mlflow-artifacts:/1/0a1b/artifacts',
    'dbfs:/models/iris',
    'HDFS://namenode/iris',
    'file:///srv/models/iris',
    'abfss://container@account.dfs.core.windows.net/iris',
    'ssh://git@example.com/models.git',
  ])('may be %s', (uri) => {
    expect(fieldsOf(Source, uri)).toEqual([]);
    expect(fieldsOf(NewSource, uri)).toEqual([]);
  });

  it.each([
    'javascript:alert(1)',
    'javascript://host/%0aalert(1)',
    'JavaScript:/alert(1)',
    ' javascript:alert(1)',
    'data:text/html,<script>alert(1)</script>',
    'data://text/html,x',
    'vbscript://x',
    'mailto:ann@example.com',
    'urn:iris',
    'C:/models/iris',
  ])('of a new version may not be %j', (uri) => {
    expect(fieldsOf(NewSource, uri)).toEqual(['']);
  });

  it.each([
    '',
    'bucket/key',
    '/srv/models/iris',
    'https://',
    'https://token@example.com/model.bin',
    'git+https://token@example.com/models.git',
    'https://ann:password@example.com/model.bin',
    'ssh://ann:password@example.com/models.git',
    's3://bucket/two\nlines',
    `s3://bucket/${'x'.repeat(2_000)}`,
  ])('may not be %j', (uri) => {
    expect(fieldsOf(NewSource, uri)).not.toEqual([]);
  });
});

describe('what is kept with a thing', () => {
  const bytes = (total: number) => ({ description: 'x'.repeat(total - 4), tags: {} });

  it('has at most 64 KiB as canonical JSON', () => {
    expect(() => keepSmall(bytes(65_536))).not.toThrow();
    expect(() => keepSmall(bytes(65_537))).toThrow(expect.objectContaining({ code: 'request.invalid' }));
  });

  it('may be nothing', () => {
    expect(() => keepSmall({ schema: undefined })).not.toThrow();
  });

  it('counts bytes, not characters', () => {
    expect(() => keepSmall({ description: '🦄'.repeat(16_384) })).toThrow(
      expect.objectContaining({ code: 'request.invalid' }),
    );
  });

  it('names the largest field, and all that count', () => {
    const metadata = { description: 'x', schema: undefined, tags: { a: 'x'.repeat(70_000) }, metrics: { a: 1 } };
    const message = 'expected at most 65536 bytes of tags, metrics, description together, got 70018';
    expect(() => keepSmall(metadata)).toThrow(expect.objectContaining({ issues: [{ field: 'tags', message }] }));
  });
});
