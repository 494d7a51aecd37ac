import { Failure } from '../errors.ts';
import { aliased } from './alias.ts';
import type { Model } from './model.ts';
import { Alias, VersionNumber } from './names.ts';
import { ActiveStage } from './stage.ts';

/**
 * The version that a reference names: a number, `@alias`, or the stage that it is in. Of several versions in a stage,
 * the one that entered it last.
 * @throws Failure `version.not_found`, `alias.not_found`, `stage.empty`
 */
export function resolve(model: Model, reference: string): VersionNumber {
  if (/^\d/.test(reference)) {
    const number = VersionNumber.safeParse(/^\d+$/.test(reference) ? Number(reference) : undefined);
    if (number.success) return number.data;
    throw new Failure('version.not_found', `${model.name} has no version ${reference}.`);
  }
  if (reference.startsWith('@')) {
    const alias = Alias.safeParse(reference.slice(1));
    const number = alias.success ? aliased(model, alias.data) : undefined;
    if (number !== undefined) return number;
    throw new Failure('alias.not_found', `${model.name} has no alias ${reference.slice(1)}.`);
  }
  const stage = ActiveStage.safeParse(reference).data;
  const number = stage && model[stage].at(-1);
  if (number !== undefined) return number;
  throw new Failure('stage.empty', `${model.name} has no version in ${reference}.`);
}
