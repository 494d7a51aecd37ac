import { Malformed } from '../finding.ts';
import type { Value } from './values.ts';

/** What follows the description of an array in a file of joblib, amid the opcodes. */
export type Payload =
  | { readonly kind: 'bytes'; readonly bytes: number; readonly aligned: boolean }
  /** An array of objects is a pickle of its own. */
  | { readonly kind: 'pickle' };

/** What joblib writes in place of an array. */
export const ARRAY_WRAPPER = 'joblib.numpy_pickle.NumpyArrayWrapper';

/**
 * The payload of an array, by its description.
 *
 * Source: https://github.com/joblib/joblib/blob/1.5.2/joblib/numpy_pickle.py
 * @throws {Malformed} where that cannot be told: nobody knows then where the opcodes go on
 */
export function payloadOf(state: Value | undefined): Payload {
  if (state?.is !== 'dict' || !state.entries) throw new Malformed('has an array without a description');
  const { itemsize, hasObjects } = typeOf(state.entries.get('dtype'));
  if (hasObjects) return { kind: 'pickle' };

  const alignment = state.entries.get('numpy_array_alignment_bytes');
  const aligned = alignment !== undefined && alignment.is !== 'none';
  return { kind: 'bytes', bytes: countOf(state.entries.get('shape')) * itemsize, aligned };
}

function countOf(shape: Value | undefined): number {
  if (shape?.is !== 'tuple') throw new Malformed('has an array without a shape');
  const count = shape.items.reduce((product, one) => product * (one.is === 'number' ? one.number : Number.NaN), 1);
  if (!Number.isSafeInteger(count) || count < 0) throw new Malformed('has an array of a shape that is none');
  return count;
}

const CODE = /^[<>|=]?([?a-zA-Z])(\d*)$/;
const SIZES: Readonly<Record<string, number>> = { '?': 1 };
const HAS_OBJECTS = 0x01;

/** `numpy.dtype('f8', False, True)` and the state it was given: the last item of that has the flags. */
function typeOf(dtype: Value | undefined): { itemsize: number; hasObjects: boolean } {
  const [code] = dtype?.is === 'object' && dtype.of === 'numpy.dtype' ? dtype.given : [];
  const [, letter, digits] = (code?.is === 'text' && CODE.exec(code.text)) || [];
  if (letter === undefined || dtype?.is !== 'object') throw new Malformed('has an array of a type that is not known');

  const flags = dtype.state?.is === 'tuple' ? dtype.state.items[7] : undefined;
  // Only a type with fields may hold objects without being one.
  if (letter === 'V' && flags?.is !== 'number') throw new Malformed('has an array of a type that is not known');
  const flagged = flags?.is === 'number' && (flags.number & HAS_OBJECTS) !== 0;
  const size = digits ? Number(digits) : (SIZES[letter] ?? Number.NaN);
  const itemsize = letter === 'U' ? size * 4 : size;
  if (!Number.isSafeInteger(itemsize)) throw new Malformed('has an array of a type that is not known');
  return { itemsize, hasObjects: letter === 'O' || flagged };
}
