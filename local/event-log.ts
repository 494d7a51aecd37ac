import type { Event } from '../shared/domain/event.ts';
import { insertedEvent } from '../shared/reactions/inserted.ts';
import type { Consumer } from './stream.ts';

/** Writes a line for every event, such as `12:03:01 version.promoted fraud-detector 3 by user/releaser of acme`. */
export const eventLog =
  (write: (line: string) => void): Consumer =>
  async (records) => {
    for (const record of records) {
      const event = insertedEvent(record);
      if (event && !(event instanceof Error)) write(eventLine(event));
    }
  };

function eventLine({ at, type, tenant, model, version, actor }: Event): string {
  const what = model ? [model.name, ...(version === undefined ? [] : [version])].join(' ') : tenant;
  return `${timeOf(new Date(at))} ${type} ${what} by ${shortName(actor.principal)}${model ? ` of ${tenant}` : ''}`;
}

/** The time of day, in the time zone of whoever watches. */
export const timeOf = (moment: Date): string => moment.toTimeString().slice(0, 8);

/** A principal without its account: `user/ann`. The registry itself is called by what it does: `on-validate-version`. */
export const shortName = (principal: string): string => principal.replace(/^signet:|^[^:]*:[^:]*:/, '');
