import * as z from 'zod/mini';

/** What a file is, by its content and whatever its name says. */
export const Format = z.enum([
  'safetensors',
  'gguf',
  'onnx',
  'keras',
  'hdf5',
  'pytorch',
  'torchscript',
  'pickle',
  'joblib',
  'npy',
  'npz',
  'pmml',
  'zip',
  'tar',
  'gzip',
  'zlib',
  'bzip2',
  'xz',
  'zstd',
  'lz4',
  '7z',
  'rar',
  'tflite',
  'json',
  'xml',
  'text',
  'empty',
  'unknown',
]);
export type Format = z.output<typeof Format>;

/**
 * What is wrong with a file: it is `malformed`, or holds `code` that runs when it is loaded, or is `unseen`, which is
 * both: nobody knows.
 */
export const Problem = z.object({ kind: z.enum(['malformed', 'code', 'unseen']), message: z.string() });
export type Problem = z.output<typeof Problem>;

/** What there is to say of a file. */
export interface Finding {
  readonly format: Format;
  readonly problems: readonly Problem[];
}

/** How many problems of a file are told. The rest is not better. */
const PROBLEMS_MAX = 10;
const MESSAGE_MAX = 300;

/** Collects problems: each once, and not without end. */
export function problemList() {
  const all = new Map<string, Problem>();
  return {
    all: (): Problem[] => [...all.values()],
    add(kind: Problem['kind'], text: string): void {
      const message = plain(text);
      if (all.size < PROBLEMS_MAX) all.set(`${kind} ${message}`, { kind, message });
    },
  };
}
export type ProblemList = ReturnType<typeof problemList>;

/** Names come out of hostile files: what is shown of them is one line of a bounded length. */
const plain = (text: string): string => {
  const line = text.toWellFormed().replace(/[\p{C}\p{Zl}\p{Zp}]/gu, '\u{fffd}');
  return line.length > MESSAGE_MAX ? `${line.slice(0, MESSAGE_MAX)}…`.toWellFormed() : line;
};

/** Content is not what its format takes. */
export class Malformed extends Error {
  override readonly name = 'Malformed';
}

/** There is more to look at than is looked at. */
export class TooMuch extends Error {
  override readonly name = 'TooMuch';
}
