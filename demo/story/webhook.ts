import { setTimeout } from 'node:timers/promises';
import type { Receiver } from '../receiver.ts';
import type { Scene } from '../scene.ts';

const TYPES = ['version.promoted', 'version.archived', 'model.rolled_back', 'transition.refused'] as const;

/** Somebody's program is told what happens to the model, from now on. */
export async function subscribe({ chapter, say, claim, admin, model }: Scene, receiver: Receiver): Promise<void> {
  chapter('A program elsewhere wants to know');
  say(
    `It listens at ${receiver.origin}, which the registry may send to because whoever started it said so: anywhere else it
    takes a public https address. The secret is shown this once.`,
  );
  const events = TYPES.map((type) => `--events ${type}`).join(' ');
  const printed = await admin.types(`signet create-webhook ${receiver.origin}/signet ${events} --models ${model}`);
  const [secret = ''] = /whsec_[A-Za-z0-9+/]+/.exec(printed) ?? [];
  receiver.trust(secret);
  const [webhook] = (await admin.client.listWebhooks({})).items;
  claim('The registry shows how the secret ends, and no more', webhook?.secrets[0]?.endsWith === secret.slice(-4));
}

/** And it was told: all of it, and by nobody else. */
export async function hearBack({ chapter, claim, admin, reader, model }: Scene, receiver: Receiver): Promise<void> {
  chapter('The program was told');
  const { items } = await reader.client.listEvents({ model, limit: 100 });
  const wanted = items.filter(({ type }) => TYPES.some((one) => one === type));
  for (let tries = 0; tries < 100 && receiver.believed.size < wanted.length; tries += 1) await setTimeout(50);
  const [webhook] = (await admin.client.listWebhooks({})).items;
  await admin.types(`signet list-deliveries ${webhook?.id}`);
  claim(
    `All ${wanted.length} moves and refusals arrived, with signatures that hold`,
    wanted.every(({ id, type }) => receiver.believed.get(id) === type) && receiver.disbelieved() === 0,
  );
}
