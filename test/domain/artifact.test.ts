import { hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import {
  FilePath,
  filesOf,
  Manifest,
  manifestKey,
  manifestText,
  objectKey,
  PART_BYTES,
  partBytes,
  partsOf,
  RegisteredFiles,
} from '../../shared/domain/artifact.ts';
import { issuesOf } from '../../shared/http/field.ts';
import { ACME, aDigest, aFile } from '../support/builders.ts';

const issues = (files: unknown) => {
  const { error } = RegisteredFiles.safeParse(files);
  return error ? issuesOf(error) : [];
};
const fieldsOf = (files: unknown) => issues(files).map(({ field }) => field);
const named = (...paths: string[]) => paths.map((path) => ({ path, bytes: 12, sha256: aDigest(path) }));

describe('the path of a file', () => {
  it.each([
    'model.json',
    'a/b/c.bin',
    '.hidden',
    'a..b/c',
    '...',
    'a b',
    'größe/模型 🦄',
    'data/2026-01-31T12:00:00.csv',
    'ab:c',
    `${'x'.repeat(1_022)}/x`,
  ])('may be %s', (path) => {
    expect(FilePath.safeParse(path).success).toBe(true);
  });

  it.each<[string, unknown]>([
    ['empty', ''],
    ['absolute', '/etc/passwd'],
    ['absolute on Windows', 'C:/Windows/win.ini'],
    ['on another drive of Windows', 'c:model.json'],
    ['a network share', '//server/share'],
    ['above its folder', '../model.json'],
    ['above its folder on a detour', 'a/../../model.json'],
    ['above its folder in the end', 'a/..'],
    ['the folder itself', '.'],
    ['with a detour by ./', './a'],
    ['with a detour by /./', 'a/./b'],
    ['with an empty name', 'a//b'],
    ['a folder', 'a/'],
    ['with a backslash', 'a\\b'],
    ['above its folder on Windows', '..\\a'],
    ['with a NUL', 'a\0b'],
    ['with a line break', 'a\nb'],
    ['with a control character of Latin-1', 'a\u0085b'],
    ['in NFD', 'gro\u0308ße'],
    ['broken Unicode', 'a\ud800'],
    ['1,025 bytes long', `é${'x'.repeat(1_023)}`],
    ['a number', 7],
  ])('may not be %s', (_, path) => {
    expect(FilePath.safeParse(path).success).toBe(false);
    expect(fieldsOf([{ ...aFile(), path }])).toContain('[0].path');
  });
});

describe('the files of a registration', () => {
  it('may be one, empty, or 5,000', () => {
    expect(issues([aFile({ bytes: 0, sha256: aDigest('') })])).toEqual([]);
    expect(issues(named(...Array.from({ length: 5_000 }, (_, n) => `shard/${n}`)))).toEqual([]);
  });

  it('may be the same bytes at several paths', () => {
    expect(issues([aFile({ path: 'a', sha256: aDigest('x') }), aFile({ path: 'b', sha256: aDigest('x') })])).toEqual(
      [],
    );
  });

  it('travel in parts above 64 MiB', () => {
    const parts = (many: number) => ({ parts: Array(many).fill(aDigest('part')) });

    expect(issues([aFile({ bytes: PART_BYTES })])).toEqual([]);
    expect(issues([aFile({ bytes: PART_BYTES + 1, ...parts(2) })])).toEqual([]);
    expect(issues([aFile({ bytes: 10_000 * PART_BYTES, ...parts(10_000) })])).toEqual([]);
  });

  it.each<[string, object, string]>([
    ['negative sizes', { bytes: -1 }, '[0].bytes'],
    ['half a byte', { bytes: 1.5 }, '[0].bytes'],
    ['more bytes than 10,000 parts have', { bytes: 10_000 * PART_BYTES + 1 }, '[0].bytes'],
    ['a digest in capitals', { sha256: 'A'.repeat(64) }, '[0].sha256'],
    ['no bytes, and the digest of some', { bytes: 0 }, '[0].sha256'],
    ['bytes, and the digest of none', { sha256: aDigest('') }, '[0].bytes'],
    ['half a digest', { sha256: 'a'.repeat(32) }, '[0].sha256'],
    ['an unknown field', { mode: 0o755 }, '[0].mode'],
    ['no parts above 64 MiB', { bytes: PART_BYTES + 1 }, '[0].parts'],
    ['a part too few', { bytes: 2 * PART_BYTES + 1, parts: Array(2).fill(aDigest('x')) }, '[0].parts'],
    ['a part too many', { bytes: 2 * PART_BYTES, parts: Array(3).fill(aDigest('x')) }, '[0].parts'],
    ['parts of what goes in one piece', { bytes: 12, parts: [aDigest('x')] }, '[0].parts'],
    ['a part with half a digest', { bytes: PART_BYTES + 1, parts: [aDigest('x'), 'ab'] }, '[0].parts[1]'],
  ])('may not have %s, and the field is named', (_, over, field) => {
    expect(fieldsOf([{ ...aFile(), ...over }])[0]).toBe(field);
  });

  it.each<[string, unknown, string[]]>([
    ['none', [], ['']],
    ['5,001', named(...Array.from({ length: 5_001 }, (_, n) => `shard/${n}`)), ['']],
    ['no list', { path: 'a' }, ['']],
    ['one path twice', named('a', 'b', 'a'), ['[2].path']],
    ['one path three times', named('a', 'a', 'a'), ['[1].path', '[2].path']],
    ['case twins', named('Model.json', 'model.JSON'), ['[1].path']],
    ['twins by the case of a folder', named('A/x', 'a/x'), ['[1].path']],
    ['ß and SS', named('straße', 'STRASSE'), ['[1].path']],
    ['ß and its capital', named('straße', 'STRAẞE'), ['[1].path']],
    ['Greek twins with two marks', named('\u0390', '\u03aa\u0301'), ['[1].path']],
    ['final and other sigma', named('ΟΔΟΣ', 'οδος', 'οδοσ'), ['[1].path', '[2].path']],
    ['a file that is a folder too', named('a', 'a/b'), ['[1].path']],
    ['a file that is a folder too, in any order and case', named('x/A/b', 'y', 'X/a'), ['[0].path']],
    [
      'two sizes of the same bytes',
      [aFile({ path: 'a', sha256: aDigest('x') }), aFile({ path: 'b', sha256: aDigest('x'), bytes: 13 })],
      ['[1].bytes'],
    ],
  ])('may not be %s, and the file is named', (_, files, fields) => {
    expect(fieldsOf(files)).toEqual(fields);
  });

  it('may differ by a beginning that is no folder', () => {
    expect(issues(named('a', 'ab', 'a.b', 'b/a', 'c/a/b'))).toEqual([]);
  });

  it('are told apart by no letter that differs only by case', () => {
    const twins = (letter: string) =>
      [letter, letter.toUpperCase(), letter.toLowerCase()].map((text) => text.normalize('NFC'));
    const letters = Array.from({ length: 0x1_f000 }, (_, code) => code)
      .filter((code) => code > 0x7f && (code < 0xd800 || code > 0xdfff))
      .map((code) => twins(String.fromCodePoint(code)));
    const different = letters.filter(([letter = '', upper = '', lower = '']) =>
      [upper, lower].some((other) => other !== letter && issues(named(letter, other)).length === 0),
    );

    expect(letters.filter(([letter, ...others]) => others.some((other) => other !== letter)).length).toBeGreaterThan(
      2_000,
    );
    expect(different).toEqual([]);
  });

  it('are compared in little memory and time, however deep they lie', () => {
    const deep = named(...Array.from({ length: 900 }, (_, n) => `${n}${'/a'.repeat(500)}`));
    const begun = performance.now();

    expect(issues(deep)).toEqual([]);
    expect(performance.now() - begun).toBeLessThan(15_000);
  });
});

describe('the parts of a file', () => {
  it.each([
    [0, 0, []],
    [PART_BYTES, 0, []],
    [PART_BYTES + 1, 2, [PART_BYTES, 1]],
    [3 * PART_BYTES, 3, [PART_BYTES, PART_BYTES, PART_BYTES]],
  ])('of %i bytes are %i', (bytes, many, sizes) => {
    expect(partsOf(bytes)).toBe(many);
    expect(Array.from({ length: many }, (_, index) => partBytes(bytes, index + 1))).toEqual(sizes);
  });
});

describe('a manifest', () => {
  const [a, b] = [aFile({ path: 'a/model.json', bytes: 12 }), aFile({ path: 'a.txt', bytes: 0 })];

  it('has one text, and its SHA-256 is the root digest', () => {
    const text = `{"files":[{"bytes":0,"path":"a.txt","sha256":"${b.sha256}"},{"bytes":12,"path":"a/model.json","sha256":"${a.sha256}"}]}`;

    expect(manifestText(filesOf([a, b]).manifest)).toBe(text);
    expect(filesOf([a, b]).rootDigest).toBe(hash('sha256', text, 'hex'));
  });

  it('does not depend on the order in which the files are named', () => {
    expect(filesOf([b, a])).toEqual(filesOf([a, b]));
  });

  it('does not depend on the parts in which a file travels', () => {
    const large = { path: 'large', bytes: PART_BYTES + 1, sha256: aDigest('large') };
    const [one, other] = ['x', 'y'].map((part) =>
      filesOf([aFile({ ...large, parts: [aDigest(part), aDigest(part)] })]),
    );

    expect(one).toEqual(other);
  });

  it.each([
    ['a path', [{ ...a, path: 'a/model.jsoN' }, b]],
    ['a size', [{ ...a, bytes: 13 }, b]],
    ['a digest', [{ ...a, sha256: aDigest('x') }, b]],
    ['a file', [a]],
  ])('has another root digest when %s differs', (_, files) => {
    expect(filesOf(files).rootDigest).not.toBe(filesOf([a, b]).rootDigest);
  });

  it('is read as it was stored', () => {
    const { manifest } = filesOf([a, b]);
    expect(Manifest.parse(JSON.parse(manifestText(manifest)))).toEqual(manifest);
  });

  it('and its objects lie with the tenant, and with no other', () => {
    expect(objectKey(ACME, a.sha256)).toBe(`t/acme/sha256/${a.sha256}`);
    expect(manifestKey(ACME, a.sha256)).toBe(`t/acme/manifests/${a.sha256}.json`);
  });
});
