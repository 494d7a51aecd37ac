import { styleText } from 'node:util';
import width from 'string-width';
import type { Style } from './session.ts';
import type { Output, World } from './world.ts';

/** Colours where a terminal shows them, and nobody asked for none: https://no-color.org */
export const styled = (output: Output, env: World['env']): Style =>
  output.isTTY === true && !env['NO_COLOR'] && env['TERM'] !== 'dumb'
    ? (format, text) => styleText(format, text, { validateStream: false })
    : (_, text) => text;

/** Rows under a header, in columns as wide as they need to be. */
export function table(header: readonly string[], rows: readonly (readonly string[])[], style: Style): string {
  if (rows.length === 0) return style('dim', 'None.');
  const lines = rows.map((row) => row.map(visible));
  const widths = header.map((title, column) => Math.max(width(title), ...lines.map((row) => width(row[column] ?? ''))));
  const line = (row: readonly string[]) =>
    row.map((text, column) => text + ' '.repeat((widths[column] ?? 0) - width(text))).join('  ');
  return [style('bold', line(header).trimEnd()), ...lines.map((row) => line(row).trimEnd())].join('\n');
}

/** What a thing has, a line for each; what is inside of it is indented. */
export function details(thing: object, style: Style): string {
  const entries = Object.entries(thing).filter(([, value]) => !isEmpty(value));
  const longest = Math.max(0, ...entries.map(([name]) => width(visible(name))));
  return entries
    .map(([name, value]) => {
      const title = visible(name);
      const text = short(value);
      if (text === undefined) return `${style('dim', title)}\n${indented(inside(value as object, style), '  ')}`;
      const gap = ' '.repeat(longest - width(title) + 2);
      return style('dim', title) + gap + indented(visible(text), ' '.repeat(longest + 2)).trimStart();
    })
    .join('\n');
}

/** Things of a list begin with a dash. */
const inside = (value: object, style: Style): string =>
  Array.isArray(value)
    ? value.map((item) => `- ${indented(short(item) ?? details(item, style), '  ').trimStart()}`).join('\n')
    : details(value, style);

const indented = (text: string, indent: string): string => text.replace(/^/gm, indent);

const isEmpty = (value: unknown): boolean => {
  if (typeof value !== 'object' || value === null) return value === undefined || value === null || value === '';
  return Object.values(value).every(isEmpty);
};

/** A value on one line, whatever it is. */
export const cell = (value: unknown): string => short(value)?.replace(/\s+/g, ' ') ?? JSON.stringify(value);

/** A value that fits one line, or `undefined` for one that has to be unfolded. */
function short(value: unknown): string | undefined {
  if (value === undefined || value === null) return '';
  if (typeof value !== 'object') return String(value);
  if (Array.isArray(value)) return value.every((item) => typeof item !== 'object') ? value.join(', ') : undefined;
  const entries = Object.entries(value);
  const isFlat =
    entries.length <= 4 && entries.every(([, inner]) => typeof inner !== 'object' && String(inner).length < 40);
  return isFlat ? entries.map(([name, inner]) => `${name}=${inner}`).join(' ') : undefined;
}

/**
 * Text as a terminal may show it: what others wrote must not move the cursor, nor turn the text around. Colours stay,
 * which are ours.
 */
export const visible = (text: string): string =>
  text.replace(/\p{Cc}\[\d{1,2}m|[^\P{Cc}\n]|[\u202a-\u202e\u2066-\u2069]/gu, (found) => {
    if (found.length > 1) return found.startsWith('\u001b') ? found : visible(found.slice(1));
    return found === '\t' ? '  ' : `\\u${found.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
