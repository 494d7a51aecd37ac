import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import { invalid } from '../../shared/http/invalid.ts';
import { tooLarge } from '../../shared/http/wire.ts';
import { HttpRefusal } from './http-refusal.ts';

/** How long a body may take: it is small, and half a request holds a connection. */
const BODY_SECONDS_MAX = 20;

const NONE = Buffer.alloc(0);

/**
 * The bytes of a request's body. Of one that is too large no more is kept than fits.
 * @throws Failure `request.too_large`, and `request.invalid` for one that is encoded @throws {HttpRefusal} for a body that does not come to its end in time
 */
export async function bodyOf(
  message: IncomingMessage,
  bytesMax: number,
  secondsMax = BODY_SECONDS_MAX,
): Promise<Buffer> {
  const { 'content-length': announced, 'transfer-encoding': coding } = message.headers;
  if (Number(announced ?? 0) > bytesMax) throw tooLarge(bytesMax);
  if (announced === undefined && coding === undefined) return NONE;
  checkEncoding(message.headers['content-encoding']);

  const { promise, resolve, reject } = Promise.withResolvers<Buffer>();
  const slow = () => reject(new HttpRefusal(408, `The body did not end within ${secondsMax} seconds.`));
  const timer = setTimeout(slow, secondsMax * 1000);
  const chunks: Buffer[] = [];
  let bytes = 0;
  const keep = (chunk: Buffer) => {
    bytes += chunk.length;
    if (bytes <= bytesMax) chunks.push(chunk);
    else reject(tooLarge(bytesMax));
  };
  const broken = () => reject(new HttpRefusal(400, 'The connection ended before the body did.'));
  message.on('data', keep);
  message.once('end', () => {
    // The connection may close at once after the end, and an error that nobody hears of costs more than the body.
    message.off('close', broken);
    resolve(Buffer.concat(chunks));
  });
  message.once('error', broken);
  message.once('close', broken);
  try {
    return await promise;
  } finally {
    clearTimeout(timer);
    message.off('data', keep);
  }
}

function checkEncoding(encoding: string | undefined): void {
  if (encoding === undefined || encoding.toLowerCase() === 'identity') return;
  throw invalid([{ field: 'Content-Encoding', message: `expected none, got ${encoding}` }]);
}

/** @throws Failure `request.invalid` for bytes that are not UTF-8: they would be changed on their way */
export function textOf(body: Buffer): string {
  if (isUtf8(body)) return body.toString();
  throw invalid([{ field: 'body', message: 'expected UTF-8' }]);
}
