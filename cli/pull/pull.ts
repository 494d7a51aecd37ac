import { rm } from 'node:fs/promises';
import path from 'node:path';
import pLimit from 'p-limit';
import type { Received } from '../../shared/contract/operations.ts';
import { realPlace } from '../directory.ts';
import { each } from '../each.ts';
import { hashPool } from '../hash-pool.ts';
import { count, progress, size } from '../progress.ts';
import { namedVersion } from '../reference.ts';
import type { Session } from '../session.ts';
import { type Listing, listing } from './listing.ts';
import { retrieve } from './retrieve.ts';
import { survey } from './survey.ts';
import { openLeftovers, placesOf } from './target.ts';

export interface PullOptions {
  readonly to?: string;
  readonly force?: boolean;
}

const FILES_AT_ONCE = 8;
const PIECES_AT_ONCE = 8;

/** Brings the files of a version into a directory: each appears there whole and proved, or not at all. */
export async function pull(session: Session, words: readonly string[], options: PullOptions): Promise<void> {
  const registry = await session.registry();
  const wanted = asked(words);
  const version = await registry.resolveVersion(wanted);
  const { model, version: number, artifact } = version;
  const list = await listing(registry, { model, version: number, rootDigest: artifact?.rootDigest ?? '' });

  const to = options.to ?? `${wanted.model}-${number}`;
  const directory = await realPlace(path.resolve(session.world.directory, to));
  const fetched = await fill(directory, list, options.force === true, session);
  session.answer({ ...version, directory }, () => told(version, to, fetched));
}

/** Without a reference what is in production is meant. */
function asked([word = '', reference]: readonly string[]) {
  const named = reference === undefined ? namedVersion(word) : { model: word, reference };
  return { model: named.model, reference: named.reference ?? 'production' };
}

/** Brings what is missing, and tells how many bytes were fetched for it. Until all is known to fit, nothing is touched. */
async function fill(directory: string, list: Listing, force: boolean, { world, say }: Session): Promise<number> {
  const places = await placesOf(directory, list.files);
  await using pool = hashPool();
  const wanted = await survey({ files: list.files, places, pool, force });
  if (wanted.length === 0) return 0;

  const groups = [...Map.groupBy(wanted, ({ sha256 }) => sha256).values()];
  const total = groups.reduce((sum, [file]) => sum + (file?.bytes ?? 0), 0);
  say(`Fetching ${count(wanted.length, 'file')} of ${list.files.length}, ${size(total)}.`);

  const leftovers = await openLeftovers(directory);
  using bar = await progress('Fetching', total, world);
  let fetched = 0;
  const received = (bytes: number) => {
    fetched += bytes;
  };
  const retrieval = { list, leftovers, places, pool, bar, received, pieces: pLimit(PIECES_AT_ONCE) };
  await each(groups, FILES_AT_ONCE, (group) => retrieve(group, retrieval));
  await rm(leftovers, { recursive: true });
  return fetched;
}

function told({ model, version, artifact }: Received<'getVersion'>, to: string, fetched: number): string {
  return [
    `${model} version ${version} is in ${to}, every file proved.`,
    `  Root digest  ${artifact?.rootDigest}`,
    `  Files        ${artifact?.files}, ${size(artifact?.bytes ?? 0)}`,
    `  Fetched      ${size(fetched)}`,
  ].join('\n');
}
