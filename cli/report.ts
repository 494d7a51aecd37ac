import type { Condition } from '../shared/domain/condition.ts';
import type { Issue } from '../shared/errors.ts';
import type { Problem } from '../shared/http/client.ts';
import { Complaint } from './complaint.ts';
import { type Ending, EXIT_CODES, endingOf } from './exit-codes.ts';
import { checklist } from './governance/checklist.ts';
import { type Aim, isProblem, Refusal } from './governance/refusal.ts';
import { hintFor, inCommands } from './hints.ts';
import { styled, visible } from './render.ts';
import type { World } from './world.ts';

/** Says what went wrong and what to do next, never with a stack; gives the exit code. */
export function report(error: unknown, world: World, asJson: boolean): number {
  const trouble = troubleOf(error);
  const stack = trouble.ending === 'bug' && world.env['SIGNET_DEBUG'] ? (error as Error).stack : undefined;
  const text = asJson
    ? JSON.stringify({ ...objectOf(trouble), stack })
    : [proseOf(trouble, world), ...(stack ? [stack] : [])].join('\n');
  world.messages.write(`${text}\n`);
  return EXIT_CODES[trouble.ending].code;
}

function proseOf(
  { message, issues, hint, requestId, conditions = [], aim }: Trouble,
  { messages, env }: World,
): string {
  const style = styled(messages, env);
  const lines = [
    `${style('red', 'signet:')} ${visible(message)}`,
    ...issues.map((issue) => visible(`  ${issue.field}: ${issue.message}`)),
    ...(aim ? [indented(visible(checklist(conditions, aim, style)))] : []),
    ...(hint ? [`  ${style('bold', 'Next:')} ${visible(hint)}`] : []),
    ...(requestId ? [style('dim', `  Request ${visible(requestId)}`)] : []),
  ];
  return lines.join('\n');
}

const indented = (text: string): string => text.replace(/^/gm, '  ');

/** For scripts: `code` is the registry's, or where it did not answer, how the command ended. */
const objectOf = ({ ending, code = ending, message, hint, issues, conditions = [], requestId }: Trouble) => ({
  code,
  detail: message,
  ...(hint && { hint }),
  issues,
  ...(conditions.length > 0 && { conditions }),
  ...(requestId && { requestId }),
  exitCode: EXIT_CODES[ending].code,
});

/** What keeps a command from its end, in the words of the command line. */
interface Trouble {
  readonly ending: Ending;
  /** What the registry calls it. */
  readonly code?: string;
  readonly message: string;
  readonly issues: readonly Issue[];
  readonly hint?: string | undefined;
  readonly requestId?: string | undefined;
  /** What a refused promotion takes, and what was to be promoted. */
  readonly conditions?: readonly Condition[];
  readonly aim?: Aim;
}

function troubleOf(error: unknown): Trouble {
  if (error instanceof Complaint) return error;
  if (!(error instanceof Error)) return { ending: 'bug', message: String(error), issues: [] };
  if (error instanceof Refusal) return { ...ofProblem(error.problem), aim: error.aim };
  if (isProblem(error)) return ofProblem(error);
  if (error.name === 'CredentialsProviderError') return ofCredentials(error);
  const { code = '', syscall = '' } = causeOf(error);
  if (NETWORK.has(code) || error.message === 'fetch failed' || error.message === 'terminated') return ofNetwork(error);
  if (syscall && code) return ofFile(error);
  const hint = 'This is a bug. With SIGNET_DEBUG=1 signet shows where; please report it.';
  return { ending: 'bug', message: error.message, issues: [], hint };
}

function ofProblem(problem: Problem): Trouble {
  const { message, issues, conditions, requestId, code, hint } = problem;
  // Only here the detail names an operation; elsewhere such a word may be the name of a model.
  const told = code === 'transition.refused' ? message.replace(/\brollbackModel(?= alone)/, inCommands) : message;
  const next = conditions.length > 0 ? SEE_TO_IT : hintFor(code, hint);
  return { ending: endingOf(problem), code, message: told, issues, conditions, requestId, hint: next };
}

const SEE_TO_IT = 'See to what is not met; `signet explain` shows it at any time.';

const ofCredentials = ({ message }: Error): Trouble => ({
  ending: 'forbidden',
  message: `There are no AWS credentials: ${message}`,
  issues: [],
  hint: 'Log in, set AWS_PROFILE, or choose a profile with --aws-profile; `signet init` writes it down.',
});

const NETWORK = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EPIPE',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_SOCKET',
]);

function ofNetwork(error: Error): Trouble {
  const { code, message } = causeOf(error);
  const hint = 'Check the endpoint, and that the registry runs. The same command can be repeated.';
  return { ending: 'unavailable', message: `The registry cannot be reached: ${message || code}.`, issues: [], hint };
}

/** `ENOENT: no such file or directory, open '/data/m.json'` begins with what it is about. */
function ofFile(error: NodeJS.ErrnoException): Trouble {
  const { code = '', path, message } = error;
  const [, what = message] = /^\w+: (.+?),/.exec(message) ?? [];
  return { ending: 'local', message: path === undefined ? what : `${path}: ${what}.`, issues: [], hint: LOCAL[code] };
}

/** The error of the system behind an error, where there is one. */
function causeOf(error: Error): NodeJS.ErrnoException {
  const { cause } = error;
  if (cause instanceof AggregateError && cause.errors[0] instanceof Error) return cause.errors[0];
  return cause instanceof Error ? causeOf(cause) : error;
}

const LOCAL: Readonly<Record<string, string>> = {
  ENOENT: 'Check the path.',
  EACCES: 'Ask for the right to read or write it.',
  ENOTDIR: 'Check the path.',
  EISDIR: 'Choose another path: this is a directory.',
  EROFS: 'Choose another path.',
  ENOSPC: 'Make room on the disk; the same command goes on where it was.',
};
