import { vi } from 'vitest';

/** Does something at another time of the machine's own clock: signed URLs are given and expire by it alone. */
export async function atMachineTime<T>(time: number, work: () => Promise<T>): Promise<T> {
  vi.useFakeTimers({ toFake: ['Date'], now: time });
  try {
    return await work();
  } finally {
    vi.useRealTimers();
  }
}
