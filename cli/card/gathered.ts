import type { Sent } from '../../shared/contract/operations.ts';
import type { CardField } from '../../shared/domain/policy-document.ts';
import type { Part } from './body.ts';
import { measuresOf } from './measures.ts';

type Content = Sent<'putCard'>['card'];
export type Measures = NonNullable<Content['fairnessEvaluation']>;

/** Of whom a card is. */
export interface Named {
  readonly model: string;
  readonly version: number;
}

/** A card of what was found here and there: what is said of one thing in two places is put together. */
export function cardOf(parts: readonly Part[], measures: Measures = []): Content {
  const said = parts.filter(({ text }) => text !== '');
  const fields = together(said.flatMap((part) => ('field' in part ? [[part.field, part.text] as const] : [])));
  const sections = together(said.flatMap((part) => ('section' in part ? [[part.section, part.text] as const] : [])));
  return {
    ...fields,
    ...(fields.owner !== undefined && { owner: inOneLine(fields.owner) }),
    ...(measures.length > 0 && { fairnessEvaluation: measures }),
    ...(Object.keys(sections).length > 0 && { sections }),
  } as Content;
}

function together<Name extends string>(said: readonly (readonly [Name, string])[]): { [N in Name]?: string } {
  const found = new Map<Name, string[]>();
  for (const [name, text] of said) found.set(name, [...(found.get(name) ?? []), text]);
  // Not an object literal: a name such as __proto__ has to arrive where it is refused.
  return Object.fromEntries([...found].map(([name, texts]) => [name, texts.join('\n\n')])) as { [N in Name]?: string };
}

const inOneLine = (text: string): string =>
  text
    .split('\n')
    .map((line) => line.replace(/^\s*[-*] /, '').trim())
    .filter((line) => line !== '')
    .join('; ');

const PROSE = ['intendedUse', 'limitations', 'trainingData', 'owner', 'ethicalConsiderations', 'caveats'] as const;

/** What a card says in words. */
export const partsOf = (content: Content): Part[] => [
  ...PROSE.flatMap((field: Exclude<CardField, 'fairnessEvaluation'>) => {
    const text = content[field];
    return text === undefined || text.trim() === '' ? [] : [{ field, text }];
  }),
  ...Object.entries(content.sections ?? {})
    .filter(([, text]) => text.trim() !== '')
    .map(([section, text]) => ({ section, text })),
];

/** A table under “Fairness evaluation” is of measures; whatever else is there is a section. */
export function fairness(parts: readonly Part[], file: string): readonly [Part[], Measures] {
  const isTable = (part: Part) => 'field' in part && part.field === 'fairnessEvaluation' && part.text.startsWith('|');
  const tables = parts.filter(isTable);
  const said = parts
    .filter((part) => !isTable(part))
    .map((part) =>
      'field' in part && part.field === 'fairnessEvaluation'
        ? { section: 'Fairness evaluation', text: part.text }
        : part,
    );
  return [said, tables.flatMap(({ text }) => measuresOf(text, file))];
}
