import { styleText } from 'node:util';

/** A claim of the story that turned out to be false. */
export class BrokenClaim extends Error {}

/** Tells a story in chapters, on a terminal or in a file. */
export interface Narrator {
  readonly title: (text: string) => void;
  readonly chapter: (title: string) => void;
  readonly say: (text: string) => void;
  /** A command as somebody types it, and what it printed. */
  readonly command: (who: string, line: string, output: string) => void;
  readonly table: (rows: readonly (readonly string[])[]) => void;
  /**
   * States what must be true.
   * @throws BrokenClaim when it is not
   */
  readonly claim: (text: string, isTrue: boolean) => void;
  /** How many claims were stated. */
  readonly claims: () => number;
}

const WIDTH = 78;
const INDENT = '   ';

/** @param output where the story goes; colours are left out where it is no terminal */
export function narrator(output: NodeJS.WriteStream): Narrator {
  const paint = (style: Parameters<typeof styleText>[0], text: string) => styleText(style, text, { stream: output });
  const print = (text = '') => output.write(`${text}\n`);
  let chapters = 0;
  let claims = 0;

  return {
    title: (text) => print(`\n${paint(['bold', 'underline'], text)}`),
    chapter: (title) => {
      chapters += 1;
      print(`\n${paint('bold', `${chapters}. ${title}`)}`);
    },
    say: (text) => print(`\n${wrapped(text, INDENT)}`),
    command: (who, line, printed) => {
      print(`\n${INDENT}${paint('cyan', `${who} $`)} ${paint('bold', line.replaceAll('\n', `\n${INDENT}`))}`);
      const lines = printed === '' ? [] : printed.trimEnd().split('\n');
      for (const text of lines) print(`${INDENT}${paint('dim', '│')} ${text}`.trimEnd());
    },
    table: (rows) => {
      print();
      for (const line of aligned(rows)) print(INDENT + line);
    },
    claim: (text, isTrue) => {
      claims += 1;
      print(wrapped(`${isTrue ? paint('green', '✓') : paint('red', '✗')} ${text}`, INDENT, `${INDENT}  `));
      if (!isTrue) throw new BrokenClaim(text);
    },
    claims: () => claims,
  };
}

/** Text in lines of at most 78 characters. */
function wrapped(text: string, first: string, rest = first): string {
  const lines: string[] = [];
  let line = first;
  for (const word of text.split(/\s+/)) {
    if (line.trim() !== '' && `${line} ${word}`.length > WIDTH) {
      lines.push(line);
      line = rest;
    }
    line += line.trim() === '' ? word : ` ${word}`;
  }
  return [...lines, line].join('\n');
}

/** Columns under one another: the first to the left, numbers to the right. */
function aligned(rows: readonly (readonly string[])[]): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[column] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('   ')
      .trimEnd(),
  );
}
