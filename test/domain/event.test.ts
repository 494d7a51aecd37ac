import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { verifyChains } from '../../shared/domain/audit.ts';
import { canonicalJson, digestOf } from '../../shared/domain/canonical.ts';
import {
  chain,
  EVENT_DATA,
  type Event,
  type EventDraft,
  EventType,
  EventView,
  eventId,
  GENESIS,
  hashOf,
} from '../../shared/domain/event.ts';
import { deleteModel, renameModel } from '../../shared/domain/model.ts';
import type { Actor } from '../../shared/domain/principal.ts';
import { ACME, ANN, AT, aModel, aName, anOccasion, aTenant, decided, headOf, NOW } from '../support/builders.ts';
import { spelled } from './rfc8785.ts';

const updated: EventDraft & { actor: Actor } = {
  type: 'model.updated',
  actor: { principal: ANN },
  data: { fields: ['tags'] },
};

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

describe('the chain of events', () => {
  const { event, head } = chain(aModel({ seq: 0, lastAt: NOW }), updated);

  it('begins with 1, behind 64 zeros', () => {
    expect(event).toMatchObject({ kind: 'event', seq: 1, prevHash: '0'.repeat(64), at: NOW });
    expect(head).toEqual(aModel({ seq: 1, headHash: event.hash, lastAt: NOW }));
  });

  it('gives each event the hash of the one before', () => {
    const second = chain(head, updated);

    expect(second.event).toMatchObject({ seq: 2, prevHash: event.hash });
    expect(second.head).toMatchObject({ seq: 2, headHash: second.event.hash });
    expect(second.event.hash).not.toBe(event.hash);
  });

  it('hashes everything that the view of an event shows, in the one spelling of RFC 8785', () => {
    const { hash, ...rest } = EventView.parse(event);

    expect(spelled(rest)).toBe(
      `{"actor":{"principal":"${ANN}"},"at":"${NOW}","data":{"fields":["tags"]},"id":"${event.id}",` +
        `"model":{"id":"${aModel().id}","name":"fraud-detector"},"prevHash":"${'0'.repeat(64)}","seq":1,` +
        '"tenant":"acme","type":"model.updated"}',
    );
    expect(hash).toBe(sha256(spelled(rest)));
  });

  it.each<[string, Partial<EventView>]>([
    ['who did it', { actor: { principal: ANN, session: 'build-1' } }],
    ['when', { at: AT }],
    ['what', { type: 'model.created' }],
    ['what it tells', { data: { fields: ['tags', 'description'] } }],
    ['its place', { seq: 2 }],
    ['what was before', { prevHash: event.hash }],
    ['its name', { id: 'evt_0' }],
    ['the model', { model: { id: aModel().id, name: aName('x') } }],
    ['the version', { version: 1 as EventView['version'] }],
  ])('has another hash when %s is another', (_, over) => {
    const { kind: _kind, ...view } = event;
    expect(hashOf({ ...view, ...over })).not.toBe(event.hash);
  });

  it('has the same hash after a way through JSON', () => {
    const reason = 'Größer als „vorher“ \u2028 🦄 "quoted"\n';
    const draft = {
      ...updated,
      type: 'version.archived' as const,
      version: 3 as never,
      data: { from: 'staging' as const, reason },
    };
    const chained = chain(aModel(), draft).event;
    const view = EventView.parse(JSON.parse(JSON.stringify(chained)));

    expect(hashOf(view)).toBe(chained.hash);
    const { hash, ...rest } = view;
    expect(sha256(spelled(rest))).toBe(hash);
  });

  it('leaves out what is undefined, as JSON does', () => {
    const promoted = (reason?: string) => ({
      type: 'version.archived' as const,
      actor: { principal: ANN },
      data: { from: 'staging' as const, ...(reason && { reason }) },
    });
    const draft = { ...promoted(), data: { from: 'staging' as const, reason: undefined } };

    expect(chain(aModel(), draft).event).toEqual(chain(aModel(), promoted()).event);
  });

  it('of a tenant is its own, without a model', () => {
    const { event } = chain(aTenant({ seq: 0 }), {
      ...updated,
      type: 'tenant.created',
      data: { name: 'x', admin: ANN },
    });

    expect(event).toMatchObject({ tenant: 'acme', seq: 1 });
    expect(event).not.toHaveProperty('model');
  });

  it('of a tenant is proved beside that of a model', async () => {
    const created = { ...updated, type: 'tenant.created' as const, data: { name: 'x', admin: ANN } };
    const first = chain(aTenant({ seq: 0 }), created);
    const events = [first.event, event, chain(first.head, created).event].map((one) => EventView.parse(one));
    const lines = [...events, { type: 'export.completed', events: 3 }].map((line) => JSON.stringify(line));

    expect(await verifyChains(lines)).toMatchObject({
      events: 3,
      chains: [
        { chain: 'acme', first: 1, last: 2 },
        { chain: `acme/${aModel().id}`, model: 'fraud-detector', last: 1 },
      ],
    });
  });

  it('goes on under the new name of a model, and over its grave', () => {
    const renamed = decided(renameModel(aModel(), undefined, aName('card-fraud'), anOccasion()));
    const deleted = decided(deleteModel(aModel(), { force: false }, anOccasion()));

    for (const [change, name] of [
      [renamed, 'card-fraud'],
      [deleted, 'fraud-detector'],
    ] as const) {
      const { event } = chain(headOf(change), change.event);
      expect(event).toMatchObject({ seq: 8, prevHash: aModel().headHash, model: { id: aModel().id, name } });
    }
  });
});

