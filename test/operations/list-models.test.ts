import { expect, it } from 'vitest';
import { pageByPage } from '../../cli/paging.ts';
import type { Sent } from '../../shared/contract/operations.ts';
import type { Role } from '../../shared/domain/role.ts';
import type { Client } from '../../shared/http/client.ts';
import { itemOf } from '../../shared/store/keys.ts';
import { aModel } from '../support/builders.ts';
import { describeOperation } from '../support/describe-operation.ts';
import { aTenant, itEmbedded, type TestTenant } from '../support/registry.ts';

type Filter = Sent<'listModels'>;

const HOUR = 3_600_000;

const numbered = (length: number): string[] =>
  Array.from({ length }, (_, n) => `model-${String(n + 1).padStart(2, '0')}`);

async function create({ publisher }: TestTenant, names: readonly string[]): Promise<void> {
  for (const model of names) await publisher.createModel({ model });
}

const namesOf = ({ items }: { readonly items: readonly { readonly name: string }[] }) => items.map(({ name }) => name);

/** The names that a client finds, page by page. `between` happens after each page. */
async function paged(client: Client, filter: Filter, between = async () => {}): Promise<string[][]> {
  const pages: string[][] = [];
  for await (const page of pageByPage((from) => client.listModels({ ...filter, ...from }))) {
    pages.push(namesOf(page));
    await between();
  }
  return pages;
}

