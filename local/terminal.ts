import path from 'node:path';
import type { LogEntry } from '../shared/log.ts';
import { Unavailable } from '../shared/store/table.ts';
import { shortName, timeOf } from './event-log.ts';
import type { Registry } from './registry.ts';

/** What is said once the registry answers: where it is, and how to begin. */
export function welcome({ endpoint, region, credentialsFile, credentials }: Welcomed): string {
  const [, ...others] = Object.keys(credentials).map((name) => `signet-${name}`);
  return `Signet answers at ${endpoint}. In another terminal:

  export AWS_SHARED_CREDENTIALS_FILE=${quoted(path.resolve(credentialsFile))}
  export AWS_PROFILE=signet-admin   # or ${others.join(', ')}
  npx signet init --endpoint ${endpoint} --region ${region}

Ctrl-C ends it. What happens from here on:
`;
}

type Welcomed = Pick<Registry, 'endpoint' | 'region' | 'credentialsFile' | 'credentials'>;

/** A path as a shell reads it. */
const quoted = (text: string): string =>
  /^[\w./@:+-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** Writes a line for every request that failed, and one for what was the registry's own fault. */
export const failureLog = (write: (line: string) => void): ((entry: LogEntry) => void) => {
  const bugs = bugLog(write);
  return (entry) => {
    if (entry.code !== 'request.answered') return bugs(entry);
    const { status, failure = '', operation, principal } = entry;
    if (status < 400) return;
    const what = [timeOf(new Date()), status, failure, operation].filter((part) => part !== '').join(' ');
    write(principal === undefined ? what : `${what} by ${shortName(principal)}`);
  };
};

/** Writes what is the registry's own fault. */
export const bugLog =
  (write: (line: string) => void) =>
  (entry: LogEntry): void => {
    if (!('error' in entry)) return;
    const { error } = entry;
    const what = entry.code === 'request.failed' ? entry.operation : 'a consumer of changes';
    write(`${timeOf(new Date())} ${what} failed: ${described(error)}`);
  };

/** Where a bug is, or what is the matter with the machine. */
function described(error: unknown): string {
  if (error instanceof Unavailable) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
