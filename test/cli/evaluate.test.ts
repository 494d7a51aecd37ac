import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EXIT_CODES } from '../../cli/exit-codes.ts';
import { aRegistryWithVersions, type World } from './registry.ts';

const SLICES = [
  { name: 'age', value: 'below 25', metrics: { auc: 0.91 } },
  { name: 'age', value: '25 and above', metrics: { auc: 0.95 } },
];

describe('the command evaluate', () => {
  let world: World;

  beforeAll(async () => {
    world = await aRegistryWithVersions();
    await world.write('.', {
      'metrics.json': '{"auc":0.94,"gap":0.02}',
      'results.json': JSON.stringify({ dataset: { name: 'holdout' }, metrics: { auc: 0.94 }, slices: SLICES }),
      'wrong.json': '{"auc":"high"}',
    });
  });

  afterAll(() => world[Symbol.asyncDispose]());

  const evaluate = (...words: string[]) => world.as('reviewer', 'evaluate', ...words);
  const listed = async (model: string, version: string) =>
    JSON.parse((await world.as('reader', 'list-evaluations', model, version, '--json')).output).items;

  it('records a file of metrics, and says of what data set and run they are', async () => {
    expect(
      await evaluate('iris:1', 'metrics.json', '--dataset', 'recent', '--digest', 'd1', '--run', 'r1'),
    ).toMatchObject({
      code: 0,
      output: 'Evaluation 1 of iris version 1 on recent is recorded.\n',
    });
    expect(await listed('iris', '1')).toMatchObject([
      { dataset: { name: 'recent', digest: 'd1' }, metrics: { auc: 0.94, gap: 0.02 }, slices: [], runId: 'r1' },
    ]);
  });

  it('records a file that has slices and names its data set, of the version in staging where none is named', async () => {
    await world.as('releaser', 'promote', 'iris:2', '--to', 'staging');

    expect((await evaluate('iris', 'results.json', '--summary', 'Fine.')).output).toBe(
      'Evaluation 1 of iris version 2 on holdout is recorded, with 2 slices.\n',
    );
    expect(await listed('iris', '2')).toMatchObject([
      { dataset: { name: 'holdout' }, slices: SLICES, summary: 'Fine.' },
    ]);
  });

  it('names what does not fit, and records nothing', async () => {
    expect(await evaluate('iris:3', 'wrong.json', '--dataset', 'recent')).toMatchObject({
      code: EXIT_CODES.usage.code,
      messages: expect.stringContaining('metrics.auc: expected a finite number'),
    });
    expect(await evaluate('iris:3', 'metrics.json')).toMatchObject({
      code: EXIT_CODES.usage.code,
      messages: expect.stringContaining('dataset.name: '),
    });
    expect(await listed('iris', '3')).toEqual([]);
  });
});
