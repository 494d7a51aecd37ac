import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../shared/domain/delivery.ts';
import { redeliver } from '../../shared/domain/redelivery.ts';
import {
  createWebhook,
  deleteWebhook,
  pingWebhook,
  rotateWebhookSecret,
  updateWebhook,
  WEBHOOKS_MAX,
  type Webhook,
  wants,
} from '../../shared/domain/webhook.ts';
import { disabledBy, recordAttempt, recordLastAttempt } from '../../shared/domain/webhook-health.ts';
import { messageOf } from '../../shared/domain/webhook-message.ts';
import { liveSecrets } from '../../shared/domain/webhook-secret.ts';
import { AT, aDelivery, anEvent, anOccasion, aTenant, aWebhook, decided, NOW } from '../support/builders.ts';

const DAY = 86_400_000;
const later = (days: number) => new Date(new Date(NOW).getTime() + days * DAY).toISOString();
const outcome = (over: Partial<Outcome> = {}): Outcome => ({ at: NOW, status: 200, milliseconds: 5, ...over });
const SECRET = { sealed: 'v1.fresh', endsWith: 'wxyz' };

describe('a new webhook', () => {
  const { id, url } = aWebhook();
  const said = { id, url, description: '', events: [], models: '*', secret: SECRET };

  it('is one of 50 at most', () => {
    expect(() => createWebhook(aTenant(), WEBHOOKS_MAX, said, anOccasion())).toThrow(
      expect.objectContaining({ code: 'webhook.limit' }),
    );
    expect(decided(createWebhook(aTenant(), WEBHOOKS_MAX - 1, said, anOccasion())).result).toMatchObject({
      revision: 1,
    });
  });

  it('has each type of events once', () => {
    const events: Webhook['events'] = ['model.created', 'model.created', 'model.deleted'];

    expect(decided(createWebhook(aTenant(), 0, { ...said, events }, anOccasion())).result.events).toEqual([
      'model.created',
      'model.deleted',
    ]);
  });

  it('W8: tells in its event where it leads, and nothing of the path, in which there may be a secret', () => {
    const { event } = decided(createWebhook(aTenant(), 0, said, anOccasion()));

    expect(event.data).toMatchObject({ host: 'hooks.example.com' });
    expect(JSON.stringify(event)).not.toMatch(/XXXX|fresh|wxyz/);
  });
});

describe('a webhook that is changed', () => {
  it('has no event where nothing is different', () => {
    const webhook = aWebhook();
    const { url, models } = webhook;

    expect(updateWebhook(aTenant(), webhook, { url, models, events: undefined }, anOccasion())).toEqual({
      result: webhook,
    });
  });

  it('that an admin switches off says so, and one that is off keeps why', () => {
    const off = decided(updateWebhook(aTenant(), aWebhook(), { state: 'disabled' }, anOccasion())).result;
    const gone = aWebhook({ state: 'disabled', disabled: { reason: 'gone', at: AT } });

    expect(off.disabled).toEqual({ reason: 'admin', at: NOW });
    expect(decided(updateWebhook(aTenant(), gone, { models: '*' }, anOccasion())).result.disabled).toEqual(
      gone.disabled,
    );
  });

  it('that is switched on again begins anew', () => {
    const failing = aWebhook({ state: 'disabled', disabled: { reason: 'failing', at: AT }, failingSince: AT });
    const on = decided(updateWebhook(aTenant(), failing, { state: 'enabled' }, anOccasion())).result;

    expect(on).toMatchObject({ state: 'enabled', revision: 2 });
    expect(on).not.toHaveProperty('disabled');
    expect(on).not.toHaveProperty('failingSince');
  });

  it('that fails goes on failing, whatever else of it is changed', () => {
    const failing = aWebhook({ failingSince: AT });

    expect(decided(updateWebhook(aTenant(), failing, { models: '*' }, anOccasion())).result).toMatchObject({
      failingSince: AT,
    });
  });

  it('that is deleted is removed as it was read', () => {
    const webhook = aWebhook();

    expect(decided(deleteWebhook(aTenant(), webhook, anOccasion())).writes).toEqual([{ remove: webhook }]);
  });
});

describe('the secrets of a webhook', () => {
  const rotate = (webhook: Webhook, overlapHours: number) =>
    decided(rotateWebhookSecret(aTenant(), webhook, { secret: SECRET, overlapHours }, anOccasion())).result;

  it('are two for the overlap, and one behind it', () => {
    const { secrets } = rotate(aWebhook(), 24);
    const valid = (time: string) => liveSecrets(secrets, new Date(time)).map(({ endsWith }) => endsWith);

    expect(valid(NOW)).toEqual(['wxyz', 'abcd']);
    expect(valid(new Date(new Date(later(1)).getTime() - 1).toISOString())).toEqual(['wxyz', 'abcd']);
    expect(valid(later(1))).toEqual(['wxyz']);
  });

  it('are one at once without an overlap, also if there were two', () => {
    expect(rotate(rotate(aWebhook(), 24), 0).secrets).toHaveLength(1);
  });

  it('are never more than two', () => {
    const twice = rotate(rotate(aWebhook(), 168), 168);

    expect(twice.secrets.map(({ endsWith }) => endsWith)).toEqual(['wxyz', 'wxyz']);
  });
});

