/**
 * Every line that the registry logs; docs/runbook.md says what to make of each. Never a body, a key, a token or a presigned
 * URL.
 */
export type LogEntry =
  /** One for each request, whatever becomes of it. */
  | {
      readonly code: 'request.answered';
      readonly requestId: string;
      readonly operation: string;
      readonly status: number;
      readonly milliseconds: number;
      readonly failure?: string | undefined;
      readonly principal?: string | undefined;
      readonly tenant?: string | undefined;
    }
  /** A bug, or a database out of reach. */
  | { readonly code: 'request.failed'; readonly requestId: string; readonly operation: string; readonly error: unknown }
  /** Something else was written first; the request is decided again. */
  | { readonly code: 'write.conflicted'; readonly requestId: string; readonly attempt: number }
  /** A reaction threw. What it was to react to comes again, or the next time has to do. */
  | { readonly code: 'reaction.failed'; readonly reaction: string; readonly attempt: number; readonly error: unknown }
  /** What no reaction can deal with was put aside. */
  | { readonly code: 'letter.put'; readonly reaction: string; readonly error: unknown }
  /** Retention would do more in a day than is usual, and does nothing more before tomorrow. */
  | { readonly code: 'retention.halted'; readonly tenant: string; readonly done: number; readonly limit: number }
  /** Retention could not look at something, and does so again in its next run. */
  | {
      readonly code: 'retention.failed';
      readonly tenant: string;
      readonly model?: string | undefined;
      readonly version?: number | undefined;
      readonly error: unknown;
    }
  /** Whoever consumes changes threw, and gets the same ones again. */
  | { readonly code: 'stream.failed'; readonly error: unknown };

/**
 * One line of JSON for an entry, and for what whoever reads the lines needs besides. It never throws: of an error that
 * is no JSON, because it is its own cause or has a BigInt in it, the line tells name, message and stack.
 */
export function logLine(entry: LogEntry, besides: object = {}): string {
  const line = { ...entry, ...besides };
  try {
    return JSON.stringify(line, (_, value) => (value instanceof Error ? describe(value) : value));
  } catch {
    return JSON.stringify({ ...line, ...('error' in entry && { error: bare(entry.error) }) });
  }
}

const describe = ({ name, message, stack, cause }: Error) => ({ name, message, stack, cause });

function bare(error: unknown): object {
  if (!(error instanceof Error)) return { name: typeof error };
  const told = Object.entries({ name: error.name, message: error.message, stack: error.stack });
  return Object.fromEntries(told.filter(([, value]) => typeof value === 'string'));
}
