import path from 'node:path';
import type { Received } from '../../shared/contract/operations.ts';
import { count, progress, size } from '../progress.ts';
import type { Session } from '../session.ts';
import { complete } from './complete.ts';
import { type HashedFile, hashAll } from './hash-all.ts';
import { ensureModel } from './model.ts';
import { type RegistrationOptions, registrationOf } from './registration.ts';
import { upload } from './upload.ts';
import { walk } from './walk.ts';

export interface PushOptions extends RegistrationOptions {
  readonly create?: boolean;
  readonly promote?: 'staging' | 'production';
}

/**
 * Makes a version of a directory. Interrupted, the same push goes on with the same version: only what is missing is
 * sent.
 */
export async function push(session: Session, directory: string, options: PushOptions): Promise<void> {
  const { world, say } = session;
  const root = path.resolve(world.directory, directory);
  const found = await walk(root);
  for (const folder of found.empty) say(`${folder} is empty: a version has files only, it is left out.`);
  const described = await registrationOf(session, root, options);

  const registry = await session.registry();
  await ensureModel(registry, options, say);
  const files = await hashAll(found.files, world);
  const registration = described(files);
  const ofDigest = new Map(files.map((file) => [file.sha256, file]));

  const uploadOnce = () => upload(registry, registration, ofDigest, (registered) => begin(registered, files, session));
  const { version, sentBytes } = await complete(registry, uploadOnce, say);
  const promoted = options.promote && (await promote(session, version, options.promote));
  session.answer(promoted ?? version, () => told(promoted ?? version, files, sentBytes));
}

function begin(
  { uploads, more, version }: Received<'registerVersion'>,
  files: readonly HashedFile[],
  session: Session,
) {
  const listed = uploads.reduce((sum, { bytes }) => sum + bytes, 0);
  const total = more ? different(files) : listed;
  const what = total === 0 ? 'everything is there already' : `sending ${more ? 'up to ' : ''}${size(total)}`;
  session.say(`${version.model} version ${version.version}: ${count(files.length, 'file')}, ${what}.`);
  return progress('Sending', total, session.world);
}

/** Bytes without those that are there twice: they are sent once. */
const different = (files: readonly HashedFile[]): number =>
  [...new Map(files.map(({ sha256, bytes }) => [sha256, bytes])).values()].reduce((sum, bytes) => sum + bytes, 0);

async function promote(session: Session, { model, version }: Version, stage: 'staging' | 'production') {
  const registry = await session.registry();
  return (await registry.promoteVersion({ model, version, stage })).version;
}

type Version = Received<'getVersion'>;

function told({ model, version, stage, artifact }: Version, files: readonly HashedFile[], sentBytes: number): string {
  const there = different(files) - sentBytes;
  const skipped = there > 0 ? `, ${size(there)} were there already` : '';
  return [
    `${model} version ${version} is complete${stage === 'none' ? '' : ` and in ${stage}`}.`,
    `  Root digest  ${artifact?.rootDigest}`,
    `  Files        ${files.length}, ${size(artifact?.bytes ?? 0)}`,
    `  Sent         ${size(sentBytes)}${skipped}`,
  ].join('\n');
}
