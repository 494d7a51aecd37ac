import { refusal } from '../refusal.ts';
import type { Scene } from '../scene.ts';

/** Another tenant of the same registry cannot tell that the model exists. */
export async function askAsStranger({ chapter, say, claim, stranger, model }: Scene): Promise<void> {
  chapter('The neighbours see nothing');
  say('Globex is another tenant of this registry. Its admin may do everything there, and asks for our model:');
  await stranger.types(`signet get-model ${model}`, 'absent');

  const absent = `${model}-that-never-was`;
  const answers = await Promise.all(
    [model, absent].map(async (name) => JSON.stringify(await answer(stranger, name)).replaceAll(name, '…')),
  );
  claim(
    'The answer is 404, word for word that for a model that never was',
    answers[0]?.includes('"status":404') === true && answers[0] === answers[1],
  );
  const { items } = await stranger.client.listModels({});
  claim(
    'It is not in their list either',
    items.every(({ name }) => name !== model),
  );
}

/** All that an answer says, but for the id of the request. */
async function answer({ client }: Scene['stranger'], model: string): Promise<object> {
  const { status, code, message, hint, issues } = await refusal(client.getModel({ model }));
  return { status, code, message, hint, issues };
}
