import { once } from 'node:events';
import type { FileHandle } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { Complaint } from '../complaint.ts';
import { ATTEMPTS_MAX, begin, isPassing, pause, type Signed } from '../http.ts';

/** Some bytes of a file, and where to write them: at their own place. */
export interface Fetching {
  readonly path: string;
  readonly from: number;
  readonly bytes: number;
  readonly handle: FileHandle;
  /** The request for the file, and a new one when told that one has expired. */
  source(expired?: Signed): Promise<Signed>;
}

/**
 * Fetches bytes, going on where a connection broke. `moved` hears of them as they are written.
 * @throws Complaint when they are refused for good
 */
export async function fetchBytes(fetching: Fetching, moved: (bytes: number) => void): Promise<void> {
  let { from, bytes: left } = fetching;
  let request = await fetching.source();
  for (let attempt = 1; ; attempt += 1) {
    const before = left;
    const answer = await attemptOf({ ...fetching, from, bytes: left }, request, (bytes) => {
      from += bytes;
      left -= bytes;
      moved(bytes);
    });
    if (left === 0) return;

    if (left < before) attempt = 1;
    const isExpired = answer.status === 403;
    if (attempt === ATTEMPTS_MAX || !(isExpired || isPassing(answer.status))) throw refused(fetching, answer);
    if (isExpired) request = await fetching.source(request);
    else await pause(attempt);
  }
}

interface Answer {
  /** 0 where there was none, or it broke off. */
  readonly status: number;
  readonly why: string;
}

async function attemptOf(
  { from, bytes, handle }: Fetching,
  request: Signed,
  moved: (bytes: number) => void,
): Promise<Answer> {
  const message = begin(request, { range: `bytes=${from}-${from + bytes - 1}` }).end();
  try {
    const [response] = (await once(message, 'response')) as [IncomingMessage];
    const status = response.statusCode ?? 0;
    const isRange = status === 206 || (status === 200 && from === 0);
    if (!isRange) {
      response.resume();
      return { status, why: String(status) };
    }
    let at = from;
    for await (const chunk of response as AsyncIterable<Buffer>) {
      const wanted = chunk.subarray(0, from + bytes - at);
      await writeAll(handle, wanted, at);
      at += wanted.length;
      moved(wanted.length);
      if (at === from + bytes) break;
    }
    return { status: 0, why: 'the answer broke off' };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).syscall === 'write') throw error;
    return { status: 0, why: (error as Error).message };
  }
}

async function writeAll(handle: FileHandle, chunk: Buffer, at: number): Promise<void> {
  for (let done = 0; done < chunk.length; ) {
    const { bytesWritten } = await handle.write(chunk, done, chunk.length - done, at + done);
    done += bytesWritten;
  }
}

const refused = ({ path }: Fetching, { why }: Answer): Complaint =>
  new Complaint('unavailable', `${path} cannot be downloaded: ${why}.`, {
    hint: 'The same command fetches only what is still missing.',
  });
