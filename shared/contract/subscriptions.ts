import * as z from 'zod/mini';
import { Subscription, SubscriptionInput } from '../domain/subscription.ts';
import * as examples from './examples.ts';
import type { Operations } from './operation.ts';

export const SubscriptionView = z.omit(Subscription, { kind: true, tenant: true, revision: true });

export const subscriptionOperations = {
  createSubscription: {
    method: 'POST',
    path: '/v1/subscriptions',
    summary: 'Send the events of the tenant to an event bus in another account',
    access: { roles: ['admin'] },
    input: SubscriptionInput,
    output: SubscriptionView,
    status: 201,
    failures: ['subscription.exists', 'subscription.refused', 'tenant.full'],
    needs: ['table:read', 'table:write', 'account:own'],
    example: {
      input: { bus: examples.BUS, types: ['version.promoted', 'model.rolled_back'] },
      output: examples.subscription,
    },
  },
  listSubscriptions: {
    method: 'GET',
    path: '/v1/subscriptions',
    summary: 'List the event buses that get the events of the tenant',
    access: { roles: ['admin'] },
    input: z.strictObject({}),
    output: z.object({ items: z.array(SubscriptionView) }),
    status: 200,
    failures: [],
    needs: ['table:read'],
    example: { input: {}, output: { items: [examples.subscription] } },
  },
  deleteSubscription: {
    method: 'DELETE',
    path: '/v1/subscriptions/{subscription}',
    summary: 'Send no more events to an event bus',
    access: { roles: ['admin'] },
    input: z.strictObject({ subscription: Subscription.shape.id }),
    output: SubscriptionView,
    status: 200,
    failures: ['subscription.not_found'],
    needs: ['table:read', 'table:write', 'table:remove'],
    example: { input: { subscription: examples.subscription.id }, output: examples.subscription },
  },
} as const satisfies Operations;
