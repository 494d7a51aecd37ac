import { describe, expect, it } from 'vitest';
import { verifyRecord } from '../../shared/domain/audit-record.ts';
import {
  appended,
  headOf,
  type LogEntry,
  newLog,
  originOf,
  sealed,
  textOfHead,
} from '../../shared/domain/checkpoint.ts';
import { EventView, GENESIS, hashOf } from '../../shared/domain/event.ts';
import { TenantId } from '../../shared/domain/names.ts';
import { keysFrom } from '../../shared/domain/note.ts';
import { STRIDE } from '../../shared/domain/sealing.ts';
import {
  aKeyPair,
  type Exported,
  eventLines,
  IDS,
  type LogLine,
  logLines,
  type Name,
  REGISTRY_KEY,
  RecordInMemory,
  signedBy,
} from './record.ts';

const keys = keysFrom(REGISTRY_KEY.publicKey);
const iris = `acme/${IDS.iris}`;
const wine = `acme/${IDS.wine}`;

/** Two models, six events, three checkpoints, and an event that no checkpoint has yet. */
function aRecord(): RecordInMemory {
  const record = new RecordInMemory();
  record.happen('iris').happen('wine').happen('iris', 'Too slow.').wait(15).seal();
  record.happen('iris').happen('wine').wait(15).seal();
  record.wait(45).happen('iris').wait(15).seal();
  return record.wait(60).happen('wine');
}

const honest = aRecord();
const whole = honest.exported();
const kept = honest.note;
const verify = (record: Exported, trusted: { kept?: string; keys?: typeof keys } = {}) =>
  verifyRecord({ keys, ...record, ...trusted });

describe('a record that is as it was written', () => {
  it('is proved, with how much of it a checkpoint has', async () => {
    const verdict = await verify(whole, { kept });

    expect(verdict).toEqual({
      events: 7,
      checkpoints: 3,
      at: '2026-03-04T06:30:06.000Z',
      sealed: 6,
      chains: [
        expect.objectContaining({ chain: iris, first: 1, last: 4, sealed: 4 }),
        expect.objectContaining({ chain: wine, first: 1, last: 3, sealed: 2 }),
      ],
    });
  });

  it('continues every checkpoint that was kept of it', async () => {
    for (const note of honest.lines.flatMap(({ note }) => (note === undefined ? [] : [String(note)])))
      expect((await verify(whole, { kept: note })).fault).toBeUndefined();
  });

  it('may be without anything', async () => {
    const nothing = { events: eventLines([]), checkpoints: logLines([]) };
    expect(await verify(nothing)).toEqual({ events: 0, checkpoints: 0, sealed: 0, chains: [] });
  });

  it('may have been signed with one key after another', async () => {
    const next = aKeyPair();
    const [first, second] = [REGISTRY_KEY.publicKey, next.publicKey];
    const other = resealed(next, honest.lines, 3);
    const record = { ...whole, checkpoints: logLines(other) };
    expect((await verify(record, { keys: keysFrom(first + second) })).fault).toBeUndefined();
    expect((await verify(record)).fault).toMatchObject({ in: 'checkpoints', checkpoint: 3 });
  });

  it('has an entry in the log for every so many events of a chain, however many come between two checkpoints', async () => {
    const record = new RecordInMemory();
    for (let count = 0; count < 3 * STRIDE - 10; count += 1) record.happen('iris');
    record.seal();
    expect(record.lines.flatMap(({ seq }) => (seq === undefined ? [] : [seq]))).toEqual([64, 128, 182]);
    expect(await verify(record.exported())).toMatchObject({ sealed: 182, events: 182 });
  });

  it('may have events that were written a while after the moment that they are dated', async () => {
    const record = new RecordInMemory().happen('iris').wait(15).seal();
    const late = new Date(Date.parse('2026-03-04T05:15:01.000Z') - 29 * 60_000).toISOString();
    record.happen('wine', 'As planned.', late).wait(15).seal();
    expect((await verify(record.exported())).fault).toBeUndefined();
  });
});

