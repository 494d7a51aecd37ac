import { describe, expect, it } from 'vitest';
import { DAY_MS } from '../../../shared/domain/day.ts';
import type { Days, Snapshot } from '../../../shared/domain/retention/clauses.ts';
import { decide } from '../../../shared/domain/retention/decide.ts';
import { stabilityOf } from '../../../shared/domain/retention/stability.ts';
import { aNumber, aVersion } from '../../support/builders.ts';

const N = 10;
const DAYS: Days = { productionStableDays: N, stagingDays: N, artifactHoldDays: N, evaluationDays: N };

/** Days that are odd somewhere: leap days, changes of summer time, the ends of counters, a year that is no leap year. */
const STARTS = [
  '2028-02-24T12:00:00.000Z',
  '2026-03-24T01:00:00.000Z',
  '2026-10-20T01:00:00.000Z',
  '2038-01-15T03:14:07.000Z',
  '2100-02-24T00:00:00.000Z',
  '1999-12-27T23:59:59.999Z',
];
const [ONE, TWO, THREE] = [aNumber(1), aNumber(2), aNumber(3)];
/** From just before a boundary to just behind it, and far from it. */
const TICKS = [-DAY_MS, -1, 0, 1, DAY_MS, 30 * DAY_MS];

const on = (start: string, days: number, ms = 0) => new Date(Date.parse(start) + days * DAY_MS + ms).toISOString();

const snapshot = (version: Snapshot['version'], over: Partial<Snapshot> = {}): Snapshot => ({
  version,
  aliases: [],
  holds: [],
  dependents: 0,
  isCopied: false,
  reigns: [],
  evaluations: [],
  latest: new Set(),
  ...over,
});
const kinds = (found: Snapshot, now: string) => decide(found, DAYS, new Date(now)).actions.map(({ kind }) => kind);

describe('R2: around every boundary', () => {
  it('a version in staging is archived from the very moment on, and not a millisecond before', () => {
    for (const start of STARTS) {
      const staged = snapshot(aVersion({ stage: 'staging', stageAt: start }));
      for (const ms of TICKS)
        expect(kinds(staged, on(start, N, ms)), `${start} ${ms}`).toEqual(ms < 0 ? [] : ['archive']);
    }
  });

  it('an upload is given up after seven days', () => {
    for (const start of STARTS) {
      const upload = snapshot(aVersion({ state: 'uploading', createdAt: start }));
      for (const ms of TICKS)
        expect(kinds(upload, on(start, 7, ms)), `${start} ${ms}`).toEqual(ms < 0 ? [] : ['abandon']);
    }
  });

  it('three versions, two holds, every state and every tick: files go exactly where all demands are met', () => {
    let states = 0;
    let gone = 0;
    for (const start of STARTS) {
      // Version 1 left production at the start; 2 took its place, and 3 may take the place of 2 some days later.
      for (const replacedAfter of [undefined, 1, N - 1, N, N + 1]) {
        for (const heldBy of [[], ['a'], ['b'], ['a', 'b']] as const) {
          for (const after of [0, N - 1, N, 2 * N - 1, 2 * N, 2 * N + 1]) {
            for (const ms of TICKS) {
              for (const [aliased, needed] of [
                [false, 0],
                [true, 0],
                [false, 1],
              ] as const) {
                const now = on(start, after, ms);
                const reigns = [
                  { versions: [TWO], at: start },
                  ...(replacedAfter === undefined || on(start, replacedAfter) > now
                    ? []
                    : [{ versions: [THREE], at: on(start, replacedAfter) }]),
                ];
                const former = aFormer(start, {
                  holds: [...heldBy] as never,
                  reigns,
                  dependents: needed,
                  aliases: aliased ? (['champion'] as never) : [],
                });
                const elapsed = after * DAY_MS + ms;
                const change = (replacedAfter ?? Number.POSITIVE_INFINITY) * DAY_MS;
                const stable = Math.min(elapsed, change) >= N * DAY_MS || elapsed - change >= N * DAY_MS;
                const expected = heldBy.length === 0 && !aliased && needed === 0 && elapsed >= N * DAY_MS && stable;
                states += 1;
                gone += Number(expected);
                if (kinds(former, now).includes('erase') !== expected) {
                  expect({ start, replacedAfter, heldBy, now, aliased, needed, expected }).toBe('as decided');
                }
              }
            }
          }
        }
      }
    }
    expect(states).toBe(6 * 5 * 4 * 6 * 6 * 3);
    expect(gone).toBeGreaterThan(100);
  });

  it('evaluations are compacted from their last day on, but for the latest of each data set', () => {
    for (const start of STARTS) {
      const evaluations = [1, 2, 3].map((number) => ({ number, at: on(start, number) }));
      const found = snapshot(aVersion(), { evaluations, latest: new Set([3]) });
      const compacted = (ms: number) =>
        decide(found, DAYS, new Date(on(start, 1 + N, ms))).actions.map(
          (one) => 'evaluations' in one && one.evaluations,
        );
      expect([compacted(-1), compacted(0), compacted(DAY_MS - 1), compacted(DAY_MS)]).toEqual([
        [],
        [[1]],
        [[1]],
        [[1, 2]],
      ]);
      expect(compacted(90 * DAY_MS)).toEqual([[1, 2]]);
    }
  });
});

const aFormer = (start: string, over: Partial<Snapshot>) =>
  snapshot(aVersion({ number: ONE, stage: 'archived', stageAt: start, releasedAt: on(start, -40) }), over);

describe('what takes the place of a version', () => {
  const left = { version: ONE, at: '2026-01-01T00:00:00.000Z' };
  const at = (day: number) => on(left.at, day);
  const stable = (reigns: readonly [number[], number][], now: number) =>
    stabilityOf(
      left,
      reigns.map(([versions, day]) => ({ versions: versions.map(aNumber), at: at(day) })),
      N,
      new Date(at(now)),
    );

  it('is stable once it was there for all the days', () => {
    expect(stable([[[2], 0]], N - 1)).toEqual({ stable: false, until: new Date(at(N)) });
    expect(stable([[[2], 0]], N)).toEqual({ stable: true });
  });

  it('begins anew when it was taken out in between', () => {
    const reigns: [number[], number][] = [
      [[2], 0],
      [[], 6],
      [[2], 7],
    ];
    expect(stable(reigns, 16)).toEqual({ stable: false, until: new Date(at(17)) });
    expect(stable(reigns, 17)).toEqual({ stable: true });
  });

  it('is for good what was stable once, whatever came after it', () => {
    expect(
      stable(
        [
          [[2], 0],
          [[3], N],
          [[4], N + 1],
        ],
        N + 2,
      ),
    ).toEqual({ stable: true });
  });

  it('goes on when another joins it, as an open lifecycle allows', () => {
    expect(
      stable(
        [
          [[2], 0],
          [[2, 3], 5],
          [[2], 8],
        ],
        N,
      ),
    ).toEqual({ stable: true });
  });

  it('counts nothing from before the version left, and not the version itself', () => {
    expect(stable([[[1, 2], -30]], N - 1)).toEqual({ stable: false, until: new Date(at(N)) });
    expect(stable([[[1], 0]], 100)).toEqual({ stable: false });
    expect(stable([[[], 0]], 100)).toEqual({ stable: false });
  });
});