describe('what a webhook wants', () => {
  const ofTenant = anEvent({ type: 'policy.changed', model: undefined, data: {} });
  const ping = anEvent({ type: 'webhook.pinged', model: undefined, data: { webhook: aWebhook().id } });

  it.each<[string, Partial<Webhook>, ReturnType<typeof anEvent>, boolean]>([
    ['all types where it names none', { events: [] }, anEvent(), true],
    ['the types that it names', { events: ['version.promoted'] }, anEvent(), true],
    ['no others', { events: ['version.archived'] }, anEvent(), false],
    ['models whose names fit', { models: '*-detector' }, anEvent(), true],
    ['no others', { models: 'credit-*' }, anEvent(), false],
    ['what concerns the tenant, for all models', { models: '*' }, ofTenant, true],
    ['nothing that concerns the tenant, for some models', { models: 'fraud-*' }, ofTenant, false],
    ['nothing while it is off', { state: 'disabled', models: '*' }, anEvent(), false],
    ['its ping, whatever it is for', { events: ['version.archived'], models: 'none' }, ping, true],
    ['its ping while it is off', { state: 'disabled' }, ping, true],
  ])('is %s', (_, over, event, isWanted) => {
    expect(wants(aWebhook(over), event)).toBe(isWanted);
  });

  it('is no ping of another', () => {
    expect(wants(aWebhook({ models: '*' }), { ...ping, data: { webhook: 'another' } })).toBe(false);
  });

  it('a ping is the event that it answers with', () => {
    const { result, head } = decided(pingWebhook(aTenant({ seq: 4 }), aWebhook(), anOccasion()));

    expect(result.event).toMatch(/^evt_[0-9a-f]{32}$/);
    expect(head).toMatchObject({ replace: { seq: 4 } });
  });
});

describe('W3: a webhook where nothing arrives', () => {
  const delivery = aDelivery();
  const keepOf = (webhook: Webhook, end: Outcome) => {
    const change = recordAttempt({ delivery, webhook }, end, 0);
    if (!('keep' in change) || !change.keep) throw new Error('There is an event in this change.');
    return change.keep;
  };

  it('W3: notes the first failure, and no other', () => {
    const failure = outcome({ status: 500 });

    expect(keepOf(aWebhook(), failure)).toMatchObject([
      { replace: { kind: 'delivery' } },
      { replace: { kind: 'webhook', failingSince: NOW, revision: 2 } },
    ]);
    expect(keepOf(aWebhook({ failingSince: AT }), failure)).toHaveLength(1);
  });

  it('W3: forgets it once something arrives', () => {
    const [, write] = keepOf(aWebhook({ failingSince: AT }), outcome());

    expect(write).toMatchObject({ replace: { kind: 'webhook', revision: 2 } });
    expect(write).not.toHaveProperty('replace.failingSince');
    expect(keepOf(aWebhook(), outcome())).toHaveLength(1);
  });

  it('notes nothing while it is off', () => {
    expect(keepOf(aWebhook({ state: 'disabled' }), outcome({ status: 500 }))).toHaveLength(1);
  });

  it.each<[string, Partial<Webhook>, Partial<Outcome>, string | undefined]>([
    ['not by the first failure', {}, { status: 500 }, undefined],
    ['not before five days', { failingSince: NOW }, { status: 500, at: later(4.99) }, undefined],
    ['after five days of failures only', { failingSince: NOW }, { status: 500, at: later(5) }, 'failing'],
    ['not by what arrives after five days', { failingSince: NOW }, { status: 204, at: later(5) }, undefined],
    ['at once when it says that it is gone', {}, { status: 410 }, 'gone'],
    ['not when it is off already', { state: 'disabled' }, { status: 410 }, undefined],
  ])('W3: is switched off %s', (_, over, end, reason) => {
    expect(disabledBy(aWebhook(over), outcome(end))).toBe(reason);
  });

  it('W3: is switched off with an event that says why, in the same write as the end of the attempt', () => {
    const webhook = aWebhook({ failingSince: AT });
    const change = recordLastAttempt(
      aTenant(),
      { delivery, webhook },
      outcome({ status: 500 }),
      'failing',
      anOccasion(),
    );

    expect(decided(change)).toMatchObject({
      writes: [
        { replace: { kind: 'webhook', state: 'disabled', disabled: { reason: 'failing', at: NOW }, revision: 2 } },
        { replace: { kind: 'delivery', tries: 1 } },
      ],
      event: {
        type: 'webhook.disabled',
        data: { webhook: webhook.id, host: 'hooks.example.com', reason: 'failing', failingSince: AT },
      },
    });
  });
});

describe('a delivery that is asked for again', () => {
  it.each([
    ['was never there', aWebhook(), undefined, 'delivery.not_found'],
    ['is for a webhook that is off', aWebhook({ state: 'disabled' }), aDelivery(), 'webhook.disabled'],
  ])('is refused where it %s', (_, webhook, delivery, code) => {
    expect(() => redeliver(aTenant(), webhook, delivery, 'evt_1', anOccasion())).toThrow(
      expect.objectContaining({ code }),
    );
  });

  it('is tried again also while its webhook is off, if it is a ping', () => {
    const ping = aDelivery({ type: 'webhook.pinged', state: 'failed' });

    expect(redeliver(aTenant(), aWebhook({ state: 'disabled' }), ping, ping.event, anOccasion())).toMatchObject({
      result: { state: 'pending' },
    });
  });
});

describe('the message of an event', () => {
  it('has the type, the time and the whole event', () => {
    const { type, at, ...rest } = anEvent();

    expect(JSON.parse(messageOf(anEvent()))).toEqual({ type, timestamp: at, data: rest });
  });
});
