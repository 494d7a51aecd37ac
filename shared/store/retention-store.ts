import { DigestGuard, ObjectReference } from '../domain/artifact.ts';
import { Evaluation } from '../domain/evaluation.ts';
import { Holding } from '../domain/history.ts';
import { Grave, Model, NameOfModel } from '../domain/model.ts';
import type { ModelId, Sha256, TenantId, VersionNumber } from '../domain/names.ts';
import { Look } from '../domain/retention/look.ts';
import { Removal } from '../domain/retention/removal.ts';
import { Upkeep } from '../domain/retention/upkeep.ts';
import { Version } from '../domain/version.ts';
import { BEHIND_IDS, dueKeys, keys, LAST, VERSION_PREFIX } from './keys.ts';
import { list } from './list.ts';
import { pageQuery, present, readerOf } from './read.ts';
import type { Listed, OfModel, PageOf } from './store.ts';
import type { Table } from './table.ts';

/** What the store knows of what is kept, and what goes. */
export interface RetentionStore {
  /** Looks of any tenant that are due by a time, oldest first. Read from an index, which may lag behind by moments. */
  looks(shard: number, page: PageOf & { readonly by: Date }): Promise<Listed<Look>>;
  look(look: Pick<Look, 'tenant' | 'model' | 'version'>): Promise<Look | undefined>;
  /** Which of these versions are to be looked at, and when. */
  looksAt(model: OfModel, numbers: readonly VersionNumber[]): Promise<readonly Look[]>;
  upkeep(tenant: TenantId): Promise<Upkeep | undefined>;
  /** The model of an id, also after it was deleted. */
  modelOfId(tenant: TenantId, id: ModelId): Promise<Model | Grave | undefined>;
  graves(tenant: TenantId, page: PageOf): Promise<Listed<Grave>>;
  /** By number, also those of a deleted model, and the deleted ones. */
  allVersions(model: OfModel, page: PageOf): Promise<Listed<Version>>;
  /** Who was in production at a time, and from then on, oldest first: so many rows at most. */
  reignsFrom(model: OfModel, at: Date, limit: number): Promise<readonly Holding[]>;
  /** Whoever was in production last; nobody where nothing ever was. */
  lastReign(model: OfModel): Promise<Holding | undefined>;
  /** The oldest evaluations of a version. */
  oldestEvaluations(model: OfModel, number: VersionNumber, limit: number): Promise<readonly Evaluation[]>;
  /** Which of these digests a model has a version of. */
  digestsOf(model: OfModel, digests: readonly Sha256[]): Promise<readonly DigestGuard[]>;
  /** Who says that it uses an object. */
  referencesTo(tenant: TenantId, sha256: Sha256, page: PageOf): Promise<Listed<ObjectReference>>;
  removal(tenant: TenantId, sha256: Sha256): Promise<Removal | undefined>;
  /** Which of these objects are about to be removed. */
  removing(tenant: TenantId, digests: readonly Sha256[]): Promise<ReadonlySet<Sha256>>;
}

export function retentionStore(table: Table): RetentionStore {
  const read = readerOf(table);
  return {
    looks: (shard, { by, ...page }) =>
      list(table, { index: 'due', pk: dueKeys.looks(shard), to: by.toISOString() + LAST, ...pageQuery(page) }, Look),

    look: ({ tenant, model, version }) => read(Look, keys.look(tenant, model, version)),

    async looksAt({ tenant, id }, numbers) {
      if (numbers.length === 0) return [];
      const found = await table.batchGet(numbers.map((number) => keys.look(tenant, id, number)));
      return present(Look, found);
    },

    upkeep: (tenant) => read(Upkeep, keys.upkeep(tenant)),

    async modelOfId(tenant, id) {
      const [name, grave] = await table.batchGet([keys.name(tenant, id), keys.grave(tenant, id)]);
      if (grave) return Grave.parse(grave);
      const model = name && (await read(Model, keys.model(tenant, NameOfModel.parse(name).name)));
      // Renamed, or deleted, in between: whoever looks looks again.
      return model?.id === id ? model : undefined;
    },

    graves: (tenant, page) => list(table, { pk: keys.graves(tenant), ...pageQuery(page) }, Grave),

    allVersions: ({ tenant, id }, page) =>
      list(table, { pk: keys.history(tenant, id), prefix: VERSION_PREFIX, ...pageQuery(page) }, Version),

    async reignsFrom({ tenant, id }, at, limit) {
      const pk = keys.history(tenant, id);
      const production = { stage: 'production' } as const;
      const [before, after] = await Promise.all([
        table.query({
          pk,
          from: keys.holdings(production),
          to: keys.holdingAt(production, at) + LAST,
          order: 'descending',
          limit: 1,
        }),
        table.query({
          pk,
          from: keys.holdingAt(production, new Date(at.getTime() + 1)),
          to: keys.holdings(production) + LAST,
          limit,
        }),
      ]);
      return present(Holding, [...before.items, ...after.items]);
    },

    async lastReign({ tenant, id }) {
      const prefix = keys.holdings({ stage: 'production' });
      const page = await table.query({ pk: keys.history(tenant, id), prefix, order: 'descending', limit: 1 });
      return present(Holding, page.items)[0];
    },

    async oldestEvaluations({ tenant, id }, number, limit) {
      const page = await table.query({ pk: keys.history(tenant, id), prefix: keys.evaluations(number), limit });
      return present(Evaluation, page.items);
    },

    async digestsOf({ tenant, id }, digests) {
      if (digests.length === 0) return [];
      const found = await table.batchGet(digests.map((digest) => keys.digest(tenant, id, digest)));
      return present(DigestGuard, found);
    },

    referencesTo: (tenant, sha256, page) =>
      list(table, { pk: keys.objects(tenant, sha256), to: BEHIND_IDS, ...pageQuery(page) }, ObjectReference),

    removal: (tenant, sha256) => read(Removal, keys.removal(tenant, sha256)),

    async removing(tenant, digests) {
      const found = await table.batchGet(digests.map((sha256) => keys.removal(tenant, sha256)));
      return new Set(digests.filter((_, index) => found[index] !== undefined));
    },
  };
}
