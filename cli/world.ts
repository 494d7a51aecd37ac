import type { Readable, Writable } from 'node:stream';

export type Output = Writable & { readonly isTTY?: boolean; readonly columns?: number };

/** All that the command line knows of the process it runs in. */
export interface World {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The directory that relative paths begin at. */
  readonly directory: string;
  readonly input: Readable & { readonly isTTY?: boolean };
  /** Answers, and nothing else. */
  readonly output: Output;
  /** Progress, messages and questions. */
  readonly messages: Output;
}

export const processWorld = (): World => ({
  env: process.env,
  directory: process.cwd(),
  input: process.stdin,
  output: process.stdout,
  messages: process.stderr,
});
