import { TooMuch } from './finding.ts';

/** How much may still be done for one file: a hostile one costs no more than this, whatever it claims. */
export interface Effort {
  /** Bytes that come out of compressed ones. */
  inflated: number;
  /** Opcodes of pickles. */
  opcodes: number;
  /** Files inside of files. */
  members: number;
}

const MEMBERS_MAX = 20_000;
const OPCODES_MAX = 20_000_000;
const INFLATED_MIN = 256 * 2 ** 20;
/** Weights hardly shrink, and text shrinks to a tenth. */
const INFLATION = 20;
const INFLATED_MAX = 16 * 2 ** 30;

/** What a file of so many bytes is worth. */
export const effortFor = (bytes: number): Effort => ({
  inflated: Math.min(INFLATED_MAX, INFLATED_MIN + INFLATION * bytes),
  opcodes: OPCODES_MAX,
  members: MEMBERS_MAX,
});

const WHAT: Readonly<Record<keyof Effort, string>> = {
  inflated: 'bytes when it is unpacked',
  opcodes: 'opcodes',
  members: 'files inside',
};

/** @throws {TooMuch} */
export function spend(effort: Effort, what: keyof Effort, amount: number): void {
  effort[what] -= amount;
  if (effort[what] < 0) throw new TooMuch(`has more ${WHAT[what]} than are looked at`);
}
