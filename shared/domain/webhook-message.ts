import type { EventView } from './event.ts';

/** What a receiver gets of an event, in the same bytes each time: all of it, so that its hash can be checked. */
export const messageOf = ({ type, at, ...data }: EventView): string => JSON.stringify({ type, timestamp: at, data });
