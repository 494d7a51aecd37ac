import type { Received, Sent } from '../../shared/contract/operations.ts';
import type { Client, Problem } from '../../shared/http/client.ts';
import { Complaint } from '../complaint.ts';

type Model = Received<'getModel'>;

/**
 * The model that a version is pushed to, looked for before hours go into hashing; nothing where it is to be created.
 * @throws Complaint where there is none and none is to be created
 */
export async function modelOf(
  registry: Client,
  { model, create }: { readonly model: string; readonly create?: boolean },
): Promise<Model | undefined> {
  try {
    return await registry.getModel({ model });
  } catch (error) {
    const { code, message } = error as Problem;
    if (code !== 'model.not_found') throw error;
    if (create) return undefined;
    throw new Complaint('absent', message, { hint: 'Create it in the same breath with --create.' });
  }
}

/** Creates the model; somebody else may have done so meanwhile. */
export async function createModel(registry: Client, model: string, say: (line: string) => void): Promise<Model> {
  const input: Sent<'createModel'> = { model };
  try {
    const created = await registry.createModel(input);
    say(`Model ${model} is created.`);
    return created;
  } catch (error) {
    if ((error as Problem).code !== 'model.exists') throw error;
    return registry.getModel({ model });
  }
}
