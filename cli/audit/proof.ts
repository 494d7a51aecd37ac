import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { keysFrom, type NoteKey } from '../../shared/domain/note.ts';
import { Proof, whyNotProved } from '../../shared/domain/proof.ts';
import { Complaint } from '../complaint.ts';
import { details } from '../render.ts';
import type { Session } from '../session.ts';
import { keysIn } from './files.ts';

export interface ProofOptions {
  readonly key?: string;
}

/** Checks the proof of one event, and shows that event. @throws Complaint when it does not convince */
export async function checkProof(session: Session, file: string, { key }: ProofOptions): Promise<void> {
  const { world } = session;
  const given = file === '-' ? await text(world.input) : await readFile(path.resolve(world.directory, file), 'utf8');
  const { proof, own } = parsed(given, file);
  const keys = key === undefined ? own : await keysIn(key, world);
  const why = whyNotProved(proof, keys);
  if (why !== undefined)
    throw new Complaint('refused', why, { hint: 'Nothing is proved. Ask the registry for the proof again.' });
  // What is shown is what was hashed, and not what else the file may say.
  session.answer(proof.events[0], (style) => `${details(proof.events[0] ?? {}, style)}\n\n${style('green', 'proved')}`);
  if (key === undefined) session.say('The key came with the proof: name the one that you trust with --key.');
}

/** The proof, and the key that it names itself. */
function parsed(given: string, file: string): { readonly proof: Proof; readonly own: NoteKey[] } {
  try {
    const proof = Proof.parse(JSON.parse(given));
    return { proof, own: keysFrom(proof.checkpoint.key) };
  } catch (error) {
    const hint = 'Give what `signet get-proof --json` answered.';
    throw new Complaint('usage', `${file} is no proof.`, { hint, cause: error });
  }
}
