/** What follows an opcode. `text` and `bytes` are preceded by their length, in so many bytes. */
export type Operand =
  | { readonly kind: 'none' }
  | { readonly kind: 'unsigned'; readonly size: 1 | 2 | 4 }
  | { readonly kind: 'signed' }
  | { readonly kind: 'float' }
  | { readonly kind: 'lines'; readonly count: 1 | 2; readonly of: 'number' | 'name' | 'text' }
  | { readonly kind: 'frame' }
  | { readonly kind: 'text' | 'bytes' | 'number'; readonly size: 1 | 4 | 8; readonly signed?: true };

const NONE: Operand = { kind: 'none' };
const U1: Operand = { kind: 'unsigned', size: 1 };
const U2: Operand = { kind: 'unsigned', size: 2 };
const U4: Operand = { kind: 'unsigned', size: 4 };
const I4: Operand = { kind: 'signed' };
const NUMERAL: Operand = { kind: 'lines', count: 1, of: 'number' };
const NAME: Operand = { kind: 'lines', count: 1, of: 'name' };
const NAMES: Operand = { kind: 'lines', count: 2, of: 'name' };
const LINE: Operand = { kind: 'lines', count: 1, of: 'text' };

/**
 * Every opcode of protocols 0 to 5, by its byte: there is no other.
 *
 * Source: https://github.com/python/cpython/blob/3.14/Lib/pickletools.py
 */
export const OPCODES = {
  40: ['MARK', NONE],
  41: ['EMPTY_TUPLE', NONE],
  46: ['STOP', NONE],
  48: ['POP', NONE],
  49: ['POP_MARK', NONE],
  50: ['DUP', NONE],
  66: ['BINBYTES', { kind: 'bytes', size: 4 }],
  67: ['SHORT_BINBYTES', { kind: 'bytes', size: 1 }],
  70: ['FLOAT', NUMERAL],
  71: ['BINFLOAT', { kind: 'float' }],
  73: ['INT', NUMERAL],
  74: ['BININT', I4],
  75: ['BININT1', U1],
  76: ['LONG', NUMERAL],
  77: ['BININT2', U2],
  78: ['NONE', NONE],
  80: ['PERSID', NAME],
  81: ['BINPERSID', NONE],
  82: ['REDUCE', NONE],
  83: ['STRING', LINE],
  84: ['BINSTRING', { kind: 'text', size: 4, signed: true }],
  85: ['SHORT_BINSTRING', { kind: 'text', size: 1 }],
  86: ['UNICODE', LINE],
  88: ['BINUNICODE', { kind: 'text', size: 4 }],
  93: ['EMPTY_LIST', NONE],
  97: ['APPEND', NONE],
  98: ['BUILD', NONE],
  99: ['GLOBAL', NAMES],
  100: ['DICT', NONE],
  101: ['APPENDS', NONE],
  103: ['GET', NUMERAL],
  104: ['BINGET', U1],
  105: ['INST', NAMES],
  106: ['LONG_BINGET', U4],
  108: ['LIST', NONE],
  111: ['OBJ', NONE],
  112: ['PUT', NUMERAL],
  113: ['BINPUT', U1],
  114: ['LONG_BINPUT', U4],
  115: ['SETITEM', NONE],
  116: ['TUPLE', NONE],
  117: ['SETITEMS', NONE],
  125: ['EMPTY_DICT', NONE],
  128: ['PROTO', U1],
  129: ['NEWOBJ', NONE],
  130: ['EXT1', U1],
  131: ['EXT2', U2],
  132: ['EXT4', I4],
  133: ['TUPLE1', NONE],
  134: ['TUPLE2', NONE],
  135: ['TUPLE3', NONE],
  136: ['NEWTRUE', NONE],
  137: ['NEWFALSE', NONE],
  138: ['LONG1', { kind: 'number', size: 1 }],
  139: ['LONG4', { kind: 'number', size: 4, signed: true }],
  140: ['SHORT_BINUNICODE', { kind: 'text', size: 1 }],
  141: ['BINUNICODE8', { kind: 'text', size: 8 }],
  142: ['BINBYTES8', { kind: 'bytes', size: 8 }],
  143: ['EMPTY_SET', NONE],
  144: ['ADDITEMS', NONE],
  145: ['FROZENSET', NONE],
  146: ['NEWOBJ_EX', NONE],
  147: ['STACK_GLOBAL', NONE],
  148: ['MEMOIZE', NONE],
  149: ['FRAME', { kind: 'frame' }],
  150: ['BYTEARRAY8', { kind: 'bytes', size: 8 }],
  151: ['NEXT_BUFFER', NONE],
  152: ['READONLY_BUFFER', NONE],
} as const satisfies Readonly<Record<number, readonly [string, Operand]>>;

export type Opcode = (typeof OPCODES)[keyof typeof OPCODES][0];
