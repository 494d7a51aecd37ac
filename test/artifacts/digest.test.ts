import { createHash, hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { digestOf, Unfinished } from '../../shared/artifacts/digest.ts';
import type { Reading } from '../../shared/domain/artifact.ts';
import { Sha256, TenantId } from '../../shared/domain/names.ts';

const MEGABYTE = 2 ** 20;
const tenant = TenantId.parse('acme');

/** What lies at each place of an object that is nowhere. */
const pattern = Buffer.from(Array.from({ length: 251 }, (_, at) => (at * 7) % 256));
const bytesAt = (from: number, length: number) =>
  Buffer.concat([pattern.subarray(from % 251), Buffer.alloc(length, pattern)]).subarray(0, length);

function digestOfPattern(bytes: number): string {
  const whole = createHash('sha256');
  for (let at = 0; at < bytes; at += MEGABYTE) whole.update(bytesAt(at, Math.min(MEGABYTE, bytes - at)));
  return whole.digest('hex');
}

/** A world with one object, that is read in many goes if it is told so. */
function aWorld({ bytes, etag = '"1"', goes = true }: { bytes: number; etag?: string; goes?: boolean }) {
  const sha256 = Sha256.parse(hash('sha256', `object ${bytes}`));
  const asked: number[] = [];
  let noted: Reading | undefined;
  const world = {
    tenant,
    now: () => new Date('2026-01-31T12:00:00Z'),
    artifacts: {
      section: async (_: string, named: string, from: number, length: number) => {
        asked.push(from);
        return named === etag ? bytesAt(from, Math.min(length, bytes - from)) : undefined;
      },
    },
    store: {
      reading: async () => noted,
      note: async (notes: readonly object[]) => {
        noted = notes.at(-1) as Reading;
      },
    },
    ...(goes && { oneGoBytes: 0, markBytes: 20 * MEGABYTE }),
  };
  return { world, sha256, object: { bytes, etag }, asked, noted: () => noted };
}

describe('the SHA-256 of an object', () => {
  it.each([0, 1, MEGABYTE, 8 * MEGABYTE, 8 * MEGABYTE + 1, 30 * MEGABYTE])(
    'is that of its %i bytes, read in one go or in many',
    async (bytes) => {
      for (const goes of [false, true]) {
        const { world, sha256, object } = aWorld({ bytes, goes });
        expect(await digestOf(world, sha256, object)).toBe(digestOfPattern(bytes));
      }
    },
  );

  it('is not known of an object that is gone, or another one', async () => {
    const { world, sha256 } = aWorld({ bytes: 100 });

    expect(await digestOf(world, sha256, { bytes: 100, etag: '"2"' })).toBeUndefined();
  });

  it('is the same when the reading ends at any time and another goes on, which reads little twice', async () => {
    const bytes = 100 * MEGABYTE;
    const { world, sha256, object, asked } = aWorld({ bytes });
    let found: string | undefined;
    let ends = 0;
    for (let left = 2; found === undefined; left = (left % 7) + 1) {
      let sections = left;
      const dying = {
        ...world,
        artifacts: {
          section: async (...asking: Parameters<typeof world.artifacts.section>) => {
            if (sections === 0) throw new Error('killed');
            sections -= 1;
            return world.artifacts.section(...asking);
          },
        },
      };
      found = await digestOf(dying, sha256, object).catch(() => undefined);
      ends += 1;
      if (ends > 200) break;
    }

    expect(found).toBe(digestOfPattern(bytes));
    expect(ends).toBeGreaterThan(3);
    expect(asked.length * 8 * MEGABYTE).toBeLessThan(5 * bytes);
  });

  it('goes on where it stopped in time, and reads nothing twice but what was under way', async () => {
    const bytes = 64 * MEGABYTE;
    const { world, sha256, object, asked, noted } = aWorld({ bytes });
    await expect(digestOf({ ...world, isLate: () => asked.length > 4 }, sha256, object)).rejects.toThrow(Unfinished);
    const stopped = noted()?.bytes ?? 0;
    asked.length = 0;

    expect(await digestOf(world, sha256, object)).toBe(digestOfPattern(bytes));
    expect(stopped).toBeGreaterThan(0);
    expect(Math.min(...asked)).toBe(stopped);
  });

  it('is begun anew for another object under this name', async () => {
    const { world, sha256, object, asked } = aWorld({ bytes: 64 * MEGABYTE, etag: '"2"' });
    const before: Reading = {
      kind: 'reading',
      tenant,
      sha256,
      etag: '"1"',
      bytes: 32 * MEGABYTE,
      state: 'of something else',
      expiresAt: 2_000_000_000,
    };
    await world.store.note([before]);

    expect(await digestOf(world, sha256, object)).toBe(digestOfPattern(64 * MEGABYTE));
    expect(Math.min(...asked)).toBe(0);
  });
});
