import * as z from 'zod/mini';
import { Complaint } from '../complaint.ts';
import { everyItem } from '../paging.ts';
import { type MlflowApi, MlflowRefusal, mlflowApi, type Send } from './mlflow-api.ts';

const text = z._default(z.nullish(z.string()), '');
const Tags = z.pipe(
  z._default(z.array(z.object({ key: z.string(), value: text })), []),
  z.transform((tags) => Object.fromEntries(tags.map(({ key, value }) => [key, value ?? '']))),
);
/** Milliseconds since 1970; some servers send them as text. */
const Time = z.pipe(
  z.optional(z.union([z.number(), z.string()])),
  z.transform((time) => (time === undefined ? undefined : new Date(Number(time)).toISOString())),
);

/** A version as its server tells of it. */
const OriginVersion = z.object({
  version: z.pipe(z.string(), z.transform(Number)),
  current_stage: z._default(z.string(), 'None'),
  creation_timestamp: Time,
  user_id: text,
  description: text,
  source: text,
  run_id: text,
  run_link: text,
  status: z._default(z.string(), 'READY'),
  tags: Tags,
});
export type OriginVersion = z.output<typeof OriginVersion>;

const Model = z.object({
  name: z.string(),
  creation_timestamp: Time,
  user_id: text,
  description: text,
  tags: Tags,
  aliases: z._default(z.array(z.object({ alias: z.string(), version: z.string() })), []),
});

/** A model as its server tells of it, with all its versions by number. */
export type OriginModel = z.output<typeof Model> & { readonly versions: readonly OriginVersion[] };

const Models = z.object({
  registered_models: z._default(z.array(z.object({ name: z.string() })), []),
  next_page_token: z.optional(z.string()),
});
const Versions = z.object({
  model_versions: z._default(z.array(OriginVersion), []),
  next_page_token: z.optional(z.string()),
});

const PAGE = 1_000;
/** MLflow leaves prompts out of every search that does not ask for them. */
const PROMPTS = "tags.`mlflow.prompt.is_prompt` = 'true'";

/** The registry that models come from. */
export interface Origin {
  /** How it is called in what is imported: its address, without what is secret in it. */
  readonly name: string;
  /** The names of models and prompts, each once, in their order. */
  names(): Promise<string[]>;
  /** @throws MlflowRefusal */
  model(name: string): Promise<OriginModel>;
  /** Where the files of a version are. */
  filesOf(name: string, version: number): Promise<string>;
  /** Any request, as the API is called. */
  readonly send: Send;
}

/** @throws Complaint for what is no address of a server */
export function originAt(uri: string, env: Readonly<Record<string, string | undefined>>): Origin {
  const url = addressOf(uri);
  const base = url.origin + url.pathname.replace(/\/$/, '');
  const headers = headersOf(url, env);
  const send: Send = ({ method, path, query, body }) => {
    const search = new URLSearchParams(query).toString();
    return fetch(`${base}${path}${search && `?${search}`}`, { method, headers, ...(body !== undefined && { body }) });
  };
  const api = mlflowApi(base, send);
  return {
    name: base,
    send,
    async names() {
      const [models, prompts] = [await namesOf(api, {}), await namesOf(api, { filter: PROMPTS })];
      return [...new Set([...models, ...prompts])].sort();
    },
    async model(name) {
      const { registered_model } = z
        .object({ registered_model: Model })
        .parse(await api.call('GET', '/registered-models/get', { name }));
      return { ...registered_model, versions: await versionsOf(api, name) };
    },
    async filesOf(name, version) {
      const answer = await api.call('GET', '/model-versions/get-download-uri', { name, version: String(version) });
      return z.object({ artifact_uri: text }).parse(answer).artifact_uri ?? '';
    },
  };
}

function addressOf(uri: string): URL {
  const url = URL.canParse(uri) ? new URL(uri) : undefined;
  if (url && /^https?:$/.test(url.protocol)) return url;
  throw new Complaint(
    'usage',
    `--from ${uri}: expected the address of an MLflow server, such as https://mlflow.example.com.`,
    {
      hint: 'Of a database or a directory, start a server first: `mlflow server --backend-store-uri …`.',
    },
  );
}

/** As MLflow's own client is told who it is. */
function headersOf(url: URL, env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const user = decodeURIComponent(url.username) || env['MLFLOW_TRACKING_USERNAME'];
  const password = decodeURIComponent(url.password) || (env['MLFLOW_TRACKING_PASSWORD'] ?? '');
  const token = env['MLFLOW_TRACKING_TOKEN'];
  const basic = user && `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
  const authorization = basic || (token && `Bearer ${token}`);
  const workspace = env['MLFLOW_WORKSPACE'];
  return {
    'content-type': 'application/json',
    ...(authorization && { authorization }),
    ...(workspace && { 'x-mlflow-workspace': workspace }),
  };
}

const namesOf = (api: MlflowApi, filter: { readonly filter?: string }): Promise<string[]> =>
  everyItem(async ({ cursor }) => {
    const page = { max_results: PAGE, ...filter, ...(cursor !== undefined && { page_token: cursor }) };
    const answer = Models.parse(await api.call('GET', '/registered-models/search', page));
    return { items: answer.registered_models.map(({ name }) => name), cursor: answer.next_page_token || undefined };
  });

/** The versions of a model, or of a prompt: a search finds either one or the other. */
async function versionsOf(api: MlflowApi, name: string): Promise<OriginVersion[]> {
  const quote = name.includes("'") ? '"' : "'";
  const filter = `name=${quote}${name}${quote}`;
  const found = await searched(api, filter);
  const all = found.length > 0 ? found : await searched(api, `${filter} AND ${PROMPTS}`);
  return all.sort((one, other) => one.version - other.version);
}

const searched = (api: MlflowApi, filter: string): Promise<OriginVersion[]> =>
  everyItem(async ({ cursor }) => {
    const page = { filter, max_results: PAGE, ...(cursor !== undefined && { page_token: cursor }) };
    const answer = Versions.parse(await api.call('GET', '/model-versions/search', page));
    return { items: answer.model_versions, cursor: answer.next_page_token || undefined };
  });

/** Whether somebody asked for a model that the origin has not. */
export const isAbsent = (error: unknown): boolean => error instanceof MlflowRefusal && error.status === 404;
