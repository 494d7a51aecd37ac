import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';

/** A process whose memory is watched. */
export interface Measured {
  readonly child: ChildProcess;
  /** The most memory that it had at once, in MiB. */
  peak(): number;
  /** Its exit code, or the signal that ended it. */
  ended(): Promise<number | string>;
}

const EVERY_MS = 50;

/** Starts a script of this repository with the Node that runs this, and watches it. */
export function measured(script: string, words: readonly string[], env: NodeJS.ProcessEnv): Measured {
  const child = spawn(process.execPath, [script, ...words], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let peak = 0;
  const look = () => {
    peak = Math.max(peak, peakOf(child.pid));
  };
  const watch = setInterval(look, EVERY_MS);
  const exit = once(child, 'exit').finally(() => clearInterval(watch));
  return {
    child,
    peak: () => {
      look();
      return peak;
    },
    ended: async () => {
      const [code, signal] = await exit;
      return code ?? signal;
    },
  };
}

/** Linux keeps the peak itself, so that nothing between two looks is missed but the very last. */
function peakOf(pid: number | undefined): number {
  try {
    const [, kibibytes] = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
    return Number(kibibytes ?? 0) / 1024;
  } catch {
    return 0;
  }
}
