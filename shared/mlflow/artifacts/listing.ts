import { below } from '../../domain/staged.ts';

interface File {
  readonly path: string;
  readonly bytes: number;
  readonly sha256?: string;
}

/** What is right in a directory, in the words of MLflow: files with their sizes, and folders. */
export function entriesOf(directory: string, files: readonly File[]) {
  const entries = new Map<string, object>();
  for (const { path, bytes, sha256 } of files) {
    if (directory !== '' && !path.startsWith(`${directory}/`)) continue;
    const [name = '', ...rest] = below(directory, path).split('/');
    const file = { path: name, is_dir: false, file_size: bytes, ...(sha256 !== undefined && { sha256 }) };
    entries.set(name, rest.length > 0 ? { path: name, is_dir: true } : file);
  }
  return entries.size > 0 ? { files: [...entries.values()] } : {};
}
