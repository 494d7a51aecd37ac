import { describe, expect, it } from 'vitest';
import { quantile, total } from './numbers.ts';
import { type Report, simulate } from './simulate.ts';

/** As many as fit into some seconds. `npm run test:simulation` runs 10,000. */
const SEEDS = 150;
const reports: Report[] = [];
for (let seed = 1; seed <= SEEDS; seed += 1) reports.push(await simulate(seed));

/** What went wrong of one kind, with the seeds that show it: `SIMULATION_SEED=<seed> npm run test:simulation`. */
const wrong = (kind: RegExp) =>
  reports.flatMap(({ seed, wrong }) =>
    wrong.filter((fault) => kind.test(fault)).map((fault) => `seed ${seed}: ${fault}`),
  );

describe(`${SEEDS} runs with crashes, lost replies, contention, outages and stale indexes`, () => {
  it('O1: every committed event reaches the bus, and nothing else does', () => {
    expect(wrong(/^O1/)).toEqual([]);
    expect(total(reports, 'events')).toBeGreaterThan(SEEDS * 20);
    expect(total(reports, 'copies')).toBeGreaterThan(SEEDS);
  });

  it('O2: whoever remembers the ids of events sees each exactly once', () => {
    expect(wrong(/^O2/)).toEqual([]);
  });

  it('O4: events arrive within a second, and after any outage within a quarter of an hour', () => {
    expect(wrong(/^O4/)).toEqual([]);
    const lags = reports.flatMap(({ lagsMs }) => lagsMs);
    expect(lags.length).toBeGreaterThan(100);
    expect(quantile(lags, 0.99)).toBeLessThanOrEqual(1_000);
  });

  it('W4: an event that a webhook wants arrives there, or is on its way', () => {
    expect(wrong(/^W4/)).toEqual([]);
    expect(total(reports, 'received')).toBeGreaterThan(SEEDS * 3);
  });

  it('C1: what callers are told fits one order of their actions, for each model', () => {
    expect(wrong(/^C1/)).toEqual([]);
    expect(total(reports, 'actions')).toBeGreaterThanOrEqual(SEEDS * 60);
    expect(total(reports, 'unknown')).toBeGreaterThan(SEEDS);
  });

  it.each([1, 2, 3, 4, 5, 6, 9])('rule %i holds at every commit', (rule) => {
    expect(wrong(new RegExp(`^rule ${rule}`))).toEqual([]);
  });

  it('nothing else goes wrong', () => {
    expect(wrong(/^(?!O1|O2|O4|W4|C1|rule)/)).toEqual([]);
  });
});

it('C5: the same seed makes the same run, turn by turn', async () => {
  for (const { seed, trace } of reports.slice(0, 20)) expect((await simulate(seed)).trace).toBe(trace);
  expect(new Set(reports.map(({ trace }) => trace)).size).toBe(SEEDS);
});
