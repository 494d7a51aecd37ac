import { createReadStream } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { type Fault, type Verdict, verifyChains } from '../../shared/domain/audit.ts';
import { type RecordVerdict, verifyRecord } from '../../shared/domain/audit-record.ts';
import { linesOf } from '../../shared/http/lines.ts';
import { Complaint } from '../complaint.ts';
import { count } from '../progress.ts';
import { table } from '../render.ts';
import type { Session, Style } from '../session.ts';
import { keysIn, RECORD } from './files.ts';

export interface VerifyOptions {
  readonly key?: string;
  readonly checkpoint?: string;
}

/** Proves what was exported: a whole record, or a file of events. @throws Complaint with the first fault */
export async function verifyExport(session: Session, place: string, options: VerifyOptions): Promise<void> {
  const { world } = session;
  const file = path.resolve(world.directory, place);
  if (place !== '-' && (await stat(file)).isDirectory()) return verifyDirectory(session, file, options);
  if (options.key !== undefined || options.checkpoint !== undefined)
    throw new Complaint('usage', 'Events alone have no checkpoints: --key and --checkpoint are for a directory.');
  const text = place === '-' ? world.input : createReadStream(file);
  const verdict = await verifyChains(linesOf(text.setEncoding('utf8')));
  session.answer(verdict, (style) => told(verdict, style));
  if (verdict.fault) throw bad(verdict.fault, verdict.events);
}

async function verifyDirectory(session: Session, directory: string, options: VerifyOptions): Promise<void> {
  const { world } = session;
  const lines = (name: string) => linesOf(createReadStream(path.join(directory, name)).setEncoding('utf8'));
  const own = path.join(directory, RECORD.key);
  const keys = options.key === undefined && (await stat(own)).size === 0 ? [] : await keysIn(options.key ?? own, world);
  const kept =
    options.checkpoint === undefined ? undefined : await noteIn(path.resolve(world.directory, options.checkpoint));
  const verdict = await verifyRecord({
    events: lines(RECORD.events),
    checkpoints: lines(RECORD.checkpoints),
    keys,
    kept,
  });
  session.answer(verdict, (style) => toldOf(verdict, style));
  if (verdict.fault) throw badIn(verdict.fault, verdict.events);
  if (options.key === undefined && verdict.checkpoints > 0) session.say(UNTRUSTED);
}

const UNTRUSTED =
  'The key came with the record: whoever made another record could have put another key there. Name the one that you trust with --key.';

/** The note of a checkpoint: as such, or in the file that the registry keeps of it. */
async function noteIn(file: string): Promise<string> {
  const text = await readFile(file, 'utf8');
  if (!text.startsWith('{')) return text;
  const { note } = JSON.parse(text) as { note?: unknown };
  return typeof note === 'string' ? note : '';
}

function told({ events, chains, fault }: Verdict, style: Style): string {
  const outcome = fault ? style('red', 'not proved') : style('green', 'proved');
  return `${chainsOf({ chains }, style)}\n\n${count(events, 'event')} in ${count(chains.length, 'chain')}: ${outcome}`;
}

function toldOf({ events, chains, checkpoints, at, sealed, fault }: RecordVerdict, style: Style): string {
  const outcome = fault ? style('red', 'not proved') : style('green', 'proved');
  const sum = `${count(events, 'event')} in ${count(chains.length, 'chain')}, ${count(checkpoints, 'checkpoint')}`;
  const until = at === undefined ? '' : `, the last of ${at}`;
  const rest = events - sealed;
  const newer = !fault && rest > 0 ? `\n${count(rest, 'event')} of these no checkpoint has yet.` : '';
  return `${chainsOf({ chains }, style)}\n\n${sum}${until}: ${outcome}${newer}`;
}

function chainsOf({ chains }: Pick<Verdict, 'chains'>, style: Style): string {
  const rows = chains.map(({ chain, model = '', first, last, hash }) => [chain, model, `${first}–${last}`, hash]);
  return table(['CHAIN', 'MODEL', 'EVENTS', 'LAST HASH'], rows, style);
}

function bad({ line, chain, seq, why }: Fault, proved: number, file?: string): Complaint {
  const where = file === undefined ? `Line ${line}` : `Line ${line} of ${file}`;
  const what = chain === undefined ? where : `${where}, chain ${chain}, event ${seq}`;
  const hint =
    proved > 0
      ? 'What comes before it is as it was written. Compare with another export, or with a copy of this one.'
      : 'Nothing is proved. Check that this is what `signet audit export` wrote.';
  return new Complaint('refused', `${what}: ${why}`, { hint });
}

function badIn(fault: NonNullable<RecordVerdict['fault']>, proved: number): Complaint {
  if (fault.in === 'events') return bad(fault, proved, RECORD.events);
  const where =
    fault.in === 'checkpoints' ? `Line ${fault.line} of ${RECORD.checkpoints}, checkpoint ${fault.checkpoint}: ` : '';
  return new Complaint('refused', `${where}${fault.why}`, {
    hint: 'Nothing is proved. Compare with the checkpoints that are kept where nobody can change them.',
  });
}
