import { bytes, u16, u32, u64 } from './bytes.ts';

/** The opcodes that the tests write, by what they do. Whole files are made of them: nothing here comes from a pickler. */
export const proto = (version: number) => bytes('\x80', version);
export const mark = bytes('(');
export const stop = bytes('.');
export const none = bytes('N');
const yes = bytes('\x88');
const no = bytes('\x89');
export const pop = bytes('0');
export const emptyTuple = bytes(')');
export const emptyList = bytes(']');
export const emptyDict = bytes('}');
export const tuple = bytes('t');
export const [tuple1, tuple2, tuple3] = [bytes('\x85'), bytes('\x86'), bytes('\x87')];
export const append = bytes('a');
export const [setItem, setItems] = [bytes('s'), bytes('u')];
export const reduce = bytes('R');
export const build = bytes('b');
export const newObject = bytes('\x81');
export const newObjectEx = bytes('\x92');
export const object = bytes('o');
export const stackGlobal = bytes('\x93');
export const memoize = bytes('\x94');
const persistent = bytes('Q');

const int = (value: number) => bytes('J', u32(value >>> 0));
export const byte = (value: number) => bytes('K', value);
const short = (value: number) => bytes('M', u16(value));
const float = (value: number) => {
  const number = Buffer.alloc(8);
  number.writeDoubleBE(value);
  return bytes('G', number);
};
export const text = (value: string) => bytes('X', u32(Buffer.byteLength(value)), Buffer.from(value));
export const shortText = (value: string) => bytes('\x8c', Buffer.byteLength(value), Buffer.from(value));
export const longText = (value: string) => bytes('\x8d', u64(Buffer.byteLength(value)), Buffer.from(value));
export const blob = (value: Uint8Array) => bytes('B', u32(value.length), value);
export const line = (opcode: string, value: string) => bytes(opcode, value, '\n');
export const global = (module: string, name: string) => bytes('c', module, '\n', name, '\n');
export const instance = (module: string, name: string) => bytes('i', module, '\n', name, '\n');
export const put = (index: number) => bytes('q', index);
export const get = (index: number) => bytes('h', index);
export const longPut = (index: number) => bytes('r', u32(index));
export const frame = (content: Uint8Array) => bytes('\x95', u64(content.length), content);

/** A pickle of a protocol, with what is between its beginning and its end. */
export const pickle = (version: number, ...parts: readonly Uint8Array[]) =>
  bytes(...(version >= 2 ? [proto(version)] : []), ...parts, stop);

/** A function called with one text, as a pickler writes it. */
export const calling = (module: string, name: string, argument: string) =>
  bytes(global(module, name), text(argument), tuple1, reduce);

/** The same, by names on the stack. */
export const callingFromStack = (module: string, name: string, argument: string) =>
  bytes(shortText(module), shortText(name), stackGlobal, shortText(argument), tuple1, reduce);

/** `numpy.dtype('f8', False, True)` with its state. */
const dtype = (code: string, flags = 0) =>
  bytes(
    bytes(global('numpy', 'dtype'), text(code), no, yes, tuple3, reduce),
    bytes(mark, byte(3), text('<'), none, none, none, int(-1), int(-1), byte(flags), tuple, build),
  );

/** An array as `numpy` pickles it. */
const array = (code: string, shape: number, content: Uint8Array) =>
  bytes(
    bytes(global('numpy.core.multiarray', '_reconstruct'), global('numpy', 'ndarray')),
    bytes(byte(0), tuple1, blob(Buffer.from('b')), tuple3, reduce),
    bytes(mark, byte(1), int(shape), tuple1, dtype(code), no, blob(content), tuple, build),
  );

/** What joblib writes for an array: a description, and the bytes of the array amid the pickle. */
export function joblibArray(
  code: string,
  shape: readonly number[],
  content: Uint8Array,
  { aligned = true, flags = 0 } = {},
) {
  const sides = bytes(mark, ...shape.map(int), tuple);
  const state = bytes(
    bytes(emptyDict, mark, text('subclass'), global('numpy', 'ndarray'), text('shape'), sides),
    bytes(text('order'), text('C'), text('dtype'), dtype(code, flags), text('allow_mmap'), yes),
    aligned ? bytes(text('numpy_array_alignment_bytes'), byte(16), setItems) : setItems,
  );
  const wrapper = bytes(global('joblib.numpy_pickle', 'NumpyArrayWrapper'), emptyTuple, newObject, state, build);
  return bytes(wrapper, aligned && !code.startsWith('O') && flags === 0 ? bytes(3, '\0\0\0') : '', content);
}

/** An estimator with one array in it, as `sklearn` is pickled. */
export const estimator = (version: number, module: string, name: string, weights: Uint8Array) =>
  pickle(
    version,
    bytes(
      global('copyreg', '_reconstructor'),
      global(module, name),
      global('builtins', 'object'),
      none,
      tuple3,
      reduce,
    ),
    bytes(emptyDict, mark, text('coef_'), array('f8', weights.length / 8, weights), text('C'), float(1)),
    bytes(text('_sklearn_version'), text('1.7.2'), setItems, build),
  );

const MAGIC = bytes('\x8a', 10, Buffer.from('6cfc9c46f9206aa85019', 'hex'));

/** What PyTorch wrote before its files were archives: five pickles, then tensors. */
export const legacyTorch = (object: Uint8Array, tensors: Uint8Array) =>
  bytes(
    pickle(2, MAGIC),
    pickle(2, short(1001)),
    pickle(2, emptyDict, mark, text('little_endian'), yes, setItems),
    pickle(2, object),
    pickle(2, emptyList, text('0'), append),
    tensors,
  );

/** A tensor as PyTorch pickles it: its bytes are elsewhere. */
export const tensor = (key: string, size: number) =>
  bytes(
    bytes(global('torch._utils', '_rebuild_tensor_v2'), mark),
    bytes(mark, text('storage'), global('torch', 'FloatStorage'), text(key), text('cpu'), int(size), tuple, persistent),
    bytes(byte(0), byte(size), tuple1, byte(1), tuple1, no),
    bytes(global('collections', 'OrderedDict'), emptyTuple, reduce, tuple, reduce),
  );
