import { createWriteStream } from 'node:fs';
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Sent } from '../../shared/contract/operations.ts';
import { Complaint } from '../complaint.ts';
import type { Session } from '../session.ts';
import { write } from '../write.ts';
import { RECORD } from './files.ts';

export interface ExportOptions extends Sent<'exportEvents'> {
  readonly output?: string;
}

export async function exportRecord(
  session: Session,
  directory: string | undefined,
  { model, modelId, from, to, output }: ExportOptions,
): Promise<void> {
  const { world } = session;
  const selection = { ...(model && { model }), ...(modelId && { modelId }), ...(from && { from }), ...(to && { to }) };
  if (directory !== undefined) {
    if (output !== undefined || Object.keys(selection).length > 0)
      throw new Complaint('usage', 'A directory gets the whole record: expected no other option with it.');
    return wholeRecord(session, path.resolve(world.directory, directory));
  }
  const text = textOf((await session.registry()).exportEvents(selection));
  if (output !== undefined) return toFile(text, path.resolve(world.directory, output));
  for await (const line of text) await write(world.output, line);
}

/** After a failure there is no such directory. Checkpoints come first: what they have is among the events behind them. */
async function wholeRecord(session: Session, directory: string): Promise<void> {
  if ((await readdir(directory).catch(() => [])).length > 0)
    throw new Complaint('usage', `${directory} is not empty.`, { hint: 'Choose a directory that is not there yet.' });
  const unfinished = `${directory}.unfinished`;
  await rm(unfinished, { recursive: true, force: true });
  await mkdir(unfinished, { recursive: true });
  const registry = await session.registry();
  const keys = new Set<string>();
  await toFile(textOf(noting(registry.exportCheckpoints({}), keys)), path.join(unfinished, RECORD.checkpoints));
  await writeFile(path.join(unfinished, RECORD.key), [...keys].join(''));
  await toFile(textOf(registry.exportEvents({})), path.join(unfinished, RECORD.events));
  await rename(unfinished, directory);
  session.say(`The record is in ${directory}. Check it with \`signet audit verify\`, on any machine.`);
}

/** The same lines, taking note of the keys that are in them. */
async function* noting<Line extends { readonly type: string }>(lines: AsyncIterable<Line>, keys: Set<string>) {
  for await (const line of lines) {
    if ('key' in line && typeof line.key === 'string') keys.add(line.key);
    yield line;
  }
}

/** @throws Complaint where the stream ends before its end */
async function* textOf(lines: AsyncIterable<{ readonly type: string }>): AsyncGenerator<string> {
  let type = '';
  for await (const line of lines) {
    yield `${JSON.stringify(line)}\n`;
    type = line.type;
  }
  if (type === 'export.completed') return;
  throw new Complaint('unavailable', 'The export broke off.', { hint: 'Repeat it.' });
}

/** After a failure there is what was there before. */
async function toFile(text: AsyncIterable<string>, file: string): Promise<void> {
  const unfinished = `${file}.unfinished`;
  try {
    await pipeline(text, createWriteStream(unfinished));
    await rename(unfinished, file);
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
}
