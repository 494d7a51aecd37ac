import { createWriteStream } from 'node:fs';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import * as z from 'zod/mini';
import type { Sent } from '../../shared/contract/operations.ts';
import type { Problem } from '../../shared/http/client.ts';
import { versionAlready } from '../push/already.ts';
import { complete } from '../push/complete.ts';
import { hashAll } from '../push/hash-all.ts';
import { upload } from '../push/upload.ts';
import { walk } from '../push/walk.ts';
import type { Session } from '../session.ts';
import type { Brought, Bytes, Described, Target } from './carry-out.ts';
import { repeated } from './mlflow-api.ts';
import type { Origin, OriginVersion } from './origin.ts';
import type { Reporting } from './report.ts';

/** Tags that mean something to the registry, and are set when the version is there. */
const MEANT = ['depends_on', 'model_card', 'mlflow.signature'];

/**
 * Brings files along: from the origin's own store of artifacts into a directory that is gone afterwards, and from there
 * into the registry, as a push does. What the origin does not serve stays where it is.
 */
export const filesFrom =
  (origin: Origin, target: Target, report: Reporting, session: Session): Bytes =>
  async (name, version, described) => {
    const about = `${name}: version ${version.version}`;
    const uri = await origin.filesOf(name, version.version);
    const folder = servedAt(uri, origin);
    if (folder === undefined) {
      if (version.source !== 'dummy-source') report.noted(about, `its files stay at ${uri || version.source}`);
      return { source: described.source };
    }
    const directory = await mkdtemp(path.join(tmpdir(), 'signet-import-'));
    try {
      await fetched(origin, folder, directory);
      return await pushed(directory, name, version, described, { target, report, session, about });
    } finally {
      await rm(directory, { recursive: true, force: true });
    }
  };

/** Where the origin's own store has the files of a URI, below its root; nothing where it is another store. */
export function servedAt(uri: string, { name }: Pick<Origin, 'name'>): string | undefined {
  const own = /^mlflow-artifacts:\/+(.*)$/.exec(uri)?.[1];
  if (own !== undefined && uri.startsWith('mlflow-artifacts:/') && !uri.startsWith('mlflow-artifacts://')) return own;
  const { host } = new URL(name);
  if (own?.startsWith(`${host}/`)) return own.slice(host.length + 1);
  const prefix = `${name}${ARTIFACTS}/`;
  return uri.startsWith(prefix) ? decodeURIComponent(uri.slice(prefix.length)) : undefined;
}

const ARTIFACTS = '/api/2.0/mlflow-artifacts/artifacts';
const Listing = z.object({
  files: z._default(z.array(z.object({ path: z.string(), is_dir: z._default(z.boolean(), false) })), []),
});

/** Every file below a folder of the origin's store, streamed into a directory. */
async function fetched(origin: Origin, folder: string, directory: string): Promise<void> {
  const { files } = Listing.parse(await (await asked(origin, ARTIFACTS, { path: folder })).json());
  for (const file of files) {
    const name = path.basename(file.path);
    // The origin says what its files are called: nothing of it leaves the directory.
    if (name === '' || name === '.' || name === '..') continue;
    const at = `${folder}/${name}`;
    const here = path.join(directory, name);
    if (file.is_dir) {
      await mkdir(here);
      await fetched(origin, at, here);
    } else {
      const answer = await asked(origin, `${ARTIFACTS}/${at.split('/').map(encodeURIComponent).join('/')}`, {});
      if (answer.body) await pipeline(Readable.fromWeb(answer.body), createWriteStream(here));
    }
  }
}

async function asked(
  { name, send }: Origin,
  where: string,
  query: Readonly<Record<string, string>>,
): Promise<Response> {
  const answer = await repeated(name, () => send({ method: 'GET', path: where, query }));
  if (answer.ok) return answer;
  throw Object.assign(new Error(`The origin answered ${answer.status} to a question for its files.`), {
    status: answer.status,
  });
}

interface Pushing {
  readonly target: Target;
  readonly report: Reporting;
  readonly session: Session;
  readonly about: string;
}

async function pushed(
  directory: string,
  model: string,
  version: OriginVersion,
  { source, description, tags }: Described,
  { target: { registry, mlflow }, report, session, about }: Pushing,
): Promise<Brought> {
  const { files: found } = await walk(directory);
  if (found.length === 0) {
    report.noted(about, 'it has no files where it comes from');
    return { source };
  }
  const files = await hashAll(found, session.world);
  const plain = Object.fromEntries(Object.entries(tags).filter(([name]) => !MEANT.includes(name)));
  const registration: Sent<'registerVersion'> = {
    model,
    description,
    tags: plain,
    lineage: {
      ...(version.run_id && { runId: version.run_id }),
      ...(version.run_link && { runLink: version.run_link }),
    },
    files: files.map(({ path: at, bytes, sha256, parts }) => ({
      path: at,
      bytes,
      sha256,
      ...(parts && { parts: [...parts] }),
    })),
  };
  const ofDigest = new Map(files.map((file) => [file.sha256, file]));
  const silent = async () => ({ advance() {}, [Symbol.dispose]() {} });
  try {
    const made = await complete(registry, () => upload(registry, registration, ofDigest, silent), session.say);
    const number = made.version.version;
    for (const key of MEANT) {
      if (tags[key] === undefined) continue;
      await mlflow.call('POST', '/model-versions/set-tag', {
        name: model,
        version: String(number),
        key,
        value: tags[key],
      });
    }
    report.brought();
    return { number };
  } catch (error) {
    const twin = await versionAlready(registry, registration, error as Problem);
    if (!twin) throw error;
    report.noted(about, `it has the files of version ${twin.version}, which are kept once`);
    return { source: `models:/${model}/${twin.version}` };
  }
}
