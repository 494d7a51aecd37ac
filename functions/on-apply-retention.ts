import { lambdaReaction } from '../shared/reactions/lambda.ts';
import { scheduled } from '../shared/reactions/reaction.ts';
import { applyRetention } from '../shared/reactions/retention/run.ts';

/** Well before the function has to end: what is left is due in an hour still. */
const WORK_MS = 12 * 60_000;

export const onApplyRetention = scheduled('onApplyRetention', (context) =>
  applyRetention(context, new Date(context.now.getTime() + WORK_MS)),
);

export const handler = lambdaReaction(onApplyRetention);