describe('the id of an event', () => {
  it('is the same for every copy', () => {
    const [one, other]: Event[] = [1, 2].map(() => chain(aModel(), updated).event) as [Event, Event];
    expect(one.id).toBe(other.id);
    expect(one.id).toBe(eventId(ACME, aModel().id, 8));
    expect(one.id).toMatch(/^evt_[0-9a-f]{32}$/);
  });

  it('is another for another place, model or tenant', () => {
    const { id } = aModel();
    const ids = [
      eventId(ACME, id, 8),
      eventId(ACME, id, 9),
      eventId(ACME, undefined, 8),
      eventId('acme-2' as typeof ACME, id, 8),
      eventId(ACME, '01JZ0000000000000000000009' as typeof id, 8),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });

  it('stays what it is: receivers have seen it', () => {
    expect(eventId(ACME, undefined, 1)).toBe(`evt_${sha256('acme//1').slice(0, 32)}`);
  });
});

describe('the types of events', () => {
  it.each(EventType.options)('%s is noun.pastVerb', (type) => {
    expect(type).toMatch(/^[a-z]+\.[a-z_]+$/);
    expect(Object.keys(EVENT_DATA)).toContain(type);
  });

  it('begin from 64 zeros', () => {
    expect(GENESIS).toBe('0'.repeat(64));
  });
});

describe('canonical JSON', () => {
  it('is RFC 8785: its example comes out as the RFC has it', () => {
    const value = String.raw`{
      "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
      "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
      "literals": [null, true, false]
    }`;
    const canonical = String.raw`{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\u000f\nA'B\"\\\\\"/"}`;

    expect(canonicalJson(JSON.parse(value))).toBe(canonical);
  });

  it('does not depend on the order in which attributes were written', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.integer()), (value) => {
        const reversed = Object.fromEntries(Object.entries(value).reverse());
        expect(digestOf(reversed)).toBe(digestOf(value));
        expect(canonicalJson(value)).toBe(spelled(value));
      }),
    );
  });

  it.each([undefined, () => 1, Number.NaN])('is not there for %s', (value) => {
    expect(() => canonicalJson(value)).toThrow();
  });
});
