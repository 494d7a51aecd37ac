import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { run } from '../../cli/main.ts';
import { type Profile, writeProfile } from '../../cli/profiles.ts';
import type { World } from '../../cli/world.ts';

/** What a command line printed, and how it ended. */
export interface Printed {
  readonly code: number;
  readonly output: string;
  readonly messages: string;
}

export interface Given {
  readonly env?: Readonly<Record<string, string>>;
  readonly input?: string;
}

/** The environment of a process of its own, without what whoever runs this has set for AWS and for signet. */
export const environment = (): NodeJS.ProcessEnv =>
  Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(AWS|SIGNET)_/.test(name)));

/** A person at a terminal that shows no colours, with a directory of their own. */
export interface Terminal extends AsyncDisposable {
  readonly directory: string;
  /** The file that its profiles are in. */
  readonly config: string;
  /** Adds a profile; `default` is the one that is taken unless told. */
  profile(name: string, profile: Profile): Promise<void>;
  /** Runs `signet` with these words. */
  signet(words: readonly string[], given?: Given): Promise<Printed>;
}

export async function terminal(): Promise<Terminal> {
  const directory = await mkdtemp(path.join(tmpdir(), 'signet-cli-'));
  const config = path.join(directory, '.config.json');

  return {
    directory,
    config,
    profile: (name, profile) => writeProfile(config, name, profile),
    signet: async (words, { env = {}, input = '' } = {}) => {
      const [output, messages] = [listening(), listening()];
      const world: World = {
        env: { SIGNET_CONFIG: config, ...env },
        directory,
        input: Readable.from([input]),
        output: output.stream,
        messages: messages.stream,
      };
      const code = await run(words, world);
      return { code, output: output.text(), messages: messages.text() };
    },
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true }),
  };
}

function listening() {
  const stream = new PassThrough();
  let text = '';
  stream.setEncoding('utf8').on('data', (chunk: string) => {
    text += chunk;
  });
  return { stream, text: () => text };
}
