/** A small mistake that somebody could make, and what has to find it. */
export interface Mutant {
  readonly why: string;
  readonly file: string;
  /** It has to be in the file exactly once. */
  readonly find: string;
  readonly replace: string;
  /** The tests that have to fail; the simulation unless told. */
  readonly tests?: readonly string[];
}

const RULES = ['test/domain/governance.properties.test.ts', 'test/domain/governance.exhaustive.test.ts'];
const REPEATS = ['test/simulation/repeats.test.ts'];

const commit: readonly Mutant[] = [
  {
    why: 'A write asks neither for the revision that was read nor for an empty place in the chain.',
    file: 'shared/store/commit.ts',
    find: `if: { absent: true } };
  if ('replace' in write) return { put: itemOf(write.replace), if: at(write.replace.revision - 1) };`,
    replace: `};
  if ('replace' in write) return { put: itemOf(write.replace) };`,
  },
  {
    why: 'What is created may be there already.',
    file: 'shared/store/commit.ts',
    find: '{ put: itemOf(write.create), if: { absent: true } }',
    replace: '{ put: itemOf(write.create) }',
    tests: REPEATS,
  },
  {
    why: 'One write of a change is forgotten.',
    file: 'shared/store/commit.ts',
    find: 'writes: [headWrite, ...writes] satisfies',
    replace: 'writes: [headWrite, ...writes.slice(1)] satisfies',
  },
  {
    why: 'The answer is not remembered under its key.',
    file: 'shared/store/commit.ts',
    find: 'const all = [...writes, ...(reply ? [replyWrite(reply, outcome)] : [])].map(writeOf);',
    replace: 'const all = (outcome ? [...writes] : writes).map(writeOf);',
  },
  {
    why: 'Whatever a lost answer was about is taken as done.',
    file: 'shared/store/commit.ts',
    find: "const isOurs = async () => (await table.get(keyOf(event)))?.['mark'] === mark;",
    replace: 'const isOurs = async () => mark !== undefined;',
  },
  {
    why: 'The event in the place of our own is taken for it.',
    file: 'shared/store/commit.ts',
    find: "?.['mark'] === mark",
    replace: "?.['mark'] !== undefined",
  },
];

const deciding: readonly Mutant[] = [
  {
    why: 'A change that may be written yet is decided anew, and nobody asks again.',
    file: 'shared/http/mutation.ts',
    find: 'for (const { change, happened } of doubts) if (await happened()) return resultOf(change);',
    replace: '',
  },
  {
    why: 'After a conflict the same decision is tried again, on what was read before.',
    file: 'shared/http/mutation.ts',
    find: '  const doubts: Doubt<Result>[] = [];',
    replace: `  const doubts: Doubt<Result>[] = [];
  const anew = decide;
  let first: Promise<Change<Result>> | undefined;
  decide = () => {
    first ??= anew();
    return first;
  };`,
  },
  {
    why: 'Whoever meets another gives up.',
    file: 'shared/http/mutation.ts',
    find: 'const ATTEMPTS_MAX = 8;',
    replace: 'const ATTEMPTS_MAX = 1;',
  },
  {
    why: 'An earlier answer under the key is not looked at.',
    file: 'shared/http/mutation.ts',
    find: 'if (remember && isLive(earlier)) return replay<Result>(earlier, remember);',
    replace: '',
    tests: REPEATS,
  },
  {
    why: 'If-Match is not heeded.',
    file: 'shared/http/load.ts',
    find: 'model.revision !== expectedRevision',
    replace: 'model.revision < 0',
  },
];

const lifecycle: readonly Mutant[] = [
  {
    why: 'A promotion leaves the former production version where it is.',
    file: 'shared/domain/lifecycle.ts',
    find: '? production.filter((number) => number !== entering)',
    replace: '? production.filter((number) => number < 0 && number !== entering)',
  },
  {
    why: 'The former version is archived in the model, and not in its own item.',
    file: 'shared/domain/transition.ts',
    find: '...[version, ...archived].map((replace) => ({ replace })),',
    replace: '{ replace: version },',
  },
  {
    why: 'A rollback goes back to the first version that ever was in production.',
    file: 'shared/domain/rollback.ts',
    find: 'former.at(-steps)',
    replace: 'former.at(0)',
  },
  {
    why: 'A version number is read from an index, which lags behind, in place of the model.',
    file: 'functions/register-version.ts',
    find: '    const model = await loadModel(context, name);',
    replace: `    const found = await loadModel(context, name);
    const latest = await context.store.versions(found, { stage: 'none', limit: 1, order: 'descending' });
    const model = { ...found, nextVersion: (latest.items[0]?.number ?? 0) + 1 };`,
  },
  {
    why: 'The next number is not counted on.',
    file: 'shared/domain/registration.ts',
    find: 'touched(model, occasion, { nextVersion: number + 1 })',
    replace: 'touched(model, occasion, { nextVersion: number })',
  },
  {
    why: 'Nothing keeps the same files from being registered twice.',
    file: 'shared/domain/registration.ts',
    find: '      guard,\n',
    replace: '',
  },
  {
    why: 'An alias takes the others away.',
    file: 'shared/domain/alias.ts',
    find: '{ aliases: { ...model.aliases, [alias]: version.number } }',
    replace: '{ aliases: { [alias]: version.number } }',
  },
  {
    why: 'A change is dated by a clock that may be behind that of the change before.',
    file: 'shared/domain/change.ts',
    find: 'return at < lastAt ? lastAt : at;',
    replace: 'return lastAt === at ? lastAt : at;',
  },
];

