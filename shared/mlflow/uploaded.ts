import { isLive, type Staged } from '../domain/staged.ts';
import type { Context } from '../http/endpoint.ts';
import { ARTIFACTS, placeOf } from './artifacts/place.ts';
import { TOKEN_PREFIX } from './base.ts';
import type { MlflowContext } from './call.ts';
import { refusalOf } from './refusal.ts';

/** A directory that the caller uploaded, and the files in it now. */
export interface Uploaded {
  readonly directory: string;
  readonly files: readonly Staged[];
}

/**
 * The uploaded directory that a source names: by its address here, by its path, or by what a tracking server calls the
 * logged model whose files were uploaded. Nothing where it names something else.
 * @throws Failure `request.invalid` where it is an address here, and nothing is there
 */
export async function uploadedAt(context: MlflowContext, source: string): Promise<Uploaded | undefined> {
  const named = namedBy(source, context.base);
  const directory = named?.directory ?? (await loggedAt(context, source));
  if (directory === undefined) return undefined;
  const place = placeOf(directory);
  if (place.kind === 'version') {
    const message = 'These are the files of a version: say models:/<name>/<version> for a copy of it.';
    throw refusalOf('source', `Invalid model version source: '${source}'. ${message}`);
  }
  const { store, caller, now } = context;
  const all = await store.stagedBelow(caller.tenant, caller.actor.principal, place.path);
  const files = all.filter((file) => isLive(file, now));
  return files.length > 0 || named?.isHere ? { directory: place.path, files } : undefined;
}

/** Without a host it may as well be another tracking server's. */
function namedBy(source: string, base: string): { directory: string; isHere: boolean } | undefined {
  const [, path] = /^mlflow-artifacts:(?:\/\/)?\/([^/].*)$/.exec(source) ?? [];
  if (path !== undefined) return { directory: path, isHere: false };
  const here = comparable(`${base}${ARTIFACTS}/`);
  const address = comparable(source);
  return address.startsWith(here)
    ? { directory: decoded(address.slice(here.length), source), isHere: true }
    : undefined;
}

/** @throws Failure `request.invalid` for what is no UTF-8 */
function decoded(path: string, source: string): string {
  try {
    return decodeURI(path);
  } catch {
    throw refusalOf('source', `Invalid model version source: '${source}'. Its path is not percent-encoded UTF-8.`);
  }
}

/** A machine has several names for itself, and the API one for tokens and one for signatures. */
const comparable = (url: string): string =>
  url
    .replace(/^(https?:\/\/)(?:localhost|\[::1\])(?=[:/])/i, '$1127.0.0.1')
    .replace(`${TOKEN_PREFIX}${ARTIFACTS}/`, `${ARTIFACTS}/`);

async function loggedAt({ store, caller, now }: Context, source: string): Promise<string | undefined> {
  const [, id] = /^models:\/+(m-[0-9a-f]{32})$/.exec(source) ?? [];
  const logged = id === undefined ? undefined : await store.logged(caller.tenant, caller.actor.principal, id);
  return logged && isLive(logged, now) ? logged.directory : undefined;
}
