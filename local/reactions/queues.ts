import { type QueueName, queueRows } from '../../shared/contract/reactions.ts';
import type { Letters, Outgoing, Queues } from '../../shared/reactions/ports.ts';
import { everything } from '../../shared/store/list.ts';
import type { Item, Json, Key, Table } from '../../shared/store/table.ts';
import { WRITES_MAX } from '../../shared/store/table-limits.ts';

/** A message that waits in the file. */
export interface Waiting extends Key {
  readonly id: string;
  readonly group: string;
  readonly body: Json;
  /** How often it was tried so far. */
  readonly attempts: number;
  /** In milliseconds since the epoch. */
  readonly due: number;
}

/** The queues of a registry on one machine: each message is in the file from the time that it was sent until it is done. */
export interface LocalQueues extends Queues, Letters {
  /** The groups that ever had a message. There are as many as there are tenants. */
  groups(queue: QueueName): Promise<readonly string[]>;
  /** The first messages of a group, by the time at which they are due. */
  first(queue: QueueName, group: string, limit: number): Promise<readonly Waiting[]>;
  done(message: Waiting): Promise<void>;
  /** Tries it again at a time. */
  postpone(queue: QueueName, message: Waiting, due: number): Promise<void>;
  /** Whether nothing in any queue is to be worked on now. */
  isIdle(): Promise<boolean>;
  /** To be told of every queue and group that gets a message. */
  onSent(listener: (queue: QueueName, group: string) => void): void;
}

interface Surroundings {
  /** Of its own: nothing else is in it. */
  readonly table: Table;
  readonly now: () => Date;
  readonly newId: () => string;
}

export function localQueues({ table, now, newId }: Surroundings): LocalQueues {
  const listeners: ((queue: QueueName, group: string) => void)[] = [];
  const known = new Set<string>();

  /** A queue is a partition for each group, so that nobody has to pass by the messages of others. */
  async function know(queue: QueueName, group: string): Promise<void> {
    const name = `${queue}#${group}`;
    if (known.has(name)) return;
    await table.putEach([{ pk: `GROUPS#${queue}`, sk: group }]);
    known.add(name);
  }

  const groupsOf = async (queue: QueueName) => (await everything(table, { pk: `GROUPS#${queue}` })).map(({ sk }) => sk);
  const firstOf = async (queue: QueueName, group: string, limit: number) =>
    (await table.query({ pk: partition(queue, group), limit })).items as unknown as readonly Waiting[];

  return {
    async send(queue, messages) {
      const groups = new Set(messages.map(groupOf));
      for (const group of groups) await know(queue, group);
      const items = messages.map((message) => {
        const due = now().getTime() + 1_000 * (message.delaySeconds ?? 0);
        return itemOf(queue, { id: newId(), group: groupOf(message), body: message.body, attempts: 0, due });
      });
      for (let at = 0; at < items.length; at += WRITES_MAX) {
        await table.transact(items.slice(at, at + WRITES_MAX).map((put) => ({ put })));
      }
      for (const group of groups) for (const tell of listeners) tell(queue, group);
    },
    groups: groupsOf,
    first: firstOf,
    async isIdle() {
      const at = now().getTime();
      for (const [queue] of queueRows) {
        for (const group of await groupsOf(queue)) {
          if ((await firstOf(queue, group, 1)).some(({ due }) => due <= at)) return false;
        }
      }
      return true;
    },
    done: ({ pk, sk }) => table.transact([{ remove: { pk, sk } }]),
    postpone: (queue, { pk, sk, ...message }, due) => {
      const put = itemOf(queue, { ...message, attempts: message.attempts + 1, due });
      return table.transact([{ put }, ...(put.sk === sk ? [] : [{ remove: { pk, sk } }])]);
    },
    put: ({ reaction, body, reason }) => table.putEach([{ pk: 'LETTERS', sk: newId(), reaction, body, reason }]),
    onSent: (listener) => void listeners.push(listener),
  };
}

/** What belongs to nobody in particular. */
const NOBODY = '-';
const groupOf = ({ group = NOBODY }: Outgoing): string => group;
const partition = (queue: QueueName, group: string): string => `QUEUE#${queue}#${group}`;

const itemOf = (queue: QueueName, message: Omit<Waiting, keyof Key>): Item => ({
  pk: partition(queue, message.group),
  sk: `${String(message.due).padStart(15, '0')}#${message.id}`,
  ...message,
});
