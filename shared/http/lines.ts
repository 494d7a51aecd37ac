/** Longer than any line of an export. */
const CHARACTERS_MAX = 2 ** 20;

/**
 * The lines of a text that comes in pieces, without their ends. Only a line feed ends a line: JSON may hold what
 * `readline` would take for an end as well. An overlong line is cut, so that memory stays bounded.
 */
export async function* linesOf(chunks: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  for await (const chunk of chunks) {
    const lines = (rest + chunk).split('\n');
    rest = (lines.pop() ?? '').slice(0, CHARACTERS_MAX);
    yield* lines;
  }
  if (rest !== '') yield rest;
}
