import * as z from 'zod/mini';
import { Failure } from '../errors.ts';
import { seal, unseal } from '../seal.ts';
import type { Position } from '../store/table.ts';

const HOURS = 24;

const Sealed = z.object({ position: z.record(z.string(), z.string()), at: z.number() });

/** Seals positions, so that a cursor shows nothing, cannot be forged, and fits one listing of one tenant alone. */
export interface Cursors {
  /** `scope` is what the cursor is good for: tenant, operation, filter. */
  seal(position: Position, scope: string): string;
  /** @throws Failure `cursor.invalid` for what was not sealed here, for another scope, or more than a day ago */
  open(cursor: string, scope: string): Position;
}

/** Cursors under AES-256-GCM. The first key seals; all of them open, so that keys can be changed. */
export function sealedCursors(keys: readonly Uint8Array[], now: () => Date): Cursors {
  return {
    seal(position, scope) {
      const [key] = keys;
      if (!key) throw new TypeError('There is no key to seal cursors with.');
      return seal(key, JSON.stringify({ position, at: now().getTime() }), scope);
    },

    open(cursor, scope) {
      for (const key of keys) {
        const text = unseal(key, cursor, scope);
        if (text === undefined) continue;
        const { position, at } = Sealed.parse(JSON.parse(text));
        if (now().getTime() - at <= HOURS * 3_600_000) return position;
        throw new Failure('cursor.invalid', `The cursor is older than ${HOURS} hours.`);
      }
      throw new Failure('cursor.invalid', 'The cursor was not given for this listing with this filter.');
    },
  };
}
