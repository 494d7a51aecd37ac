import { parse, stringify } from 'yaml';
import type { Sent } from '../../shared/contract/operations.ts';
import type { CardContent } from '../../shared/domain/card.ts';
import { Complaint } from '../complaint.ts';
import { bodyFrom, bodyOf, type Part } from './body.ts';
import { cardOf, fairness, type Named, partsOf } from './gathered.ts';
import { type FrontMatter, measuresIn, withMeasures } from './model-index.ts';

/** What front matter says that a card has no field for: license, language, tags, data sets, metrics and whatever else. */
const METADATA = 'Metadata';

/** A card as the README of a repository on the Hugging Face Hub: front matter of YAML, then Markdown. */
export function huggingFaceOf({ model, version }: Named, content: CardContent): string {
  const parts = partsOf(content);
  const metadata = parts.map(metadataIn).find((found) => found !== undefined);
  const frontMatter = withMeasures(metadata ?? {}, model, content.fairnessEvaluation ?? []);
  // The Hub reads YAML 1.1, to which `no` is not Norwegian unless it is in quotes.
  const yaml = Object.keys(frontMatter).length > 0 ? stringify(frontMatter, { version: '1.1', lineWidth: 0 }) : '';
  const body = bodyOf(parts.filter((part) => metadataIn(part) === undefined));
  return [`---\n${yaml}---`, `# Model Card for ${model} version ${version}`, body].join('\n\n').trimEnd();
}

function metadataIn(part: Part): FrontMatter | undefined {
  if (!('section' in part) || part.section !== METADATA) return undefined;
  try {
    return mapping(parsed(part.text));
  } catch {
    return undefined;
  }
}

/** Whatever it warns of is no matter. */
const parsed = (yaml: string): unknown => parse(yaml, { logLevel: 'error' });

const mapping = (value: unknown): FrontMatter | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as FrontMatter) : undefined;

const README = /^---[ \t]*\n(?:([\s\S]*?)\n)??---[ \t]*(?:\n([\s\S]*))?$/;

/**
 * The card in such a README.
 * @throws Complaint where its front matter is none
 */
export function fromHuggingFace(source: string, file: string): Sent<'putCard'>['card'] {
  const [, yaml = '', body = ''] = README.exec(source) ?? ['', '', source];
  const { measures, rest } = measuresIn(frontMatterIn(yaml, file));
  const metadata = Object.keys(rest).length > 0 ? stringify(rest, { lineWidth: 0 }).trim() : '';
  const { intro, parts } = bodyFrom(body);
  const [said, more] = fairness(parts, file);
  return cardOf(
    [{ section: METADATA, text: metadata }, { section: 'Overview', text: intro }, ...said],
    [...measures, ...more],
  );
}

function frontMatterIn(yaml: string, file: string): FrontMatter {
  const found = mapping(valueIn(yaml, file) ?? {});
  if (!found) throw new Complaint('usage', `${file}: front matter: expected names with values.`);
  return found;
}

function valueIn(yaml: string, file: string): unknown {
  try {
    return parsed(yaml);
  } catch (error) {
    const [first] = (error as Error).message.split('\n');
    throw new Complaint('usage', `${file}: front matter: ${first}`, { cause: error });
  }
}
