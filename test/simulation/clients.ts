import type { OperationName } from '../../shared/contract/operations.ts';
import type { Done } from './linearizable.ts';
import { arnOf, ask, CONTENTS, fileOf, MODELS, type ModelOfRun, PEOPLE, type Person } from './people.ts';
import { aLife } from './schedule.ts';
import { type Action, aliasText } from './specification.ts';
import type { World } from './world.ts';

/** Actions for each person in each burst. */
const ACTIONS = 3;
const ATTEMPTS = 3;

/** What each model went through, as its callers tell. */
export type History = Readonly<Record<ModelOfRun, Done[]>>;

/** People at work, all at the same time, each doing one thing after the other. */
export function startPeople(world: World, history: History): Promise<unknown> {
  const known = { requests: [] as { version: number; id: string }[], revision: 0 };
  return Promise.all(PEOPLE.map((person) => work(world, history, known, person)));
}

interface Known {
  readonly requests: { version: number; id: string }[];
  revision: number;
}

async function work(world: World, history: History, known: Known, person: Person): Promise<void> {
  const { chaos, schedule } = world;
  const self = aLife(person);
  const began = schedule.now().getTime();
  const skewMs = chaos.skewMs * (chaos.random() - 0.5);
  for (const burst of chaos.bursts) {
    const wait = began + burst - schedule.now().getTime();
    for (let done = 0; done < ACTIONS; done += 1) {
      await schedule.turn(self, 'thinks', (done === 0 ? wait : 0) + chaos.between(0, 80), () => undefined);
      const model = chaos.pick(MODELS);
      const action = actionFor(world, history[model], known, model);
      history[model].push(await perform(world, known, { model, action, person, skewMs }));
    }
  }
}

function actionFor({ chaos }: World, history: readonly Done[], known: Known, model: ModelOfRun): Action {
  const { random, pick } = chaos;
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
  const wanted = known.requests.length > 0 ? known.requests[Math.floor(random() * known.requests.length)] : undefined;
  const votes: Action[] =
    model !== 'voted'
      ? []
      : [
          { do: 'request', version, id: '' },
          ...(wanted
            ? Array.from({ length: 3 }, () => ({
                do: 'vote' as const,
                ...wanted,
                decision: random() < 0.85 ? ('approve' as const) : ('reject' as const),
              }))
            : []),
        ];
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
    ...votes,
  ]);
}

interface Task {
  readonly model: ModelOfRun;
  readonly action: Action;
  readonly person: Person;
  readonly skewMs: number;
}

/** One action, asked for again under its key while nobody says what became of it. Without a key it is asked for once. */
async function perform(world: World, known: Known, task: Task): Promise<Done> {
  const { chaos, schedule } = world;
  const begun = schedule.turns();
  const key = chaos.random() < 0.7 ? `${task.person}-${begun}` : undefined;
  let answer: Answer | undefined;
  for (let attempt = 1; attempt <= (key ? ATTEMPTS : 1); attempt += 1) {
    answer = await attemptAt(world, task, key, `${task.person}-${begun}-${attempt}`);
    if (answer && !chaos.strikes('twice')) break;
  }
  // What is asked for by an id that nobody heard of is there, and nobody can vote on it.
  const { action } = task;
  const id = answer?.id ?? `of turn ${begun}`;
  if (action.do === 'request' && answer?.id) known.requests.push({ version: action.version, id });
  if (answer?.revision) known.revision = answer.revision;
  return {
    action: action.do === 'request' ? { ...action, id } : action,
    by: task.person,
    begun,
    ended: answer ? schedule.turns() : Number.POSITIVE_INFINITY,
    answer: answer?.text,
  };
}

interface Answer {
  readonly text: string;
  readonly id?: string | undefined;
  readonly revision?: number | undefined;
}

/** What a caller hears, if it is told what became of it. */
async function attemptAt(world: World, task: Task, key: string | undefined, name: string): Promise<Answer | undefined> {
  const life = aLife(name);
  const { name: operation, input, headers } = requestFor(task.model, task.action);
  const heard = await Promise.race([
    ask(
      {
        name: operation,
        input,
        arn: arnOf(task.person),
        headers: { ...headers, ...(key !== undefined && { 'Idempotency-Key': key }) },
      },
      world.servicesOf(life, task.skewMs),
      name,
    ),
    life.over,
  ]);
  if (!heard) {
    await world.schedule.turn(aLife(task.person), 'waits', 1_000, () => undefined);
    return undefined;
  }
  const body = JSON.parse(String(heard.body));
  if (heard.statusCode >= 500 && body.code !== 'storage.unavailable') throw new Error(`${operation}: ${heard.body}`);
  if (heard.statusCode >= 500 || body.code === 'write.conflict') return undefined;
  return heard.statusCode >= 400 ? { text: body.code } : answerOf(task.action, body);
}

type Request = {
  readonly name: OperationName;
  readonly input: Record<string, unknown>;
  readonly headers?: Record<string, string>;
};

function requestFor(model: ModelOfRun, action: Action): Request {
  switch (action.do) {
    case 'get':
      return { name: 'getModel', input: { model } };
    case 'look':
      return { name: 'getVersion', input: { model, version: action.version } };
    case 'register':
      return {
        name: 'registerVersion',
        input: {
          model,
          ...(action.content ? { files: [fileOf(action.content)] } : { source: 's3://elsewhere/model' }),
        },
      };
    case 'complete':
      return { name: 'completeVersion', input: { model, version: action.version } };
    case 'promote':
      return {
        name: 'promoteVersion',
        input: { model, version: action.version, stage: action.to },
        ...(action.ifMatch !== undefined && { headers: { 'If-Match': `"${action.ifMatch}"` } }),
      };
    case 'archive':
      return { name: 'archiveVersion', input: { model, version: action.version } };
    case 'rollback':
      return { name: 'rollbackModel', input: { model, reason: 'It was worse.' } };
    case 'setAlias':
      return { name: 'setAlias', input: { model, version: action.version, alias: action.alias } };
    case 'request':
      return { name: 'requestApproval', input: { model, version: action.version, stage: 'production' } };
    case 'vote':
      return {
        name: 'voteOnApproval',
        input: {
          model,
          version: action.version,
          approval: action.id,
          decision: action.decision,
          reason: 'It was read.',
        },
      };
  }
}

/** What an answer says, as the specification says it. */
function answerOf(action: Action, body: Readonly<Record<string, never>>): Answer {
  const { revision, version, archived, versions, staging, production, aliases, id, state, stage } = body;
  switch (action.do) {
    case 'get':
    case 'setAlias':
      return {
        text: `@${revision} ${versions} staging ${staging} production ${production} ${aliasText(aliases ?? {})}`,
        revision,
      };
    case 'look':
      return { text: `${stage} ${state === 'complete'}` };
    case 'register':
      return { text: `registered ${version?.['version']}` };
    case 'complete':
      return { text: `${state} ${version}` };
    case 'promote':
    case 'archive':
    case 'rollback':
      return { text: `moved ${version?.['version']} for ${archived} @${revision}`, revision };
    case 'request':
      return { text: `requested ${id}`, id };
    case 'vote':
      return { text: `voted ${state}` };
  }
}