const governance: readonly Mutant[] = [
  {
    why: 'One vote is enough.',
    file: 'shared/domain/vote.ts',
    find: 'countOf(voted, demand) >= demand.required',
    replace: 'countOf(voted, demand) >= 1',
  },
  {
    why: 'Whoever registered a version may vote on it.',
    file: 'shared/domain/vote.ts',
    find: "  if (isVoter(version.registeredBy)) return 'you registered the version';\n",
    replace: '',
  },
  {
    why: 'One person may vote twice.',
    file: 'shared/domain/vote.ts',
    find: "  if (stands) return 'you have voted already';\n",
    replace: '',
  },
  {
    why: 'An approval can be used again.',
    file: 'shared/domain/approval.ts',
    find: 'admittedBy?.[stage] === id;',
    replace: 'admittedBy?.[stage] === id && id === stage;',
  },
  {
    why: 'An approval is good for other bytes too.',
    file: 'shared/domain/approval.ts',
    find: 'subject !== current || ',
    replace: '',
    tests: RULES,
  },
];

const events: readonly Mutant[] = [
  {
    why: 'An event does not name the one before it.',
    file: 'shared/domain/event.ts',
    find: 'prevHash: head.headHash,',
    replace: 'prevHash: GENESIS,',
  },
  {
    why: 'Events of two models share an id.',
    file: 'shared/domain/event.ts',
    find: "model ?? ''}/",
    replace: 'model === undefined}/',
  },
  {
    why: 'An event is not in the outbox.',
    file: 'shared/store/keys.ts',
    find: '...(!entity.published && {',
    replace: '...(entity.published && {',
  },
  {
    why: 'Events leave the outbox, and nobody gives them to the bus.',
    file: 'shared/reactions/outbox.ts',
    find: '(await services.bus.publish(events)).map(({ id }) => id)',
    replace: 'services.bus ? [] : events.map(({ id }) => id)',
  },
  {
    why: 'Events leave the outbox before the bus has them.',
    file: 'shared/reactions/outbox.ts',
    find: '  if (events.length === 0) return [];\n',
    replace: '  if (events.length === 0) return [];\n  await store.published(events);\n',
  },
  {
    why: 'What the bus refused leaves the outbox too.',
    file: 'shared/reactions/outbox.ts',
    find: 'await store.published(events.filter(({ id }) => !refused.has(id)));',
    replace: 'await store.published(events);',
  },
  {
    why: 'Events never leave the outbox.',
    file: 'shared/reactions/outbox.ts',
    find: '  await store.published(events.filter(({ id }) => !refused.has(id)));\n',
    replace: '',
  },
  {
    why: 'Nothing sweeps the outbox.',
    file: 'functions/on-sweep-outbox.ts',
    find: '(context) => sweepOutbox(AGE_MS, context)',
    replace: '(context) => (context ? Promise.resolve() : sweepOutbox(AGE_MS, context))',
  },
  {
    why: 'Only a part of the outbox is swept.',
    file: 'shared/reactions/outbox.ts',
    find: 'Array.from({ length: OUTBOX_SHARDS }',
    replace: 'Array.from({ length: OUTBOX_SHARDS / 2 }',
  },
  {
    why: 'What the bus refused counts as taken.',
    file: 'shared/aws/event-bus.ts',
    find: 'events.filter((_, place) => Entries[place]?.EventId === undefined)',
    replace: 'events.filter((_, place) => place >= Entries.length)',
  },
];

const webhooks: readonly Mutant[] = [
  {
    why: 'Whoever met another transaction takes it that the delivery is there.',
    file: 'functions/on-dispatch-webhooks.ts',
    find: 'if (error instanceof Conflict && (await store.delivery(tenant, webhook, event))) return false;',
    replace: 'if (error instanceof Conflict && tenant && webhook && event) return false;',
  },
  {
    why: 'Nobody looks for deliveries that no queue has any more.',
    file: 'functions/on-retry-deliveries.ts',
    find: 'if (due.length === 0) return;',
    replace: 'if (due.length >= 0) return;',
  },
];

export const mutants: readonly Mutant[] = [...commit, ...deciding, ...lifecycle, ...governance, ...events, ...webhooks];
