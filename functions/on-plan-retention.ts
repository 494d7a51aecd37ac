import { EventView } from '../shared/domain/event.ts';
import { LOOKED_AFTER, looksAfter } from '../shared/domain/retention/look.ts';
import { lambdaReaction } from '../shared/reactions/lambda.ts';
import { queued } from '../shared/reactions/reaction.ts';

export const onPlanRetention = queued('onPlanRetention', async ({ body }, { store }) => {
  const event = EventView.parse(body);
  const type = LOOKED_AFTER.find((one) => one === event.type);
  if (type) await store.note(looksAfter({ ...event, type }));
});

export const handler = lambdaReaction(onPlanRetention);
