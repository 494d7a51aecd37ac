import { lambdaReaction } from '../shared/reactions/lambda.ts';
import { sweepOutbox } from '../shared/reactions/outbox.ts';
import { scheduled } from '../shared/reactions/reaction.ts';

/** Younger events are on their way through the stream. */
const AGE_MS = 2 * 60_000;

export const onSweepOutbox = scheduled('onSweepOutbox', (context) => sweepOutbox(AGE_MS, context));

export const handler = lambdaReaction(onSweepOutbox);
