import type { Sent } from '../../shared/contract/operations.ts';
import type { Client, Problem } from '../../shared/http/client.ts';
import { Complaint } from '../complaint.ts';

/**
 * Makes sure of the model before hours go into hashing.
 * @throws Complaint where there is none and none is to be created
 */
export async function ensureModel(
  registry: Client,
  { model, create }: { readonly model: string; readonly create?: boolean },
  say: (line: string) => void,
): Promise<void> {
  const input: Sent<'getModel'> = { model };
  const missing = await registry.getModel(input).then(
    () => undefined,
    (error: Problem) => {
      if (error.code === 'model.not_found') return error;
      throw error;
    },
  );
  if (!missing) return;
  if (!create) throw new Complaint('absent', missing.message, { hint: 'Create it in the same breath with --create.' });

  await registry.createModel(input).catch((error: Problem) => {
    if (error.code !== 'model.exists') throw error;
  });
  say(`Model ${model} is created.`);
}
