import type { World } from './world.ts';

/** How far something is, for the person who watches. */
export interface Progress extends Disposable {
  /** So much more; less, when it has to be done again. */
  advance(amount: number): void;
}

/** A bar on a terminal, and nothing elsewhere. `shown` says how an amount is read, where it is not one of bytes. */
export async function progress(
  title: string,
  total: number,
  { messages }: World,
  shown: (amount: number) => string = size,
): Promise<Progress> {
  if (messages.isTTY !== true || total === 0) return { advance() {}, [Symbol.dispose]() {} };

  const { SingleBar } = await import('cli-progress');
  const format = `${title} {bar} {percentage}% | {done} of {all} | {eta_formatted} left`;
  const bar = new SingleBar({
    stream: messages,
    format,
    barCompleteChar: '█',
    barIncompleteChar: '░',
    etaBuffer: 100,
  });
  bar.start(total, 0, { done: shown(0), all: shown(total) });
  let done = 0;
  return {
    advance(amount) {
      done += amount;
      bar.update(done, { done: shown(done) });
    },
    [Symbol.dispose]: () => bar.stop(),
  };
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** A number of bytes as people read it: `1.5 GiB`. */
export function size(bytes: number): string {
  const power = Math.min(UNITS.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  const amount = bytes / 2 ** (10 * power);
  return `${power === 0 || amount >= 100 ? Math.round(amount) : amount.toFixed(1)} ${UNITS[power]}`;
}

/** `1 file`, `3 files`. */
export const count = (number: number, noun: string): string => `${number} ${noun}${number === 1 ? '' : 's'}`;
