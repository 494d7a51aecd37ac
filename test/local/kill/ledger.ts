import { expect } from 'vitest';
import { type EventView, GENESIS, hashOf } from '../../../shared/domain/event.ts';
import type { Client } from '../../../shared/http/client.ts';

/** A write that was answered, as its event tells of it. */
export interface Acknowledged {
  readonly type: EventView['type'];
  readonly model: string;
  readonly version?: number;
}

/** A file whose version was registered, and how far its upload was answered to have come. */
export interface Upload {
  readonly model: string;
  readonly version: number;
  readonly file: { readonly path: string; readonly bytes: number; readonly sha256: string };
  readonly content: Buffer;
  isStored: boolean;
  isComplete: boolean;
}

/** What a registry has answered for, over all its lives. */
export interface Ledger {
  readonly writes: Acknowledged[];
  readonly uploads: Upload[];
}

/** Every event that is there, each chain in its order. */
export async function chainsOf(admin: Client): Promise<EventView[][]> {
  const events: EventView[] = [];
  for await (const event of admin.exportEvents({})) {
    if (event.type !== 'export.completed') events.push(event as EventView);
  }
  return [...Map.groupBy(events, ({ model }) => model?.id).values()];
}

/** Each chain has numbers without a gap, each event names the one before it, and has the hash that it has to have. */
export function expectUnbroken(chain: readonly EventView[]): void {
  expect(chain.map(({ seq }) => seq)).toEqual(chain.map((_, index) => index + 1));
  expect(chain.map(({ prevHash }) => prevHash)).toEqual([GENESIS, ...chain.slice(0, -1).map(({ hash }) => hash)]);
  expect(chain.map(({ hash }) => hash)).toEqual(chain.map(hashOf));
}

/** What was answered and is not told of: nothing, if nothing was lost. */
export function lost(writes: readonly Acknowledged[], events: readonly EventView[]): Acknowledged[] {
  const told = new Map<string, number>();
  for (const { type, model, version } of events) count(told, `${type} ${model?.name} ${version ?? ''}`, 1);
  return writes.filter(({ type, model, version }) => count(told, `${type} ${model} ${version ?? ''}`, -1) < 0);
}

function count(told: Map<string, number>, name: string, by: number): number {
  const now = (told.get(name) ?? 0) + by;
  told.set(name, now);
  return now;
}
