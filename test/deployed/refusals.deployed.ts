import { afterAll, describe, expect, inject, it } from 'vitest';
import { type OperationName, operations, rows } from '../../shared/contract/operations.ts';
import { call } from '../support/call.ts';
import { rawTo } from '../support/deployed-registry.ts';
import { identitiesOf } from '../support/identities.ts';
import { aRegistry, aTenant } from '../support/registry.ts';
import { callerOf, situations } from '../support/situations.ts';
import { withoutGrant } from './grants.ts';
import { linesOf } from './logs.ts';

const { api, aws } = inject('deployed') ?? { api: '', aws: '' };
const registry = await aRegistry();
const identities = identitiesOf(aws);
afterAll(() => identities.close());

/** The same API, of which no row declares what happens here. */
const bare = { raw: rawTo(api, identities) };

describe('API Gateway', async () => {
  const invited = registry.stranger();
  const forbidden = await identities.nobody();

  it.each(rows.map(([name]) => name))('shows a call of %s to no function unless IAM lets the caller', async (name) => {
    const { input } = operations[name].example;
    const unsigned = await call(bare, name, input);
    const refused = await call(bare, name, input, { as: forbidden });
    const seen = await call(bare, name, input, { as: invited });

    expect(unsigned).toMatchObject({ status: 403, body: { message: 'Missing Authentication Token' } });
    expect(refused).toMatchObject({
      status: 403,
      body: { message: expect.stringContaining('no identity-based policy allows the execute-api:Invoke action') },
    });
    // Functions, and they alone, answer so.
    for (const { headers } of [unsigned, refused]) expect(headers).not.toHaveProperty('x-request-id');
    expect(seen.headers).toHaveProperty('x-request-id');
  });
});

describe('a function', () => {
  it.each([
    ['getModel', 'dynamodb:Query'],
    ['updateModel', 'dynamodb:PutItem'],
    ['completeVersion', 's3:GetObject'],
  ] as const satisfies [OperationName, string][])(
    '%s fails without the grant of %s, tells the operator and nobody else why, and succeeds with it',
    async (name, action) => {
      const tenant = await aTenant(registry);
      const input = await situations[name](tenant);
      const ask = () => call(bare, name, input, { as: callerOf(name, registry, tenant) });
      const failed = await withoutGrant(aws, name, action, ask);
      const requestId = String(failed.headers['x-request-id']);
      const again = await ask();

      expect(failed).toMatchObject({ status: 500 });
      expect(failed.body).toEqual({ type: 'about:blank', title: 'Internal error', status: 500, requestId });
      expect(again).toMatchObject({ status: operations[name].status });
      const message = expect.stringContaining(`not authorized to perform: ${action} `);
      const line = expect.objectContaining({ code: 'request.failed', error: expect.objectContaining({ message }) });
      // Lines may come after the answer, and with the next call.
      await expect.poll(() => linesOf(aws, name, requestId), { timeout: 10_000 }).toContainEqual(line);
    },
  );
});
