import { createPublicKey, hash, type KeyObject, verify } from 'node:crypto';

/**
 * A signed note as C2SP has it (https://c2sp.org/signed-note): text that ends in a line end, an empty line, and lines of
 * signatures. The signatures are ECDSA over P-256 with SHA-256, in DER.
 */

/** A key by which signatures are checked. */
export interface NoteKey {
  /** The first four bytes of the SHA-256 of the key, in hexadecimal: which key a signature names. */
  readonly id: string;
  readonly key: KeyObject;
}

/** The keys of a text in PEM, one after another. @throws TypeError where there is none, or another kind of key */
export function keysFrom(pem: string): NoteKey[] {
  const blocks = pem.match(/-----BEGIN PUBLIC KEY-----[^-]+-----END PUBLIC KEY-----/g) ?? [];
  if (blocks.length === 0) throw new TypeError('There is no public key in PEM.');
  return blocks.map((block) => {
    const key = createPublicKey(block);
    if (key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') throw new TypeError('This is no key of P-256.');
    return { id: idOf(key), key };
  });
}

const idOf = (key: KeyObject): string =>
  hash('sha256', key.export({ type: 'spki', format: 'der' }), 'buffer')
    .subarray(0, 4)
    .toString('hex');

/** A text with one signature by the key of this PEM. */
export function noteOf(text: string, name: string, pem: string, signature: Uint8Array): string {
  const [{ id } = { id: '' }] = keysFrom(pem);
  return `${text}\n— ${name} ${Buffer.concat([Buffer.from(id, 'hex'), signature]).toString('base64')}\n`;
}

/** The text of a note, whoever signed it, or `undefined` where it is none. */
export const textOf = (note: string): string | undefined => parsed(note)?.text;

/**
 * The text of a note that one of these keys has signed under a name. A signature that names one of them and is not by it
 * spoils the note; those of others say nothing.
 */
export function openNote(note: string, name: string, keys: readonly NoteKey[]): string | undefined {
  const { text, signatures } = parsed(note) ?? { text: '', signatures: [] };
  let signed = 0;
  for (const one of signatures) {
    const known = keys.find(({ id }) => one.name === name && id === one.id);
    if (!known) continue;
    if (!verify('sha256', Buffer.from(text), { key: known.key, dsaEncoding: 'der' }, one.signature)) return undefined;
    signed += 1;
  }
  return signed > 0 ? text : undefined;
}

interface Parsed {
  readonly text: string;
  readonly signatures: readonly { readonly name: string; readonly id: string; readonly signature: Uint8Array }[];
}

const SIGNATURES_MAX = 16;

function parsed(note: string): Parsed | undefined {
  const end = note.lastIndexOf('\n\n');
  if (end < 0 || !note.isWellFormed() || !note.endsWith('\n')) return undefined;
  const lines = note.slice(end + 2, -1).split('\n');
  if (lines.length > SIGNATURES_MAX) return undefined;
  const signatures = lines.map((line) => /^— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})$/.exec(line));
  const found = signatures.flatMap((match) => {
    const [, name = '', base64 = ''] = match ?? [];
    const bytes = Buffer.from(base64, 'base64');
    const isWhole = bytes.length > 4 && bytes.toString('base64') === base64;
    return isWhole ? [{ name, id: bytes.toString('hex', 0, 4), signature: bytes.subarray(4) }] : [];
  });
  return found.length === lines.length ? { text: note.slice(0, end + 1), signatures: found } : undefined;
}
