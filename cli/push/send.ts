import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { text } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import { Complaint } from '../complaint.ts';
import { ATTEMPTS_MAX, begin, isPassing, pause, type Signed } from '../http.ts';

/** One upload: which bytes of which file, and the request that takes them. */
export interface Sending {
  readonly path: string;
  readonly file: string;
  readonly from: number;
  readonly bytes: number;
  readonly request: Signed;
}

/** What became of an upload. The request of an expired one has to be asked for again. */
export type Outcome = 'sent' | 'there' | 'expired';

const READ_BYTES = 2 ** 20;

/**
 * Sends bytes of a file, read as they leave; again, with growing pauses, when the connection or the store fails.
 * `moved` hears of bytes as they go, and of fewer when they have to go again.
 * @throws Complaint when they are refused for good
 */
export async function send(sending: Sending, moved: (bytes: number) => void): Promise<Outcome> {
  for (let attempt = 1; ; attempt += 1) {
    let gone = 0;
    const answer = await attemptOf(sending, (bytes) => {
      gone += bytes;
      moved(bytes);
    }).catch(failed);

    if (answer.status === 200) return 'sent';
    moved(-gone);
    if (answer.status === 412) {
      moved(sending.bytes);
      return 'there';
    }
    if (isExpired(answer)) return 'expired';
    const mayPass = isPassing(answer.status) || answer.code === 'RequestTimeout';
    if (attempt === ATTEMPTS_MAX || !mayPass) throw refused(sending, answer);
    await pause(attempt);
  }
}

interface Answer {
  /** 0 where there was none. */
  readonly status: number;
  /** What S3 calls it, or what the connection died of. */
  readonly code: string;
}

async function attemptOf(sending: Sending, moved: (bytes: number) => void): Promise<Answer> {
  const { file, from, bytes, request } = sending;
  const message = begin(request);
  const answered = once(message, 'response') as Promise<[IncomingMessage]>;
  const counted = async function* (chunks: AsyncIterable<Buffer>) {
    let left = bytes;
    for await (const chunk of chunks) {
      yield chunk;
      left -= chunk.length;
      moved(chunk.length);
    }
    // The store would wait for the rest until it gives up.
    if (left > 0) throw changed(sending.path);
  };
  const range = { start: from, end: from + bytes - 1, highWaterMark: READ_BYTES };
  const sent = bytes === 0 ? message.end() : pipeline(createReadStream(file, range), counted, message);
  // The store may refuse before it has read everything: its answer says more than the broken pipe.
  const [response] = await Promise.race([answered, Promise.resolve(sent).then(() => answered)]);
  const [, code = ''] = /<Code>(\w+)<\/Code>/.exec(await text(response)) ?? [];
  return { status: response.statusCode ?? 0, code };
}

/** A file that is gone or changed stays so; a connection comes back. */
function failed(error: NodeJS.ErrnoException): Answer {
  if (error instanceof Complaint || error.path !== undefined) throw error;
  return { status: 0, code: error.message };
}

/** Its time is over, or the multipart upload that it belongs to was closed by somebody with the same bytes. */
const isExpired = ({ status, code }: Answer): boolean =>
  (status === 403 && code !== 'SignatureDoesNotMatch') || code === 'NoSuchUpload';

const CHANGED = new Set(['BadDigest', 'XAmzContentChecksumMismatch', 'InvalidDigest', 'IncompleteBody']);

function refused({ path }: Sending, { status, code }: Answer): Complaint {
  if (CHANGED.has(code)) return changed(path);
  const why = status === 0 ? code : `${status} ${code}`.trim();
  const hint = 'The same command sends only what is still missing.';
  return new Complaint('unavailable', `${path} cannot be uploaded: ${why}.`, { hint });
}

const changed = (path: string): Complaint =>
  new Complaint('refused', `${path} changed while it was being pushed.`, {
    hint: 'Push again when nothing writes to it any more.',
  });
