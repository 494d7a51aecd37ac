/** A line of Markdown, and whether it belongs to a block of code, where no sign means anything. */
export interface Line {
  readonly text: string;
  readonly isCode: boolean;
}

const FENCE = /^ {0,3}(`{3,}|~{3,})(.*)$/;

/** The lines of a text. A fence that nothing closes opens no block. */
export function linesOf(text: string): Line[] {
  const lines = text.split('\n');
  const found: Line[] = [];
  while (found.length < lines.length) {
    const start = found.length;
    const end = endOfBlock(lines, start);
    for (const line of lines.slice(start, end + 1)) found.push({ text: line, isCode: end > start });
  }
  return found;
}

/** The last line of the block of code that begins here, or this line where none does. */
function endOfBlock(lines: readonly string[], start: number): number {
  const [, fence = '', info = ''] = FENCE.exec(lines[start] ?? '') ?? [];
  if (fence === '' || (fence.startsWith('`') && info.includes('`'))) return start;
  const closes = (line: string) => {
    const [, closing = '', more = ''] = FENCE.exec(line) ?? [];
    return closing.startsWith(fence) && more.trim() === '';
  };
  const end = lines.findIndex((line, at) => at > start && closes(line));
  return end === -1 ? start : end;
}
