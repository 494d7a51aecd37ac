import type { Done } from './linearizable.ts';
import { CONTENTS, type ModelOfRun } from './people.ts';
import type { Action } from './specification.ts';
import type { World } from './world.ts';

/** What people tell each other. */
export interface Known {
  readonly requests: { version: number; id: string }[];
  revision: number;
}

/** What somebody does next: what may be possible, most of the time. */
export function actionFor(world: World, history: readonly Done[], known: Known, model: ModelOfRun): Action {
  const { random, pick } = world.chaos;
  const count = history.filter(
    ({ action, answer }) => action.do === 'register' && answer?.startsWith('registered'),
  ).length;
  const version = Math.max(1, Math.ceil(random() ** 0.7 * (count + 0.3)));
  const register: Action = model === 'files' ? { do: 'register', content: pick(CONTENTS) } : { do: 'register' };
  const promote = (to: 'staging' | 'production'): Action => ({
    do: 'promote',
    version,
    to,
    ...(random() < 0.2 && known.revision > 0 && { ifMatch: known.revision }),
  });
  return pick([
    register,
    ...(count < 4 ? [register, register] : []),
    ...(model === 'files' ? [{ do: 'complete', version } as const] : []),
    promote('staging'),
    promote('staging'),
    promote('production'),
    promote('production'),
    { do: 'archive', version },
    { do: 'rollback' },
    { do: 'setAlias', version, alias: pick(['champion', 'shadow']) },
    { do: 'get' },
    { do: 'look', version },
    ...(model === 'voted' ? aboutApprovals(world, known, version) : []),
  ]);
}

function aboutApprovals({ chaos: { random } }: World, { requests }: Known, version: number): Action[] {
  const request: Action = { do: 'request', version, id: '' };
  const wanted = requests[Math.floor(random() * requests.length)];
  if (!wanted) return [request, request];
  const vote = (): Action => ({ do: 'vote', ...wanted, decision: random() < 0.85 ? 'approve' : 'reject' });
  const enter = (to: 'staging' | 'production'): Action => ({ do: 'promote', version: wanted.version, to });
  const read: Action = { do: 'readApproval', ...wanted };
  return [
    request,
    vote(),
    vote(),
    vote(),
    vote(),
    enter('staging'),
    enter('production'),
    enter('production'),
    read,
    read,
  ];
}
