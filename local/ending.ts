/** npm sends on what the terminal has sent already: what comes so soon is the same Ctrl-C. */
const SAME_MS = 500;

/** Comes at the first Ctrl-C or other request to end. A second one ends the process at once. */
export function untilEnded(): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  let firstAt: number | undefined;
  const onSignal = () => {
    if (firstAt !== undefined && performance.now() - firstAt > SAME_MS) process.exit(130);
    firstAt ??= performance.now();
    resolve();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
  return promise;
}
