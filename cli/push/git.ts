import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** The commit that a directory is at. */
export interface Code {
  readonly repository?: string;
  readonly commit: string;
  /** Files differ from the commit. */
  readonly isChanged: boolean;
}

/** What git says of a directory, or `undefined` where it is in no repository with a commit, or there is no git. */
export async function codeOf(directory: string): Promise<Code | undefined> {
  const git = (...words: string[]) =>
    promisify(execFile)('git', ['-C', directory, ...words]).then(
      ({ stdout }) => stdout.trim(),
      () => undefined,
    );
  const [commit, remote, status] = await Promise.all([
    git('rev-parse', 'HEAD'),
    git('remote', 'get-url', 'origin'),
    git('status', '--porcelain', '--untracked-files=no'),
  ]);
  if (!commit) return undefined;
  return { commit, isChanged: status !== '', ...(remote && { repository: withoutPassword(remote) }) };
}

/** Passwords in the URL of a remote would be shown to every reader of the registry. */
function withoutPassword(remote: string): string {
  const url = /^https?:/.test(remote) ? URL.parse(remote) : null;
  if (!url) return remote;
  url.username = '';
  url.password = '';
  return url.href;
}
