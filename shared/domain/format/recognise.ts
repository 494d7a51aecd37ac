import type { Format } from './finding.ts';
import { mayBeOnnx } from './onnx.ts';
import { isSafetensors } from './safetensors.ts';

/** How many bytes of the front tell what a file is. */
export const HEAD_BYTES = 4_096;

const MAGIC: readonly (readonly [Format, ascii: string, at?: number])[] = [
  ['gguf', 'GGUF'],
  ['npy', '\x93NUMPY'],
  ['zip', 'PK\x03\x04'],
  ['zip', 'PK\x05\x06'],
  ['hdf5', '\x89HDF\r\n\x1a\n'],
  ['hdf5', '\x89HDF\r\n\x1a\n', 512],
  ['hdf5', '\x89HDF\r\n\x1a\n', 1024],
  ['hdf5', '\x89HDF\r\n\x1a\n', 2048],
  ['gzip', '\x1f\x8b'],
  ['bzip2', 'BZh'],
  ['xz', '\xfd7zXZ\0'],
  // LZMA without a container, as joblib writes it.
  ['xz', ']\0\0'],
  ['zstd', '\x28\xb5\x2f\xfd'],
  ['lz4', '\x04\x22\x4d\x18'],
  ['7z', "7z\xbc\xaf'\x1c"],
  ['rar', 'Rar!\x1a\x07'],
  ['tflite', 'TFL3', 4],
  ['tar', 'ustar', 257],
];

/** What begins like this, as far as the front tells; a pickle may have nothing to tell it by. */
export function recognised(head: Uint8Array): Format | undefined {
  if (head.length === 0) return 'empty';
  const front = Buffer.from(head.buffer, head.byteOffset, head.length).toString('latin1');
  const [format] = MAGIC.find(([, ascii, at = 0]) => front.startsWith(ascii, at)) ?? [];
  if (format) return format;
  if (isSafetensors(head)) return 'safetensors';
  if (isProtocol(head)) return 'pickle';
  if (isZlib(head)) return 'zlib';
  if (isOldTar(head)) return 'tar';
  return mayBeOnnx(head) ? 'onnx' : undefined;
}

/** What the front is as text, if it is that. */
export function textual(head: Uint8Array): Format {
  const text = decoded(head);
  if (text === undefined) return 'unknown';
  const front = text.replace(/^\u{feff}?\s*/u, '');
  if (/^<(\?xml|!--|!DOCTYPE|[A-Za-z])/.test(front)) return /<(\w+:)?PMML[\s>]/.test(front) ? 'pmml' : 'xml';
  return /^[[{]/.test(front) ? 'json' : 'text';
}

/** Protocols to come are pickles too: nobody knows what is in them. */
const isProtocol = ([first, protocol = 255]: Uint8Array): boolean => first === 0x80 && protocol <= 9;

const isZlib = ([method = 0, flags = 0]: Uint8Array): boolean =>
  method === 0x78 && (method * 256 + flags) % 31 === 0 && (flags & 0x20) === 0;

/** A tar of before 1988 has a checksum and no magic. */
function isOldTar(head: Uint8Array): boolean {
  if (head.length < 512 || head[0] === 0) return false;
  const stated = Number.parseInt(
    Buffer.from(head.subarray(148, 156)).toString('latin1').replace(/\0.*/s, '').trim(),
    8,
  );
  return stated === tarChecksum(head);
}

/** Of a header of a tar: the sum of its bytes, the checksum itself taken for spaces. */
export const tarChecksum = (header: Uint8Array): number =>
  header.subarray(0, 512).reduce((sum, byte, at) => sum + (at >= 148 && at < 156 ? 32 : byte), 0);

/** As UTF-16 with a mark, or as UTF-8; whatever has control characters is neither. */
function decoded(head: Uint8Array): string | undefined {
  const [first, second] = head;
  const encoding =
    first === 0xff && second === 0xfe ? 'utf-16le' : first === 0xfe && second === 0xff ? 'utf-16be' : 'utf-8';
  try {
    // The front may end amid a character.
    const text = new TextDecoder(encoding, { fatal: true }).decode(head, { stream: true });
    return /[^\P{Cc}\t\n\f\r]/u.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
}
