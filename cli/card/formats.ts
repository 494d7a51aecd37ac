import type { Sent } from '../../shared/contract/operations.ts';
import type { CardContent } from '../../shared/domain/card.ts';
import { Complaint } from '../complaint.ts';
import type { Style } from '../session.ts';
import type { Named } from './gathered.ts';
import { fromGoogle, googleOf } from './google.ts';
import { leftOut } from './google-schema.ts';
import { fromHuggingFace, huggingFaceOf } from './hugging-face.ts';
import { fromMarkdown, markdownOf } from './markdown.ts';

/** How a card is written: as Markdown of ours, as JSON of ours, or as others write theirs. */
export type Format = 'markdown' | 'json' | 'hugging-face' | 'google';

/** A card in a format, which `cardFrom` reads. */
export function cardIn(format: Format, of: Named, content: CardContent, style: Style): string {
  switch (format) {
    case 'markdown':
      return markdownOf(`${of.model} version ${of.version}`, content, style);
    case 'json':
      return JSON.stringify(content, undefined, 2);
    case 'hugging-face':
      return huggingFaceOf(of, content);
    case 'google':
      return JSON.stringify(googleOf(of, content), undefined, 2);
  }
}

/**
 * The content of a card, in the format that is named, or that it is seen to have. What does not fit is for the registry
 * to refuse.
 * @throws Complaint where something would be lost, or it is not of this format
 */
export function cardFrom(
  source: string,
  file: string,
  format?: Format,
  warn: Warn = () => {},
): Sent<'putCard'>['card'] {
  const text = source.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n');
  const isJson = text.trimStart().startsWith('{');
  const json = isJson || format === 'json' || format === 'google' ? jsonIn(text, file) : undefined;
  switch (format ?? (json ? formatOfJson(json) : formatOfText(text))) {
    case 'markdown':
      return fromMarkdown(text, file);
    case 'json':
      return json as Sent<'putCard'>['card'];
    case 'hugging-face':
      return saying(fromHuggingFace(text, file), file);
    case 'google':
      return google(json, file, warn);
  }
}

/** Hears of what is left out. */
type Warn = (text: string) => void;

function google(json: object | undefined, file: string, warn: Warn): Sent<'putCard'>['card'] {
  const card = saying(fromGoogle(json, file), file);
  const out = leftOut(json ?? {});
  const more = out.length > 10 ? ` and ${out.length - 10} more` : '';
  if (out.length > 0) warn(`Left out, as a model card has no place for it: ${out.slice(0, 10).join(', ')}${more}.`);
  return card;
}

/** A card of others that says nothing was meant to say something: who wants an empty one writes it as ours. */
function saying(card: Sent<'putCard'>['card'], file: string): Sent<'putCard'>['card'] {
  if (Object.keys(card).length > 0) return card;
  throw new Complaint('usage', `${file} says nothing that a model card has a place for.`);
}

/** No field of a card of ours is called so. */
const GOOGLES = ['schema_version', 'model_details', 'model_parameters', 'quantitative_analysis', 'considerations'];

const formatOfJson = (json: object): Format => (GOOGLES.some((name) => name in json) ? 'google' : 'json');
const formatOfText = (text: string): Format => (/^---[ \t]*\n/.test(text) ? 'hugging-face' : 'markdown');

function jsonIn(text: string, file: string): object {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Complaint('usage', `${file}: expected JSON: ${(error as Error).message}.`, { cause: error });
  }
}
