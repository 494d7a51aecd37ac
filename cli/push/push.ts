import path from 'node:path';
import type { Received, Sent } from '../../shared/contract/operations.ts';
import { count, progress, size } from '../progress.ts';
import type { Session } from '../session.ts';
import { versionAlready } from './already.ts';
import { type Completed, complete } from './complete.ts';
import { type HashedFile, hashAll } from './hash-all.ts';
import { createModel, modelOf } from './model.ts';
import { promoted } from './promotion.ts';
import { type RegistrationOptions, registrationOf } from './registration.ts';
import { upload } from './upload.ts';
import { walk } from './walk.ts';

export interface PushOptions extends RegistrationOptions {
  readonly create?: boolean;
  readonly promote?: 'staging' | 'production';
}

/**
 * Makes a version of a directory. Interrupted, the same push goes on with the same version: only what is missing is
 * sent, and what is complete is still promoted. Nothing is written before all that this machine has is known to fit.
 */
export async function push(session: Session, directory: string, options: PushOptions): Promise<void> {
  const { world, say } = session;
  const root = path.resolve(world.directory, directory);
  const found = await walk(root);
  for (const folder of found.empty) say(`${folder} is empty: a version has files only, it is left out.`);
  const described = await registrationOf(session, root, found.files, options);

  const registry = await session.registry();
  const known = await modelOf(registry, options);
  const files = await hashAll(found.files, world);
  const registration = described(files);
  const model = known ?? (await createModel(registry, options.model, say));

  const { version, sentBytes } = await versionOf(session, registration, files, options);
  const result = options.promote ? await promoted(registry, model, version, options.promote, say) : version;
  session.answer(result, () => told(result, files, sentBytes));
}

/** The version that is made; where only its promotion is still to be done, the one that was. */
async function versionOf(
  session: Session,
  registration: Sent<'registerVersion'>,
  files: readonly HashedFile[],
  { promote }: PushOptions,
): Promise<Completed> {
  const registry = await session.registry();
  const ofDigest = new Map(files.map((file) => [file.sha256, file]));
  const uploadOnce = () => upload(registry, registration, ofDigest, (registered) => begin(registered, files, session));
  try {
    const completed = await complete(registry, uploadOnce, session.say);
    if (promote) session.say(`${nameOf(completed.version)} is complete.`);
    return completed;
  } catch (error) {
    const version = promote && (await versionAlready(registry, registration, error));
    if (!version) throw error;
    session.say(`These files are ${nameOf(version)} already, and it stays as it was registered.`);
    return { version, sentBytes: 0 };
  }
}

function begin(
  { uploads, more, version }: Received<'registerVersion'>,
  files: readonly HashedFile[],
  session: Session,
) {
  const listed = uploads.reduce((sum, { bytes }) => sum + bytes, 0);
  const total = more ? different(files) : listed;
  const what = total === 0 ? 'everything is there already' : `sending ${more ? 'up to ' : ''}${size(total)}`;
  session.say(`${nameOf(version)}: ${count(files.length, 'file')}, ${what}.`);
  return progress('Sending', total, session.world);
}

/** Bytes without those that are there twice: they are sent once. */
const different = (files: readonly HashedFile[]): number =>
  [...new Map(files.map(({ sha256, bytes }) => [sha256, bytes])).values()].reduce((sum, bytes) => sum + bytes, 0);

type Version = Received<'getVersion'>;

const nameOf = ({ model, version }: Version): string => `${model} version ${version}`;

function told(version: Version, files: readonly HashedFile[], sentBytes: number): string {
  const { stage, artifact } = version;
  const there = different(files) - sentBytes;
  const skipped = there > 0 ? `, ${size(there)} were there already` : '';
  return [
    `${nameOf(version)} is complete${stage === 'none' ? '' : ` and in ${stage}`}.`,
    `  Root digest  ${artifact?.rootDigest}`,
    `  Files        ${files.length}, ${size(artifact?.bytes ?? 0)}`,
    `  Sent         ${size(sentBytes)}${skipped}`,
  ].join('\n');
}
