import type { EventView } from './event.ts';

/** What Standard Webhooks advises. */
export const MESSAGE_BYTES_MAX = 20_000;

/**
 * What a receiver gets of an event, in the same bytes each time: all of it, so that its hash can be checked. Of one that
 * is larger than a message may be, `data.data` is left out, and `data.omitted` says so.
 */
export function messageOf({ type, at, ...rest }: EventView): string {
  const whole = JSON.stringify({ type, timestamp: at, data: rest });
  if (Buffer.byteLength(whole) <= MESSAGE_BYTES_MAX) return whole;
  const { data: _, ...others } = rest;
  return JSON.stringify({ type, timestamp: at, data: { ...others, omitted: true } });
}
