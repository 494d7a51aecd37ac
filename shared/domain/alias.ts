import { Failure } from '../errors.ts';
import { type Change, type Occasion, unchanged } from './change.ts';
import { holdingOf } from './history.ts';
import { ALIASES_MAX, type Model, touched } from './model.ts';
import type { Alias, VersionNumber } from './names.ts';
import { own } from './own.ts';
import { keepComplete, type Version } from './version.ts';

/** The version that an alias names. */
export const aliased = ({ aliases }: Model, alias: Alias): VersionNumber | undefined => own(aliases, alias);

/** Makes an alias name a version, whatever it named before. */
export function setAlias(model: Model, alias: Alias, version: Version, occasion: Occasion): Change<Model> {
  const from = aliased(model, alias);
  if (from === version.number) return unchanged(model);
  keepComplete(model, version);
  if (from === undefined && Object.keys(model.aliases).length >= ALIASES_MAX) {
    throw new Failure('model.full', `${model.name} has ${ALIASES_MAX} aliases, and can have no more.`);
  }
  const after = touched(model, occasion, { aliases: { ...model.aliases, [alias]: version.number } });
  return {
    result: after,
    head: { replace: after },
    writes: [{ unchanged: version }, { create: holdingOf(after, { alias }, [version.number], occasion) }],
    event: {
      type: 'alias.set',
      version: version.number,
      actor: occasion.actor,
      data: { alias, ...(from !== undefined && { from }) },
    },
  };
}

export function deleteAlias(model: Model, alias: Alias, occasion: Occasion): Change<Model> {
  const from = aliased(model, alias);
  if (from === undefined) throw new Failure('alias.not_found', `${model.name} has no alias ${alias}.`);

  const { [alias]: _, ...aliases } = model.aliases;
  const after = touched(model, occasion, { aliases });
  return {
    result: after,
    head: { replace: after },
    writes: [{ create: holdingOf(after, { alias }, [], occasion) }],
    event: { type: 'alias.deleted', version: from, actor: occasion.actor, data: { alias, from } },
  };
}
