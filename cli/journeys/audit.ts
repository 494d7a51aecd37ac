import { createReadStream, createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { Command } from 'commander';
import type { Sent } from '../../shared/contract/operations.ts';
import { type Fault, type Verdict, verifyChains } from '../../shared/domain/audit.ts';
import { linesOf } from '../../shared/http/lines.ts';
import { command, doing, offline } from '../command.ts';
import { Complaint } from '../complaint.ts';
import { count } from '../progress.ts';
import { table } from '../render.ts';
import type { Session } from '../session.ts';
import type { World } from '../world.ts';
import { write } from '../write.ts';

/** The commands about the record of changes. */
export const auditCommand = (world: World): Command =>
  new Command('audit')
    .description('Export the record of all changes, and prove it without trusting the registry')
    .addCommand(verifyCommand(world))
    .addCommand(exportCommand(world));

function verifyCommand(world: World): Command {
  const made = command({
    name: 'verify',
    summary: 'Recompute the hash chains of an export, offline; name the first bad event',
    usage: 'FILE',
    example: 'signet audit verify events.jsonl',
  }).argument('<file>', 'what `signet audit export` wrote; - for standard input');
  return offline(made, world, async (session, [file = '']) => {
    const text = file === '-' ? world.input : createReadStream(path.resolve(world.directory, file));
    const verdict = await verifyChains(linesOf(text.setEncoding('utf8')));
    session.answer(verdict, () => told(verdict, session));
    if (verdict.fault) throw bad(verdict.fault, verdict.events);
  });
}

function told({ events, chains, fault }: Verdict, { style }: Session): string {
  const rows = chains.map(({ chain, model = '', first, last, hash }) => [chain, model, `${first}–${last}`, hash]);
  const outcome = fault ? style('red', 'not proved') : style('green', 'proved');
  return `${table(['CHAIN', 'MODEL', 'EVENTS', 'LAST HASH'], rows, style)}\n\n${count(events, 'event')} in ${count(chains.length, 'chain')}: ${outcome}`;
}

function bad({ line, chain, seq, why }: Fault, proved: number): Complaint {
  const where = chain === undefined ? `Line ${line}` : `Line ${line}, chain ${chain}, event ${seq}`;
  const hint =
    proved > 0
      ? 'What comes before it is as it was written. Compare with another export, or with a copy of this one.'
      : 'Nothing is proved. Check that this is what `signet audit export` wrote.';
  return new Complaint('refused', `${where}: ${why}`, { hint });
}

interface ExportOptions extends Sent<'exportEvents'> {
  readonly output?: string;
}

function exportCommand(world: World): Command {
  const made = command({
    name: 'export',
    summary: 'Write events as JSON lines, oldest first',
    usage: '',
    example: 'signet audit export --model fraud-detector -o events.jsonl',
  })
    .option('--model <model>', 'of one model; without it, of the whole tenant')
    .option('--model-id <id>', 'of a model that was deleted, by its id')
    .option('--from <time>', 'not before this time')
    .option('--to <time>', 'not after this time')
    .option('-o, --output <file>', 'to a file, which is there once it is whole; else to standard output');
  return doing<ExportOptions>(made, world, async (session, _, { model, modelId, from, to, output }) => {
    const selection = {
      ...(model && { model }),
      ...(modelId && { modelId }),
      ...(from && { from }),
      ...(to && { to }),
    };
    const text = textOf((await session.registry()).exportEvents(selection));
    if (output !== undefined) return toFile(text, path.resolve(world.directory, output));
    for await (const line of text) await write(world.output, line);
  });
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
