import { Failure } from '../errors.ts';
import type { Files } from './artifact.ts';
import { type Change, momentOf, type Occasion, unchanged } from './change.ts';
import { keepSmall, type Lineage } from './metadata.ts';
import { type Model, touched } from './model.ts';
import { artifactOf, begun, guardFor, numbered, type Registration, type Taken } from './registration.ts';
import type { Schema } from './schema.ts';
import { revised, stateAt, titleOf, type Version } from './version.ts';

/** Whether the files of a version are yet to become its own: they were uploaded before it was registered. */
export const isReceiving = (version: Version, now: Date): boolean =>
  version.uploaded !== undefined && stateAt(version, now) === 'uploading';

/**
 * Registers a version by files that were uploaded before it. What they are is known when they were read; until then it is
 * `uploading`.
 * @throws Failure `model.full` when there is no number left
 */
export function registerUploaded(
  model: Model,
  registration: Registration,
  uploaded: NonNullable<Version['uploaded']>,
  occasion: Occasion,
): Change<Version> {
  const version: Version = { ...begun(model, registration, occasion), uploaded };
  const { source, files, bytes } = uploaded;
  return {
    result: version,
    head: { replace: numbered(model, version, occasion) },
    writes: [{ create: version }],
    event: {
      type: 'version.registered',
      version: version.number,
      actor: occasion.actor,
      data: { source, files, bytes },
    },
  };
}

/** What the files of a version say of it themselves. */
export interface Described {
  readonly schema?: Schema | undefined;
  readonly lineage?: Pick<Lineage, 'runId' | 'loggedModelId'>;
}

/**
 * Gives a version the files that were read: from now on it is as one that was registered by them, and they have to be
 * proved as those of any other. What they say of it counts where whoever registered it said nothing. Files that are a
 * version of the model already do not become another one.
 */
export function receive(
  model: Model,
  version: Version,
  files: Files,
  taken: Taken | undefined,
  described: Described,
  occasion: Occasion,
): Change<Version> {
  if (!isReceiving(version, occasion.now) || version.artifact) return unchanged(version);
  const other = taken && stateAt(taken.version, occasion.now);
  if (taken && (other === 'uploading' || other === 'complete')) {
    return giveUp(model, version, `These files are ${titleOf(model, taken.version)}.`, occasion);
  }
  const received = revised(version, version.updatedAt, {
    ...withDescription(version, described),
    artifact: artifactOf(files),
  });
  return { result: received, keep: [{ replace: received }, guardFor(version, files, taken)] };
}

/** As far as there is room for it: it is no reason for the files not to become a version. */
function withDescription({ description, tags, metrics, needs, ...said }: Version, { schema, lineage }: Described) {
  const all = {
    ...((said.schema ?? schema) && { schema: said.schema ?? schema }),
    lineage: { ...lineage, ...said.lineage },
  };
  try {
    keepSmall({ description, tags, metrics, dependsOn: needs, ...all });
    return all;
  } catch (error) {
    if (error instanceof Failure) return {};
    throw error;
  }
}

/** Gives up what cannot become a version, and says why. */
export function giveUp(model: Model, version: Version, reason: string, occasion: Occasion): Change<Version> {
  if (!isReceiving(version, occasion.now)) return unchanged(version);
  const { files = 0, bytes = 0 } = version.uploaded ?? {};
  const abandoned = revised(version, momentOf(model, occasion), { state: 'abandoned', failure: reason });
  return {
    result: abandoned,
    head: { replace: touched(model, occasion) },
    writes: [{ replace: abandoned }],
    event: {
      type: 'version.abandoned',
      version: version.number,
      actor: occasion.actor,
      data: { files, bytes, reason },
    },
  };
}
