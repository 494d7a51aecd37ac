import { Edge, refText, Usage, type VersionRef } from '../domain/dependency.ts';
import { Grave, Model, NameOfModel } from '../domain/model.ts';
import type { ModelId, ModelName, TenantId, VersionNumber } from '../domain/names.ts';
import type { LastName } from '../domain/neighbours.ts';
import { Version } from '../domain/version.ts';
import { WalkPage, WalkStep } from '../domain/walk.ts';
import { keyOf, keys } from './keys.ts';
import { list } from './list.ts';
import { parsed, present, readerOf } from './read.ts';
import type { Listed } from './store.ts';
import type { Key, Table } from './table.ts';

/** What the store knows of dependencies. */
export interface DependencyStore {
  /** Those that there are, by name. */
  modelsNamed(tenant: TenantId, names: readonly ModelName[]): Promise<ReadonlyMap<ModelName, Model>>;
  /** What models are called, or were called when they were deleted. */
  lastNames(tenant: TenantId, ids: readonly ModelId[]): Promise<ReadonlyMap<ModelId, LastName>>;
  /** Versions of any models, in the order of the references, which may name one twice. */
  versionsAt(tenant: TenantId, refs: readonly VersionRef[]): Promise<readonly (Version | undefined)[]>;
  usage(tenant: TenantId): Promise<Usage | undefined>;
  /** The edges to one version, or to all versions of a model, from behind one of them on. */
  edges(
    tenant: TenantId,
    model: ModelId,
    page: { readonly limit: number; readonly version?: VersionNumber; readonly behind?: Edge | undefined },
  ): Promise<Listed<Edge>>;
  /** What a page of a walk found. */
  walkPage(tenant: TenantId, walk: string, page: number): Promise<WalkPage | undefined>;
  /** Which of these a walk has seen on pages before this one, as `refText` has them. */
  walked(tenant: TenantId, walk: string, page: number, refs: readonly VersionRef[]): Promise<ReadonlySet<string>>;
}

export function dependencyStore(table: Table): DependencyStore {
  const read = readerOf(table);
  const items = async (all: readonly Key[]) => (all.length > 0 ? table.batchGet(all) : []);
  return {
    async modelsNamed(tenant, names) {
      const found = await items([...new Set(names)].map((name) => keys.model(tenant, name)));
      return new Map(present(Model, found).map((model) => [model.name, model]));
    },

    async lastNames(tenant, ids) {
      const all = [...new Set(ids)];
      const living = present(NameOfModel, await items(all.map((id) => keys.name(tenant, id))));
      const names = new Map(living.map(({ model, name }) => [model, { name, deleted: false }]));
      const gone = all.filter((id) => !names.has(id));
      const graves = present(Grave, await items(gone.map((id) => keys.grave(tenant, id))));
      for (const { id, name } of graves) names.set(id, { name, deleted: true });
      return names;
    },

    async versionsAt(tenant, refs) {
      const places = [...new Map(refs.map((ref) => [refText(ref), keys.version(tenant, ref.model, ref.version)]))];
      const found = await items(places.map(([, key]) => key));
      const versions = new Map(places.map(([text], index) => [text, parsed(Version, found[index])]));
      return refs.map((ref) => versions.get(refText(ref)));
    },

    usage: (tenant) => read(Usage, keys.usage(tenant)),

    edges: (tenant, model, { version, limit, behind }) =>
      list(
        table,
        {
          pk: keys.history(tenant, model),
          prefix: keys.edges(version),
          limit,
          ...(behind && { after: { ...keyOf(behind) } }),
        },
        Edge,
      ),

    walkPage: (tenant, walk, page) => read(WalkPage, keys.walkPage(tenant, walk, page)),

    async walked(tenant, walk, page, refs) {
      const found = await items(refs.map((ref) => keys.walkStep(tenant, walk, ref)));
      const steps = present(WalkStep, found);
      return new Set(steps.filter((step) => step.page < page).map(refText));
    },
  };
}
