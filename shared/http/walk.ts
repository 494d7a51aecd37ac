import { type Edge, isNeededBy, refText, VersionRef } from '../domain/dependency.ts';
import type { Version } from '../domain/version.ts';
import type { Found } from '../domain/walk.ts';
import { Failure } from '../errors.ts';
import type { Position } from '../store/table.ts';
import type { Context } from './endpoint.ts';
import { refOf } from './ties.ts';

/** What a walk is asked for: what a version needs, or what needs it. */
export interface Asked {
  readonly root: Version;
  readonly direction: 'dependencies' | 'dependents';
  /** At most so many steps from the root. */
  readonly depth: number;
  readonly limit: number;
}

/** A version that a walk came to. */
export interface Reached {
  readonly version: Version;
  readonly depth: number;
  /** The version through which it was found first. */
  readonly via: VersionRef;
}

/** From so many versions it looks on at once, at so many edges of each. */
const AT_ONCE = 16;
const EDGES = 100;
/** What a page looks at before it is given as it is: edges, and the versions that they are of. */
const LOOKS_MAX = 2_000;
/** Notes outlast the cursors that lead to them. */
const NOTE_SECONDS = 25 * 60 * 60;

/** Where a walk goes on: at the version that a page found at this index, behind one of its edges or before them all. */
interface Place {
  readonly page: number;
  readonly index: number;
  readonly behind?: VersionRef;
}

/** A version that is gone on from, and its place. */
interface From extends Place {
  readonly found: Found;
}

interface Step {
  readonly to: VersionRef;
  /** The place behind it. */
  readonly place: Place;
}

/** The steps that lead on from one version, and whether there are more of them behind these. */
interface Fan {
  readonly from: From;
  readonly steps: readonly Step[];
  readonly isCut: boolean;
}

/** A walk on one of its pages. */
interface Walk {
  readonly id: string;
  readonly page: number;
  /** What this page found, in its order; the first page begins with the root. */
  readonly found: Found[];
  readonly seen: Set<string>;
  place: Place;
}

/**
 * One page of a walk in breadth: nearer versions first, each once. Reads, memory and time are bounded by the page,
 * whatever the graph; what the pages before it found is in their notes (see `WalkPage`).
 */
export async function walkPage(context: Context, asked: Asked): Promise<{ reached: Reached[]; next?: Position }> {
  const walk = begun(context, asked);
  const reached: Reached[] = [];
  for (let looks = 0; looks < LOOKS_MAX && reached.length < asked.limit; ) {
    const froms = await nextOf(context, walk);
    const near = froms.filter(({ found }) => found.depth < asked.depth);
    if (near.length === 0) return { reached };

    const fans = await fansOf(context, asked, near);
    const steps = fans.flatMap((fan) => fan.steps);
    looks += fans.length + steps.length;
    const versions = await unseen(context, walk, steps, asked.limit - reached.length);
    for (const fan of fans) if (!go(fan, versions, asked, walk, reached)) break;
  }
  await note(context, walk);
  return { reached, next: positionOf(walk, asked) };
}

/** Goes the steps of a fan, as far as it is known where they lead; says whether that was all of them. */
function go(
  { from, steps, isCut }: Fan,
  versions: ReadonlyMap<string, Version | undefined>,
  { direction, limit }: Asked,
  walk: Walk,
  reached: Reached[],
): boolean {
  const { model, version: number, depth } = from.found;
  const via = { model, version: number };
  for (const { to, place } of steps) {
    const text = refText(to);
    if (!walk.seen.has(text)) {
      if (reached.length === limit || !versions.has(text)) return false;
      const version = versions.get(text);
      if (version && (direction === 'dependencies' || isNeededBy(via, version))) {
        walk.seen.add(text);
        walk.found.push({ ...to, depth: depth + 1 });
        reached.push({ version, depth: depth + 1, via });
      }
    }
    walk.place = place;
  }
  if (!isCut) walk.place = { page: from.page, index: from.index + 1 };
  return !isCut;
}