describeOperation('listModels', (registry) => {
  /** A caller with a role on these names, and nothing else. */
  const aMemberWith = async ({ admin }: TestTenant, ...grants: { role: Role; models: string }[]) => {
    const key = registry.stranger();
    await admin.putMember({ principal: key.arn, roles: grants });
    return registry.client(key);
  };

  it('shows each model as getModel does', async () => {
    const tenant = await aTenant(registry);
    await tenant.publisher.createModel({ model: 'fraud', description: 'Scores.', tags: { team: 'payments' } });

    expect(await tenant.reader.listModels({})).toEqual({ items: [await tenant.reader.getModel({ model: 'fraud' })] });
  });

  it('shows nothing, and no cursor, where there is no model', async () => {
    const tenant = await aTenant(registry);

    expect(await tenant.reader.listModels({})).toEqual({ items: [] });
  });

  it('shows no model of another tenant', async () => {
    const [one, other] = [await aTenant(registry), await aTenant(registry)];
    await create(one, ['fraud-of-one']);
    await create(other, ['fraud-of-other']);

    expect(namesOf(await one.reader.listModels({ prefix: 'fraud' }))).toEqual(['fraud-of-one']);
  });

  it.each([
    ['ascending', ['!', '#', '$', '%', '&', '1', 'B', 'a', 'a-b', 'ab', 'b', 'é', '不', '🦄']],
    ['descending', ['🦄', '不', 'é', 'b', 'ab', 'a-b', 'a', 'B', '1', '&', '%', '$', '#', '!']],
  ] as const)('goes by name, %s', async (order, expected) => {
    const tenant = await aTenant(registry);
    await create(tenant, ['b', 'é', '%', 'a-b', '🦄', 'B', '#', '!', 'a', '不', '&', 'ab', '1', '$']);

    expect(namesOf(await tenant.reader.listModels({ order }))).toEqual(expected);
  });

  it.each<[string, Filter, string[]]>([
    ['a prefix', { prefix: 'Fraud' }, ['Fraud #1', 'Fraud %23', 'Fraud*']],
    ['a prefix, upper and lower case apart', { prefix: 'fraud' }, []],
    ['a prefix with a sign that divides keys', { prefix: 'Fraud #' }, ['Fraud #1']],
    ['a prefix that looks like such a sign, escaped', { prefix: 'Fraud %2' }, ['Fraud %23']],
    ['a prefix with an asterisk, which is itself', { prefix: 'Fraud*' }, ['Fraud*']],
    [
      'a part of the name in upper or lower case',
      { contains: 'FRAUD' },
      ['Card fraud é', 'Fraud #1', 'Fraud %23', 'Fraud*'],
    ],
    ['a part beyond ASCII', { contains: 'É' }, ['Card fraud é']],
    ['prefix and part', { prefix: 'Card', contains: 'fraud' }, ['Card fraud é']],
    ['a tag', { tag: 'team' }, ['Fraud #1', 'Fraud %23']],
    ['a tag with a value', { tag: 'team', tagValue: 'risk & co' }, ['Fraud %23']],
    ['a tag with no value', { tag: 'a b#%&=', tagValue: '' }, ['Fraud*']],
    ['a tag that nothing has', { tag: 'Team' }, []],
    ['a tag that is named as what every object has', { tag: 'toString' }, []],
    ['all at once', { prefix: 'Fraud', contains: '2', tag: 'team', tagValue: 'risk & co' }, ['Fraud %23']],
  ])('finds models by %s', async (_, filter, expected) => {
    const { publisher, reader } = await aTenant(registry);
    await publisher.createModel({ model: 'Fraud #1', tags: { team: 'payments' } });
    await publisher.createModel({ model: 'Fraud %23', tags: { team: 'risk & co' } });
    await publisher.createModel({ model: 'Fraud*', tags: { 'a b#%&=': '' } });
    await publisher.createModel({ model: 'Card fraud é' });

    expect(namesOf(await reader.listModels(filter))).toEqual(expected);
  });

  it.each<[string, Record<string, string>, string, unknown]>([
    ['a value without its tag', { tagValue: 'payments' }, 'tagValue', 'expected tag together with tagValue'],
    ['an empty prefix', { prefix: '' }, 'prefix', 'expected at least 1 character'],
    ['a page of nothing', { limit: '0' }, 'limit', 'expected 1 or more'],
    ['a page of more than 100', { limit: '101' }, 'limit', 'expected at most 100'],
    ['half a model', { limit: '1.5' }, 'limit', 'expected a whole number'],
    ['another order', { order: 'random' }, 'order', expect.stringContaining('ascending')],
  ])('refuses %s', async (_, query, field, message) => {
    const { keys } = await aTenant(registry);
    const answer = await registry.raw('GET', `/v1/models?${new URLSearchParams(query)}`, { as: keys.reader });

    expect(answer).toMatchObject({ status: 400, body: { code: 'request.invalid', issues: [{ field, message }] } });
  });

  it.each([
    ['reader of some names', [{ role: 'reader', models: 'fraud-*' }], ['fraud-eu', 'fraud-us']],
    ['publisher, who reads too', [{ role: 'publisher', models: '*-eu' }], ['credit-eu', 'fraud-eu']],
    ['reviewer of one model', [{ role: 'reviewer', models: 'fraud-us' }], ['fraud-us']],
    [
      'holder of two roles',
      [
        { role: 'releaser', models: 'c*u' },
        { role: 'admin', models: 'fraud-us' },
      ],
      ['credit-eu', 'fraud-us'],
    ],
    ['reader of names that there are none of', [{ role: 'reader', models: 'loan-*' }], []],
  ] as [string, { role: Role; models: string }[], string[]][])(
    'shows a %s what it may read',
    async (_, grants, expected) => {
      const tenant = await aTenant(registry);
      await create(tenant, ['credit-eu', 'credit-us', 'fraud-eu', 'fraud-us']);
      const member = await aMemberWith(tenant, ...grants);

      expect(await paged(member, { limit: 1 }).then((pages) => pages.flat())).toEqual(expected);
      expect(namesOf(await member.listModels({}))).toEqual(expected);
    },
  );

  it('answers 20 models unless told, and up to 100', async () => {
    const tenant = await aTenant(registry);
    await create(tenant, numbered(21));

    expect(namesOf(await tenant.reader.listModels({}))).toEqual(numbered(20));
    expect(await tenant.reader.listModels({ limit: 100 })).toMatchObject({ items: { length: 21 } });
  });

  it.each(['ascending', 'descending'] as const)('shows everything exactly once, page by page, %s', async (order) => {
    const tenant = await aTenant(registry);
    await create(tenant, numbered(11));
    const pages = await paged(tenant.reader, { limit: 4, order });
    const expected = order === 'ascending' ? numbered(11) : numbered(11).reverse();

    expect(pages).toEqual([expected.slice(0, 4), expected.slice(4, 8), expected.slice(8)]);
  });

  it('ends without an empty page when the last one is full', async () => {
    const tenant = await aTenant(registry);
    await create(tenant, numbered(4));

    expect(await paged(tenant.reader, { limit: 2 })).toEqual([numbered(4).slice(0, 2), numbered(4).slice(2)]);
  });

  it('shows what was there exactly once, whatever is created, deleted or renamed meanwhile', async () => {
    const tenant = await aTenant(registry);
    await create(tenant, numbered(9));
    const steps = [
      () => create(tenant, ['model-00', 'model-01b', 'model-05b']),
      // The page before ended with it: its cursor leads on from where it was.
      () => tenant.publisher.deleteModel({ model: 'model-05b' }),
      () => tenant.publisher.renameModel({ model: 'model-09', to: 'model-99' }),
    ];
    const found = await paged(tenant.reader, { limit: 3 }, async () => {
      await steps.shift()?.();
    });

    expect(found).toEqual([
      ['model-01', 'model-02', 'model-03'],
      ['model-04', 'model-05', 'model-05b'],
      ['model-06', 'model-07', 'model-08'],
      ['model-99'],
    ]);
  });

  it('takes a cursor with another page size', async () => {
    const tenant = await aTenant(registry);
    await create(tenant, numbered(5));
    const { cursor = '' } = await tenant.reader.listModels({ limit: 1 });

    expect(namesOf(await tenant.reader.listModels({ limit: 100, cursor }))).toEqual(numbered(5).slice(1));
  });

  it.each<[string, Filter]>([
    ['another prefix', { prefix: 'mod' }],
    ['no prefix', {}],
    ['a part of the name besides', { prefix: 'model', contains: '0' }],
    ['a tag besides', { prefix: 'model', tag: 'team' }],
    ['the other order', { prefix: 'model', order: 'descending' }],
  ])('refuses a cursor with %s', async (_, filter) => {
    const tenant = await aTenant(registry);
    await create(tenant, numbered(3));
    const { cursor = '' } = await tenant.reader.listModels({ prefix: 'model', limit: 1 });

    await expect(tenant.reader.listModels({ ...filter, cursor })).rejects.toMatchObject({
      status: 400,
      code: 'cursor.invalid',
      message: 'The cursor was not given for this listing with this filter.',
    });
  });

  it('shows nothing of a name in a cursor', async () => {
    const tenant = await aTenant(registry);
    await create(tenant, numbered(2));
    const cursors = [await tenant.reader.listModels({ limit: 1 }), await tenant.reader.listModels({ limit: 1 })];
    const [one = '', other = ''] = cursors.map(({ cursor }) => cursor);

    expect(one).not.toBe(other);
    expect(Buffer.from(one, 'base64url').toString('latin1')).not.toContain('model');
  });

  it('goes on from the cursor of a colleague, with what the caller itself may read', async () => {
    const tenant = await aTenant(registry);
    await create(tenant, ['credit-1', 'credit-2', 'fraud-1', 'fraud-2']);
    const member = await aMemberWith(tenant, { role: 'reader', models: 'fraud-*' });
    const { cursor = '' } = await tenant.reader.listModels({ limit: 1 });

    expect(namesOf(await member.listModels({ cursor }))).toEqual(['fraud-1', 'fraud-2']);
  });

  itEmbedded('looks at so many models for a page, and goes on from its cursor even when it showed none', async () => {
    const tenant = await aTenant(registry);
    const many = Array.from({ length: 1_900 }, (_, n) => `m${n}`);
    const items = [...many, 'z'].map((name) => itemOf(aModel({ tenant: tenant.id, name })));
    await registry.table.putEach(items);
    const member = await aMemberWith(tenant, { role: 'reader', models: 'z*' });

    expect(await paged(member, {})).toEqual([[], ['z']]);
  });

  itEmbedded('takes a cursor for a day, and not longer', async () => {
    const tenant = await aTenant(registry);
    await create(tenant, numbered(2));
    const { cursor = '' } = await tenant.reader.listModels({ limit: 1 });

    registry.clock.advance(23 * HOUR);
    expect(namesOf(await tenant.reader.listModels({ limit: 1, cursor }))).toEqual(['model-02']);
    registry.clock.advance(2 * HOUR);
    await expect(tenant.reader.listModels({ limit: 1, cursor })).rejects.toMatchObject({
      status: 400,
      code: 'cursor.invalid',
      message: 'The cursor is older than 24 hours.',
    });
  });
});
