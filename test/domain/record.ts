import { generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import {
  appended,
  headOf,
  type Log,
  newLog,
  originOf,
  sealed,
  signed,
  textOfHead,
} from '../../shared/domain/checkpoint.ts';
import type { Head } from '../../shared/domain/entity.ts';
import { chain, type Event, EventView, GENESIS } from '../../shared/domain/event.ts';
import { ModelId, ModelName, TenantId } from '../../shared/domain/names.ts';
import { noteOf } from '../../shared/domain/note.ts';
import { Principal } from '../../shared/domain/principal.ts';
import { headsOf, newOf } from '../../shared/domain/sealing.ts';

export interface KeyPair {
  readonly privateKey: KeyObject;
  /** In PEM. */
  readonly publicKey: string;
}

export function aKeyPair(): KeyPair {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
  return { privateKey, publicKey: publicKey.export({ type: 'spki', format: 'pem' }) as string };
}

/** The same key each time: what is made with it need not be made anew for every test. */
export const REGISTRY_KEY: KeyPair = aKeyPair();

export const IDS = { iris: '01JNF4YVQ4R9S8T7V6W5X4Y3Z2', wine: '01JNF4YVQ4R9S8T7V6W5X4Y3Z3' } as const;
export type Name = keyof typeof IDS;

/** The lines of an export of a whole record. */
export interface Exported {
  readonly events: readonly string[];
  readonly checkpoints: readonly string[];
}

export interface LogLine {
  readonly type: string;
  readonly [name: string]: unknown;
}

const BEGIN = Date.parse('2026-03-04T05:00:00.000Z');
const MINUTE = 60_000;

/** A tenant whose events and checkpoints are made by the rules alone. */
export class RecordInMemory {
  readonly #tenant: TenantId;
  readonly #key: KeyPair;
  readonly #heads = new Map<string, Head>();
  readonly events: Event[] = [];
  readonly lines: LogLine[] = [];
  #log: Log;
  #now = BEGIN;

  constructor({ tenant = 'acme', key = REGISTRY_KEY }: { tenant?: string; key?: KeyPair } = {}) {
    this.#tenant = TenantId.parse(tenant);
    this.#key = key;
    this.#log = newLog(this.#tenant, new Date(BEGIN).toISOString());
  }

  /** So many minutes pass. */
  wait(minutes: number): this {
    this.#now += minutes * MINUTE;
    return this;
  }

  /** One thing happens to a model, at a time that somebody may have made up. */
  happen(name: Name, reason = 'As planned.', at = new Date(this.#now).toISOString()): this {
    const before = this.#heads.get(name) ?? headOfModel(this.#tenant, name);
    const { event, head } = chain(
      { ...before, lastAt: at },
      {
        type: 'version.archived',
        actor: { principal: Principal.parse('aws:111122223333:user/Ann') },
        version: 1 as never,
        data: { from: 'staging', reason },
      },
    );
    this.#heads.set(name, head);
    this.events.push(event);
    this.#now += 1_000;
    return this;
  }

  /** A checkpoint of everything that happened so far. */
  seal(): this {
    const before = this.#log.size;
    const heads = [...headsOf(this.events).values()].flatMap((entries) => {
      const logged = this.lines.findLast(({ type, model }) => type === 'chain' && model === entries[0]?.model)?.['seq'];
      return newOf(entries, logged as number | undefined);
    });
    const one = appended(this.#log, heads);
    const two = sealed(one.log, new Date(this.#now).toISOString());
    const text = textOfHead(this.#tenant, headOf(two.log));
    const note = signedBy(this.#key, text, originOf(this.#tenant));
    const { log } = signed(two.log, { note, key: this.#key.publicKey });
    const entries = [...one.nodes, ...two.nodes].flatMap(({ entry }) => (entry ? [entry] : []));
    this.#log = log;
    this.lines.push(...entries, { type: 'checkpoint', number: log.checkpoint, note, key: this.#key.publicKey });
    if (log.size !== before + entries.length) throw new Error('The log is not as long as its entries.');
    return this;
  }

  /** The note of the last checkpoint. */
  get note(): string {
    return String(this.lines.findLast(({ type }) => type === 'checkpoint')?.['note']);
  }

  exported(): Exported {
    return {
      events: eventLines(this.events.map((event) => EventView.parse(event))),
      checkpoints: logLines(this.lines),
    };
  }
}

export const signedBy = ({ privateKey, publicKey }: KeyPair, text: string, origin: string): string =>
  noteOf(text, origin, publicKey, sign('sha256', Buffer.from(text), privateKey));

export const eventLines = (events: readonly object[]): string[] => [
  ...events.map((event) => JSON.stringify(event)),
  JSON.stringify({ type: 'export.completed', events: events.length }),
];

export const logLines = (lines: readonly LogLine[]): string[] => [
  ...lines.map((line) => JSON.stringify(line)),
  JSON.stringify({ type: 'export.completed', checkpoints: lines.filter(({ type }) => type === 'checkpoint').length }),
];

const headOfModel = (tenant: TenantId, name: Name): Head =>
  ({
    kind: 'model',
    tenant,
    id: ModelId.parse(IDS[name]),
    name: ModelName.parse(name),
    seq: 0,
    headHash: GENESIS,
    lastAt: '',
  }) as Head;
