import { TableDamaged, TableLocked, TableReadOnly } from '../shared/store/sqlite-file.ts';
import { StorageFull, Unavailable } from '../shared/store/table.ts';
import { Refused } from './refused.ts';

/** Does something. @throws {Refused} where there is a reason for its failure that whoever runs it can mend */
export async function orRefused<T>(
  reasonOf: (error: unknown) => string | undefined,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    const reason = reasonOf(error);
    throw reason === undefined ? error : new Refused(1, reason, { cause: error });
  }
}

/** What is wrong with a directory, in a sentence that says what to do; `undefined` where that is not what failed. */
export function whyNotWriting(error: unknown, directory: string): string | undefined {
  if (error instanceof TableLocked)
    return `Another registry runs on ${directory}. Stop it, or choose another --directory.`;
  if (error instanceof TableDamaged) return `${oneLine(error.message)}. Put a copy of the file back.`;
  if (error instanceof StorageFull) return full(directory);
  if (error instanceof TableReadOnly) return notWritable(error.place);
  if (error instanceof Unavailable) return error.message;
  if (!(error instanceof Error && 'code' in error)) return undefined;

  switch (error.code) {
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return notWritable(directory);
    case 'ENOENT':
      // Some file systems, such as /proc, take no directories.
      return 'syscall' in error && error.syscall === 'mkdir' ? notWritable(directory) : undefined;
    case 'EEXIST':
    case 'ENOTDIR':
      return `${directory} is not a directory. Choose another --directory.`;
    case 'ENOSPC':
    case 'EDQUOT':
      return full(directory);
    default:
      return undefined;
  }
}

const notWritable = (place: string): string =>
  `${place} cannot be written. Choose another --directory, or change who may write it.`;

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ');

const full = (directory: string): string => `The disk of ${directory} is full. Make room, and start again.`;

interface Address {
  readonly host: string;
  readonly port: number;
}

/** Why nobody can listen there, in a sentence that says what to do; `undefined` where that is not what failed. */
export function whyNotListening(error: unknown, { host, port }: Address): string | undefined {
  if (!(error instanceof Error && 'code' in error && 'syscall' in error)) return undefined;
  if (error.syscall !== 'listen' && error.syscall !== 'getaddrinfo') return undefined;
  switch (error.code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `There is no address ${host}. Choose another --host.`;
    case 'EADDRINUSE':
      return `Port ${port} of ${host} is in use. Stop what uses it, or choose another --port.`;
    case 'EACCES':
      return `Port ${port} of ${host} may not be used by you. Choose another --port, from 1024 up.`;
    case 'EADDRNOTAVAIL':
      return `${host} is not an address of this machine. Choose another --host.`;
    default:
      return undefined;
  }
}
