import pLimit from 'p-limit';
import { proveFiles } from '../../artifacts/prove.ts';
import { type Files, filesOf, manifestKey, manifestText, objectKey } from '../../domain/artifact.ts';
import { unchanged } from '../../domain/change.ts';
import { runMark } from '../../domain/mark.ts';
import type { Model } from '../../domain/model.ts';
import type { ModelId, Sha256, TenantId, VersionNumber } from '../../domain/names.ts';
import { giveUp, isReceiving, receive } from '../../domain/receiving.ts';
import { complete, referencesOf } from '../../domain/registration.ts';
import { type Received, stagedKey } from '../../domain/staged.ts';
import type { Version } from '../../domain/version.ts';
import { Failure } from '../../errors.ts';
import type { ReactionContext } from '../reaction.ts';
import { settle } from '../settle.ts';
import { describedBy } from './described-by.ts';
import { type Read, readAll } from './read-all.ts';

const CONCURRENCY = 8;
const LOST = 'Its uploaded files are not there any more: upload them again.';

export interface Taking extends ReactionContext {
  readonly tenant: TenantId;
  readonly isLate: () => boolean;
}

/**
 * Takes in what was uploaded for a version: reads its files, gives them their place among those of the tenant, and then
 * completes it as any other. Each step is noted or may be done twice, so that it goes on after a crash. Answers what is
 * left for another time.
 */
export async function takeIn(
  taking: Taking,
  id: ModelId,
  number: VersionNumber,
): Promise<'nothing' | 'files' | 'removals'> {
  const found = await find(taking, id, number);
  if (!found?.version.uploaded) return 'nothing';
  const received = await taking.store.received(taking.tenant, found.version.uploaded.list);
  const read = await readAll(taking, received);
  if (read === 'lost') return abandoned(taking, id, number);
  if (read === 'late') return 'files';

  const files = filesOf(read);
  const { artifacts } = taking.services;
  await Promise.all([
    taking.store.note(referencesOf(found.model, files)),
    artifacts.write(manifestKey(taking.tenant, files.rootDigest), manifestText(files.manifest)),
  ]);
  await given(taking, id, number, files, read);
  const now = await find(taking, id, number);
  if (now?.version.artifact?.rootDigest !== files.rootDigest) return 'nothing';
  if (!(await placed(taking, read))) return abandoned(taking, id, number);
  return completed(taking, id, number, files.rootDigest);
}

/** Model and version as they are now, under whatever name, while there is something to take in. */
async function find({ tenant, store, services }: Taking, id: ModelId, number: VersionNumber) {
  const last = (await store.lastNames(tenant, [id])).get(id);
  const model = last && !last.deleted ? await store.model(tenant, last.name) : undefined;
  const version = model && (await store.version(model, number));
  return model?.id === id && version && isReceiving(version, services.now()) ? { model, version } : undefined;
}

const occasionOf = ({ actor, services }: Taking) => ({ actor, now: services.now() });

async function abandoned(taking: Taking, id: ModelId, number: VersionNumber): Promise<'nothing'> {
  await settle(taking, async () => {
    const found = await find(taking, id, number);
    return found ? giveUp(found.model, found.version, LOST, occasionOf(taking)) : unchanged(undefined);
  });
  return 'nothing';
}

/** The version has these files from now on, unless another one has. */
async function given(taking: Taking, id: ModelId, number: VersionNumber, files: Files, read: readonly Read[]) {
  const described = await describedBy(taking, read);
  const runId = described.lineage?.runId;
  // What it is found by is there before it is.
  if (runId !== undefined) await taking.store.note([runMark({ tenant: taking.tenant, model: id, number }, runId)]);
  await settle(taking, async () => {
    const found = await find(taking, id, number);
    if (!found) return unchanged(undefined);
    const taken = await takenBy(taking, found.model, files.rootDigest);
    return receive(found.model, found.version, files, taken, described, occasionOf(taking));
  });
}

async function takenBy({ store }: Taking, model: Model, rootDigest: Sha256) {
  const guard = await store.digest(model, rootDigest);
  const version: Version | undefined = guard && (await store.version(model, guard.version));
  return guard && version && { guard, version };
}

/** Copies what the tenant does not have yet to where its files are. Answers whether all of it could be. */
async function placed({ services, tenant }: Taking, read: readonly Read[]): Promise<boolean> {
  const { artifacts, staging } = services;
  const limit = pLimit(CONCURRENCY);
  const different = [...new Map(read.map((file) => [file.sha256, file])).values()];
  const copy = async ({ object, etag, sha256 }: Received & { sha256: Sha256 }) => {
    const [from, to] = [stagedKey(tenant, object), objectKey(tenant, sha256)];
    if (await artifacts.stat(to)) return true;
    if (!(await artifacts.stat(from))) return false;
    await staging.copy(from, etag, to);
    return true;
  };
  const done = await Promise.all(different.map((file) => limit(() => copy(file))));
  return done.every((isThere) => isThere);
}

async function completed(taking: Taking, id: ModelId, number: VersionNumber, rootDigest: Sha256) {
  const { store, services, tenant } = taking;
  try {
    await proveFiles({ artifacts: services.artifacts, store, tenant, now: services.now }, rootDigest);
  } catch (error) {
    // Others are about to remove some of it, as nothing used it before: then it is copied once more.
    if (error instanceof Failure && error.code.startsWith('version.')) return 'removals';
    throw error;
  }
  await settle(taking, async () => {
    const found = await find(taking, id, number);
    return found ? complete(found.model, found.version, occasionOf(taking)) : unchanged(undefined);
  });
  return 'nothing';
}