/** The checkpoints from a number on, signed anew with another key over the same entries. */
function resealed(key: typeof REGISTRY_KEY, lines: readonly LogLine[], from: number): LogLine[] {
  return lines.map((line) => {
    if (line.type !== 'checkpoint' || Number(line['number']) < from) return line;
    const text = String(line['note']).split('\n\n')[0];
    return { ...line, note: signedBy(key, `${text}\n`, 'signet/acme'), key: key.publicKey };
  });
}

/** What somebody makes of the events who can write the table, and hashes again all that follows. */
function rewritten(change: (event: EventView) => EventView | undefined, from = views()): EventView[] {
  const heads = new Map<string, { seq: number; hash: string }>();
  return from.flatMap((event) => {
    const changed = change(event);
    if (!changed) return [];
    const chain = changed.model?.id ?? '';
    const head = heads.get(chain) ?? { seq: 0, hash: GENESIS };
    const linked = { ...changed, prevHash: head.hash as EventView['hash'] };
    const hashed = { ...linked, hash: hashOf(linked) };
    heads.set(chain, { seq: hashed.seq, hash: hashed.hash });
    return [hashed];
  });
}

const views = (record = honest): EventView[] => record.events.map((event) => EventView.parse(event));
const is = (event: EventView, name: Name, seq: number): boolean => event.model?.id === IDS[name] && event.seq === seq;
const withEvents = (events: readonly object[]): Exported => ({ ...whole, events: eventLines(events) });
const withLog = (lines: readonly LogLine[]): Exported => ({ ...whole, checkpoints: logLines(lines) });
const edited = (event: EventView, data: object): EventView => ({ ...event, data: { ...event.data, ...data } });
const lineOf = (name: Name, seq: number): number => honest.events.findIndex((event) => is(event as never, name, seq));
const respelled = (name: Name, seq: number, change: (line: string) => string): Exported => ({
  ...whole,
  events: whole.events.map((line, at) => (at === lineOf(name, seq) ? change(line) : line)),
});

/** A log of these entries, that ends with one checkpoint, by whoever has this key. */
function logBy(key: typeof REGISTRY_KEY, entries: readonly LogEntry[], at = '2026-03-04T06:30:06.000Z'): LogLine[] {
  const tenant = TenantId.parse('acme');
  const news = entries.flatMap((entry) =>
    entry.type === 'chain' ? [{ ...(entry.model && { model: entry.model }), seq: entry.seq, hash: entry.hash }] : [],
  );
  const one = appended(newLog(tenant, at), news);
  const two = sealed(one.log, at);
  const note = signedBy(key, textOfHead(tenant, headOf(two.log)), originOf(tenant));
  const made = [...one.nodes, ...two.nodes].flatMap(({ entry }) => (entry ? [entry] : []));
  return [...made, { type: 'checkpoint', number: 1, note, key: key.publicKey }];
}

const another = aKeyPair();
/** A whole other past, consistent in itself, by somebody with a key of their own. */
const forgedRecord = new RecordInMemory({ key: another }).happen('iris', 'Nothing.').wait(15).seal();
/** The same registry's record of another tenant. */
const globex = new RecordInMemory({ tenant: 'globex' }).happen('iris').happen('wine').wait(15).seal();
/** Another past, signed by the registry's own key: what only a checkpoint that was kept can show. */
const forked = new RecordInMemory()
  .happen('iris', 'Another past.')
  .happen('wine')
  .wait(15)
  .seal()
  .wait(15)
  .happen('iris')
  .seal();
/** The record as it was at its second checkpoint. */
const earlier = new RecordInMemory();
earlier.happen('iris').happen('wine').happen('iris', 'Too slow.').wait(15).seal();
earlier.happen('iris').happen('wine').wait(15).seal();

const log = honest.lines;
const checkpointLines = log.flatMap(({ type }, at) => (type === 'checkpoint' ? [at] : []));
const [first = 0, second = 0, third = 0] = checkpointLines;
const at = (index: number): LogLine => log[index] as LogLine;

interface Attack {
  readonly record: Exported;
  /** What is named: the chain and the first bad event, or the number of the checkpoint. */
  readonly found: object;
  /** Whether whoever checks has the last checkpoint from where the registry cannot change it. */
  readonly kept?: true;
}

