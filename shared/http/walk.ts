import { type Edge, isNeededBy, refOf, refText, type VersionRef } from '../domain/dependency.ts';
import type { Version } from '../domain/version.ts';
import type { Position } from '../store/table.ts';
import type { Context } from './endpoint.ts';
import { type Asked, begun, type From, nextOf, note, type Place, positionOf, type Walk } from './walk-page.ts';

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

/**
 * One page of a walk in breadth: nearer versions first, each once. Reads, memory and time are bounded by the page,
 * whatever the graph; what the pages before it found is in their notes (see `WalkPage`).
 */
export async function walkPage(context: Context, asked: Asked): Promise<{ reached: Reached[]; next?: Position }> {
  const walk = begun(context, asked);
  const reached: Reached[] = [];
  for (let looks = 0; looks < LOOKS_MAX && reached.length < asked.limit; ) {
    const froms = await nextOf(context, walk, AT_ONCE);
    const near = froms.filter(({ found }) => found.depth < asked.depth);
    if (near.length === 0) return { reached };

    const fans = await fansOf(context, asked, near, walk);
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
        walk.versions.set(text, version);
        walk.found.push({ ...to, depth: depth + 1 });
        reached.push({ version, depth: depth + 1, via });
      }
    }
    walk.place = place;
  }
  if (!isCut) walk.place = { page: from.page, index: from.index + 1 };
  return !isCut;
}

/** What leads on from versions: edges say what needs them, and they say themselves what they need. */
async function fansOf(context: Context, { direction }: Asked, froms: readonly From[], walk: Walk): Promise<Fan[]> {
  if (direction === 'dependents') return Promise.all(froms.map((from) => fanOfEdges(context, from)));
  const { store, caller } = context;
  const unread = froms.map(({ found }) => found).filter((found) => !walk.versions.has(refText(found)));
  for (const version of await store.versionsAt(caller.tenant, unread)) {
    if (version) walk.versions.set(refText(refOf(version)), version);
  }
  return froms.map((from) => {
    const needs = walk.versions.get(refText(from.found))?.needs ?? [];
    const { behind } = from;
    const gone = behind ? needs.findIndex((one) => refText(one) === refText(behind)) + 1 : 0;
    return fanOf(from, needs.slice(gone), false);
  });
}

async function fanOfEdges({ store, caller }: Context, from: From): Promise<Fan> {
  const { tenant } = caller;
  const { model, version } = from.found;
  const behind: Edge | undefined = from.behind && { kind: 'edge', tenant, model, version, by: from.behind };
  const { items, next } = await store.edges(tenant, model, { version, limit: EDGES, behind });
  const refs = items.map(({ by }) => by);
  return fanOf(from, refs, next !== undefined);
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
  const refs = new Map(steps.map(({ to }) => [refText(to), to] as const).filter(([text]) => !walk.seen.has(text)));
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
