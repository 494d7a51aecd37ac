import { own } from '../../domain/own.ts';
import { isPrompt, PROMPT_TAG } from '../../domain/prompt.ts';
import type { Tags } from '../../domain/text.ts';
import type { Clause } from './filter.ts';

/** What a filter asks about. */
export interface Subject {
  readonly attributes: Readonly<Record<string, string | number>>;
  readonly tags: Tags;
}

/** Whether a filter is about prompts: only then are they found, and only they. */
const isAboutPrompts = (clauses: readonly Clause[]): boolean =>
  clauses.some(
    (clause) =>
      isOfPromptTag(clause) &&
      ((clause.comparator === '=' && clause.value === 'true') ||
        (clause.comparator === '!=' && clause.value === 'false')),
  );

const isOfPromptTag = ({ on }: Clause): boolean => 'tag' in on && on.tag === PROMPT_TAG;

/** Whether all of a filter holds, and it is a prompt where the filter is about prompts. */
export function holds(clauses: readonly Clause[], { attributes, tags }: Subject, ofPrompt = isPrompt(tags)): boolean {
  if (ofPrompt !== isAboutPrompts(clauses)) return false;
  return clauses.every((clause) => {
    if (isOfPromptTag(clause)) return true;
    // What has not got a tag does not differ in it either.
    const found = 'tag' in clause.on ? own(tags, clause.on.tag) : attributes[clause.on.attribute];
    return found !== undefined && compares(clause, found);
  });
}

function compares({ comparator, value }: Clause, found: string | number): boolean {
  switch (comparator) {
    case '=':
      return found === value;
    case '!=':
      return found !== value;
    case '<':
      return Number(found) < Number(value);
    case '<=':
      return Number(found) <= Number(value);
    case '>':
      return Number(found) > Number(value);
    case '>=':
      return Number(found) >= Number(value);
    case 'LIKE':
      return isLike(String(found), String(value));
    case 'ILIKE':
      return isLike(String(found).toLowerCase(), String(value).toLowerCase());
    case 'IN':
      return (value as readonly string[]).includes(String(found));
    case 'NOT IN':
      return !(value as readonly string[]).includes(String(found));
  }
}

/**
 * Whether a text fits a pattern, in which `%` stands for any text and `_` for one character. It goes back to the last `%`
 * alone, so that no pattern can make it slow.
 */
export function isLike(text: string, pattern: string): boolean {
  const [found, wanted] = [[...text], [...pattern]];
  let [at, place] = [0, 0];
  let [anyAt, anyPlace] = [-1, 0];
  while (at < found.length) {
    if (wanted[place] === '%') {
      anyAt = place;
      anyPlace = at;
      place += 1;
    } else if (wanted[place] === '_' || wanted[place] === found[at]) {
      at += 1;
      place += 1;
    } else if (anyAt >= 0) {
      anyPlace += 1;
      at = anyPlace;
      place = anyAt + 1;
    } else return false;
  }
  return wanted.slice(place).every((rest) => rest === '%');
}
