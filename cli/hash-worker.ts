import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { parentPort } from 'node:worker_threads';
import { PART_BYTES, partsOf } from '../shared/domain/artifact.ts';
import type { Hashed } from './hash-pool.ts';

/** Reads are of this size: parts end where a read ends. */
const BUFFER_BYTES = 2 ** 20;
const buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES);

parentPort?.on('message', (file: string) => {
  try {
    parentPort?.postMessage({ hashed: hashFile(file) });
  } catch (error) {
    parentPort?.postMessage({ error });
  }
});

/** The SHA-256 of a file and, where it travels in parts, of each of them; all in one pass. */
function hashFile(file: string): Hashed {
  const descriptor = openSync(file, 'r');
  try {
    const inParts = partsOf(fstatSync(descriptor).size) > 0;
    const whole = createHash('sha256');
    const parts: string[] = [];
    let bytes = 0;
    let part = createHash('sha256');
    for (;;) {
      const room = PART_BYTES - (bytes % PART_BYTES);
      const read = readSync(descriptor, buffer, 0, Math.min(BUFFER_BYTES, room), null);
      if (read === 0) break;
      const chunk = buffer.subarray(0, read);
      whole.update(chunk);
      if (inParts) part.update(chunk);
      bytes += read;
      parentPort?.postMessage({ read });
      if (inParts && bytes % PART_BYTES === 0) {
        parts.push(part.digest('hex'));
        part = createHash('sha256');
      }
    }
    if (inParts && bytes % PART_BYTES > 0) parts.push(part.digest('hex'));
    return { bytes, sha256: whole.digest('hex'), ...(inParts && { parts }) };
  } finally {
    closeSync(descriptor);
  }
}
