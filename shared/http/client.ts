import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';
import { isMutation, type Operation } from '../contract/operation.ts';
import { type OperationName, operations, type Received, type Sent } from '../contract/operations.ts';
import type { Condition } from '../domain/condition.ts';
import type { Issue } from '../errors.ts';
import { linesOf } from './lines.ts';
import { apiSigner, type Credentials } from './signer.ts';
import { requestOf } from './wire.ts';

export interface ClientOptions {
  /** Where the API is, without `/v1`: `http://127.0.0.1:7070`, `https://….execute-api.eu-west-1.amazonaws.com/prod`. */
  readonly endpoint: string;
  readonly region: string;
  readonly credentials: Credentials;
  /** For callers that belong to several tenants. */
  readonly tenant?: string | undefined;
  /** What time it is where the registry is. The machine's own clock, unless told. */
  readonly now?: () => Date;
}

export interface CallOptions {
  /** By default a fresh one for each mutation, so that a repeat after a lost answer happens once. */
  readonly idempotencyKey?: string;
  /** The revision of the model on which a lifecycle operation depends. */
  readonly ifMatch?: number;
}

/** A function for every row: the input of the row in, its output out; where it streams, line by line. */
export type Client = {
  readonly [Name in OperationName]: (
    input: Sent<Name>,
    options?: CallOptions,
  ) => (typeof operations)[Name] extends { stream: true } ? AsyncIterable<Received<Name>> : Promise<Received<Name>>;
};

/** The registry as functions, signed with AWS Signature Version 4. */
export function registryClient(options: ClientOptions): Client {
  const send = sender(options);
  const functions = Object.entries<Operation>(operations).map(([name, operation]) => {
    const call = (input: Record<string, unknown>, call: CallOptions = {}) =>
      operation.stream ? values(() => send(operation, input, call, stream)) : send(operation, input, call, json);
    return [name, call] as const;
  });
  return Object.fromEntries(functions) as unknown as Client;
}

/** How an answer is read, before it counts as one: what breaks off meanwhile is asked for again. */
type Read<T> = (response: Response) => T | Promise<T>;

const json: Read<unknown> = async (response) => parsed(await response.text(), response);
const stream: Read<Response> = (response) => response;

function parsed(text: string, { status }: Response): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Problem(status, { detail: 'The answer is not JSON: there is something else than a registry there.' });
  }
}

/** What the registry answered in place of what was asked for: RFC 9457 problem JSON, or whatever a gateway said. */
export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly hint: string | undefined;
  readonly issues: readonly Issue[];
  /** What a refused promotion takes, met or not. */
  readonly conditions: readonly Condition[];
  readonly requestId: string | undefined;

  constructor(status: number, body: Partial<Problem> & { readonly detail?: string; readonly title?: string }) {
    super(body.detail ?? body.title ?? body.message ?? `The registry answered ${status}.`);
    this.name = 'Problem';
    this.status = status;
    this.code = body.code ?? `http.${status}`;
    this.hint = body.hint;
    this.issues = body.issues ?? [];
    this.conditions = body.conditions ?? [];
    this.requestId = body.requestId;
  }
}

const ATTEMPTS_MAX = 3;
const PAUSE_MS = 200;

/** A request to the API, whatever protocol it is of. */
export interface ApiRequest {
  readonly method: string;
  /** Below the endpoint. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | undefined;
}

/** Signs requests and sends them, each once. */
export function signedSender({ endpoint, region, credentials, tenant, now = () => new Date() }: ClientOptions) {
  const base = new URL(endpoint);
  const signer = apiSigner(region, credentials);
  return async ({ method, path, query, headers, body }: ApiRequest): Promise<Response> => {
    const request = {
      method,
      protocol: base.protocol,
      hostname: base.hostname,
      path: base.pathname.replace(/\/$/, '') + path,
      query,
      headers: { host: base.host, ...(tenant !== undefined && { 'x-signet-tenant': tenant }), ...headers },
      ...(body !== undefined && { body }),
    };
    const { headers: signed } = await signer.sign(request, { signingDate: now() });
    const { host: _, ...others } = signed;
    const search = new URLSearchParams(query).toString().replaceAll('+', '%20');
    return fetch(`${base.origin}${request.path}${search && `?${search}`}`, {
      method,
      headers: others,
      body: body ?? null,
    });
  };
}

function sender(options: ClientOptions) {
  const send = signedSender(options);

  return async <T>(
    operation: Operation,
    input: Record<string, unknown>,
    call: CallOptions,
    read: Read<T>,
  ): Promise<T> => {
    const { path, query, body } = requestOf(operation, input);
    const request = { method: operation.method, path, query, headers: headersOf(operation, call, body), body };
    return repeated(async () => read(await accepted(await send(request))));
  };
}

const headersOf = (operation: Operation, call: CallOptions, body?: string): Record<string, string> => ({
  ...(body !== undefined && { 'content-type': 'application/json' }),
  ...(isMutation(operation) && { 'idempotency-key': call.idempotencyKey ?? randomUUID() }),
  ...(call.ifMatch !== undefined && { 'if-match': `"${call.ifMatch}"` }),
});

/** @throws {Problem} what was answered in place of what was asked for */
async function accepted(response: Response): Promise<Response> {
  if (response.ok) return response;
  const body = (await response.json().catch(() => null)) as Partial<Problem> | null;
  throw new Problem(response.status, body ?? {});
}

/**
 * Sends again what may never have arrived, or whose answer did not: safe, since every mutation carries an
 * `Idempotency-Key`.
 */
async function repeated<T>(send: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await send();
    } catch (error) {
      if (attempt === ATTEMPTS_MAX || !isPassing(error)) throw error;
    }
    await setTimeout(Math.random() * PAUSE_MS * 2 ** attempt);
  }
}

/** Whether the next attempt may end otherwise. What breaks a connection is a TypeError to `fetch`. */
function isPassing(error: unknown): boolean {
  if (error instanceof Problem) return [429, 502, 503, 504].includes(error.status);
  return error instanceof TypeError && !isUnreachable(error);
}

function isUnreachable({ cause }: Error): boolean {
  return cause instanceof Error && 'code' in cause && ['ECONNREFUSED', 'ENOTFOUND'].includes(String(cause.code));
}

async function* values(send: () => Promise<Response>): AsyncGenerator<unknown> {
  const response = await send();
  if (!response.body) return;
  const chunks = Readable.fromWeb(response.body as Parameters<typeof Readable.fromWeb>[0]).setEncoding('utf8');
  for await (const line of linesOf(chunks)) if (line !== '') yield parsed(line, response);
}
