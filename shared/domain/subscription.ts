import * as z from 'zod/mini';
import { Failure } from '../errors.ts';
import { type Change, momentOf, type Occasion } from './change.ts';
import { EventType } from './event.ts';
import { Revision, TenantId, Timestamp } from './names.ts';
import { Principal } from './principal.ts';
import type { Tenant } from './tenant.ts';
import { prose } from './text.ts';

/**
 * An event bus of Amazon EventBridge, by its ARN.
 *
 * Source: https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoneventbridge.html
 */
const BusArn = z
  .string()
  .check(
    z.regex(
      /^arn:aws[a-z-]*:events:[a-z]{2}(-[a-z]+)+-\d:\d{12}:event-bus\/[\w.-]{1,256}$/,
      'expected the ARN of an event bus, such as arn:aws:events:eu-west-1:111122223333:event-bus/models',
    ),
  );

const SubscriptionId = z.string().check(z.regex(/^[0-9A-HJKMNP-TV-Z]{26}$/, 'expected the id of a subscription'));

/** An event bus in another account that gets a tenant's events. */
export const Subscription = z.object({
  kind: z.literal('subscription'),
  id: SubscriptionId,
  tenant: TenantId,
  bus: BusArn,
  /** Left out, events of all types go there. */
  types: z.optional(z.array(EventType)),
  description: z.optional(prose(1_000)),
  /** `connected` once the rule that feeds the bus is there. */
  state: z.enum(['connecting', 'connected']),
  createdAt: Timestamp,
  createdBy: Principal,
  revision: Revision,
});
export type Subscription = z.output<typeof Subscription>;

/** Rules of a bus are few: EventBridge has room for a hundred, of all tenants together. */
const SUBSCRIPTIONS_MAX = 10;

/** What a caller says of a new one. */
export const SubscriptionInput = z.strictObject({
  bus: BusArn,
  types: z.optional(
    z.array(EventType).check(
      z.minLength(1, 'expected at least one type'),
      z.refine((types: readonly string[]) => new Set(types).size === types.length, 'expected each type once'),
    ),
  ),
  description: z.optional(prose(1_000)),
});

/** What is decided from: the tenant, its subscriptions, and the account that the registry itself is in. */
export interface Subscribing {
  readonly tenant: Tenant;
  readonly existing: readonly Subscription[];
  readonly ownAccount: string | undefined;
}

/**
 * Lets a bus get the tenant's events. Never one in the registry's own account, where the role that feeds it could reach
 * what is not the tenant's: the bus of the registry first of all.
 *
 * @throws Failure `subscription.refused`, `subscription.exists`, `tenant.full`
 */
export function createSubscription(
  { tenant, existing, ownAccount }: Subscribing,
  input: z.output<typeof SubscriptionInput> & { readonly id: string },
  occasion: Occasion,
): Change<Subscription> {
  if (accountOf(input.bus) === ownAccount)
    throw refusedBus('expected a bus in another account than that of the registry');
  const same = existing.find(({ bus }) => bus === input.bus);
  if (same) throw new Failure('subscription.exists', `${input.bus} is subscribed already, as ${same.id}.`);
  if (existing.length >= SUBSCRIPTIONS_MAX)
    throw new Failure(
      'tenant.full',
      `${tenant.id} has ${SUBSCRIPTIONS_MAX} subscriptions, which is all that it can have.`,
    );

  const { actor } = occasion;
  const at = momentOf(tenant, occasion);
  const { id, bus, types, description } = input;
  const subscription: Subscription = {
    kind: 'subscription',
    id,
    tenant: tenant.id,
    bus,
    ...(types && { types }),
    ...(description !== undefined && { description }),
    state: 'connecting',
    createdAt: at,
    createdBy: actor.principal,
    revision: 1,
  };
  return {
    result: subscription,
    head: { replace: { ...tenant, lastAt: at, revision: tenant.revision + 1 } },
    writes: [{ create: subscription }],
    event: { type: 'subscription.created', actor, data: told(subscription) },
  };
}

/** Ends a subscription. What is on its way to the bus may still arrive. @throws Failure `subscription.not_found` */
export function deleteSubscription(
  tenant: Tenant,
  subscription: Subscription | undefined,
  id: string,
  occasion: Occasion,
): Change<Subscription> {
  if (!subscription) throw new Failure('subscription.not_found', `There is no subscription ${id}.`);
  return {
    result: subscription,
    head: { replace: { ...tenant, lastAt: momentOf(tenant, occasion), revision: tenant.revision + 1 } },
    writes: [{ remove: subscription }],
    event: { type: 'subscription.deleted', actor: occasion.actor, data: told(subscription) },
  };
}

/** Notes that the rule is there. */
export const connected = (subscription: Subscription): Change<Subscription> => {
  const after: Subscription = { ...subscription, state: 'connected', revision: subscription.revision + 1 };
  return { result: after, keep: [{ replace: after }] };
};

const told = ({ id, bus, types }: Subscription) => ({ subscription: id, bus, ...(types && { types: [...types] }) });

const accountOf = (arn: string): string | undefined => arn.split(':')[4];

const refusedBus = (message: string) =>
  new Failure('subscription.refused', `bus: ${message}.`, { issues: [{ field: 'bus', message }] });
