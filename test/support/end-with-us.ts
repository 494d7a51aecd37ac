import { type ChildProcess, spawn } from 'node:child_process';

/** Kills a process when this one ends, however it ends. */
export function endWithUs(child: ChildProcess): void {
  endsWithUs(child, String(child.pid));
}

/** Kills all that a process started too. It has to have been started `detached`. */
export function endAllWithUs(child: ChildProcess): void {
  endsWithUs(child, `-${child.pid}`);
}

function endsWithUs(child: ChildProcess, target: string): void {
  const cancel = afterUs('kill -9 "$0"', target);
  child.once('exit', cancel);
}

/** Removes a folder when this process has ended, unless it is told that it is gone. */
export const removeWithUs = (folder: string): (() => void) =>
  // Whoever writes there is killed at the same moment.
  afterUs('sleep 1; rm -rf "$0"', folder);

/** A watchdog whose pipe closes with this process, even when that is killed. */
function afterUs(script: string, argument: string): () => void {
  const watchdog = spawn('sh', ['-c', `read -r _; ${script}`, argument], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  watchdog.unref();
  return () => watchdog.kill();
}
