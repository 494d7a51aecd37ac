import { rows } from '../shared/contract/operations.ts';
import type { Issue } from '../shared/errors.ts';
import type { Problem } from '../shared/http/client.ts';
import { kebabCase } from '../shared/kebab-case.ts';
import { Complaint } from './complaint.ts';
import { type Ending, EXIT_CODES, endingOf } from './exit-codes.ts';
import { styled, visible } from './render.ts';
import type { World } from './world.ts';

/** Says what went wrong and what to do next, never with a stack; gives the exit code. */
export function report(error: unknown, world: World): number {
  const trouble = troubleOf(error);
  const style = styled(world.messages, world.env);
  const lines = [
    `${style('red', 'signet:')} ${visible(trouble.message)}`,
    ...trouble.issues.map(({ field, message }) => visible(`  ${field}: ${message}`)),
    ...(trouble.hint ? [`  ${style('bold', 'Next:')} ${visible(trouble.hint)}`] : []),
    ...(trouble.requestId ? [style('dim', `  Request ${visible(trouble.requestId)}`)] : []),
  ];
  world.messages.write(`${lines.join('\n')}\n`);
  if (trouble.ending === 'bug' && world.env['SIGNET_DEBUG']) world.messages.write(`${(error as Error).stack}\n`);
  return EXIT_CODES[trouble.ending].code;
}

/** What keeps a command from its end, in the words of the command line. */
interface Trouble {
  readonly ending: Ending;
  readonly message: string;
  readonly issues: readonly Issue[];
  readonly hint?: string | undefined;
  readonly requestId?: string | undefined;
}

function troubleOf(error: unknown): Trouble {
  if (error instanceof Complaint) return error;
  if (!(error instanceof Error)) return { ending: 'bug', message: String(error), issues: [] };
  if (isProblem(error)) return ofProblem(error);
  if (error.name === 'CredentialsProviderError') return ofCredentials(error);
  const { code = '', syscall = '' } = causeOf(error);
  if (NETWORK.has(code) || error.message === 'fetch failed' || error.message === 'terminated') return ofNetwork(error);
  if (syscall && code) return ofFile(error);
  const hint = 'This is a bug. With SIGNET_DEBUG=1 signet shows where; please report it.';
  return { ending: 'bug', message: error.message, issues: [], hint };
}

/** By its name, so that `--help` need not load the client. */
const isProblem = (error: Error): error is Problem => error.name === 'Problem';

function ofProblem(problem: Problem): Trouble {
  const { message, issues, requestId, code } = problem;
  const hint = HINTS[code] ?? spoken(problem.hint);
  return { ending: endingOf(problem), message, issues, requestId, hint };
}

/** Where the command line has another way than the API to do what a hint says. */
const HINTS: Readonly<Record<string, string>> = {
  'request.invalid': 'Correct what is named, and run it again.',
  'caller.unknown': 'Check keys, region and clock; `signet init` writes a profile, --aws-profile chooses the keys.',
  'caller.forbidden': 'Ask an admin of the tenant for the role. `signet who-am-i` shows the roles that you have.',
  'tenant.ambiguous': 'Choose one with --tenant. `signet who-am-i` lists them.',
  'version.duplicate': 'Use that version. Other metrics, tags or lineage do not make other files.',
  'precondition.failed': 'Look at it again, and repeat with its present revision as --if-match.',
  'idempotency.reused': 'Use a fresh --idempotency-key for each request, and the same one only to repeat it.',
  'http.403':
    'Check that the keys may call the API (execute-api:Invoke), and that endpoint and region belong together.',
};

/** A hint of the API, with its operations named as commands. */
const spoken = (hint: string | undefined): string | undefined =>
  hint?.replace(/\b[a-z]+[A-Z]\w+\b/g, (word) =>
    rows.some(([name]) => name === word) ? `\`signet ${kebabCase(word)}\`` : word,
  );

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
  ENOSPC: 'Make room on the disk; the same command goes on where it was.',
};
