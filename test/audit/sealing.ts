import type { Checkpoints, SealedFile } from '../../shared/audit/checkpoints.ts';
import { nameOf } from '../../shared/audit/checkpoints.ts';
import { linesOfLog } from '../../shared/audit/lines.ts';
import { type Sealing, sealLog } from '../../shared/audit/seal-log.ts';
import { ownSigner } from '../../shared/audit/signer.ts';
import { verifyRecord } from '../../shared/domain/audit-record.ts';
import { EventView } from '../../shared/domain/event.ts';
import { createModel, updateModel } from '../../shared/domain/model.ts';
import { ModelId, ModelName, type TenantId } from '../../shared/domain/names.ts';
import { keysFrom } from '../../shared/domain/note.ts';
import { createTenant } from '../../shared/domain/tenant.ts';
import { sqliteTable } from '../../shared/store/sqlite-table.ts';
import type { Store } from '../../shared/store/store.ts';
import type { Table } from '../../shared/store/table.ts';
import { tableStore } from '../../shared/store/table-store.ts';
import { REGISTRY_KEY } from '../domain/record.ts';
import { ACME, ANN, anOccasion } from '../support/builders.ts';

const BEGIN = Date.parse('2026-03-04T05:00:00.000Z');
const ID = '01JNF4YVQ4R9S8T7V6W5X4Y3';

/** A tenant in a table of its own, whose log is sealed again and again. */
export async function aSealedTenant(wrap: (table: Table) => Table = (table) => table) {
  const table = sqliteTable({ file: ':memory:' });
  const store = tableStore(table);
  const sealing = tableStore(wrap(table));
  const files = new Map<string, SealedFile>();
  const signer = ownSigner(REGISTRY_KEY.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string);
  let now = BEGIN;
  const occasion = () => anOccasion({ now: new Date(now).toISOString() });
  await store.commit(createTenant(undefined, { tenant: ACME, name: 'Acme', admin: ANN }, occasion()));

  const checkpoints: Checkpoints = {
    keep: async (file) => {
      const name = nameOf(file);
      if (!files.has(name)) files.set(name, structuredClone(file));
      return files.get(name) as SealedFile;
    },
  };
  return {
    store,
    files,
    wait: (minutes: number) => {
      now += minutes * 60_000;
    },
    /** One thing more happens to a model. */
    happen: (model: number) => happen(store, model, occasion()),
    seal: async (over: Partial<Sealing> = {}) => {
      const log = await sealing.log(ACME);
      if (!log) throw new Error('expected a log');
      return sealLog({ store: sealing, signer, checkpoints, now: new Date(now), ...over }, log);
    },
    checkpoints,
    verified: () => verified(store, ACME),
  };
}

async function happen(store: Store, number: number, occasion: ReturnType<typeof anOccasion>): Promise<void> {
  const name = ModelName.parse(`model-${number}`);
  const model = await store.model(ACME, name);
  const id = ModelId.parse(`${ID}${String(number).padStart(2, '0')}`);
  await (model
    ? store.commit(updateModel(model, { description: `Changed ${model.seq} times.` }, occasion))
    : store.commit(createModel(ACME, id, { name, description: '', tags: {} }, {}, occasion)));
}

/** What whoever has the key finds in everything that there is. */
async function verified(store: Store, tenant: TenantId) {
  const { items } = await store.events(tenant, { limit: 1_000 });
  const events = [...items.map((event) => EventView.parse(event)), { type: 'export.completed', events: items.length }];
  const checkpoints: string[] = [];
  for await (const line of await linesOfLog(store, tenant)) checkpoints.push(JSON.stringify(line));
  const { items: last } = await store.checkpoints(tenant, { limit: 1, order: 'descending' });
  return verifyRecord({
    events: events.map((event) => JSON.stringify(event)),
    checkpoints,
    keys: keysFrom(REGISTRY_KEY.publicKey),
    kept: last[0]?.note,
  });
}
