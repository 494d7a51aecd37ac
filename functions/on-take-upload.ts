import * as z from 'zod/mini';
import { ModelId, TenantId, VersionNumber } from '../shared/domain/names.ts';
import { lambdaReaction } from '../shared/reactions/lambda.ts';
import { queued } from '../shared/reactions/reaction.ts';
import { takeIn } from '../shared/reactions/uploads/take-in.ts';

/** The version that an event is about. */
const About = z.object({ tenant: TenantId, model: z.object({ id: ModelId }), version: VersionNumber });

/** Of the quarter of an hour that there is; whatever is left goes to the next one. */
const MILLISECONDS_MAX = 10 * 60_000;
/** When what somebody is about to remove is looked at again. */
const AGAIN_SECONDS = 60;

export const onTakeUpload = queued('onTakeUpload', async ({ body }, context) => {
  const { tenant, model, version } = About.parse(body);
  const { services, now } = context;
  const isLate = () => services.now().getTime() - now.getTime() > MILLISECONDS_MAX;
  const left = await takeIn({ ...context, tenant, isLate }, model.id, version);
  if (left === 'nothing') return;
  const delay = left === 'removals' ? { delaySeconds: AGAIN_SECONDS } : {};
  await services.queues.send('onTakeUpload', [{ body, group: tenant, ...delay }]);
});

export const handler = lambdaReaction(onTakeUpload);
