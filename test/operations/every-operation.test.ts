import { readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import type { Credential } from '../../local/sigv4.ts';
import { authorizerRows } from '../../shared/contract/authorizer.ts';
import { facadeRows } from '../../shared/contract/facade.ts';
import { isMutation, isPaged, takesBody } from '../../shared/contract/operation.ts';
import { type OperationName, operations, rows } from '../../shared/contract/operations.ts';
import { Role } from '../../shared/domain/role.ts';
import { FAILURES, type FailureCode } from '../../shared/errors.ts';
import { kebabCase } from '../../shared/kebab-case.ts';
import { call } from '../support/call.ts';
import { everyEventOf } from '../support/looking.ts';
import { aName } from '../support/names.ts';
import type { RawAnswer } from '../support/raw.ts';
import { anOutsider, aRegistry, aTenant, itEmbedded, type TestTenant } from '../support/registry.ts';
import { callerOf, situations } from '../support/situations.ts';

const registry = await aRegistry();
const names = rows.map(([name]) => name);

const forMembers = rows.filter(([, { access }]) => typeof access !== 'string').map(([name]) => name);
const onOneModel = rows.filter(([, { path }]) => path.includes('{model}')).map(([name]) => name);
const mutations = rows.filter(([, row]) => isMutation(row)).map(([name]) => name);

/** A problem as RFC 9457 has it, with all that goes with its code. */
function expectProblem(answer: RawAnswer, code: FailureCode, more: object = {}): void {
  const { status, title, hint } = FAILURES[code];
  expect(answer).toMatchObject({
    status,
    headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store' },
    body: {
      type: `/problems/${code}`,
      title,
      status,
      code,
      hint,
      detail: expect.stringMatching(/./),
      requestId: answer.headers['x-request-id'],
      ...more,
    },
  });
}

/** What an operation that is about to succeed needs: the input, and whose call it is. */
async function ready(name: OperationName): Promise<{ tenant: TestTenant; input: object; as: Credential }> {
  const tenant = await aTenant(registry);
  return { tenant, input: await situations[name](tenant), as: callerOf(name, registry, tenant) };
}

describe('every operation', () => {
  it('has its function, and its test', async () => {
    const files = (ending: string) => names.map((name) => `${kebabCase(name)}${ending}`).sort();
    const tests = (await readdir(import.meta.dirname)).filter((file) => !file.startsWith('every-operation'));
    const others = [...facadeRows, ...authorizerRows].map(([name]) => `${kebabCase(name)}.ts`);
    const functions = (await readdir('functions')).filter((file) => !file.startsWith('on-') && !others.includes(file));

    expect(functions.sort()).toEqual(files('.ts'));
    expect(tests.sort()).toEqual(files('.test.ts'));
  });

  it.each(names)('%s has an example that its own row accepts', (name) => {
    const { input, output, example } = operations[name];

    expect(input.safeParse(example.input)).toMatchObject({ success: true });
    expect(output.safeParse(example.output)).toMatchObject({ success: true });
  });

  it.each(names)('%s succeeds with the status that its row says, and shows nothing beyond the row', async (name) => {
    const { input, as } = await ready(name);
    const answer = await call(registry, name, input, { as });
    const { status, output, etag, stream } = { etag: false, stream: false, ...operations[name] };

    expect(answer.status, answer.text).toBe(status);
    for (const line of stream ? answer.text.trim().split('\n') : [answer.text]) {
      expect(output.parse(JSON.parse(line))).toEqual(JSON.parse(line));
    }
    expect(answer.headers).toMatchObject({ 'cache-control': 'no-store', 'x-request-id': expect.any(String) });
    expect(answer.headers.etag).toBe(etag ? `"${answer.body.revision}"` : undefined);
  });

  itEmbedded.each(names)('%s is 401 for a request that nobody signed', async (name) => {
    expectProblem(await call(registry, name, operations[name].example.input), 'caller.unknown');
  });

  it.each(names)('%s refuses what it does not know with 400, and names it', async (name) => {
    const { input, as } = await ready(name);
    const strange = { strange: 'yes' };
    const answer = takesBody(operations[name])
      ? await call(registry, name, { ...input, ...strange }, { as })
      : await call(registry, name, input, { as, query: strange });

    expectProblem(answer, 'request.invalid', { issues: [{ field: 'strange', message: expect.any(String) }] });
  });

  it.each(names.filter((name) => takesBody(operations[name])))(
    '%s refuses every query beside its body with 400, names each parameter, and changes nothing',
    async (name) => {
      const { tenant, input, as } = await ready(name);
      const before = await everyEventOf(registry, tenant);
      const query = {
        strange: 'yes',
        ...Object.fromEntries(Object.keys(operations[name].input.shape).map((field) => [field, '1'])),
      };
      const answer = await call(registry, name, input, { as, query });

      const issues = Object.keys(query).map((field) => ({ field, message: expect.stringMatching(/known|belongs/) }));
      expectProblem(answer, 'request.invalid', { issues });
      expect(await everyEventOf(registry, tenant)).toEqual(before);
    },
  );

  it.each(names)('%s refuses a body above 1 MB with 413', async (name) => {
    const { method, path } = operations[name];
    const target = path.replace(/\{\w+\}/g, '1');
    const answer = await registry.raw(method, target, { as: registry.deploymentAdmin, body: 'x'.repeat(1_000_001) });

    expectProblem(answer, 'request.too_large');
  });
});

/** What whoever is let in gets: to them, somebody else's token is not there. */
const letIn = (name: OperationName): number => (name === 'revokeToken' ? 404 : operations[name].status);

describe('every operation for members', () => {
  it.each(forMembers)('%s is 403 for somebody who is in no tenant', async (name) => {
    const answer = await call(registry, name, operations[name].example.input, { as: registry.stranger() });

    expectProblem(answer, 'caller.forbidden');
  });

  it.each(forMembers)('%s is 403 for whoever has all roles but those that it asks for', async (name) => {
    const { tenant, input } = await ready(name);
    const { access } = operations[name];
    const asked: readonly Role[] = typeof access === 'object' ? access.roles : [];
    const others = Role.options.filter((role) => !asked.includes(role));
    const as = registry.stranger();
    // Every role includes reading: who is to lack it has roles on other models alone.
    const roles = others.map((role) => ({ role, models: asked.includes('reader') ? 'other-*' : '*' }));
    await tenant.admin.putMember({ principal: as.arn, roles });
    const answer = await call(registry, name, input, { as });

    if (typeof access === 'object' && 'anywhere' in access) expect(answer.status).toBe(letIn(name));
    else expectProblem(answer, 'caller.forbidden', { detail: expect.stringContaining(asked.join(' or ')) });
  });

  it.each(forMembers)('%s is 403 for whoever has every role, but on other models', async (name) => {
    const { tenant, input } = await ready(name);
    const { access } = operations[name];
    const as = registry.stranger();
    await tenant.admin.putMember({
      principal: as.arn,
      roles: Role.options.map((role) => ({ role, models: 'other-*' })),
    });
    const answer = await call(registry, name, input, { as });

    if (typeof access === 'object' && 'anywhere' in access) expect(answer.status).toBe(letIn(name));
    else expectProblem(answer, 'caller.forbidden');
  });

  it.each(forMembers)('%s asks whoever is in two tenants which one is meant', async (name) => {
    const { tenant, input, as } = await ready(name);
    const other = await aTenant(registry);
    await other.admin.putMember({ principal: as.arn, roles: [{ role: 'reader' }] });
    const chosen = { 'x-signet-tenant': tenant.id };

    expectProblem(await call(registry, name, input, { as }), 'tenant.ambiguous');
    expect((await call(registry, name, input, { as, headers: chosen })).status).toBe(operations[name].status);
  });

  it.each(forMembers)('rule 11: %s answers for a foreign tenant as for one that is not there', async (name) => {
    const id = aName('tenant');
    const as = await anOutsider(registry);
    const input = operations[name].example.input;
    const ask = () => call(registry, name, input, { as, headers: { 'x-signet-tenant': id } });
    const absent = await ask();
    await registry.client(registry.deploymentAdmin).createTenant({ tenant: id, admin: registry.stranger().arn });

    expectProblem(absent, 'tenant.not_found');
    expectSame(await ask(), absent);
  });
});

describe('createTenant', () => {
  it('is 403 for an admin of a tenant who does not look after the deployment', async () => {
    const { keys } = await aTenant(registry);

    expectProblem(
      await call(registry, 'createTenant', { tenant: aName('tenant') }, { as: keys.admin }),
      'caller.forbidden',
    );
  });
});

describe('every operation on a model', () => {
  it.each(onOneModel.filter((name) => name !== 'createModel'))(
    'rule 11: %s answers for a model of another tenant as for one that is not there, byte for byte',
    async (name) => {
      const { input } = await ready(name);
      const there = await call(registry, name, input, { as: await anOutsider(registry) });
      const bystander = await anOutsider(registry);
      const absent = await call(registry, name, input, { as: bystander });

      expectProblem(there, 'model.not_found');
      expectSame(there, absent);
    },
  );

  it.each(rows.filter(([, row]) => isPaged(row)).map(([name]) => name))(
    'rule 11: %s refuses a cursor of another tenant, of another listing, and one that was made up, all alike',
    async (name) => {
      const { tenant, input, as } = await ready(name);
      const forged = await call(registry, name, { ...input, cursor: 'Zm9yZ2Vk' }, { as });
      const foreign = await call(registry, name, { ...input, cursor: await aCursor(await aTenant(registry)) }, { as });
      const another = await call(registry, name, { ...input, cursor: await aCursor(tenant) }, { as });

      for (const answer of [forged, foreign, another]) expectProblem(answer, 'cursor.invalid');
      expectSame(foreign, forged);
    },
  );
});

/** A cursor of a listing that no operation under test makes. */
async function aCursor({ admin, publisher }: TestTenant): Promise<string> {
  for (const name of [aName('zz'), aName('zz')]) await publisher.createModel({ model: name });
  const { cursor } = await admin.listModels({ contains: 'zz', limit: 1 });
  if (cursor === undefined) throw new Error('expected a cursor');
  return cursor;
}

describe('every change', () => {
  it.each(mutations)('%s has exactly one event', async (name) => {
    const { tenant, input, as } = await ready(name);
    const before = await everyEventOf(registry, tenant);
    await call(registry, name, input, { as });

    expect(await everyEventOf(registry, tenant)).toHaveLength(before.length + 1);
  });

  it.each(mutations)('%s happens once under one Idempotency-Key, and the repeat has the same answer', async (name) => {
    const { tenant, input, as } = await ready(name);
    const headers = { 'idempotency-key': aName('key') };
    const first = await call(registry, name, input, { as, headers });
    const before = await everyEventOf(registry, tenant);
    const again = await call(registry, name, input, { as, headers });

    expect(first.status, first.text).toBe(operations[name].status);
    expectSame(again, first);
    expect(await everyEventOf(registry, tenant)).toEqual(before);
  });

  it.each(mutations)('%s is 422 under the Idempotency-Key of another request', async (name) => {
    const { tenant, as } = await ready(name);
    const headers = { 'idempotency-key': aName('key') };
    await call(registry, name, await situations[name](tenant), { as, headers });
    const other = await situations[name](tenant);

    expectProblem(await call(registry, name, other, { as, headers }), 'idempotency.reused');
  });

  it.each(mutations)('rule 11: %s tells one caller nothing about the Idempotency-Key of another', async (name) => {
    const { input, as } = await ready(name);
    const headers = { 'idempotency-key': aName('key') };
    await call(registry, name, input, { as, headers });
    const foreign = await call(
      registry,
      'createModel',
      { model: aName('model') },
      { as: await anOutsider(registry), headers },
    );

    expect(foreign.status).toBe(201);
  });

  it.each(mutations.filter((name) => !('ifMatch' in operations[name])))(
    '%s refuses If-Match, which it would not heed',
    async (name) => {
      const { input, as } = await ready(name);
      const answer = await call(registry, name, input, { as, headers: { 'if-match': '"1"' } });

      expectProblem(answer, 'request.invalid', { issues: [{ field: 'If-Match', message: expect.any(String) }] });
    },
  );

  it.each(mutations.filter((name) => 'ifMatch' in operations[name]))(
    '%s heeds If-Match: 412 for a former revision, and nothing is written',
    async (name) => {
      const { tenant, input, as } = await ready(name);
      const { model } = input as { model: string };
      const { revision } = await tenant.reader.getModel({ model });
      const late = await call(registry, name, input, { as, headers: { 'if-match': `"${revision - 1}"` } });

      expectProblem(late, 'precondition.failed');
      expect(await tenant.reader.getModel({ model })).toMatchObject({ revision });
      const inTime = await call(registry, name, input, { as, headers: { 'if-match': `"${revision}"` } });
      expect(inTime.status, inTime.text).toBe(200);
    },
  );
});

/** Equal byte for byte, but for what belongs to the one request. */
function expectSame(answer: RawAnswer, other: RawAnswer): void {
  const shown = ({ status, headers, text, body }: RawAnswer) => {
    const { date: _, 'x-request-id': id = '', ...rest } = headers;
    const own = Object.entries(rest).filter(([name]) => !name.startsWith('x-amz'));
    return {
      status,
      headers: Object.fromEntries(own),
      text: text.replaceAll(String(id), '<id>'),
      names: Object.keys(body ?? {}),
    };
  };
  expect(shown(answer)).toEqual(shown(other));
}
