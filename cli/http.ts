import { type ClientRequest, Agent as HttpAgent, request as overHttp } from 'node:http';
import { Agent as HttpsAgent, request as overHttps } from 'node:https';
import { setTimeout } from 'node:timers/promises';

/** A request that the registry signed: it is sent with exactly these headers. */
export interface Signed {
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** How often the object store is asked for one thing. */
export const ATTEMPTS_MAX = 6;
const PAUSE_MS = 250;
const SILENCE_SECONDS = 120;

const agents = { http: new HttpAgent({ keepAlive: true }), https: new HttpsAgent({ keepAlive: true }) };

/** Begins a request to the object store. Not `fetch`: that sends bodies of unknown length, which S3 does not take. */
export function begin({ method, url, headers }: Signed, more: Readonly<Record<string, string>> = {}): ClientRequest {
  const isSecure = url.startsWith('https:');
  const options = { method, headers: { ...headers, ...more }, timeout: SILENCE_SECONDS * 1000 };
  const request = isSecure
    ? overHttps(url, { ...options, agent: agents.https })
    : overHttp(url, { ...options, agent: agents.http });
  // Whoever waits for an answer hears of errors; after the answer they mean nothing, and must not end the process.
  request.on('error', () => {});
  return request.on('timeout', () => request.destroy(new Error(`nothing was heard for ${SILENCE_SECONDS} seconds`)));
}

/** Waits before the next attempt, longer each time, and never as long as others who failed with it. */
export const pause = (attempt: number): Promise<void> => setTimeout(Math.random() * PAUSE_MS * 2 ** attempt);

/** Whether the same request may be answered otherwise later. 0 stands for no answer. */
export const isPassing = (status: number): boolean => [0, 408, 409, 429].includes(status) || status >= 500;
