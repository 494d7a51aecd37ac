import type { CardField } from '../../shared/domain/policy-document.ts';
import { linesOf } from './fences.ts';
import { fieldNamed, headingOf } from './fields.ts';

/** Something said under a heading: a field of the card, or a section of that name. */
export type Part = { readonly text: string } & ({ readonly field: CardField } | { readonly section: string });

/** What a body of Markdown says, and what stands in it before the first heading, or right under its title. */
export interface Body {
  readonly intro: string;
  readonly parts: readonly Part[];
}

interface Heading {
  readonly level: number;
  readonly name: string;
  readonly field: CardField | undefined;
}

const HEADING = /^ {0,3}(#{1,6})(?:[ \t]+(.*))?$/;

/** Lines that mean something at their beginning, behind backslashes that take the meaning away. */
const SIGN = /^(\\*)( {0,3}(?:#{1,6}(?:\s|$)|`{3,}|~{3,})|<!--)/;

/** Parts as Markdown, which `bodyFrom` reads: each under a heading, and nothing in them that would end them. */
export const bodyOf = (parts: readonly Part[]): string =>
  parts
    .map(
      (part) => `## ${'field' in part ? headingOf(part.field) : sectionHeading(part.section)}\n\n${escaped(part.text)}`,
    )
    .join('\n\n');

/** A section may be called as a field is, or end as a heading may. */
function sectionHeading(section: string): string {
  const open = section.replace(/(\s\\*)(#+)$/, '$1\\$2');
  return open.startsWith('\\') || fieldNamed(open) ? `\\${open}` : open;
}

const escaped = (text: string): string =>
  linesOf(text.trim())
    .map(({ text: line, isCode }) => (!isCode && isToEscape(line) ? `\\${line}` : line))
    .join('\n');

function isToEscape(line: string): boolean {
  const [, backslashes, sign = ''] = SIGN.exec(line) ?? [];
  if (backslashes === undefined) return false;
  const heading = headingIn(line);
  // A heading of a lower rank is part of the text.
  return backslashes !== '' || !sign.includes('#') || (heading !== undefined && endsPart(heading, 2));
}

const unescaped = (line: string): string => (SIGN.exec(line)?.[1] ? line.slice(1) : line);

/**
 * What a body says. Cards differ in the ranks of their headings: a heading that names a field begins it, whatever its
 * rank; any other begins a section, unless it is of a lower rank than the part that it stands in.
 */
export function bodyFrom(text: string): Body {
  const intro: string[] = [];
  const parts: { readonly heading: Heading; readonly lines: string[] }[] = [];
  let isTitled = false;
  for (const { text: line, isCode } of linesOf(withoutComments(text))) {
    const heading = isCode ? undefined : headingIn(line);
    const current = parts.at(-1);
    if (heading && !isTitled && !current && heading.level === 1 && !heading.field) isTitled = true;
    else if (heading && endsPart(heading, current?.heading.level ?? 6)) parts.push({ heading, lines: [] });
    else (current?.lines ?? intro).push(isCode ? line : unescaped(line));
  }
  return {
    intro: saidIn(intro),
    parts: parts.map(({ heading, lines }) => ({ ...nameIn(heading), text: saidIn(lines) })),
  };
}

const endsPart = ({ level, field }: Heading, current: number): boolean => field !== undefined || level <= current;

function headingIn(line: string): Heading | undefined {
  const [, marks, rest = ''] = HEADING.exec(line) ?? [];
  if (marks === undefined) return undefined;
  const name = rest.replace(/[ \t]+#+[ \t]*$/, '').trim();
  if (name === '') return undefined;
  return { level: marks.length, name, field: name.startsWith('\\') ? undefined : fieldNamed(name) };
}

const nameIn = ({ name, field }: Heading) =>
  field ? { field } : { section: name.replace(/^\\/, '').replace(/(\s\\*)\\(#+)$/, '$1$2') };

/** A template that nobody filled in says nothing. */
const saidIn = (lines: readonly string[]): string => {
  const text = lines.join('\n').trim();
  return text === '[More Information Needed]' ? '' : text;
};

/** Comments are for whoever writes. */
function withoutComments(text: string): string {
  const kept: string[] = [];
  let isComment = false;
  for (const { text: line, isCode } of linesOf(text)) {
    if (!isComment && !isCode && line.startsWith('<!--')) isComment = true;
    if (!isComment) kept.push(line);
    if (isComment && line.includes('-->')) isComment = false;
  }
  return kept.join('\n');
}
