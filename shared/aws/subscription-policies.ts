import { SOURCE } from '../domain/event.ts';
import type { Subscription } from '../domain/subscription.ts';

/** The rule, the role and the queue of a subscription, by their ARNs. */
interface Places {
  readonly rule: string;
  readonly letters: string;
}

/** Which events a subscriber gets: those of its tenant, and of the types that it asked for. The tenant is never its to say. */
export const rulePattern = ({ tenant, types }: Pick<Subscription, 'tenant' | 'types'>) => ({
  source: [SOURCE],
  ...(types && { 'detail-type': [...types] }),
  detail: { tenant: [tenant] },
});

/** EventBridge alone may take the role, and on behalf of this one rule. */
export const trustPolicy = ({ account }: { readonly account: string }, { rule }: Places) => ({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Action: 'sts:AssumeRole',
      Condition: { StringEquals: { 'aws:SourceAccount': account }, ArnEquals: { 'aws:SourceArn': rule } },
    },
  ],
});

/** It may put events on one bus. */
export const rolePolicy = (bus: string) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'events:PutEvents', Resource: bus }],
});

/** The rule alone may put there what the bus would not take. */
export const deadLettersPolicy = ({ rule, letters }: Places) => ({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Service: 'events.amazonaws.com' },
      Action: 'sqs:SendMessage',
      Resource: letters,
      Condition: { ArnEquals: { 'aws:SourceArn': rule } },
    },
  ],
});
