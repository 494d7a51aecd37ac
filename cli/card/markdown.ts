import type { Sent } from '../../shared/contract/operations.ts';
import type { CardContent } from '../../shared/domain/card.ts';
import type { CardField } from '../../shared/domain/policy-document.ts';
import { Complaint } from '../complaint.ts';
import type { Style } from '../session.ts';
import { recordOf } from '../values.ts';
import { measuresOf, tableOf } from './measures.ts';

/** The headings of the fields. Every other heading is that of a section. */
const HEADINGS = {
  intendedUse: 'Intended use',
  limitations: 'Limitations',
  trainingData: 'Training data',
  fairnessEvaluation: 'Fairness evaluation',
  owner: 'Owner',
  ethicalConsiderations: 'Ethical considerations',
  caveats: 'Caveats',
} as const satisfies Record<CardField, string>;

const FIELDS = Object.keys(HEADINGS) as CardField[];

/** A model card as Markdown, which `fromMarkdown` reads. */
export function markdownOf(title: string, content: CardContent, style: Style): string {
  const fields = FIELDS.flatMap((field) => {
    const value = content[field];
    if (value === undefined) return [];
    return [[HEADINGS[field], typeof value === 'string' ? escaped(value) : tableOf(value)] as const];
  });
  const sections = Object.entries(content.sections ?? {}).map(([name, text]) => [name, escaped(text)] as const);
  const parts = [...fields, ...sections].map(([name, text]) => `${style('bold', `## ${name}`)}\n\n${text.trim()}`);
  return [style('bold', `# ${title}`), ...parts].join('\n\n');
}

/** A line that begins like a heading, inside of a text. */
const escaped = (text: string): string => text.replace(/^\\*## /gm, '\\$&');
const unescaped = (text: string): string => text.replace(/^\\(\\*## )/gm, '$1');

/**
 * The content of a card, from Markdown. What does not fit is for the registry to refuse.
 * @throws Complaint where something would be lost
 */
export function fromMarkdown(text: string, file: string): Sent<'putCard'>['card'] {
  const [before = '', ...parts] = text.split(/^## /m);
  const astray = before.replace(/^\s*# .*/, '').trim();
  if (astray !== '' || parts.length === 0) throw notUnderHeadings(astray, file);

  const entries = parts.map((part) => {
    const [heading = '', ...lines] = part.split('\n');
    return [heading.trim(), unescaped(lines.join('\n')).trim()] as const;
  });
  const said = entries.filter(([, body]) => body !== '').map(([heading, body]) => [nameOf(heading), body] as const);
  const all = recordOf(said, file);
  const fields = FIELDS.filter((field) => field in all).map((field) => {
    const body = all[field] ?? '';
    return [field, field === 'fairnessEvaluation' ? measuresOf(body, file) : body] as const;
  });
  const sections = Object.entries(all).filter(([name]) => !FIELDS.some((field) => field === name));
  return { ...Object.fromEntries(fields), ...(sections.length > 0 && { sections: Object.fromEntries(sections) }) };
}

/** The field of a heading, however it is written; else the heading. */
const nameOf = (heading: string): string =>
  FIELDS.find((field) => [field, HEADINGS[field]].some((one) => one.toLowerCase() === heading.toLowerCase())) ??
  heading;

function notUnderHeadings(astray: string, file: string): Complaint {
  const [first = ''] = astray.split('\n');
  const what = first === '' ? 'there is no heading' : `“${first.slice(0, 60)}” stands under no heading`;
  return new Complaint('usage', `${file}: ${what}.`, {
    hint: `A card has ${FIELDS.map((field) => `“## ${HEADINGS[field]}”`).join(', ')}, and sections of any other name.`,
  });
}
