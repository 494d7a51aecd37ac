import { spawn } from 'node:child_process';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { fromIni } from '@aws-sdk/credential-providers';
import { type Ending, EXIT_CODES } from '../cli/exit-codes.ts';
import { type Client, registryClient } from '../shared/http/client.ts';
import { BrokenClaim, type Narrator } from './narrate.ts';

/** Where a registry is, and where the keys of its people are. */
export interface Registry {
  readonly endpoint: string;
  readonly region: string;
  /** An AWS credentials file with a profile `signet-<name>` for each person. */
  readonly credentialsFile: string;
}

/** Somebody in the story, with keys of their own. */
export interface Person {
  readonly client: Client;
  /**
   * Runs a command line in the directory of the story, and shows it with what it prints.
   * @throws BrokenClaim unless it ends as it should
   */
  readonly types: (line: string, ending?: Ending) => Promise<string>;
}

export interface Cast {
  readonly admin: Person;
  readonly publisher: Person;
  readonly reviewer: Person;
  readonly releaser: Person;
  readonly reader: Person;
  /** The admin of another tenant of the same registry. */
  readonly stranger: Person;
}

/** Gives each person a client and a shell with the command `signet` in it. */
export async function castOf(registry: Registry, directory: string, narrator: Narrator): Promise<Cast> {
  const path = await pathWithSignet(join(directory, 'bin'));
  const person = (profile: string, name: string): Person => ({
    client: registryClient({
      ...registry,
      credentials: fromIni({ profile, filepath: registry.credentialsFile }),
    }),
    types: async (line, ending = 'ok') => {
      const { printed, code } = await run(line, directory, {
        ...environmentOf(registry, profile, directory),
        PATH: path,
      });
      narrator.command(name, line, printed);
      const expected = EXIT_CODES[ending].code;
      if (code !== expected) throw new BrokenClaim(`"${line}" ends with exit code ${expected}: it was ${code}`);
      return printed;
    },
  });
  return {
    admin: person('signet-admin', 'admin'),
    publisher: person('signet-publisher', 'publisher'),
    reviewer: person('signet-reviewer', 'reviewer'),
    releaser: person('signet-releaser', 'releaser'),
    reader: person('signet-reader', 'reader'),
    stranger: person('signet-globex-admin', 'globex-admin'),
  };
}

/** The PATH with this repository's `signet` in front, as `npm link` would put it there. */
async function pathWithSignet(bin: string): Promise<string> {
  const command = join(bin, 'signet');
  const program = fileURLToPath(new URL('../cli/signet.js', import.meta.url));
  await mkdir(bin, { recursive: true });
  await writeFile(
    command,
    `#!/bin/sh\nexec '${process.execPath}' --disable-warning=ExperimentalWarning '${program}' "$@"\n`,
  );
  await chmod(command, 0o755);
  return [bin, dirname(process.execPath), process.env['PATH']].join(delimiter);
}

/** Only the keys of the profile count, whatever the person who runs the demo has set for AWS and for signet. */
function environmentOf({ endpoint, region, credentialsFile }: Registry, profile: string, home: string) {
  const others = Object.entries(process.env).filter(([name]) => !/^(AWS|SIGNET)_|^FORCE_COLOR$/.test(name));
  return {
    ...Object.fromEntries(others),
    AWS_PROFILE: profile,
    AWS_REGION: region,
    AWS_SHARED_CREDENTIALS_FILE: credentialsFile,
    SIGNET_CONFIG: join(home, 'signet.json'),
    SIGNET_ENDPOINT: endpoint,
    NO_COLOR: '1',
  };
}

/** Answers and messages come in the order in which a terminal would show them. */
async function run(
  line: string,
  cwd: string,
  env: NodeJS.ProcessEnv,
): Promise<{ printed: string; code: number | null }> {
  const child = spawn('sh', ['-c', `{ ${line}\n} 2>&1`], { cwd, env, stdio: ['ignore', 'pipe', 'inherit'] });
  const closed = new Promise<number | null>((resolve, reject) => child.on('error', reject).on('close', resolve));
  const printed = await text(child.stdout);
  return { printed, code: await closed };
}
