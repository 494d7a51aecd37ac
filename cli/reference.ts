import { Complaint } from './complaint.ts';
import { quoted } from './example.ts';

/** A version as people write it, taken apart: the model, and what `resolveVersion` calls a reference. */
export interface Named {
  readonly model: string;
  readonly reference: string | undefined;
}

/**
 * `fraud-detector:3`, `fraud-detector:staging`, `fraud-detector@champion`, or the model alone. Where a model has an @
 * in its name, what comes after it has to be written with a colon: `a@b:3`, `a@b:@champion`.
 */
export function namedVersion(word: string): Named {
  const colon = word.indexOf(':');
  if (colon >= 0) return { model: word.slice(0, colon), reference: word.slice(colon + 1) };
  const at = word.lastIndexOf('@');
  return at > 0 ? { model: word.slice(0, at), reference: word.slice(at) } : { model: word, reference: undefined };
}

/** A version as it is typed: `fraud-detector:3`. */
export const typed = ({ model, version }: { readonly model: string; readonly version: number }): string =>
  quoted(`${model}:${version}`);

/**
 * `feature-encoder:7`, as a dependency is written.
 * @throws Complaint where no number follows
 */
export function numberedVersion(word: string, option: string): { model: string; version: number } {
  const [, model, number] = /^(.+):(\d+)$/.exec(word) ?? [];
  if (model && number) return { model, version: Number(number) };
  throw new Complaint('usage', `${option}: expected a version such as feature-encoder:7, got ${word}.`);
}
