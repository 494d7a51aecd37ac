import { actionFor, type Known } from './choices.ts';
import type { Done } from './linearizable.ts';
import { arnOf, ask, MODELS, type ModelOfRun, PEOPLE, type Person } from './people.ts';
import { type Answer, answerOf, requestFor } from './requests.ts';
import { aLife } from './schedule.ts';
import type { Action } from './specification.ts';
import type { World } from './world.ts';

/** Actions for each person in each burst. */
const ACTIONS = 3;
const ATTEMPTS = 3;

/** What each model went through, as its callers tell. */
export type History = Readonly<Record<ModelOfRun, Done[]>>;

/** People at work, all at the same time, each doing one thing after the other. */
export function startPeople(world: World, history: History): Promise<unknown> {
  const known: Known = { requests: [], revision: 0 };
  return Promise.all(PEOPLE.map((person) => work(world, history, known, person)));
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
      const model = chaos.pick<ModelOfRun>([...MODELS, 'voted']);
      const action = actionFor(world, history[model], known, model);
      history[model].push(await perform(world, known, { model, action, person, skewMs }));
    }
  }
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
  const key = chaos.random() < 0.5 ? `${task.person}-${begun}` : undefined;
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
