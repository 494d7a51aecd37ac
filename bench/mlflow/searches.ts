import type { Unsigned } from '../shots.ts';
import { MARKED, nameAt } from './seed.ts';

const search = (of: 'registered-models' | 'model-versions', query: Readonly<Record<string, string>>): Unsigned => ({
  method: 'GET',
  path: `/api/2.0/mlflow/${of}/search`,
  query: { max_results: '100', ...query },
});

const models = (query: Readonly<Record<string, string>>) => search('registered-models', query);
const versions = (query: Readonly<Record<string, string>>) => search('model-versions', query);
const MIDDLE = nameAt(50);

/** Filters and orders of every kind, by what they are called in the table that is printed. */
export const SEARCHES: Readonly<Record<string, Unsigned>> = {
  models: models({}),
  'models, name =': models({ filter: `name = '${MIDDLE}'` }),
  'models, name LIKE': models({ filter: `name LIKE '${MIDDLE.slice(0, -1)}%'` }),
  'models, tag': models({ filter: `tags.team = '${MARKED}'` }),
  'models, tag !=': models({ filter: `tags.team != '${MARKED}'` }),
  'models, order by name DESC': models({ order_by: 'name DESC' }),
  'models, order by last_updated_timestamp': models({ order_by: 'last_updated_timestamp ASC' }),
  'models, order by last_updated_timestamp DESC': models({ order_by: 'last_updated_timestamp DESC' }),
  versions: versions({}),
  'versions, name =': versions({ filter: `name = '${MIDDLE}'` }),
  'versions, name LIKE': versions({ filter: `name LIKE '${MIDDLE.slice(0, -1)}%'` }),
  'versions, run_id': versions({ filter: `run_id = '${MARKED}'` }),
  'versions, tag': versions({ filter: `tags.team = '${MARKED}'` }),
  'versions, tag !=': versions({ filter: `tags.team != 'another'` }),
  'versions, order by name': versions({ order_by: 'name ASC' }),
  'versions, order by name DESC': versions({ order_by: 'name DESC' }),
  'versions, order by creation_timestamp': versions({ order_by: 'creation_timestamp ASC' }),
  'versions, order by creation_timestamp DESC': versions({ order_by: 'creation_timestamp DESC' }),
  'versions, order by last_updated_timestamp': versions({ order_by: 'last_updated_timestamp ASC' }),
  'versions, order by version_number': versions({ order_by: 'version_number ASC' }),
  'versions, order by version_number DESC': versions({ order_by: 'version_number DESC' }),
};
