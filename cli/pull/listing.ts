import { hash } from 'node:crypto';
import type { Received } from '../../shared/contract/operations.ts';
import { manifestText } from '../../shared/domain/artifact.ts';
import type { Client } from '../../shared/http/client.ts';
import { Complaint } from '../complaint.ts';
import { everyItem } from '../paging.ts';

export type Download = Received<'getDownload'>['items'][number];

/** The files of a version, and requests for their bytes. */
export interface Listing {
  readonly files: readonly Download[];
  /** The request for a file; a new one when it is said to have expired. */
  request(file: Download, expired?: Download['request']): Promise<Download['request']>;
}

interface Of {
  readonly model: string;
  readonly version: number;
  readonly rootDigest: string;
}

/**
 * All files of a version, proved against its root digest.
 * @throws Complaint where they are not the ones that were registered
 */
export async function listing(registry: Client, of: Of): Promise<Listing> {
  const files = await everyFile(registry, of);
  let requests = requestsOf(files);
  let asking: Promise<void> | undefined;
  const renew = async () => {
    requests = requestsOf(await everyFile(registry, of));
    asking = undefined;
  };
  return {
    files,
    async request({ path }, expired) {
      if (expired !== undefined && requests.get(path) === expired) {
        asking ??= renew();
        await asking;
      }
      const request = requests.get(path);
      if (!request) throw new Complaint('refused', `${path} is not in the version any more.`);
      return request;
    },
  };
}

const requestsOf = (files: readonly Download[]) => new Map(files.map(({ path, request }) => [path, request]));

async function everyFile(registry: Client, { model, version, rootDigest }: Of): Promise<Download[]> {
  const files = await everyItem((from) => registry.getDownload({ model, version, ...from }));
  const manifest = { files: files.map(({ path, bytes, sha256 }) => ({ path, bytes, sha256 })) };
  const digest = hash('sha256', manifestText(manifest), 'hex');
  if (digest === rootDigest) return files;
  throw new Complaint('refused', `The files of ${model} version ${version} do not have the root digest that it has.`, {
    hint: 'Do not use them: somebody changed the manifest. `signet audit export` shows what was registered.',
  });
}
