import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { each } from '../../cli/each.ts';

describe('doing something with each', () => {
  it('does it with all of them, no more at once than told', async () => {
    const done: number[] = [];
    let [now, most] = [0, 0];
    await each([1, 2, 3, 4, 5], 2, async (item) => {
      now += 1;
      most = Math.max(most, now);
      await setTimeout(1);
      now -= 1;
      done.push(item);
    });
    expect(done.toSorted()).toEqual([1, 2, 3, 4, 5]);
    expect(most).toBe(2);
  });

  it('begins nothing more after the first failure, ends what is under way, and fails with it', async () => {
    const events: string[] = [];
    const all = each(['slow', 'bad', 'never', 'nor this'], 2, async (item) => {
      events.push(`${item} begins`);
      if (item === 'bad') throw new Error('it is bad');
      await setTimeout(20);
      events.push(`${item} ends`);
    });
    await expect(all).rejects.toThrow('it is bad');
    expect(events).toEqual(['slow begins', 'bad begins', 'slow ends']);
  });
});
