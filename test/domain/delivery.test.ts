import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  attempted,
  begunAnew,
  type Delivery,
  deliveryOf,
  givenUp,
  type Outcome,
  QUEUE_SECONDS_MAX,
  queueSecondsOf,
  SCHEDULE,
  takenUp,
} from '../../shared/domain/delivery.ts';
import { aDelivery, anEvent, aWebhook, NOW } from '../support/builders.ts';

const HOUR = 3_600;
const now = new Date(NOW);
const failure = (at: string, over: Partial<Outcome> = {}): Outcome => ({ at, status: 500, milliseconds: 0, ...over });

/** A delivery whose every attempt fails, each as soon as it may be: the seconds from one attempt to the next. */
function waits(spread: number, over: Partial<Outcome> = {}): number[] {
  const seconds: number[] = [];
  let delivery = aDelivery();
  let at = now;
  while (delivery.nextAt !== undefined) {
    const next = new Date(delivery.nextAt);
    seconds.push((next.getTime() - at.getTime()) / 1_000);
    at = next;
    delivery = attempted(delivery, failure(at.toISOString(), over), spread);
  }
  expect(delivery).toMatchObject({ state: 'failed', tries: seconds.length });
  return seconds;
}

describe('W3: the schedule of attempts', () => {
  it('W3: is 0, 5 s, 30 s, 5 m, 30 m, 2 h, 5 h, 10 h, 14 h, 20 h, 24 h: 75.6 hours', () => {
    expect(waits(0.5)).toEqual([0, 5, 30, 300, 1_800, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR]);
    expect(SCHEDULE.reduce<number>((sum, one) => sum + one, 0) / HOUR).toBeCloseTo(75.6, 1);
  });

  it('W3: is off by a fifth at most, either way', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (spread) => {
        for (const [index, wait] of waits(spread).entries()) {
          const seconds = SCHEDULE[index] ?? Number.NaN;
          expect(wait).toBeGreaterThanOrEqual(0.8 * seconds - 0.001);
          expect(wait).toBeLessThanOrEqual(1.2 * seconds + 0.001);
        }
      }),
    );
    expect(waits(0)[1]).toBe(4);
    expect(waits(1)[1]).toBe(6);
  });

  it('W3: waits as long as the receiver asks, where that is longer, and a day at most', () => {
    expect(waits(0.5, { status: 429, retryAfterSeconds: 600 }).slice(0, 6)).toEqual([
      0,
      600,
      600,
      600,
      1_800,
      2 * HOUR,
    ]);
    expect(waits(0.5, { retryAfterSeconds: 10 * 24 * HOUR }).slice(1)).toEqual(Array(10).fill(24 * HOUR));
  });

  it('counts from the end of an attempt, not from its beginning', () => {
    const delivery = attempted(aDelivery(), failure(NOW, { milliseconds: 15_000 }), 0.5);

    expect(delivery.nextAt).toBe(new Date(now.getTime() + 20_000).toISOString());
  });

  it('W3: ends at once when the receiver says that it is gone', () => {
    expect(attempted(aDelivery(), failure(NOW, { status: 410 }), 0.5)).toMatchObject({ state: 'failed', tries: 1 });
  });

  it.each([200, 201, 202, 204, 299])('ends with the status %i: it has arrived', (status) => {
    const delivered = attempted(aDelivery(), failure(NOW, { status }), 0.5);

    expect(delivered).toMatchObject({ state: 'delivered', attempts: [{ at: NOW, status, milliseconds: 0 }] });
    expect(delivered).not.toHaveProperty('nextAt');
    expect(delivered).not.toHaveProperty('dueAt');
  });

  it.each([100, 199, 300, 302, 400, 404, 429, 500, 503, undefined])('goes on after the status %s', (status) => {
    const { status: _, ...rest } = failure(NOW);

    expect(attempted(aDelivery(), { ...rest, ...(status !== undefined && { status }) }, 0.5)).toMatchObject({
      state: 'pending',
      tries: 1,
    });
  });
});

describe('a delivery', () => {
  it('is of an event that the webhook wants, to be tried at once, and kept for 30 days', () => {
    const { id, type, model, seq, at } = anEvent();

    expect(aDelivery()).toEqual({
      kind: 'delivery',
      tenant: 'acme',
      webhook: aWebhook().id,
      event: id,
      type,
      model,
      seq,
      at,
      state: 'pending',
      tries: 0,
      nextAt: NOW,
      dueAt: expect.any(String),
      attempts: [],
      createdAt: NOW,
      expiresAt: now.getTime() / 1_000 + 30 * 24 * HOUR,
      revision: 1,
    });
  });

  it('is none of an event that the webhook does not want', () => {
    expect(deliveryOf(aWebhook({ models: 'credit-*' }), anEvent(), now)).toBeUndefined();
  });

  it('keeps no more than its last 25 attempts', () => {
    let delivery: Delivery = aDelivery();
    for (let n = 1; n <= 30; n += 1) {
      delivery = attempted(begunAnew(delivery, now), failure(NOW, { milliseconds: n }), 0);
    }
    expect(delivery.attempts.map(({ milliseconds }) => milliseconds)).toEqual(
      Array.from({ length: 25 }, (_, n) => n + 6),
    );
  });

  it('waits in a queue as long as a queue can hold it, and is looked for later than that', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 9 }), fc.double({ min: 0, max: 1, noNaN: true }), (tries, spread) => {
        const delivery = attempted(aDelivery({ tries }), failure(NOW), spread);
        const seconds = queueSecondsOf(delivery, now);
        const wait = (new Date(String(delivery.nextAt)).getTime() - now.getTime()) / 1_000;

        if (wait > QUEUE_SECONDS_MAX) {
          expect(seconds).toBeUndefined();
          expect(delivery.dueAt).toBe(delivery.nextAt);
        } else {
          expect(seconds).toBe(Math.ceil(wait));
          expect(String(delivery.dueAt) > String(delivery.nextAt)).toBe(true);
        }
      }),
    );
  });

  it('is not put into a queue once it has ended', () => {
    expect(queueSecondsOf(attempted(aDelivery(), failure(NOW, { status: 200 }), 0), now)).toBeUndefined();
  });

  it('is put at once where its time has come', () => {
    expect(queueSecondsOf(aDelivery(), new Date(now.getTime() + 5_000))).toBe(0);
  });

  it('is not looked for again for a while once it is taken up', () => {
    const later = new Date(now.getTime() + 7 * 24 * HOUR * 1_000);
    const taken = takenUp(aDelivery(), later);

    expect(new Date(String(taken.dueAt)).getTime()).toBeGreaterThan(later.getTime() + 60_000);
    expect(taken).toMatchObject({ state: 'pending', tries: 0, revision: 2 });
  });

  it('that is given up says why, and is not tried any more', () => {
    const given = givenUp(aDelivery(), 'the webhook is switched off', now);

    expect(given).toMatchObject({
      state: 'failed',
      attempts: [{ at: NOW, milliseconds: 0, error: 'the webhook is switched off' }],
    });
    expect(given).not.toHaveProperty('dueAt');
  });

  it('begins anew with all its tries, and what happened before is not forgotten', () => {
    const failed = attempted(aDelivery({ tries: 10 }), failure(NOW), 0);

    expect(failed.state).toBe('failed');
    expect(begunAnew(failed, now)).toMatchObject({
      state: 'pending',
      tries: 0,
      nextAt: NOW,
      attempts: failed.attempts,
    });
  });
});
