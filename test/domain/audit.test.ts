import { hash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { verifyChains } from '../../shared/domain/audit.ts';
import type { Head } from '../../shared/domain/entity.ts';
import { chain, type Event, EventView, GENESIS, hashOf } from '../../shared/domain/event.ts';
import { ModelId, ModelName, TenantId } from '../../shared/domain/names.ts';
import { Principal } from '../../shared/domain/principal.ts';

const actor = { principal: Principal.parse('aws:111122223333:user/Ann') };
const acme = TenantId.parse('acme');
const ids = { iris: '01JNF4YVQ4R9S8T7V6W5X4Y3Z2', wine: '01JNF4YVQ4R9S8T7V6W5X4Y3Z3' } as const;

/** The head of a chain before its first event, as far as the chain asks for it. */
const headOf = (name: keyof typeof ids): Head =>
  ({
    kind: 'model',
    tenant: acme,
    id: ModelId.parse(ids[name]),
    name: ModelName.parse(name),
    seq: 0,
    headHash: GENESIS,
    lastAt: '2026-03-04T05:06:07.890Z',
  }) as Head;

/** So many events of a model, as the registry chains them. */
function eventsOf(name: keyof typeof ids, many: number): EventView[] {
  const events: Event[] = [];
  let head = headOf(name);
  for (let number = 1; number <= many; number += 1) {
    const data = { alias: `a${number}` as never, from: number as never };
    const linked = chain(
      { ...head, lastAt: new Date(1_800_000_000_000 + number * 1000).toISOString() },
      { type: 'alias.set', actor, data },
    );
    events.push(linked.event);
    head = linked.head;
  }
  return events.map((event) => EventView.parse(event));
}

const completed = (events: number) => JSON.stringify({ type: 'export.completed', events });
const lines = (events: readonly object[]) => [
  ...events.map((event) => JSON.stringify(event)),
  completed(events.length),
];

/** Two chains, the events of one between those of the other. */
const iris = eventsOf('iris', 5);
const wine = eventsOf('wine', 5);
const both = iris.flatMap((event, at) => [event, wine[at] as EventView]);
const whole = lines(both);

const rehashed = (event: EventView): EventView => ({ ...event, hash: hashOf(event) });
const at = (index: number): EventView => both[index] as EventView;
const withLine = (index: number, text: string) => whole.with(index, text);
const withEvent = (index: number, event: object) => withLine(index, JSON.stringify(event));
const without = (...indexes: number[]) => both.filter((_, index) => !indexes.includes(index));
const line = (index: number): string => whole[index] as string;

describe('an export that is as it was written', () => {
  it('is proved, chain by chain', async () => {
    const { events, chains, fault } = await verifyChains(whole);

    expect(fault).toBeUndefined();
    expect(events).toBe(10);
    expect(chains).toEqual([
      { chain: `acme/${ids.iris}`, model: 'iris', first: 1, last: 5, hash: iris[4]?.hash },
      { chain: `acme/${ids.wine}`, model: 'wine', first: 1, last: 5, hash: wine[4]?.hash },
    ]);
  });

  it('may have a part of a chain, and says where that begins', async () => {
    const { chains, fault } = await verifyChains(lines(iris.slice(2)));

    expect(fault).toBeUndefined();
    expect(chains).toMatchObject([{ first: 3, last: 5 }]);
  });

  it('may be without any event', async () => {
    expect(await verifyChains([completed(0)])).toEqual({ events: 0, chains: [] });
  });

  it('may tell more of an event than this version knows, as long as it was hashed', async () => {
    const [first] = iris;
    const richer = rehashed({ ...first, later: { added: true } } as EventView);
    expect((await verifyChains(lines([richer]))).fault).toBeUndefined();
  });
});

interface Attack {
  readonly lines: readonly string[];
  /** Which line is named, from 1. */
  readonly line: number;
  readonly why: RegExp;
}

const attacks: Record<string, Attack> = {
  'an edited reason': { lines: withEvent(4, { ...at(4), data: { alias: 'other', from: 1 } }), line: 5, why: /hash/ },
  'an edited actor': {
    lines: withEvent(4, { ...at(4), actor: { principal: 'aws:111122223333:user/Bob' } }),
    line: 5,
    why: /hash/,
  },
  'an edited time': { lines: withEvent(4, { ...at(4), at: '2026-03-05T05:06:07.890Z' }), line: 5, why: /hash/ },
  'an edited version': { lines: withEvent(4, { ...at(4), version: 7 }), line: 5, why: /hash/ },
  'another type': { lines: withEvent(4, { ...at(4), type: 'alias.deleted' }), line: 5, why: /hash/ },
  'another model name': {
    lines: withEvent(4, { ...at(4), model: { id: ids.iris, name: 'Iris' } }),
    line: 5,
    why: /hash/,
  },
  'another tenant': { lines: withEvent(4, { ...at(4), tenant: 'globex' }), line: 5, why: /hash/ },
  'an added field': { lines: withEvent(4, { ...at(4), note: 'approved' }), line: 5, why: /hash/ },
  'a field taken away': { lines: withEvent(4, { ...at(4), data: {} }), line: 5, why: /hash/ },
  'an edited hash': { lines: withEvent(4, { ...at(4), hash: GENESIS }), line: 5, why: /hash/ },
  'a hash that is gone': { lines: withEvent(4, { ...at(4), hash: undefined }), line: 5, why: /no event/ },
  'an edited prevHash': { lines: withEvent(4, { ...at(4), prevHash: GENESIS }), line: 5, why: /hash/ },
  'an edit that is hashed again': {
    lines: withEvent(4, rehashed({ ...at(4), data: { alias: 'other', from: 1 } })),
    line: 7,
    why: /does not follow on event 3/,
  },
  'another prevHash, hashed again': {
    lines: withEvent(4, rehashed({ ...at(4), prevHash: GENESIS })),
    line: 5,
    why: /does not follow on event 2/,
  },
  'a first event that names one before it': {
    lines: withEvent(0, rehashed({ ...at(0), prevHash: at(1).hash })),
    line: 1,
    why: /first event/,
  },
  'an event dropped from the middle': { lines: lines(without(4)), line: 6, why: /event 3 is missing/ },
  'several events dropped': { lines: lines(without(2, 4)), line: 5, why: /events 2 to 3 are missing/ },
  'the first event dropped and the second made the first': {
    lines: lines([rehashed({ ...at(2), seq: 1 }), ...both.slice(4)]),
    line: 1,
    why: /id/,
  },
  'two events that changed places': {
    lines: lines(both.with(2, at(4)).with(4, at(2))),
    line: 3,
    why: /event 2 is missing/,
  },
  'an event inserted under a number that is taken': {
    lines: lines(both.toSpliced(4, 0, rehashed({ ...at(2), data: { alias: 'new', from: 1 } }))),
    line: 5,
    why: /taken/,
  },
  'an event that is there twice': { lines: lines(both.toSpliced(3, 0, at(2))), line: 4, why: /taken/ },
  'an old event repeated later': { lines: lines([...both, at(0)]), line: 11, why: /comes after event 5/ },
  'an event moved to another chain': {
    lines: lines(both.with(5, rehashed({ ...at(4), model: at(5).model }))),
    line: 6,
    why: /id/,
  },
  'events of two chains swapped whole': {
    lines: lines(
      both
        .with(4, { ...at(5), model: at(4).model } as EventView)
        .with(5, { ...at(4), model: at(5).model } as EventView),
    ),
    line: 5,
    why: /hash/,
  },
  'an event moved to another tenant, hashed again': {
    lines: withEvent(4, rehashed({ ...at(4), tenant: TenantId.parse('globex') })),
    line: 5,
    why: /id/,
  },
  'events numbered anew, hashed again': {
    lines: lines(
      both.map((event) =>
        event.model?.id === ids.iris && event.seq > 2 ? rehashed({ ...event, seq: event.seq + 1 }) : event,
      ),
    ),
    line: 5,
    why: /id/,
  },
  'another id, hashed again': { lines: withEvent(4, rehashed({ ...at(4), id: at(5).id })), line: 5, why: /id/ },
  'an event dated back, hashed again': {
    lines: lines([...both.slice(0, 8), rehashed({ ...at(8), at: '2026-01-01T00:00:00.000Z' })]),
    line: 9,
    why: /dated before/,
  },
  'a number spelled otherwise': {
    lines: withLine(4, line(4).replace('"seq":3', '"seq":3.0')),
    line: 5,
    why: /spelled/,
  },
  'a number as a power': { lines: withLine(4, line(4).replace('"seq":3', '"seq":3e0')), line: 5, why: /spelled/ },
  'a number as text': { lines: withEvent(4, { ...at(4), seq: '3' }), line: 5, why: /no event/ },
  'a name that is there twice': { lines: withLine(4, line(4).replace('{', '{"seq":9,')), line: 5, why: /spelled/ },
  'a letter spelled by its code': {
    lines: withLine(4, line(4).replace('acme', '\\u0061cme')),
    line: 5,
    why: /spelled/,
  },
  'a Unicode form that looks alike': {
    lines: withEvent(4, { ...at(4), data: { alias: 'a3\u200b', from: 3 } }),
    line: 5,
    why: /hash/,
  },
  'spaces between': { lines: withLine(4, line(4).replaceAll(',', ', ')), line: 5, why: /spelled/ },
  'an end of line of Windows': { lines: whole.map((text) => `${text}\r`), line: 1, why: /spelled/ },
  'a line that is half there': { lines: withLine(4, line(4).slice(0, -9)), line: 5, why: /not JSON/ },
  'an empty line': { lines: whole.toSpliced(4, 0, ''), line: 5, why: /not JSON/ },
  'a line that is no event': { lines: whole.toSpliced(4, 0, '[]'), line: 5, why: /no event/ },
  'a line of null': { lines: whole.toSpliced(4, 0, 'null'), line: 5, why: /no event/ },
  'nesting without end': {
    lines: whole.toSpliced(4, 0, '['.repeat(200_000) + ']'.repeat(200_000)),
    line: 5,
    why: /nested|JSON|no event/,
  },
  'nesting without end inside of an event': {
    lines: withLine(4, line(4).replace('"data":{', `"data":{"deep":${'['.repeat(200_000)}${']'.repeat(200_000)},`)),
    line: 5,
    why: /nested|JSON/,
  },
  'the last line cut off': { lines: whole.slice(0, -1), line: 11, why: /cut off/ },
  'the last events cut off with it': { lines: whole.slice(0, 6), line: 7, why: /cut off/ },
  'the last event cut off, and the last line kept': {
    lines: whole.toSpliced(9, 1),
    line: 10,
    why: /says that there are 10/,
  },
  'a count that is too small': { lines: withLine(10, completed(9)), line: 11, why: /says that there are 9/ },
  'a last line with more in it': {
    lines: withLine(10, '{"type":"export.completed","events":10,"by":"me"}'),
    line: 11,
    why: /no event/,
  },
  'an event after the last line': { lines: [...whole, line(0)], line: 12, why: /after the last line/ },
  'nothing at all': { lines: [], line: 1, why: /cut off/ },
};

describe('an export that was tampered with', () => {
  it.each(Object.entries(attacks))('is found out, with the line: %s', async (_, attack) => {
    const { fault, events } = await verifyChains(attack.lines);

    expect(fault?.why).toMatch(attack.why);
    expect(fault?.line).toBe(attack.line);
    expect(events).toBe(Math.min(attack.line - 1, 10));
  });

  it('is told apart by chain and place', async () => {
    const { fault } = await verifyChains(withEvent(4, { ...at(4), version: 7 }));
    expect(fault).toMatchObject({ line: 5, chain: `acme/${ids.iris}`, seq: 3 });
  });

  it('is proved up to the fault', async () => {
    const { events, chains } = await verifyChains(withEvent(4, { ...at(4), version: 7 }));
    expect(events).toBe(4);
    expect(chains).toMatchObject([{ last: 2 }, { last: 2 }]);
  });
});

it('proves a chain in little more time than it takes to read it and to hash its lines', async () => {
  const many = lines(eventsOf('iris', 5_000));
  const ratios: number[] = [];
  // The best of a few, one beside the other: the machine may have something else to do.
  while (ratios.length < 5 && !ratios.some((ratio) => ratio < 10)) {
    const begun = performance.now();
    for (const line of many) hash('sha256', JSON.stringify(JSON.parse(line)), 'hex');
    const read = performance.now();
    expect((await verifyChains(many)).fault).toBeUndefined();
    ratios.push((performance.now() - read) / (read - begun));
  }
  expect(Math.min(...ratios)).toBeLessThan(10);
});
