import { S3Error } from './errors.ts';

/** The first and last byte that are asked for. */
export interface Range {
  readonly first: number;
  readonly last: number;
}

/**
 * Reads a Range header against a number of bytes. Like S3, ignores what is no range of bytes, and more than one.
 * @throws S3Error when there is no such byte
 */
export function readRange(header: string, bytes: number): Range | undefined {
  const [, from, to] = /^bytes=(\d*)-(\d*)$/.exec(header) ?? [];
  if (from === undefined || to === undefined || from + to === '') return undefined;
  if (from !== '' && to !== '' && Number(to) < Number(from)) return undefined;

  const range =
    from === ''
      ? { first: Math.max(0, bytes - Number(to)), last: to.match(/[1-9]/) ? bytes - 1 : -1 }
      : { first: Number(from), last: to === '' ? bytes - 1 : Math.min(Number(to), bytes - 1) };

  if (range.first <= range.last) return range;
  throw new S3Error('InvalidRange', 'The requested range is not satisfiable', { 'content-range': `bytes */${bytes}` });
}
