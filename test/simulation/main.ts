import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { quantile, total } from './numbers.ts';
import type { Report } from './simulate.ts';

/**
 * Runs many seeds on all processors, and says what it saw. `SIMULATION_SEED=42` runs that one alone, twice, and tells all
 * that was wrong with it; `--bail` ends with the first that fails.
 */
const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '10000' },
    from: { type: 'string', default: '1' },
    bail: { type: 'boolean', default: false },
  },
});
const FAULTS_SHOWN = 3;
const one = process.env['SIMULATION_SEED'];
process.exitCode = one === undefined ? await many(Number(values.from), Number(values.seeds)) : await again(Number(one));

async function again(seed: number): Promise<number> {
  const { simulate } = await import('./simulate.ts');
  const [first, second] = [await simulate(seed), await simulate(seed)];
  console.log(JSON.stringify({ ...first, wrong: first.wrong.length, lagsMs: undefined }));
  for (const fault of first.wrong) console.log(fault);
  if (first.trace !== second.trace) console.log(`C5: the second time it was ${second.trace}`);
  return first.wrong.length === 0 && first.trace === second.trace ? 0 : 1;
}

async function many(from: number, seeds: number): Promise<number> {
  const begun = performance.now();
  const reports: Report[] = [];
  const workers = Array.from({ length: availableParallelism() }, (_, index) => {
    const workerData = { from: from + index, to: from + seeds - 1, step: availableParallelism() };
    const worker = new Worker(new URL('worker.ts', import.meta.url), { workerData });
    worker.on('message', (report: Report) => {
      reports.push(report);
      tell(report);
      if (values.bail && report.wrong.length > 0) process.exit(1);
    });
    return once(worker, 'exit');
  });
  await Promise.all(workers);
  const seconds = (performance.now() - begun) / 1_000;
  const failed = reports.filter(({ wrong }) => wrong.length > 0);
  const lags = reports.flatMap(({ lagsMs }) => lagsMs);
  console.log(
    [
      `${reports.length} seeds in ${seconds.toFixed(1)} s, ${failed.length} failed`,
      `${total(reports, 'actions')} actions, of which ${total(reports, 'unknown')} with an unknown outcome, in ${total(reports, 'turns')} turns`,
      `${total(reports, 'events')} events committed, ${total(reports, 'events') - total(reports, 'lost')} arrived, ${total(reports, 'copies')} copies of them, ${total(reports, 'received')} received by webhooks`,
      `without trouble they arrive after ${quantile(lags, 0.5)} ms (p50) and ${quantile(lags, 0.99)} ms (p99) of virtual time`,
    ].join('\n'),
  );
  return failed.length === 0 && reports.length === seeds ? 0 : 1;
}

function tell({ seed, wrong }: Report): void {
  if (wrong.length === 0) return;
  console.log(`Seed ${seed} (SIMULATION_SEED=${seed} npm run test:simulation):`);
  for (const fault of wrong.slice(0, FAULTS_SHOWN)) console.log(`  ${fault.slice(0, 400)}`);
}
