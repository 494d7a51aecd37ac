import { DAY_MS } from '../day.ts';
import type { VersionNumber } from '../names.ts';

/** Who was in production from a moment on, until the next one. */
export interface Reign {
  readonly versions: readonly VersionNumber[];
  readonly at: string;
}

/** How far what took the place of a version has come: stable since it left, on the way to be, or not there. */
export type Stability = { readonly stable: true } | { readonly stable: false; readonly until?: Date };

/**
 * Whether some other version has been in production for so many days without interruption, since a version left it.
 * `reigns` begin with who was there when it left, oldest first. A rollback, or whatever else takes a replacement out,
 * ends its time: it starts anew when it comes back.
 */
export function stabilityOf(
  left: { readonly version: VersionNumber; readonly at: string },
  reigns: readonly Reign[],
  days: number,
  now: Date,
): Stability {
  let present = new Map<VersionNumber, number>();
  const hasLasted = (until: number) => [...present.values()].some((since) => until - since >= days * DAY_MS);
  for (const { versions, at } of reigns) {
    const moment = Math.max(Date.parse(at), Date.parse(left.at));
    if (hasLasted(Math.min(moment, now.getTime()))) return { stable: true };
    const others = versions.filter((version) => version !== left.version);
    present = new Map(others.map((version) => [version, present.get(version) ?? moment]));
  }
  if (hasLasted(now.getTime())) return { stable: true };
  const since = Math.min(...present.values());
  return { stable: false, ...(present.size > 0 && { until: new Date(since + days * DAY_MS) }) };
}
