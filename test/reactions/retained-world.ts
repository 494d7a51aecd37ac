import { hash } from 'node:crypto';
import type { Artifacts } from '../../shared/artifacts/artifacts.ts';
import { manifestKey, objectKey } from '../../shared/domain/artifact.ts';
import { DAY_MS } from '../../shared/domain/day.ts';
import type { Entity } from '../../shared/domain/entity.ts';
import { Sha256 } from '../../shared/domain/names.ts';
import { selfAs } from '../../shared/domain/principal.ts';
import type { Version } from '../../shared/domain/version.ts';
import type { World } from '../../shared/reactions/retention/world.ts';
import { itemOf } from '../../shared/store/keys.ts';
import { sqliteTable } from '../../shared/store/sqlite-table.ts';
import type { Table } from '../../shared/store/table.ts';
import { tableStore } from '../../shared/store/table-store.ts';
import { ACME, AT, aGuard, aModel, aPolicy, aTenant, aVersion } from '../support/builders.ts';

/** An object store in memory, as far as retention asks anything of it. */
export function objectsInMemory() {
  const objects = new Map<string, string>();
  const artifacts = {
    stat: async (key: string) => {
      const text = objects.get(key);
      return text === undefined ? undefined : { bytes: text.length, etag: text, sha256: key.slice(-64) };
    },
    read: async (key: string) => objects.get(key),
    erase: async (key: string) => void objects.delete(key),
  } as unknown as Artifacts;
  return { objects, artifacts };
}

export const NOW = new Date(Date.parse(AT) + 400 * DAY_MS);

/** What a run works with: a table in memory that may be wrapped, and a clock that stands still. */
export function aWorldOver(table: Table, artifacts: Artifacts, now = NOW): World {
  return {
    actor: selfAs('on-apply-retention'),
    now,
    store: tableStore(table),
    services: { artifacts, log: () => {}, now: () => now },
  };
}

/** One archived version with one file of its own. */
export function anArchived(number: number, over: Partial<Parameters<typeof aVersion>[0]> = {}) {
  const sha256 = Sha256.parse(hash('sha256', `file ${number}`, 'hex'));
  const manifest = JSON.stringify({ files: [{ path: 'model.bin', bytes: 6, sha256 }] });
  const rootDigest = Sha256.parse(hash('sha256', manifest, 'hex'));
  const version: Version = aVersion({
    number,
    stage: 'archived',
    stageAt: AT,
    artifact: { rootDigest, files: 1, bytes: 6 },
    ...over,
  });
  return { version, sha256, rootDigest, manifest };
}

const DAYS = { productionStableDays: 10, stagingDays: 20, artifactHoldDays: 30, evaluationDays: 40 };

/** Stores a tenant with one model of these versions, and looks for those that are named. */
export async function stored(
  objects: Map<string, string>,
  all: readonly ReturnType<typeof anArchived>[],
  looks: readonly number[],
): Promise<Table> {
  const table = sqliteTable({ file: ':memory:' });
  const model = aModel({ nextVersion: all.length + 1 });
  const entities: Entity[] = [
    aTenant({ holds: [] }),
    model,
    { kind: 'name', tenant: ACME, model: model.id, name: model.name, revision: 1 },
    aPolicy({ document: { retention: DAYS } }),
    { kind: 'upkeep', tenant: ACME, versions: 100_000, since: AT, done: 0, revision: 1 },
  ];
  for (const { version, sha256, rootDigest, manifest } of all) {
    entities.push(version, aGuard({ version: version.number, digest: rootDigest }));
    entities.push({ kind: 'reference', tenant: ACME, sha256, model: model.id, rootDigest });
    objects.set(objectKey(ACME, sha256), `file ${version.number}`);
    objects.set(manifestKey(ACME, rootDigest), manifest);
  }
  for (const version of looks) {
    entities.push({ kind: 'look', tenant: ACME, model: model.id, version: version as never, at: AT, revision: 1 });
  }
  await table.putEach(entities.map(itemOf));
  return table;
}
