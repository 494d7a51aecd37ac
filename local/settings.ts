import { parseArgs } from 'node:util';
import type { Issuer } from '../shared/domain/issuer.ts';
import { issuersIn } from './issuers.ts';
import { Refused } from './refused.ts';

/** What the registry is told on its command line. */
export interface Settings {
  readonly directory: string;
  readonly port: number;
  readonly host: string;
  readonly url?: string;
  readonly region: string;
  readonly dynamodb?: string;
  /** Receivers of webhooks that need be neither public nor https. */
  readonly trustedOrigins: ReadonlySet<string>;
  /** Others whose tokens clients of MLflow may show. */
  readonly issuers?: readonly Issuer[];
  readonly ephemeral: boolean;
  readonly quiet: boolean;
}

/** What the command line asks for: to serve, to be told how, or to name someone new. */
export type Command =
  | { readonly do: 'serve'; readonly settings: Settings }
  | { readonly do: 'help' }
  | { readonly do: 'add principal'; readonly name: string; readonly directory: string };

export const HELP = `Runs a Signet registry on this machine.

  npm start -- [options]
  npm start -- principal add NAME [--directory DIR]

Options
  --directory DIR   where everything is kept (.signet)
  --port PORT       the port to listen on; 0 for any (7070)
  --host ADDRESS    the address to listen on (127.0.0.1)
  --url URL         where others find the registry, if not at http://ADDRESS:PORT;
                    needed for other machines with --host 0.0.0.0
  --region REGION   the AWS region that requests are signed for (us-east-1)
  --dynamodb URL    keep the table at a DynamoDB endpoint, not in a file
  --webhook-origin URL
                    let webhooks lead to this address although it is not a public
                    https one, such as http://127.0.0.1:9999; may be repeated
  --issuers FILE    take the tokens of others as well, such as those of GitHub's
                    Actions: a JSON list, see docs/mlflow.md#tokens-of-others
  --ephemeral       keep nothing: use a temporary directory, gone at the end
  --quiet           print no events and no failed requests
  --help            print this

Keys are in DIR/credentials, an AWS credentials file with the profiles signet-admin, signet-publisher, signet-reviewer,
signet-releaser and signet-reader of the tenant acme, and signet-globex-admin of the tenant globex.`;

/** What holds unless told. `signet init` knows it as well. */
export const DEFAULTS = { directory: '.signet', port: '7070', host: '127.0.0.1', region: 'us-east-1' } as const;

const options = {
  directory: { type: 'string', default: DEFAULTS.directory },
  port: { type: 'string', default: DEFAULTS.port },
  host: { type: 'string', default: DEFAULTS.host },
  url: { type: 'string' },
  region: { type: 'string', default: DEFAULTS.region },
  dynamodb: { type: 'string' },
  'webhook-origin': { type: 'string', multiple: true },
  issuers: { type: 'string' },
  ephemeral: { type: 'boolean', default: false },
  quiet: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const;

/** @throws {Refused} */
export function commandOf(args: readonly string[]): Command {
  const { values, tokens, positionals } = parsed(args);
  if (values.help) return { do: 'help' };
  if (positionals.length > 0) return { do: 'add principal', name: newName(positionals), directory: values.directory };

  const named = tokens.some((token) => token.kind === 'option' && token.name === 'directory');
  if (values.ephemeral && named) throw misused('--ephemeral and --directory exclude each other.');
  const { url, dynamodb, directory, host, issuers, ephemeral, quiet } = values;
  const settings: Settings = {
    directory: some('directory', directory),
    port: portOf(values.port),
    host: some('host', host),
    region: regionOf(values.region),
    trustedOrigins: new Set((values['webhook-origin'] ?? []).map((text) => originOf('webhook-origin', text))),
    ephemeral,
    quiet,
    ...(issuers !== undefined && { issuers: issuersIn(issuers) }),
    ...(url !== undefined && { url: originOf('url', url) }),
    ...(dynamodb !== undefined && { dynamodb: originOf('dynamodb', dynamodb) }),
  };
  return { do: 'serve', settings };
}

function parsed(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, tokens: true });
  } catch (error) {
    // What follows the first sentence is about positional arguments.
    throw misused(error instanceof Error ? error.message.replace(/\. .*$/s, '.') : String(error));
  }
}

function newName([noun, verb, name, ...rest]: readonly string[]): string {
  if (noun !== 'principal' || verb !== 'add' || name === undefined || rest.length > 0) {
    throw misused(`expected options or "principal add NAME", got ${[noun, verb, name, ...rest].join(' ').trim()}.`);
  }
  if (/^[\w+=,.@-]{1,64}$/.test(name)) return name;
  throw misused(`expected a name of up to 64 letters, digits and _+=,.@-, got ${name}.`);
}

function some(option: string, value: string): string {
  if (value !== '') return value;
  throw misused(`--${option} needs a value.`);
}

function portOf(text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text);
  throw misused(`expected --port to be a number from 0 to 65535, got ${text}.`);
}

function regionOf(text: string): string {
  if (/^[a-z0-9-]{1,64}$/.test(text)) return text;
  throw misused(`expected --region to be a region such as eu-west-1, got ${text}.`);
}

/** An address without a path: signatures are of paths, which nothing in between may change. */
function originOf(option: string, text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isHttp = url?.protocol === 'http:' || url?.protocol === 'https:';
  if (url && isHttp && url.href === `${url.origin}/`) return url.origin;
  throw misused(`expected --${option} to be an address such as http://registry.example:7070, got ${text}.`);
}

const misused = (message: string): Refused => new Refused(2, `${message}\n  Next: npm start -- --help`);
