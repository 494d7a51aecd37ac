import type { Model } from '../domain/model.ts';
import { isPrompt } from '../domain/prompt.ts';
import { Failure } from '../errors.ts';
import { refusalOf } from './refusal.ts';

/** What stands for files, of which a prompt has none. */
const PLACEHOLDERS = ['dummy-source', 'prompt-template'];

/**
 * Models and prompts share their names.
 * @throws Failure `model.exists`
 */
export function keepNameFree(name: string, existing: Model | undefined, forPrompt: boolean): void {
  if (!existing) return;
  const taken = isPrompt(existing.tags);
  const kind = (prompt: boolean) => (prompt ? 'prompt' : 'registered model');
  if (taken === forPrompt) {
    throw new Failure('model.exists', `${taken ? 'Prompt' : 'Registered Model'} (name=${name}) already exists.`);
  }
  throw new Failure(
    'model.exists',
    `Tried to create a ${kind(forPrompt)} with name '${name}', but the name is already taken by a ${kind(taken)}. ` +
      'MLflow does not allow creating a model and a prompt with the same name.',
  );
}

/** @throws Failure `request.invalid` for the source of a prompt that is none of MLflow's placeholders */
export function keepPlaceholder(source: string): void {
  if (PLACEHOLDERS.includes(source)) return;
  const message = `Invalid prompt source: '${source}'. Prompt sources must use an MLflow placeholder.`;
  throw refusalOf('source', message);
}