/** The versions from which the walk goes on next, nearer ones first. */
async function nextOf({ store, caller }: Context, walk: Walk): Promise<From[]> {
  const froms: From[] = [];
  let { page, index, behind } = walk.place;
  while (froms.length < AT_ONCE && page <= walk.page) {
    const found = page === walk.page ? walk.found : (await store.walkPage(caller.tenant, walk.id, page))?.found;
    if (!found) throw new Failure('cursor.invalid', 'What this cursor leads to is not remembered any more.');
    for (; index < found.length && froms.length < AT_ONCE; index += 1) {
      froms.push({ page, index, ...(behind && { behind }), found: found[index] as Found });
      behind = undefined;
    }
    if (froms.length === AT_ONCE || page === walk.page) break;
    page += 1;
    index = 0;
  }
  return froms;
}

/** What leads on from versions: a version says itself what it needs, and edges say what needs it. */
async function fansOf({ store, caller }: Context, { direction }: Asked, froms: readonly From[]): Promise<Fan[]> {
  if (direction === 'dependents') {
    return Promise.all(
      froms.map(async (from) => {
        const { model, version } = from.found;
        const behind: Edge | undefined = from.behind && {
          kind: 'edge',
          tenant: caller.tenant,
          model,
          version,
          by: from.behind,
        };
        const { items, next } = await store.edges(caller.tenant, model, { version, limit: EDGES, behind });
        return fanOf(
          from,
          items.map(({ by }) => by),
          next !== undefined,
        );
      }),
    );
  }
  const versions = await store.versionsAt(
    caller.tenant,
    froms.map(({ found }) => found),
  );
  return froms.map((from, index) => {
    const needs = versions[index]?.needs ?? [];
    const gone = from.behind ? needs.findIndex((one) => refText(one) === refText(from.behind as VersionRef)) + 1 : 0;
    return fanOf(from, needs.slice(gone), false);
  });
}

const fanOf = (from: From, refs: readonly VersionRef[], isCut: boolean): Fan => ({
  from,
  steps: refs.map((to) => ({ to, place: { page: from.page, index: from.index, behind: to } })),
  isCut,
});

/** The versions that steps lead to and no page has shown: the first ones, no more of them than are asked for. */
async function unseen(
  { store, caller }: Context,
  walk: Walk,
  steps: readonly Step[],
  limit: number,
): Promise<ReadonlyMap<string, Version | undefined>> {
  const refs = new Map(
    steps.map(({ to }) => [refText(to), to]).filter(([text]) => !walk.seen.has(text as string)) as [
      string,
      VersionRef,
    ][],
  );
  if (walk.page > 0) {
    for (const text of await store.walked(caller.tenant, walk.id, walk.page, [...refs.values()])) {
      walk.seen.add(text);
      refs.delete(text);
    }
  }
  const first = [...refs].slice(0, limit);
  const versions = await store.versionsAt(
    caller.tenant,
    first.map(([, ref]) => ref),
  );
  return new Map(first.map(([text], index) => [text, versions[index]]));
}

/** A new walk from its root, or one where a cursor left it. */
function begun({ after, services }: Context, { root }: Asked): Walk {
  const start = refOf(root);
  if (!after) {
    const found = [{ ...start, depth: 0 }];
    return { id: services.newId(), page: 0, found, seen: new Set([refText(start)]), place: { page: 0, index: 0 } };
  }
  if (after['root'] !== refText(start)) {
    throw new Failure('cursor.invalid', 'The cursor is of what had this name before.');
  }
  const [model, version] = (after['behind'] ?? '').split('/');
  const behind = model ? { behind: VersionRef.parse({ model, version: Number(version) }) } : {};
  return {
    id: String(after['walk']),
    page: Number(after['page']),
    found: [],
    seen: new Set(),
    place: { page: Number(after['at']), index: Number(after['index']), ...behind },
  };
}

const positionOf = ({ id, page, place }: Walk, { root }: Asked): Position => ({
  walk: id,
  root: refText(refOf(root)),
  page: String(page + 1),
  at: String(place.page),
  index: String(place.index),
  ...(place.behind && { behind: refText(place.behind) }),
});

/** Notes what this page found, for the pages behind it. Asked for twice, a page writes the same notes again. */
async function note({ store, caller, now }: Context, { id: walk, page, found }: Walk): Promise<void> {
  const expiresAt = Math.floor(now.getTime() / 1_000) + NOTE_SECONDS;
  const { tenant } = caller;
  await store.note([
    { kind: 'walkPage', tenant, walk, page, found, expiresAt },
    ...found.map(
      ({ model, version }) => ({ kind: 'walkStep', tenant, walk, model, version, page, expiresAt }) as const,
    ),
  ]);
}
