import { crc32, deflateRawSync } from 'node:zlib';
import { bytes, u16, u32, u64 } from './bytes.ts';

/** A file of a zip, and how to lie about it. */
export interface ZipFile {
  readonly name: string;
  readonly content: Uint8Array;
  readonly deflated?: boolean;
  readonly flags?: number;
  readonly method?: number;
  readonly crc?: number;
  readonly localName?: string;
  readonly claimed?: number;
}

const NO_TIME = u32(0);

export function zipOf(
  files: readonly ZipFile[],
  { before = Buffer.alloc(0), entries = files.length, comment = '' } = {},
) {
  const locals: Buffer[] = [];
  const listed: Buffer[] = [];
  let at = 0;
  for (const { name, content, deflated = false, flags = 0, ...over } of files) {
    const packed = deflated ? deflateRawSync(content) : content;
    const method = over.method ?? (deflated ? 8 : 0);
    const sizes = bytes(u32(over.crc ?? crc32(content)), u32(packed.length), u32(over.claimed ?? content.length));
    const common = bytes(u16(20), u16(flags), u16(method), NO_TIME, sizes);
    const localName = over.localName ?? name;
    const local = bytes(
      u32(0x04034b50),
      common,
      u16(Buffer.byteLength(localName)),
      u16(0),
      Buffer.from(localName),
      packed,
    );
    listed.push(
      bytes(
        u32(0x02014b50),
        u16(20),
        common,
        u16(Buffer.byteLength(name)),
        u16(0),
        u16(0),
        u16(0),
        u16(0),
        u32(0),
        u32(at),
        Buffer.from(name),
      ),
    );
    locals.push(local);
    at += local.length;
  }
  const directory = bytes(...listed);
  const end = bytes(
    u32(0x06054b50),
    u16(0),
    u16(0),
    u16(entries),
    u16(entries),
    u32(directory.length),
    u32(at),
    u16(comment.length),
    comment,
  );
  return bytes(before, ...locals, directory, end);
}

/** A file of PyTorch: an archive of a pickle, and of the tensors that it names. */
export const torchZip = (pickled: Uint8Array, tensors: readonly Uint8Array[] = [], more: readonly ZipFile[] = []) =>
  zipOf([
    { name: 'archive/data.pkl', content: pickled },
    { name: 'archive/byteorder', content: Buffer.from('little') },
    ...tensors.map((content, at) => ({ name: `archive/data/${at}`, content })),
    { name: 'archive/version', content: Buffer.from('3\n') },
    ...more,
  ]);

export interface TarFile {
  readonly name: string;
  readonly content: Uint8Array;
  readonly type?: string;
  readonly link?: string;
}

const octal = (value: number, digits: number) => `${value.toString(8).padStart(digits, '0')}\0`;

export function tarOf(files: readonly TarFile[], { magic = 'ustar\x0000' } = {}): Buffer {
  const blocks = files.flatMap(({ name, content, type = '0', link = '' }) => {
    const header = Buffer.alloc(512);
    header.write(name, 0, 'latin1');
    header.write(octal(0o644, 7) + octal(0, 7) + octal(0, 7) + octal(content.length, 11) + octal(0, 11), 100, 'latin1');
    header.write(`        ${type}${link}`, 148, 'latin1');
    header.write(magic, 257, 'latin1');
    header.write(
      `${octal(
        header.reduce((sum, one) => sum + one, 0),
        6,
      )} `,
      148,
      'latin1',
    );
    return [header, content, Buffer.alloc((512 - (content.length % 512)) % 512)];
  });
  return bytes(...blocks, Buffer.alloc(1024));
}

export const safetensorsOf = (header: object | string, content: Uint8Array, claimed?: number): Buffer => {
  const text = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  return bytes(u64(claimed ?? text.length), text, content);
};

const ggufText = (value: string) => bytes(u64(Buffer.byteLength(value)), Buffer.from(value));
/** A value of GGUF: a text, a number of 32 bits, or an array of texts. */
const ggufValue = (value: string | number | readonly string[]) =>
  typeof value === 'string'
    ? bytes(u32(8), ggufText(value))
    : typeof value === 'number'
      ? bytes(u32(4), u32(value))
      : bytes(u32(9), u32(8), u64(value.length), ...value.map(ggufText));

export function ggufOf(
  values: Readonly<Record<string, string | number | readonly string[]>>,
  tensors: readonly {
    readonly name: string;
    readonly shape: readonly number[];
    readonly type: number;
    readonly at: number;
  }[],
  content: Uint8Array,
  { version = 3, tensorCount = tensors.length, valueCount = Object.keys(values).length } = {},
): Buffer {
  const front = bytes(
    bytes('GGUF', u32(version), u64(tensorCount), u64(valueCount)),
    ...Object.entries(values).map(([key, value]) => bytes(ggufText(key), ggufValue(value))),
    ...tensors.map(({ name, shape, type, at }) =>
      bytes(ggufText(name), u32(shape.length), ...shape.map(u64), u32(type), u64(at)),
    ),
  );
  return bytes(front, Buffer.alloc((32 - (front.length % 32)) % 32), content);
}

const varint = (value: number): Buffer => {
  const out: number[] = [];
  for (let left = value; ; left = Math.floor(left / 128)) {
    if (left < 128) return bytes(...out, left);
    out.push((left % 128) | 128);
  }
};

/** A field of protocol buffers: a number, or what has a length. */
export const field = (number: number, value: number | string | Uint8Array): Buffer => {
  if (typeof value === 'number') return bytes(varint(number * 8), varint(value));
  const content = Buffer.from(value as Uint8Array);
  return bytes(varint(number * 8 + 2), varint(content.length), content);
};

/** A model of ONNX with one tensor, which may lie outside. */
export const onnxOf = ({
  location,
  opset = true,
  graph = true,
}: {
  location?: string;
  opset?: boolean;
  graph?: boolean;
} = {}) => {
  const outside = location === undefined ? [] : [field(13, bytes(field(1, 'location'), field(2, location)))];
  const tensor = bytes(field(1, 3), field(2, 1), field(8, 'weights'), field(9, Buffer.alloc(12)), ...outside);
  return bytes(
    bytes(field(1, 8), field(2, 'pytorch'), field(3, '2.9.0')),
    graph ? field(7, bytes(field(1, field(4, 'MatMul')), field(2, 'main'), field(5, tensor))) : '',
    opset ? field(8, field(2, 17)) : '',
  );
};

export const npyOf = (descr: string, shape: string, content: Uint8Array, { version = 1 } = {}): Buffer => {
  const header = `{'descr': ${descr}, 'fortran_order': False, 'shape': ${shape}, }`;
  const padded = `${header.padEnd(117 - 0)}\n`;
  return bytes('\x93NUMPY', version, 0, version === 1 ? u16(padded.length) : u32(padded.length), padded, content);
};

export const hdf5Of = (attributes: string) =>
  bytes('\x89HDF\r\n\x1a\n', Buffer.alloc(504), attributes, Buffer.alloc(512));
