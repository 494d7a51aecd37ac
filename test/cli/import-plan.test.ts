import { describe, expect, it } from 'vitest';
import { servedAt } from '../../cli/import/bytes.ts';
import type { OriginModel } from '../../cli/import/origin.ts';
import { type Here, planOf, type Step } from '../../cli/import/plan.ts';
import { inOrder, renumbered } from '../../cli/import/references.ts';

type Over = Partial<OriginModel['versions'][number]>;

const aVersion = (version: number, over: Over = {}): OriginModel['versions'][number] => ({
  version,
  current_stage: 'None',
  creation_timestamp: undefined,
  user_id: '',
  description: '',
  source: `s3://bucket/${version}`,
  run_id: '',
  run_link: '',
  status: 'READY',
  tags: {},
  ...over,
});

const aModel = (over: Partial<OriginModel> = {}): OriginModel => ({
  name: 'fraud',
  creation_timestamp: undefined,
  user_id: '',
  description: '',
  tags: {},
  aliases: [],
  versions: [aVersion(1), aVersion(2)],
  ...over,
});

const here = (over: Partial<Here> = {}): Here => ({ versions: [], used: 0, aliases: {}, ...over });
const its = (number: number, stage = 'none', origin = number) => ({ number, stage, origin, isPlaceholder: false });
const brief = (steps: readonly Step[]) =>
  steps.map((step) => `${step.what}${'number' in step ? ` ${step.number}` : ''}`);

describe('the plan of an import', () => {
  it('makes the model, its versions in their order, and then what names and stages they have', () => {
    const origin = aModel({
      aliases: [{ alias: 'champion', version: '2' }],
      versions: [aVersion(1, { current_stage: 'Archived' }), aVersion(2, { current_stage: 'Production' })],
    });

    expect(brief(planOf(origin, undefined).steps)).toEqual([
      'model',
      'version 1',
      'version 2',
      'alias 2',
      'stage 1',
      'stage 2',
    ]);
  });

  it('has nothing to do where all of it is here', () => {
    const origin = aModel({
      aliases: [{ alias: 'a', version: '2' }],
      versions: [aVersion(2, { current_stage: 'Staging' })],
    });
    const plan = planOf(origin, here({ versions: [its(2, 'staging')], used: 2, aliases: { a: 2 } }));

    expect(plan.steps).toEqual([]);
    expect(plan.there).toEqual({ model: 1, version: 1, alias: 1, stage: 1 });
    expect(plan.notes).toEqual([]);
  });

  it('goes on behind what an interrupted import left, and clears away what it was in the midst of', () => {
    const left = here({ versions: [its(1), { number: 2, stage: 'none', isPlaceholder: true }], used: 2 });

    expect(brief(planOf(aModel({ versions: [aVersion(1), aVersion(3)] }), left).steps)).toEqual([
      'leftover 2',
      'version 3',
    ]);
  });

  it('keeps numbers, by taking those of versions that the origin deleted', () => {
    const { steps, notes } = planOf(aModel({ versions: [aVersion(2), aVersion(5)] }), undefined);

    expect(brief(steps)).toEqual([
      'model',
      'placeholder 1',
      'version 2',
      'placeholder 3',
      'placeholder 4',
      'version 5',
    ]);
    expect(notes).toEqual([]);
  });

  it('says which numbers are others here, and lets names and stages follow them', () => {
    const origin = aModel({ aliases: [{ alias: 'a', version: '1' }] });
    const plan = planOf(origin, here({ used: 3 }));

    expect(brief(plan.steps)).toEqual(['version 4', 'version 5', 'alias 4']);
    expect(plan.notes).toEqual(['version 1 is version 4 here', 'version 2 is version 5 here']);
  });

  it('takes at most 1,000 numbers for versions that are no more', () => {
    expect(brief(planOf(aModel({ versions: [aVersion(1_001)] }), undefined).steps)).toHaveLength(1_002);
    expect(brief(planOf(aModel({ versions: [aVersion(1_002)] }), undefined).steps)).toEqual(['model', 'version 1']);
  });

  it('leaves names and stages alone that are others here, and says so', () => {
    const origin = aModel({
      aliases: [{ alias: 'a', version: '1' }],
      versions: [aVersion(1, { current_stage: 'Staging' })],
    });
    const plan = planOf(origin, here({ versions: [its(1, 'archived'), its(2)], used: 2, aliases: { a: 2 } }));

    expect(plan.steps).toEqual([]);
    expect(plan.notes).toEqual([
      'the alias a names version 2 here, and stays there: it named version 1',
      'version 1 is in archived here, and stays there: it was in Staging',
    ]);
  });
});

describe('what a version says of others', () => {
  const numbers = new Map([['encoder', new Map([[3, 7]])]]);

  it('has the numbers that they have here', () => {
    const version = { source: 'models:/encoder/3', tags: { depends_on: 'encoder:3, other:1', team: 'encoder:3' } };

    expect(renumbered(version, numbers)).toEqual({
      source: 'models:/encoder/7',
      tags: { depends_on: 'encoder:7, other:1', team: 'encoder:3' },
    });
  });

  it('has its model imported behind theirs, and what goes in circles once', () => {
    const needy = aModel({ name: 'a', versions: [aVersion(1, { tags: { depends_on: 'z:1' } })] });
    const copy = aModel({ name: 'b', versions: [aVersion(1, { source: 'models:/a/1' })] });
    const last = aModel({ name: 'z', versions: [aVersion(1, { source: 'models:/b/1' })] });

    expect(inOrder([copy, needy, aModel({ name: 'z' })]).map(({ name }) => name)).toEqual(['z', 'a', 'b']);
    expect(inOrder([needy, copy, last])).toHaveLength(3);
  });
});

describe('the files that an origin serves itself', () => {
  const origin = { name: 'https://mlflow.example.com/prod' };

  it.each([
    ['mlflow-artifacts:/1/abc/artifacts/model', '1/abc/artifacts/model'],
    ['mlflow-artifacts://mlflow.example.com/1/model', '1/model'],
    ['https://mlflow.example.com/prod/api/2.0/mlflow-artifacts/artifacts/1/a%20b', '1/a b'],
    ['mlflow-artifacts://elsewhere.example.com/1/model', undefined],
    ['s3://bucket/key', undefined],
    ['https://elsewhere.example.com/api/2.0/mlflow-artifacts/artifacts/1', undefined],
    ['/mlruns/1/model', undefined],
    ['', undefined],
  ])('%s', (uri, folder) => {
    expect(servedAt(uri, origin)).toBe(folder);
  });
});
