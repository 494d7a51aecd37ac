/** Does work under a name when all earlier work under this name has ended, however it ended. */
export type InTurn = <T>(name: string, work: () => Promise<T>) => Promise<T>;

export function takingTurns(): InTurn {
  const last = new Map<string, Promise<unknown>>();

  return async (name, work) => {
    const result = (last.get(name) ?? Promise.resolve()).then(work);
    const ended = result.catch(() => undefined);
    last.set(name, ended);
    try {
      return await result;
    } finally {
      if (last.get(name) === ended) last.delete(name);
    }
  };
}
