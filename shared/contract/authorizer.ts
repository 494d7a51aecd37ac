import type { Need } from './operation.ts';

/** A function that API Gateway asks who calls, before it asks the one that answers. */
export interface Authorizer {
  readonly summary: string;
  /** The header in which callers prove who they are. */
  readonly header: string;
  readonly needs: readonly Need[];
}

export const authorizers = {
  authorizeToken: {
    summary: 'Says for whom a token speaks, and how far.',
    header: 'Authorization',
    needs: ['table:read', 'tokens:sign'],
  },
} as const satisfies Readonly<Record<string, Authorizer>>;

export type AuthorizerName = keyof typeof authorizers;

/** Every authorizer with its name. */
export const authorizerRows = Object.entries(authorizers) as readonly (readonly [AuthorizerName, Authorizer])[];
