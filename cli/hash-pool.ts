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

export function hashPool(): HashPool {
  const threads = Math.min(THREADS_MAX, availableParallelism());
  const limit = pLimit(threads);
  const idle: Worker[] = [];
  const all: Worker[] = [];

  const hired = () => {
    const worker = idle.pop();
    if (worker) return worker;
    const another = new Worker(new URL('./hash-worker.ts', import.meta.url));
    all.push(another);
    return another;
  };
  return {
    hash: (file, read) =>
      limit(async () => {
        const worker = hired();
        try {
          return await hashWith(worker, file, read);
        } finally {
          idle.push(worker);
        }
      }),
    [Symbol.asyncDispose]: async () => {
      await Promise.all(all.map((worker) => worker.terminate()));
    },
  };
}

type Message = { readonly read: number } | { readonly hashed: Hashed } | { readonly error: Error };

async function hashWith(worker: Worker, file: string, read: (bytes: number) => void): Promise<Hashed> {
  const { promise, resolve, reject } = Promise.withResolvers<Hashed>();
  const hear = (message: Message) => {
    if ('read' in message) read(message.read);
    else if ('hashed' in message) resolve(message.hashed);
    else reject(message.error);
  };
  worker.on('message', hear).once('error', reject);
  worker.postMessage(file);
  try {
    return await promise;
  } finally {
    worker.off('message', hear).off('error', reject);
  }
}
