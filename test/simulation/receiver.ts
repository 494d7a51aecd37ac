import type { Sender } from '../../shared/webhooks/sender.ts';
import type { Chaos } from './chaos.ts';
import { endOf } from './faulty.ts';
import type { Life, Schedule } from './schedule.ts';

/** Whoever has a webhook. On bad days it answers that it cannot, before it has taken a message or after. */
export function aReceiver({ strikes, between }: Chaos, schedule: Schedule) {
  const received = new Map<string, number>();

  function answer(id: string): { readonly status: number } {
    if (strikes('receiverFails')) return { status: 503 };
    received.set(id, (received.get(id) ?? 0) + 1);
    return { status: strikes('receiverFails') ? 500 : 204 };
  }

  const senderOf = (life: Life): Sender => ({
    send: ({ headers }) =>
      schedule.turn(life, 'posts', between(5, 400), () => {
        if (strikes('diesBefore')) return endOf(life);
        const outcome = { at: schedule.now().toISOString(), milliseconds: 0, ...answer(headers['webhook-id'] ?? '') };
        return strikes('diesAfter') ? endOf(life) : outcome;
      }),
  });
  return { received, senderOf };
}
