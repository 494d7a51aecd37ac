import { Agent, request } from 'node:http';

/** One request, made ready before the clock runs: signing is the client's work, and is not measured. */
export interface Shot {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
}

/** Operations a second, and the times of half and of 99 in 100 requests, in milliseconds. */
export interface Timing {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
}

/** Sends the shots of each client one after the other, all clients at once, over connections that are kept or not. */
export async function fire(
  origin: string,
  clients: readonly (readonly Shot[])[],
  { keepAlive = true }: { readonly keepAlive?: boolean } = {},
): Promise<Timing> {
  const agent = new Agent({ keepAlive, maxSockets: clients.length });
  const times: number[] = [];
  const begun = performance.now();
  await Promise.all(
    clients.map(async (shots) => {
      for (const shot of shots) {
        const sent = performance.now();
        await send(origin, agent, shot);
        times.push(performance.now() - sent);
      }
    }),
  );
  const seconds = (performance.now() - begun) / 1000;
  agent.destroy();
  return { perSecond: times.length / seconds, p50: percentile(times, 50), p99: percentile(times, 99) };
}

/** A request that was not answered with success would measure nothing. */
export const send = (origin: string, agent: Agent, { method, path, headers, body }: Shot): Promise<void> =>
  new Promise((resolve, reject) => {
    const sent = request(`${origin}${path}`, { agent, method, headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () => {
        if ((response.statusCode ?? 500) < 300) resolve();
        else reject(new Error(`${method} ${path}: ${response.statusCode} ${Buffer.concat(chunks)}`));
      });
    });
    sent.on('error', reject);
    sent.end(body);
  });

/** The value below which so many in a hundred are. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor((sorted.length * percent) / 100))] ?? Number.NaN;
}

/** The round in the middle, by each measure. */
export function median(rounds: readonly Timing[]): Timing {
  const middle = (of: (timing: Timing) => number) => percentile(rounds.map(of), 50);
  return { perSecond: middle((one) => one.perSecond), p50: middle((one) => one.p50), p99: middle((one) => one.p99) };
}
