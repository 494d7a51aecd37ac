import { appendFile } from 'node:fs/promises';
import path from 'node:path';
import { type Event, EventView, SOURCE } from '../../shared/domain/event.ts';
import { Subscription } from '../../shared/domain/subscription.ts';
import { makeDirectory } from '../../shared/make-directory.ts';
import type { Subscribers } from '../../shared/reactions/ports.ts';
import { everything } from '../../shared/store/list.ts';
import type { Table } from '../../shared/store/table.ts';

const RULES = 'RULES';

/** Subscriptions on one machine: a bus of another account is a file of lines, one for each event. */
export interface LocalSubscribers extends Subscribers {
  /** Gives events to every bus that has a rule for them. They are in the files when it returns. */
  forward(events: readonly Event[]): Promise<void>;
}

interface Surroundings {
  /** Where the rules are kept. */
  readonly table: Table;
  readonly directory: string;
  readonly region: string;
}

export function localSubscribers({ table, directory, region }: Surroundings): LocalSubscribers {
  let rules: Promise<readonly Subscription[]> | undefined;
  const read = async () => (await everything(table, { pk: RULES })).map(({ rule }) => Subscription.parse(rule));

  return {
    async connect(subscription) {
      await table.putEach([{ pk: RULES, sk: subscription.id, rule: JSON.parse(JSON.stringify(subscription)) }]);
      rules = undefined;
    },
    async disconnect(id) {
      await table.transact([{ remove: { pk: RULES, sk: id } }]);
      rules = undefined;
    },
    async forward(events) {
      rules ??= read();
      for (const { tenant, bus, types } of await rules) {
        const wanted = events.filter((event) => event.tenant === tenant && (types?.includes(event.type) ?? true));
        if (wanted.length === 0) continue;
        const file = path.join(directory, ...placeOf(bus));
        await makeDirectory(path.dirname(file), 0o700);
        await appendFile(file, wanted.map((event) => `${JSON.stringify(envelope(event, region))}\n`).join(''));
      }
    },
  };
}

/** The account and the file of a bus. */
const placeOf = (bus: string): [account: string, file: string] => {
  const [, , , , account = '', resource = ''] = bus.split(':');
  return [account, `${resource.slice('event-bus/'.length)}.jsonl`];
};

/**
 * An event as EventBridge gives it to the targets of a rule.
 *
 * Source: https://docs.aws.amazon.com/eventbridge/latest/ref/overiew-event-structure.html
 */
const envelope = (event: Event, region: string) => ({
  version: '0',
  id: event.id,
  'detail-type': event.type,
  source: SOURCE,
  account: '000000000000',
  time: event.at,
  region,
  resources: [],
  detail: EventView.parse(event),
});
