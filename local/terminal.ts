import path from 'node:path';
import type { LogEntry } from '../shared/log.ts';
import { Unavailable } from '../shared/store/table.ts';
import { shortName, timeOf } from './event-log.ts';
import { isEverywhere } from './listen.ts';
import type { Registry } from './registry.ts';
import { DEFAULTS, type Settings } from './settings.ts';

/** What is said once the registry answers: where it is, and how to begin. */
export function welcome(registry: Welcomed, { host, url }: Pick<Settings, 'host' | 'url'>): string {
  const [first = '', ...others] = Object.keys(registry.credentials).map((name) => `signet-${name}`);
  const file = quoted(path.resolve(registry.credentialsFile));
  const elsewhere = isEverywhere(host) && url === undefined ? `\n${ELSEWHERE}` : '';
  return `Signet answers at ${registry.endpoint}. In another terminal, in this folder:

  ${initCommand(registry)}

This makes you ${first}. With --aws-profile you may be ${others.join(', ')}.
For an AWS SDK: AWS_SHARED_CREDENTIALS_FILE=${file} AWS_PROFILE=${first}${elsewhere}
Ctrl-C ends it. What happens from here on:
`;
}

type Welcomed = Pick<Registry, 'endpoint' | 'region' | 'credentialsFile' | 'credentials'>;

const ELSEWHERE = 'For other machines: start it with --url and the address at which they find it.';

/** What `signet init` does not know by itself is said to it. */
function initCommand({ endpoint, region, credentialsFile }: Welcomed): string {
  const directory = path.resolve(path.dirname(credentialsFile));
  const isUsual =
    endpoint === `http://${DEFAULTS.host}:${DEFAULTS.port}` && directory === path.resolve(DEFAULTS.directory);
  const where = isUsual ? '' : ` --directory ${quoted(directory)} --endpoint ${endpoint}`;
  return `npx signet init${where}${region === DEFAULTS.region ? '' : ` --region ${region}`}`;
}

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
