import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { keysFrom, type NoteKey } from '../../shared/domain/note.ts';
import { Complaint } from '../complaint.ts';
import type { World } from '../world.ts';

/** What the directory of an exported record has. */
export const RECORD = { events: 'events.jsonl', checkpoints: 'checkpoints.jsonl', key: 'key.pem' } as const;

/** The keys in a file of PEM. @throws Complaint for another file */
export async function keysIn(file: string, { directory }: World): Promise<NoteKey[]> {
  const text = await readFile(path.resolve(directory, file), 'utf8');
  try {
    return keysFrom(text);
  } catch (error) {
    const hint = 'Give a file with a public key of P-256 in PEM, as `aws kms get-public-key` has it.';
    throw new Complaint('usage', `${file}: ${(error as Error).message}`, { hint, cause: error });
  }
}
