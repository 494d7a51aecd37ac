import { refOf, refText, VersionRef } from '../domain/dependency.ts';
import type { Version } from '../domain/version.ts';
import type { Found } from '../domain/walk.ts';
import { Failure } from '../errors.ts';
import type { Position } from '../store/table.ts';
import type { Context } from './endpoint.ts';

/** Notes outlast the cursors that lead to them. */
const NOTE_SECONDS = 25 * 60 * 60;

/** What a walk is asked for: what a version needs, or what needs it. */
export interface Asked {
  readonly root: Version;
  readonly direction: 'dependencies' | 'dependents';
  /** At most so many steps from the root. */
  readonly depth: number;
  readonly limit: number;
}

/** Where a walk goes on: at the version that a page found at this index, behind one of its edges or before them all. */
export interface Place {
  readonly page: number;
  readonly index: number;
  readonly behind?: VersionRef;
}

/** A version that is gone on from, and its place. */
export interface From extends Place {
  readonly found: Found;
}

/** A walk on one of its pages. */
export interface Walk {
  readonly id: string;
  readonly page: number;
  /** What this page found, in its order; the first page begins with the root. */
  readonly found: Found[];
  readonly seen: Set<string>;
  /** The root, and what this page found. */
  readonly versions: Map<string, Version>;
  place: Place;
}

/** The versions from which the walk goes on next, nearer ones first. */
export async function nextOf({ store, caller }: Context, walk: Walk, limit: number): Promise<From[]> {
  const froms: From[] = [];
  let { page, index, behind } = walk.place;
  while (froms.length < limit && page <= walk.page) {
    const found = page === walk.page ? walk.found : (await store.walkPage(caller.tenant, walk.id, page))?.found;
    if (!found) throw new Failure('cursor.invalid', 'What this cursor leads to is not remembered any more.');
    for (; index < found.length && froms.length < limit; index += 1) {
      froms.push({ page, index, ...(behind && { behind }), found: found[index] as Found });
      behind = undefined;
    }
    if (froms.length === limit || page === walk.page) break;
    page += 1;
    index = 0;
  }
  return froms;
}

/** A new walk from its root, or one where a cursor left it. */
export function begun({ after, services }: Context, { root }: Asked): Walk {
  const start = refOf(root);
  if (!after) {
    const found = [{ ...start, depth: 0 }];
    const seen = new Set([refText(start)]);
    const versions = new Map([[refText(start), root]]);
    return { id: services.newId(), page: 0, found, seen, versions, place: { page: 0, index: 0 } };
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
    versions: new Map(),
    place: { page: Number(after['at']), index: Number(after['index']), ...behind },
  };
}

export const positionOf = ({ id, page, place }: Walk, { root }: Asked): Position => ({
  walk: id,
  root: refText(refOf(root)),
  page: String(page + 1),
  at: String(place.page),
  index: String(place.index),
  ...(place.behind && { behind: refText(place.behind) }),
});

/** Notes what this page found, for the pages behind it. Asked for twice, a page writes the same notes again. */
export async function note({ store, caller, now }: Context, { id: walk, page, found }: Walk): Promise<void> {
  const expiresAt = Math.floor(now.getTime() / 1_000) + NOTE_SECONDS;
  const { tenant } = caller;
  await store.note([
    { kind: 'walkPage', tenant, walk, page, found, expiresAt },
    ...found.map(
      ({ model, version }) => ({ kind: 'walkStep', tenant, walk, model, version, page, expiresAt }) as const,
    ),
  ]);
}
