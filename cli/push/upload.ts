import type { Received, Sent } from '../../shared/contract/operations.ts';
import { PART_BYTES } from '../../shared/domain/artifact.ts';
import type { Client } from '../../shared/http/client.ts';
import { Complaint } from '../complaint.ts';
import { each } from '../each.ts';
import type { Progress } from '../progress.ts';
import { type Sending, send } from './send.ts';
import type { Found } from './walk.ts';

const CONCURRENCY = 8;
/** How often in a row it may happen that the store takes none of the uploads. */
const FRUITLESS_MAX = 2;

type Registered = Received<'registerVersion'>;
type Upload = Registered['uploads'][number];

/** What was uploaded for a version, and the version. */
export interface Uploaded {
  readonly version: Registered['version'];
  readonly sentBytes: number;
}

/**
 * Registers a version and uploads what the registry does not have of it, as often as it names more.
 * `begun` hears how many bytes that is, as far as the first answer tells.
 */
export async function upload(
  registry: Client,
  registration: Sent<'registerVersion'>,
  files: ReadonlyMap<string, Found>,
  begun: (registered: Registered) => Promise<Progress>,
): Promise<Uploaded> {
  let registered = await registry.registerVersion(registration);
  using bar = await begun(registered);
  let sentBytes = 0;
  let fruitless = 0;
  for (;;) {
    const { version, uploads, more } = registered;
    const { bytes, finished } = await sendAll(uploads, files, bar);
    sentBytes += bytes;
    if (!more && finished === uploads.length) return { version, sentBytes };
    fruitless = finished === 0 ? fruitless + 1 : 0;
    if (fruitless === FRUITLESS_MAX) throw unaccepted();
    registered = await registry.registerVersion(registration);
  }
}

/** Sends until all is sent or one has expired: those after it have as well. */
async function sendAll(uploads: readonly Upload[], files: ReadonlyMap<string, Found>, bar: Progress) {
  let bytes = 0;
  let finished = 0;
  let isExpired = false;
  await each(uploads, CONCURRENCY, async (upload) => {
    if (isExpired) return;
    const outcome = await send(sendingOf(upload, files), bar.advance);
    if (outcome === 'expired') isExpired = true;
    else finished += 1;
    if (outcome === 'sent') bytes += upload.bytes;
  });
  return { bytes, finished };
}

function sendingOf({ sha256, part, bytes, request }: Upload, files: ReadonlyMap<string, Found>): Sending {
  const found = files.get(sha256);
  if (!found) throw new Complaint('bug', `The registry asks for ${sha256}, which is not one of the files.`);
  return { path: found.path, file: found.file, from: ((part ?? 1) - 1) * PART_BYTES, bytes, request };
}

const unaccepted = (): Complaint =>
  new Complaint('forbidden', 'The store takes none of the uploads that the registry signed.', {
    hint: 'Check the clock of this machine; the registry may also have lost its right to the store.',
  });