const event = (chain: string, seq: number, why: RegExp) => ({
  in: 'events',
  chain,
  seq,
  why: expect.stringMatching(why),
});
const checkpoint = (number: number, why: RegExp) => ({
  in: 'checkpoints',
  checkpoint: number,
  why: expect.stringMatching(why),
});
const HASH = /hash is not that of its content/;
const CHANGED = /has another event in its place/;

const attacks: Record<string, Attack> = {
  'an event edited': {
    record: withEvents(views().map((one) => (is(one, 'iris', 2) ? edited(one, { reason: 'Fine.' }) : one))),
    found: event(iris, 2, HASH),
  },
  'an event edited, and its hash with it': {
    record: withEvents(
      views().map((one) =>
        is(one, 'iris', 2) ? { ...edited(one, { reason: 'F' }), hash: hashOf(edited(one, { reason: 'F' })) } : one,
      ),
    ),
    found: event(iris, 2, CHANGED),
  },
  'an event edited, and the whole chain behind it hashed again': {
    record: withEvents(rewritten((one) => (is(one, 'iris', 2) ? edited(one, { reason: 'Fine.' }) : one))),
    found: event(iris, 2, CHANGED),
  },
  'the first event edited, and everything hashed again': {
    record: withEvents(rewritten((one) => (is(one, 'wine', 1) ? edited(one, { reason: 'Fine.' }) : one))),
    found: event(wine, 1, CHANGED),
  },
  'every chain hashed again with another actor': {
    record: withEvents(rewritten((one) => ({ ...one, actor: { principal: 'aws:111122223333:user/Bob' as never } }))),
    found: event(wine, 1, CHANGED),
  },
  'an event deleted from the middle': {
    record: withEvents(views().filter((one) => !is(one, 'iris', 2))),
    found: event(iris, 3, /event 2 is missing/),
  },
  'an event deleted from the middle, and the rest numbered and hashed again': {
    record: withEvents(
      rewritten((one) => {
        if (is(one, 'iris', 2)) return undefined;
        return one.model?.id === IDS.iris && one.seq > 2 ? { ...one, seq: one.seq - 1 } : one;
      }),
    ),
    found: event(iris, 2, /id/),
  },
  'the first event of a chain deleted': {
    record: withEvents(views().filter((one) => !is(one, 'iris', 1))),
    found: event(iris, 2, /those before it are missing/),
  },
  'the last event that a checkpoint has cut off': {
    record: withEvents(views().filter((one) => !is(one, 'iris', 4))),
    found: event(iris, 4, /its end was cut off/),
  },
  'all that a checkpoint has cut off, with the checkpoint': {
    record: {
      events: eventLines(views().filter(({ seq }) => seq < 3)),
      checkpoints: logLines(log.slice(0, first + 1)),
    },
    found: { in: 'kept checkpoint', why: expect.stringMatching(/the end is missing/) },
    kept: true,
  },
  'a whole chain taken away': {
    record: withEvents(views().filter(({ model }) => model?.id !== IDS.wine)),
    found: event(wine, 1, /its end was cut off/),
  },
  'the last line cut off': {
    record: { ...whole, events: whole.events.slice(0, -1) },
    found: { in: 'events', line: 8, why: expect.stringMatching(/cut off/) },
  },
  'an event inserted': {
    record: withEvents(
      views().flatMap((one) => (is(one, 'iris', 2) ? [one, { ...one, seq: 3, prevHash: one.hash }] : [one])),
    ),
    found: event(iris, 3, HASH),
  },
  'an event inserted, and the rest numbered and hashed again': {
    record: withEvents(
      rewritten(
        (one) => one,
        views().flatMap((one) => {
          if (is(one, 'iris', 2)) return [one, { ...one, seq: 3 }];
          return [one.model?.id === IDS.iris && one.seq > 2 ? { ...one, seq: one.seq + 1 } : one];
        }),
      ),
    ),
    found: event(iris, 3, /id/),
  },
  'an event there twice': {
    record: withEvents(views().flatMap((one) => (is(one, 'iris', 2) ? [one, one] : [one]))),
    found: event(iris, 2, /taken/),
  },
  'two events of a chain that changed places': {
    record: withEvents(
      views()
        .with(0, views()[2] as EventView)
        .with(2, views()[0] as EventView),
    ),
    found: event(iris, 2, /those before it are missing/),
  },
  'the contents of two events swapped, and hashed again': {
    record: withEvents(
      rewritten((one) => {
        if (is(one, 'iris', 1)) return edited(one, { reason: 'Too slow.' });
        return is(one, 'iris', 2) ? edited(one, { reason: 'As planned.' }) : one;
      }),
    ),
    found: event(iris, 2, CHANGED),
  },
  'events of two models swapped': {
    record: withEvents(
      rewritten((one) => {
        const other = one.model?.id === IDS.iris ? 'wine' : 'iris';
        return one.seq < 3 ? { ...one, model: { id: IDS[other] as never, name: other as never } } : one;
      }),
    ),
    found: event(wine, 1, /id/),
  },
  'a model given another name': {
    record: withEvents(
      rewritten((one) => (one.model?.id === IDS.iris ? { ...one, model: { ...one.model, name: 'x' as never } } : one)),
    ),
    found: event(iris, 2, CHANGED),
  },
  'the events of another tenant': {
    record: { ...whole, events: globex.exported().events },
    found: event(`globex/${IDS.iris}`, 1, /of another tenant/),
  },
  'the checkpoints of another tenant': {
    record: { ...whole, checkpoints: globex.exported().checkpoints },
    found: event(iris, 1, /of another tenant/),
  },
  'the record of another tenant': {
    record: globex.exported(),
    found: { in: 'kept checkpoint', why: expect.stringMatching(/none of globex/) },
    kept: true,
  },
  'an earlier checkpoint shown as the last one': {
    record: withLog([...log.slice(0, third), at(second)]),
    found: checkpoint(3, /It is checkpoint 2/),
  },
  'an earlier checkpoint shown again under the next number': {
    record: withLog([...log.slice(0, third), { ...at(second), number: 3 }]),
    found: checkpoint(3, /other entries than these/),
  },
  'an earlier record shown as the present one': {
    record: earlier.exported(),
    found: { in: 'kept checkpoint', why: expect.stringMatching(/the end is missing/) },
    kept: true,
  },
  'another past, of the same key': {
    record: forked.exported(),
    found: { in: 'kept checkpoint', why: expect.stringMatching(/the end is missing|another past/) },
    kept: true,
  },
  'another past, of the same key and as long': {
    record: {
      ...whole,
      checkpoints: logLines(
        logBy(REGISTRY_KEY, [...log.filter(({ type }) => type === 'chain'), at(0), at(1)] as never),
      ),
    },
    found: { in: 'checkpoints', checkpoint: 1, why: expect.stringMatching(/had come to event/) },
  },
  'another past, of the same key, that ends as the real one does': {
    record: {
      events: eventLines(rewritten((one) => (is(one, 'iris', 2) ? edited(one, { reason: 'Fine.' }) : one))),
      checkpoints: logLines(
        logBy(
          REGISTRY_KEY,
          rewritten((one) => (is(one, 'iris', 2) ? edited(one, { reason: 'Fine.' }) : one))
            .filter((one) => one.seq > 1)
            .map((one) => ({
              type: 'chain',
              tenant: 'acme',
              index: 0,
              model: one.model?.id,
              seq: one.seq,
              hash: one.hash,
            })) as never,
        ),
      ),
    },
    found: { in: 'kept checkpoint', why: expect.stringMatching(/another past|the end is missing/) },
    kept: true,
  },
  'another past, signed with another key': {
    record: forgedRecord.exported(),
    found: checkpoint(1, /not signed by the key/),
  },
  'the last checkpoint signed again with another key': {
    record: withLog(resealed(another, log, 3)),
    found: checkpoint(3, /not signed by the key/),
  },
  'another key put in the place of the one that signed': {
    record: withLog(
      log.map((line) =>
        line.type === 'checkpoint'
          ? {
              ...line,
              key: another.publicKey,
              note: String(line['note']).replace(/— \S+ .{8}/, '— signet/acme AAAAAAAA'),
            }
          : line,
      ),
    ),
    found: checkpoint(1, /not signed by the key|no signed note/),
  },
  'a signature with one bit changed': {
    record: withLog(log.with(second, { ...at(second), note: flipped(String(at(second)['note'])) })),
    found: checkpoint(2, /not signed by the key|no signed note/),
  },
  'a signature taken away': {
    record: withLog(log.with(second, { ...at(second), note: `${String(at(second)['note']).split('\n\n')[0]}\n\n` })),
    found: checkpoint(2, /no signed note/),
  },
  'a signed head with another size': {
    record: withLog(log.with(second, { ...at(second), note: String(at(second)['note']).replace('\n6\n', '\n7\n') })),
    found: checkpoint(2, /not signed by the key/),
  },
  'an entry of the log changed, and the events with it': {
    record: {
      events: eventLines(rewritten((one) => (is(one, 'iris', 2) ? edited(one, { reason: 'Fine.' }) : one))),
      checkpoints: logLines(
        log.map((line) => {
          const forged = rewritten((one) => (is(one, 'iris', 2) ? edited(one, { reason: 'Fine.' }) : one));
          const event = forged.find(({ model, seq }) => model?.id === line['model'] && seq === line['seq']);
          return event ? { ...line, hash: event.hash } : line;
        }),
      ),
    },
    found: checkpoint(1, /other entries than these/),
  },
  'an entry of the log taken away': {
    record: withLog(
      log
        .toSpliced(1, 1)
        .map((line) =>
          'index' in line && Number(line['index']) > 1 ? { ...line, index: Number(line['index']) - 1 } : line,
        ),
    ),
    found: checkpoint(1, /other entries than these/),
  },
  'two entries of the log that changed places': {
    record: withLog(log.with(0, { ...at(1), index: 0 }).with(1, { ...at(0), index: 1 })),
    found: checkpoint(1, /other entries than these/),
  },
  'an entry put into the log': {
    record: withLog(log.toSpliced(third, 0, { ...at(0), index: Number(at(third - 1)['index']) + 1 })),
    found: checkpoint(3, /behind the end/),
  },
  'a checkpoint taken away from the middle': {
    record: withLog([...log.slice(0, first + 1), ...log.slice(second + 1)]),
    found: checkpoint(2, /has the place/),
  },
  'a checkpoint dated back': {
    record: withLog(log.with(third - 1, { ...at(third - 1), at: '2026-03-04T05:00:00.000Z' })),
    found: checkpoint(3, /dated before the checkpoint before it/),
  },
  'a checkpoint dated otherwise': {
    record: withLog(log.with(third - 1, { ...at(third - 1), at: '2026-03-05T05:00:00.000Z' })),
    found: checkpoint(3, /other entries than these/),
  },
  'an event written later and dated back': {
    record: (() => {
      const record = new RecordInMemory().happen('iris').wait(120).seal();
      return record.happen('wine', 'As planned.', '2026-03-04T05:30:00.000Z').exported();
    })(),
    found: event(wine, 1, /written later, and dated back/),
  },
  'an event written later and dated back, that the next checkpoint has': {
    record: (() => {
      const record = new RecordInMemory().happen('iris').wait(120).seal();
      return record.happen('wine', 'As planned.', '2026-03-04T05:30:00.000Z').wait(15).seal().exported();
    })(),
    found: event(wine, 1, /written later, and dated back/),
  },
  'an event dated before the one before it': {
    record: withEvents(rewritten((one) => (is(one, 'iris', 4) ? { ...one, at: '2026-01-01T00:00:00.000Z' } : one))),
    found: event(iris, 4, /another event|dated before/),
  },
  'a letter that looks alike': {
    record: withEvents(rewritten((one) => (is(one, 'iris', 2) ? edited(one, { reason: 'Too slοw.' }) : one))),
    found: event(iris, 2, CHANGED),
  },
  'a letter in another Unicode form': {
    record: (() => {
      const record = new RecordInMemory().happen('iris', 'Zu träge.').wait(15).seal();
      const forged = rewritten((one) => edited(one, { reason: 'Zu träge.'.normalize('NFD') }), views(record));
      return { ...record.exported(), events: eventLines(forged) };
    })(),
    found: event(iris, 1, CHANGED),
  },
  'a letter spelled by its code': {
    record: respelled('iris', 2, (line) => line.replace('Too', '\\u0054oo')),
    found: { in: 'events', line: 3, why: expect.stringMatching(/spelled/) },
  },
  'a number spelled otherwise': {
    record: respelled('iris', 2, (line) => line.replace('"version":1', '"version":1.0')),
    found: { in: 'events', line: 3, why: expect.stringMatching(/spelled/) },
  },
  'a number made another, and hashed again': {
    record: withEvents(rewritten((one) => (is(one, 'iris', 2) ? { ...one, version: 2 as never } : one))),
    found: event(iris, 2, CHANGED),
  },
  'a name there twice': {
    record: respelled('iris', 2, (line) => line.replace('"version":1', '"version":2,"version":1')),
    found: { in: 'events', line: 3, why: expect.stringMatching(/spelled/) },
  },
  'spaces put between': {
    record: respelled('iris', 2, (line) => line.replaceAll(',', ', ')),
    found: { in: 'events', line: 3, why: expect.stringMatching(/spelled/) },
  },
  'a field added, and hashed again': {
    record: withEvents(rewritten((one) => (is(one, 'iris', 2) ? ({ ...one, note: 'approved' } as never) : one))),
    found: event(iris, 2, CHANGED),
  },
  'a field taken away, and hashed again': {
    record: withEvents(rewritten((one) => (is(one, 'iris', 2) ? { ...one, data: { from: 'staging' } } : one))),
    found: event(iris, 2, CHANGED),
  },
  'the type of an event made another, and hashed again': {
    record: withEvents(rewritten((one) => (is(one, 'iris', 2) ? { ...one, type: 'version.promoted' } : one))),
    found: event(iris, 2, CHANGED),
  },
  'the spelling of an entry of the log': {
    record: { ...whole, checkpoints: whole.checkpoints.map((line) => line.replace('"seq":2', '"seq":2.0')) },
    found: checkpoint(1, /as the registry writes it/),
  },
  'the number of checkpoints': {
    record: { ...whole, checkpoints: whole.checkpoints.with(-1, '{"type":"export.completed","checkpoints":2}') },
    found: checkpoint(4, /It says that there are 2/),
  },
  'the last checkpoint cut off': {
    record: { ...whole, checkpoints: whole.checkpoints.slice(0, third) },
    found: checkpoint(3, /cut off/),
  },
  'the last checkpoint taken away, and its entries left': {
    record: withLog(log.toSpliced(third, 1)),
    found: checkpoint(3, /no checkpoint/),
  },
  'entries behind the last line': {
    record: { ...whole, checkpoints: [...whole.checkpoints, JSON.stringify(at(0))] },
    found: checkpoint(4, /after the last line/),
  },
  'all checkpoints taken away': {
    record: { ...whole, checkpoints: logLines([]) },
    found: { in: 'kept checkpoint', why: expect.stringMatching(/there was one/) },
    kept: true,
  },
};

function flipped(note: string): string {
  const end = note.lastIndexOf(' ') + 1;
  const bytes = Buffer.from(note.slice(end), 'base64');
  bytes.writeUInt8(bytes.readUInt8(30) ^ 1, 30);
  return `${note.slice(0, end)}${bytes.toString('base64')}\n`;
}

describe('A2: a record that was tampered with once a checkpoint has it', () => {
  it.each(Object.entries(attacks))(
    'is found out, with the first bad place: %s',
    async (_, { record, found, kept: has }) => {
      const verdict = await verify(record, has ? { kept } : {});
      expect(verdict.fault).toMatchObject(found);
    },
  );

  it('is 100 % of at least 25 kinds', () => {
    expect(Object.keys(attacks).length).toBeGreaterThanOrEqual(25);
  });

  it('is of no use as a checkpoint that was kept when it is signed by another', async () => {
    const { fault } = await verify(whole, { kept: forgedRecord.note });
    expect(fault).toMatchObject({ in: 'kept checkpoint', why: expect.stringMatching(/key that is trusted/) });
  });
});
