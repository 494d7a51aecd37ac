import type { Artifacts } from '../../shared/artifacts/artifacts.ts';
import type { Life, Schedule } from './schedule.ts';

/** Where the files of a run are. What is put there is there at once, as in S3. */
export interface Bucket {
  readonly objects: Map<string, string>;
}

/** The object store as a process sees it. Files are small here: none comes in parts. */
export function artifactsAsSeen({ objects }: Bucket, schedule: Schedule, latency: () => number) {
  return (life: Life): Artifacts => {
    const call = <T>(what: string, work: () => T) => schedule.turn(life, what, latency(), work);
    const never = async () => {
      throw new Error('No file of a simulation comes in parts.');
    };
    const signed = async (key: string) => ({ method: 'PUT' as const, url: `https://artifacts/${key}`, headers: {} });
    return {
      presignPut: signed,
      presignGet: signed,
      findUpload: never,
      openUpload: never,
      presignPart: never,
      closeUpload: never,
      stat: (key) =>
        call('stat', () => {
          const text = objects.get(key);
          const sha256 = /[0-9a-f]{64}$/.exec(key)?.[0];
          return text === undefined
            ? undefined
            : { bytes: Buffer.byteLength(text), etag: key, ...(sha256 !== undefined && { sha256 }) };
        }),
      section: (key, _, from, bytes) =>
        call('section', () => {
          const text = objects.get(key);
          return text === undefined ? undefined : Buffer.from(text).subarray(from, from + bytes);
        }),
      read: (key) => call('read', () => objects.get(key)),
      write: (key, text) => call('write', () => void objects.set(key, text)),
      remove: (key) => call('remove', () => void objects.delete(key)),
      erase: (key) => call('erase', () => void objects.delete(key)),
    };
  };
}
