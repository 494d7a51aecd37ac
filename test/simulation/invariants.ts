import { verifyChains } from '../../shared/domain/audit.ts';
import { type Event, EventView } from '../../shared/domain/event.ts';
import type { Model } from '../../shared/domain/model.ts';
import type { Version } from '../../shared/domain/version.ts';
import type { Written } from '../../shared/store/sqlite-write.ts';
import type { Item } from '../../shared/store/table.ts';
import { keyText } from '../../shared/store/table-limits.ts';
import type { Arrival } from './bus.ts';
import { VOTES } from './specification.ts';
import type { World } from './world.ts';

/** Where a governed version may go, and by which event. */
const WAYS: Readonly<Record<string, string>> = {
  'none staging': 'version.promoted',
  'staging production': 'version.promoted',
  'staging archived': 'version.archived',
  'archived production': 'model.rolled_back',
};

/** Looks at every commit and at everything that arrives, and notes what must never be. */
export function aWatch(items: readonly Item[], now: () => number) {
  const table = new Map(items.map((item) => [keyText(item), item]));
  const wrong: string[] = [];
  const committed = new Map<string, { readonly event: Event; readonly at: number }>();
  const arrived = new Map<string, number>();
  /** What a listener that remembers ids has done, in its order. */
  const effects: string[] = [];
  let copies = 0;
  const done = new Set<string>();

  function sees(written: readonly Written[]): void {
    for (const { key, after } of written) {
      if (after) table.set(keyText(key), after);
      else table.delete(keyText(key));
    }
    for (const { after } of written) if (isEvent(after) && after.published) done.add(after.id);
    const created = written.flatMap(({ before, after }) => (!before && isEvent(after) ? [after] : []));
    for (const event of created) committed.set(event.id, { event, at: now() });
    for (const fault of faultsOf(written, created, table)) wrong.push(fault);
  }

  function hears({ event, at }: Arrival): void {
    const known = committed.get(event.id);
    if (!known || JSON.stringify(EventView.parse(known.event)) !== JSON.stringify(event)) {
      wrong.push(`O1: ${event.id} reached the bus and was never committed so`);
    }
    if (arrived.has(event.id)) {
      copies += 1;
      return;
    }
    arrived.set(event.id, at);
    effects.push(placeOf(event));
  }

  /** How many events are still to be published. */
  const outbox = () => committed.size - done.size;

  /** How many deliveries somebody has to take up by now. */
  const due = () => {
    const time = new Date(now()).toISOString();
    return [...table.values()].filter((item) => isPending(item) && String(item['dueAt'] ?? '9') <= time).length;
  };

  return { table, due, wrong, committed, arrived, effects, copies: () => copies, sees, hears, outbox };
}

export type Watch = ReturnType<typeof aWatch>;

const isEvent = (item: Item | undefined): item is Item & Event => item?.['kind'] === 'event';
const isVersion = (item: Item | undefined): item is Item & Version => item?.['kind'] === 'version';
const isModel = (item: Item | undefined): item is Item & Model => item?.['kind'] === 'model';

/** Kinds that are written outside of changes, and mean nothing by themselves. */
const NOTES = ['reference', 'proof', 'edge', 'reply', 'delivery', 'webhook'];

function* faultsOf(written: readonly Written[], created: readonly Event[], table: ReadonlyMap<string, Item>) {
  const isChange = written.some(
    ({ after, before }) => !NOTES.includes(String((after ?? before)?.['kind'])) && !isEvent(after),
  );
  if (isChange && created.length !== 1) yield `rule 9: a change with ${created.length} events`;
  for (const { before, after } of written) {
    if (isEvent(before) && !isSameEvent(before, after)) yield `rule 9: the event ${before.id} was changed`;
    if (isVersion(after)) yield* faultsOfVersion(isVersion(before) ? before : undefined, after, created[0], table);
    if (isModel(after)) yield* faultsOfModel(isModel(before) ? before : undefined, after, table);
  }
}

const isSameEvent = (before: Event, after: Item | undefined): boolean =>
  isEvent(after) && JSON.stringify(EventView.parse(before)) === JSON.stringify(EventView.parse(after));

function* faultsOfVersion(
  before: Version | undefined,
  after: Version,
  event: Event | undefined,
  table: ReadonlyMap<string, Item>,
) {
  const name = `version ${after.number}`;
  if (!before) {
    const others = versionsOf(table, after.model).filter(({ number }) => number !== after.number);
    if (others.length !== after.number - 1) yield `rule 1: ${name} comes after ${others.length} others`;
    const same = others.find(({ artifact }) => artifact && artifact.rootDigest === after.artifact?.rootDigest);
    if (same) yield `rule 4: ${name} has the files of version ${same.number}`;
    return;
  }
  const fixed = ({ artifact, source, schema, metrics, lineage, needs, registeredBy }: Version) =>
    JSON.stringify({ artifact, source, schema, metrics, lineage, needs, registeredBy });
  if (fixed(before) !== fixed(after)) yield `rule 3: ${name} was changed`;
  if (before.stage === after.stage) return;
  const way = `${before.stage} ${after.stage}`;
  const makesRoom = way === 'production archived' && event?.version !== after.number;
  if (
    !makesRoom &&
    WAYS[way] !== event?.type &&
    !(way === 'production archived' && event?.type === 'version.archived')
  ) {
    yield `rule 5: ${name} went from ${way} by ${event?.type}`;
  }
}

