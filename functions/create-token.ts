import { createToken as create, TokenId } from '../shared/domain/token.ts';
import { lambda } from '../shared/http/lambda.ts';
import { loadTenant } from '../shared/http/load.ts';
import { mutation } from '../shared/http/mutation.ts';

export const createToken = mutation(
  'createToken',
  async (input, context) => {
    const { caller, services } = context;
    const id = TokenId.parse(services.newId());
    return create(await loadTenant(context), { ...input, id }, caller.roles, context);
  },
  async (token, _, { services }) => ({ ...token, token: await services.tokens.issue(token) }),
);

export const handler = lambda(createToken);
