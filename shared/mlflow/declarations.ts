import { CardContent } from '../domain/card.ts';
import type { Declaration } from '../domain/declaring.ts';
import { Dependencies, type Dependency } from '../domain/metadata.ts';
import { CardField } from '../domain/policy-document.ts';
import { NewSchema } from '../domain/schema.ts';
import { Failure } from '../errors.ts';
import { issuesOf } from '../http/field.ts';

/** What tags declare, still in the names of models. */
export interface Declared extends Omit<Declaration, 'needs'> {
  readonly dependsOn?: readonly Dependency[];
}

/** Tags that MLflow's users write for want of something better, and what each is here. `null` takes a tag away. */
const MEANINGS: Readonly<Record<string, (value: string | null) => Declared>> = {
  depends_on: (value) => ({ dependsOn: dependenciesIn(value ?? '') }),
  model_card: (value) => ({ card: cardIn(value ?? '{}') }),
  'mlflow.signature': (value) => ({ schema: value === null ? undefined : schemaIn(value) }),
};

/**
 * What these tags declare of a version; nothing where they are mere notes.
 * @throws Failure `request.invalid` for a tag that means something and cannot be read
 */
export function declaredBy(tags: Readonly<Record<string, string | null>>): Declared | undefined {
  const meant = Object.entries(tags).flatMap(([key, value]) => {
    const meaning = Object.hasOwn(MEANINGS, key) ? MEANINGS[key] : undefined;
    return meaning ? [meaning(value)] : [];
  });
  return meant.length > 0 ? Object.assign({}, ...meant) : undefined;
}

const malformed = (tag: string, message: string): Failure =>
  new Failure('request.invalid', `Invalid value for tag '${tag}': ${message}.`, {
    issues: [{ field: `tags.${tag}`, message }],
  });

/** `feature-encoder:3,click-classifier:7` */
function dependenciesIn(text: string): readonly Dependency[] {
  if (text.trim() === '') return [];
  const all = text.split(',').map((one) => {
    const [, model, version] = /^\s*(.+):(\d+)\s*$/.exec(one) ?? [];
    return { model, version: Number(version) };
  });
  const { success, data, error } = Dependencies.safeParse(all);
  if (success) return data;
  const why = error.issues[0]?.path.length === 0 ? `${error.issues[0].message}, ` : '';
  throw malformed(
    'depends_on',
    `${why}expected models with their versions, such as feature-encoder:3,click-classifier:7, got ${text}`,
  );
}

function jsonIn(tag: string, text: string): object {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value;
  } catch {
    // What is no JSON is told like JSON of another kind.
  }
  throw malformed(tag, 'expected a JSON object');
}

/** The fields of a card by their names here or in snake case; whatever else is said becomes a section of its own. */
function cardIn(text: string): CardContent {
  const card: Record<string, unknown> = {};
  const sections: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(jsonIn('model_card', text))) {
    const field = name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
    if (field === 'sections' && typeof value === 'object') Object.assign(sections, value);
    else if (CardField.safeParse(field).success) card[field] = value;
    else sections[name] = typeof value === 'string' ? value : JSON.stringify(value);
  }
  const content = { ...card, ...(Object.keys(sections).length > 0 && { sections }) };
  return parsed('model_card', CardContent, content);
}

const schemaIn = (text: string) => parsed('mlflow.signature', NewSchema, jsonIn('mlflow.signature', text));

interface Parser<T> {
  safeParse(value: unknown): { success: true; data: T } | { success: false; error: Parameters<typeof issuesOf>[0] };
}

function parsed<T>(tag: string, schema: Parser<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = issuesOf(result.error);
  throw malformed(tag, `${issue?.field}: ${issue?.message}`);
}
