import type { OperationName, Sent } from '../shared/contract/operations.ts';

/** Where the registered versions say that their files are: the benchmark is of the registry, not of an object store. */
export const SOURCE = 's3://models.example.com/fraud-detector/2026-03-04';

/** One call of an operation. */
export type Call = { [Name in OperationName]: readonly [name: Name, input: Sent<Name>] }[OperationName];

/** One line of the benchmark: what each client calls, on a model of its own, after what was prepared. */
export interface Workload {
  readonly name: string;
  readonly prepare: (model: string) => Call[];
  readonly calls: (model: string, count: number) => Call[];
}

const many = (count: number, call: (index: number) => Call): Call[] =>
  Array.from({ length: count }, (_, index) => call(index));

const created = (model: string, versions: number): Call[] => [
  ['createModel', { model }],
  ...many(versions, () => ['registerVersion', { model, source: SOURCE }]),
];

const LISTED = 40;

/** The operations that pipelines call most. */
export const workloads: readonly Workload[] = [
  {
    name: 'createModel',
    prepare: () => [],
    calls: (model, count) => many(count, (index) => ['createModel', { model: `${model}-${index}` }]),
  },
  {
    name: 'registerVersion (external source)',
    prepare: (model) => created(model, 0),
    calls: (model, count) => many(count, () => ['registerVersion', { model, source: SOURCE }]),
  },
  {
    name: 'getVersion',
    prepare: (model) => created(model, LISTED),
    calls: (model, count) => many(count, (index) => ['getVersion', { model, version: 1 + (index % LISTED) }]),
  },
  {
    name: 'resolveVersion by alias',
    prepare: (model) => [...created(model, 3), ['setAlias', { model, alias: 'champion', version: 2 }]],
    calls: (model, count) => many(count, () => ['resolveVersion', { model, reference: '@champion' }]),
  },
  {
    name: 'promoteVersion',
    prepare: (model) => created(model, 500),
    // To staging and on to production, where the one before makes room: both are promotions.
    calls: (model, count) =>
      many(count, (index) => {
        const stage = index % 2 === 0 ? 'staging' : 'production';
        return ['promoteVersion', { model, version: 1 + Math.floor(index / 2), stage }];
      }),
  },
  {
    name: 'listVersions (a page of 20)',
    prepare: (model) => created(model, LISTED),
    calls: (model, count) => many(count, () => ['listVersions', { model }]),
  },
];
