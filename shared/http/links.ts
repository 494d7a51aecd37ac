import type { LinkView } from '../contract/dependencies.ts';
import type { Input } from '../contract/operations.ts';
import { neighbour } from '../domain/neighbours.ts';
import type { Context } from './endpoint.ts';
import { loadModel, loadVersion } from './load.ts';
import { walkPage } from './walk.ts';
import type { Asked } from './walk-page.ts';

/** One page of what a version needs, or of what needs it, as far as the caller may read it. */
export async function linksOf(
  context: Context,
  direction: Asked['direction'],
  { model: name, version: number, depth, limit }: Input<'getDependents'>,
): Promise<{ items: LinkView[]; hidden?: number; cursor?: string }> {
  const { store, caller, now, cursorFor } = context;
  const model = await loadModel(context, name);
  const root = await loadVersion(context, model, number);
  const { reached, next } = await walkPage(context, { root, direction, depth, limit });
  const names = await store.lastNames(
    caller.tenant,
    reached.flatMap(({ version, via }) => [version.model, via.model]),
  );
  const all = reached.map(({ version, depth: steps, via }): LinkView & { visible: boolean } => {
    const { name: model, ref, visible, state, stage } = neighbour(version, names, { roles: caller.roles, now });
    const through = neighbour({ ...version, model: via.model, number: via.version }, names, {
      roles: caller.roles,
      now,
    });
    return {
      model,
      version: ref.version,
      state,
      stage,
      depth: steps,
      ...(through.visible && { via: { model: through.name, version: via.version } }),
      visible,
    };
  });
  const items = all.filter(({ visible }) => visible);
  const hidden = all.length - items.length;
  return { items, ...(hidden > 0 && { hidden }), ...cursorFor(next) };
}
