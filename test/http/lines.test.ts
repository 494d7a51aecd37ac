import { describe, expect, it } from 'vitest';
import { linesOf } from '../../shared/http/lines.ts';

const linesIn = (...chunks: string[]) => Array.fromAsync(linesOf(inPieces(chunks)));

async function* inPieces(chunks: Iterable<string>) {
  yield* chunks;
}

describe('the lines of a text that comes in pieces', () => {
  it('are the same wherever it is cut', async () => {
    expect(await linesIn('one\ntwo\nthree')).toEqual(['one', 'two', 'three']);
    expect(await linesIn('o', 'ne', '\n', 'two\nth', 'ree')).toEqual(['one', 'two', 'three']);
  });

  it('end with a line feed alone, and not with what JSON may hold', async () => {
    expect(await linesIn('a\u2028b\r\nc\n\nd\n')).toEqual(['a\u2028b\r', 'c', '', 'd']);
  });

  it('take bounded memory: of one that never ends a million characters are kept', async () => {
    const [line = '', ...others] = await linesIn(...Array.from({ length: 40 }, () => 'x'.repeat(100_000)));

    expect(line).toHaveLength(2 ** 20);
    expect(others).toEqual([]);
  });
});
