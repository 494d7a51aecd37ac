import { setTimeout } from 'node:timers/promises';
import * as z from 'zod/mini';
import { Complaint } from '../complaint.ts';

/** What a request is answered with: by whatever signs and sends it. */
export type Send = (request: {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly body?: string;
}) => Promise<Response>;

/** MLflow's REST API, of any server that speaks it. */
export interface MlflowApi {
  /** The fields of the answer. @throws MlflowRefusal */
  call(
    method: 'GET' | 'POST' | 'DELETE',
    path: string,
    input: Readonly<Record<string, string | number | object>>,
  ): Promise<unknown>;
}

/** That a server of MLflow, which `where` names, did not do what it was asked for. */
export class MlflowRefusal extends Error {
  readonly where: string;
  readonly status: number;
  /** What MLflow calls it: `RESOURCE_DOES_NOT_EXIST`. */
  readonly code: string;

  constructor(where: string, status: number, { error_code = `HTTP ${status}`, message }: z.output<typeof Refused>) {
    super(message ?? `It answered ${status}.`);
    this.name = 'MlflowRefusal';
    this.where = where;
    this.status = status;
    this.code = error_code;
  }
}

const Refused = z.object({ error_code: z.optional(z.string()), message: z.optional(z.string()) });

const ATTEMPTS_MAX = 4;
const PAUSE_MS = 500;

/** Reads are repeated when something fails in passing; what changes something is not, as it may have happened. */
export function mlflowApi(where: string, send: Send): MlflowApi {
  return {
    async call(method, path, input) {
      const reads = method === 'GET';
      const fields = reads ? Object.entries(input).map(([name, value]) => [name, String(value)]) : [];
      const body = reads ? {} : { body: JSON.stringify(input) };
      const request = { method, path: `/api/2.0/mlflow${path}`, query: Object.fromEntries(fields), ...body };
      return json(where, await repeated(where, () => send(request), reads ? ATTEMPTS_MAX : 1));
    },
  };
}

async function json(where: string, response: Response): Promise<unknown> {
  const answer: unknown = await response.json().catch(() => undefined);
  if (response.ok && typeof answer === 'object') return answer;
  if (response.ok)
    throw new Complaint('usage', `${where} does not answer with JSON: there is something else than MLflow.`);
  const { success, data } = Refused.safeParse(answer);
  throw new MlflowRefusal(where, response.status, success ? data : {});
}

/** Sends a request, and again while whoever is there cannot answer. @throws Complaint where nobody is there */
export async function repeated(
  where: string,
  send: () => Promise<Response>,
  attempts = ATTEMPTS_MAX,
): Promise<Response> {
  for (let attempt = 1; ; attempt += 1) {
    const response = await send().catch((cause: unknown) => {
      if (attempt < attempts) return;
      const hint = 'The same command goes on where it was.';
      throw new Complaint('unavailable', `${where} cannot be reached.`, { cause, hint });
    });
    if (response && (attempt >= attempts || !(response.status === 429 || response.status >= 500))) return response;
    await setTimeout(Math.random() * PAUSE_MS * 2 ** attempt);
  }
}
