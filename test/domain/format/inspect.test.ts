import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Source, sourceOf } from '../../../shared/domain/format/cursor.ts';
import { inspect } from '../../../shared/domain/format/inspect.ts';
import { GOOD } from './corpus.ts';
import { HOSTILE } from './hostile.ts';

/** A source that gives a few bytes at a time, as a network may. */
const inPieces = (content: Uint8Array, most: number): Source => ({
  bytes: content.length,
  read: async (from, length) => content.subarray(from, from + Math.min(length, most)),
});

describe('a file that is as it should be', () => {
  it.each(GOOD)('%s is what it is, and nothing is wrong with it', async (_, name, content, format) => {
    expect(await inspect(name, sourceOf(content))).toEqual({ format, problems: [] });
  });

  it('is so however its bytes come', async () => {
    for (const [, name, content, format] of GOOD) {
      const chunks = (most: number) => inspect(name, inPieces(content, most));
      expect(await chunks(content.length)).toEqual({ format, problems: [] });
    }
  });

  it('may have any name that promises nothing', async () => {
    const formats = await Promise.all(GOOD.map(([, , content]) => inspect('blob', sourceOf(content))));

    expect(formats.flatMap(({ problems }) => problems)).toEqual([]);
  });
});

describe('I4: a file that would run something when it is loaded', () => {
  it('is one of sixty at least', () => {
    expect(HOSTILE.length).toBeGreaterThanOrEqual(60);
    expect(GOOD.length).toBeGreaterThanOrEqual(40);
  });

  it.each(HOSTILE)('is found: %s', async (_, name, content, said) => {
    const { problems } = await inspect(name, sourceOf(content));

    const found = problems.filter(({ kind }) => kind !== 'malformed').map(({ message }) => message);
    expect(found).toEqual(expect.arrayContaining([expect.stringMatching(said)]));
  });

  it.each(HOSTILE)('is found under a name that promises nothing: %s', async (_, __, content) => {
    const { problems } = await inspect('blob', sourceOf(content));

    expect(problems.some(({ kind }) => kind !== 'malformed')).toBe(true);
  });
});

describe('whatever comes', () => {
  const everything = [...GOOD, ...HOSTILE];
  const one = fc.constantFrom(...everything.map(([, name, content]) => ({ name, content })));

  it('is looked at to an answer, cut off wherever it may be', async () => {
    await fc.assert(
      fc.asyncProperty(one, fc.double({ min: 0, max: 1, noNaN: true }), async ({ name, content }, part) => {
        const { format } = await inspect(name, sourceOf(content.subarray(0, Math.floor(content.length * part))));
        expect(format).toBeTypeOf('string');
      }),
      { numRuns: 1_000 },
    );
  });

  it('is looked at to an answer, with any of its bytes changed', async () => {
    const changes = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(one, changes, async ({ name, content }, edits) => {
        const edited = Buffer.from(content);
        for (const [at, byte] of edits) if (edited.length > 0) edited[at % edited.length] = byte;
        const { problems } = await inspect(name, sourceOf(edited));
        expect(problems.length).toBeLessThanOrEqual(10);
      }),
      { numRuns: 2_000 },
    );
  });

  it('has its problems told in lines of a bounded length, whatever it calls itself', async () => {
    const name = `${'\u{202e}x\n'.repeat(60)}`;
    const content = Buffer.concat([Buffer.from('\x80\x02c', 'latin1'), Buffer.from(`os\n${name}`), Buffer.from('.')]);
    const { problems } = await inspect('model.pkl', sourceOf(content));

    expect(problems.length).toBeGreaterThan(0);
    for (const { message } of problems) expect(message).toMatch(/^[^\p{C}]{1,310}$/u);
  });
});
