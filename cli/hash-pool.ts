import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import pLimit from 'p-limit';

/** What a file is: its size, its SHA-256, and that of each 64 MiB part where it travels in parts. */
export interface Hashed {
  readonly bytes: number;
  readonly sha256: string;
  readonly parts?: readonly string[];
}

/** Threads that hash files, each one file at a time with one buffer. */
export interface HashPool extends AsyncDisposable {
  /** `read` hears of bytes as they are read. */
  hash(file: string, read: (bytes: number) => void): Promise<Hashed>;
}

const THREADS_MAX = 4;

export function hashPool(program = new URL('./hash-worker.ts', import.meta.url)): HashPool {
  const threads = Math.min(THREADS_MAX, availableParallelism());
  const limit = pLimit(threads);
  const idle: Worker[] = [];
  const all: Worker[] = [];

  const hired = () => {
    const worker = idle.pop();
    if (worker) return worker;
    const another = new Worker(program);
    all.push(another);
    return another;
  };
  return {
    hash: (file, read) =>
      limit(async () => {
        const worker = hired();
        const answer = await answerOf(worker, file, read);
        // Only now: one that died would be waited for without end.
        idle.push(worker);
        if ('error' in answer) throw answer.error;
        return answer.hashed;
      }),
    [Symbol.asyncDispose]: async () => {
      await Promise.all(all.map((worker) => worker.terminate()));
    },
  };
}

type Answer = { readonly hashed: Hashed } | { readonly error: Error };
type Message = { readonly read: number } | Answer;

/** What a thread answers. Fails when it dies. */
async function answerOf(worker: Worker, file: string, read: (bytes: number) => void): Promise<Answer> {
  const { promise, resolve, reject } = Promise.withResolvers<Answer>();
  const hear = (message: Message) => ('read' in message ? read(message.read) : resolve(message));
  const end = (code: number) => reject(new Error(`The thread that hashes ${file} ended with ${code}.`));
  worker.on('message', hear).once('error', reject).once('exit', end);
  worker.postMessage(file);
  try {
    return await promise;
  } finally {
    worker.off('message', hear).off('error', reject).off('exit', end);
  }
}