const versionsOf = (table: ReadonlyMap<string, Item>, model: string): Version[] =>
  [...table.values()].flatMap((item) => (isVersion(item) && item.model === model ? [item] : []));

function* faultsOfModel(before: Model | undefined, after: Model, table: ReadonlyMap<string, Item>) {
  const versions = versionsOf(table, after.id);
  for (const stage of ['staging', 'production'] as const) {
    const there = versions.filter((version) => version.stage === stage).map(({ number }) => number);
    const said = after[stage].toSorted((one, other) => one - other);
    if (String(there.toSorted((one, other) => one - other)) !== String(said)) {
      yield `rule 2: ${after.name} says that ${said} is in ${stage}, and there is ${there}`;
    }
  }
  if (after.production.length > 1) yield `rule 2: ${after.name} has ${after.production} in production`;
  if (after.nextVersion !== versions.length + 1) yield `rule 1: ${after.name} goes on with ${after.nextVersion}`;
  if (before && after.revision !== before.revision + 1) yield `${after.name} went to revision ${after.revision}`;
  if (before && after.seq !== before.seq + 1) yield `rule 9: ${after.name} went to event ${after.seq}`;
}

/** Rule 6 and 7: what was let in was let in by others, who said so before. */
export function* faultsOfApprovals({ table, committed }: Watch) {
  const approvals = new Map(
    [...table.values()].flatMap((item) => (item['kind'] === 'approval' ? [[item['id'], item]] : [])),
  );
  for (const { event } of committed.values()) {
    if (event.model?.name !== 'voted' || event.type !== 'version.promoted' || event.data['to'] !== 'production')
      continue;
    const approval = approvals.get(String(event.data['approval'])) as Approval | undefined;
    const version = versionsOf(table, event.model.id).find(({ number }) => number === event.version);
    const insiders = [version?.registeredBy.principal, approval?.requestedBy.principal];
    const voters = new Set(
      approval?.votes
        .filter(
          ({ decision, at, actor }) => decision === 'approve' && at <= event.at && !insiders.includes(actor.principal),
        )
        .map(({ actor }) => actor.principal),
    );
    if (approval?.version !== event.version || voters.size < VOTES)
      yield `rule 6: version ${event.version} entered production with ${voters.size} votes`;
  }
}

interface Approval {
  readonly version: number;
  readonly requestedBy: { readonly principal: string };
  readonly votes: readonly {
    readonly decision: string;
    readonly at: string;
    readonly actor: { readonly principal: string };
  }[];
}

/** Whoever listens and remembers ids has done for each event what is to be done, once. */
export function* faultsOfEffects({ committed, effects }: Watch) {
  const done = new Map<string, number>();
  for (const place of effects) done.set(place, (done.get(place) ?? 0) + 1);
  for (const { event } of committed.values()) {
    const times = done.get(placeOf(event)) ?? 0;
    if (times !== 1) yield `O2: ${placeOf(event)} had its effect ${times} times`;
  }
}

const placeOf = ({ tenant, model, seq }: Pick<Event, 'tenant' | 'model' | 'seq'>): string =>
  `${tenant}/${model?.id ?? ''}/${seq}`;

/** An event that whoever has a webhook did not receive is on its way still, or was put aside for people to see. */
export function* faultsOfDeliveries({ table, committed }: Watch, { received, letters, schedule }: World) {
  const pending = new Map([...table.values()].flatMap((item) => (isPending(item) ? [[item['event'], item]] : [])));
  const aside = new Set(letters.map(({ body }) => JSON.stringify(body)));
  for (const [id, { event }] of committed) {
    if (received.has(id) || aside.has(JSON.stringify(EventView.parse(event)))) continue;
    const due = String(pending.get(id)?.['dueAt'] ?? '');
    if (due === '') yield `W4: ${id} was lost on its way to a webhook`;
    else if (Date.parse(due) < schedule.now().getTime() - STUCK_MS) yield `W4: nobody takes up ${id} since ${due}`;
  }
}

const isPending = (item: Item): boolean => item['kind'] === 'delivery' && item['state'] === 'pending';
const STUCK_MS = 10 * 60_000;

/** Recomputes every chain, from the table alone. */
export async function faultsOfChains({ table }: Watch): Promise<string[]> {
  const events = [...table.values()].filter(isEvent).toSorted((one, other) => one.seq - other.seq);
  const lines = events.map((event) => JSON.stringify(EventView.parse(event)));
  const { fault } = await verifyChains([...lines, JSON.stringify({ type: 'export.completed', events: lines.length })]);
  return fault ? [`rule 9: ${fault.chain} ${fault.seq}: ${fault.why}`] : [];
}
