import type { Unsigned } from '../shots.ts';

/** One line of the benchmark: what each client calls on a model of its own, after what was prepared. */
export interface Workload {
  readonly name: string;
  readonly prepare: (model: string) => Unsigned[];
  readonly call: (model: string, index: number) => Unsigned;
}

/** What every registry is filled with before searches are measured. */
export const FILLED = { models: 2_000, versions: 2 };

const BASE = '/api/2.0/mlflow';

const post = (path: string, fields: object): Unsigned => ({
  method: 'POST',
  path: `${BASE}${path}`,
  body: JSON.stringify(fields),
});
const get = (path: string, query: Readonly<Record<string, string>>): Unsigned => ({
  method: 'GET',
  path: `${BASE}${path}`,
  query,
});

const createModel = (name: string) => post('/registered-models/create', { name });
const createVersion = (name: string) =>
  post('/model-versions/create', { name, source: 's3://models.example.com/fraud-detector/2026-03-04' });
const setAlias = (name: string) => post('/registered-models/alias', { name, alias: 'champion', version: '1' });

const nameOf = (index: number): string => `filled-${String(index % FILLED.models).padStart(5, '0')}`;

/** The calls that fill a registry, model by model. */
export const filling = (index: number): Unsigned[] => [
  createModel(nameOf(index)),
  ...Array.from({ length: FILLED.versions }, () => createVersion(nameOf(index))),
];

const withVersion = (name: string) => [createModel(name), createVersion(name)];

/** Somewhere else among the models for each call of each client. */
const somewhere = (model: string, index: number): number =>
  [...`${model}/${index}`].reduce((sum, c) => sum * 31 + c.charCodeAt(0), 7) % FILLED.models;

/** As the client sends them: it never asks for a model without leaving out prompts. */
const NO_PROMPTS = "tag.`mlflow.prompt.is_prompt` != 'true'";

/** Searches come first, while there is no more than every registry was filled with. */
export const workloads: readonly Workload[] = [
  {
    name: 'search models (page of 100)',
    prepare: () => [],
    call: () => get('/registered-models/search', { filter: NO_PROMPTS, max_results: '100' }),
  },
  {
    name: 'search models by name',
    prepare: () => [],
    call: (model, index) =>
      get('/registered-models/search', {
        filter: `name = '${nameOf(somewhere(model, index))}' AND ${NO_PROMPTS}`,
        max_results: '100',
      }),
  },
  {
    name: 'search versions (page of 100)',
    prepare: () => [],
    call: () => get('/model-versions/search', { max_results: '100' }),
  },
  {
    name: 'search versions of a model',
    prepare: () => [],
    call: (model, index) =>
      get('/model-versions/search', { filter: `name='${nameOf(somewhere(model, index))}'`, max_results: '10000' }),
  },
  { name: 'create model', prepare: () => [], call: (model, index) => createModel(`${model}-${index}`) },
  { name: 'create version', prepare: (model) => [createModel(model)], call: createVersion },
  {
    name: 'get version',
    prepare: withVersion,
    call: (name) => get('/model-versions/get', { name, version: '1' }),
  },
  { name: 'set alias', prepare: withVersion, call: setAlias },
  {
    name: 'get by alias',
    prepare: (name) => [...withVersion(name), setAlias(name)],
    call: (name) => get('/registered-models/alias', { name, alias: 'champion' }),
  },
  {
    name: 'transition',
    prepare: withVersion,
    call: (name, index) =>
      post('/model-versions/transition-stage', {
        name,
        version: '1',
        stage: index % 2 === 0 ? 'Staging' : 'Production',
        archive_existing_versions: false,
      }),
  },
];
