import { readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { fileURLToPath } from 'node:url';

/** This module in a stack; in the bundle of a function, so is every other. */
const PLACE = new RegExp(`${import.meta.url.replace(/\W/g, '\\$&')}:(\\d+):(\\d+)`, 'g');

/**
 * A line of the log with the places of its stacks in the sources, and not in the bundle. Node would do the same under
 * `--enable-source-maps`, at a price that each start would pay: it reads map and bundle when it loads them.
 */
export function inSources(line: string): string {
  const map = mapOf(import.meta.url);
  if (!map) return line;
  return line.replace(PLACE, (place, row, column) => {
    const origin = map.findOrigin(Number(row), Number(column));
    return 'fileName' in origin
      ? `${origin.fileName.replace(/^(\.\.\/)+/, '')}:${origin.lineNumber}:${origin.columnNumber}`
      : place;
  });
}

/** The map beside a bundle. What is not bundled has none and needs none. */
function mapOf(bundle: string): SourceMap | undefined {
  try {
    return new SourceMap(JSON.parse(readFileSync(fileURLToPath(`${bundle}.map`), 'utf8')));
  } catch {
    return undefined;
  }
}
