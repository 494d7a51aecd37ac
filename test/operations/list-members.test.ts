import { expect, it } from 'vitest';
import { pageByPage } from '../../cli/paging.ts';
import { principalFrom } from '../../shared/domain/principal.ts';
import type { Client } from '../../shared/http/client.ts';
import { describeOperation } from '../support/describe-operation.ts';
import { anOutsider, aTenant, itEmbedded, type TestTenant } from '../support/registry.ts';

const HOUR = 3_600_000;

const namesOf = ({ items }: { readonly items: readonly { readonly principal: string }[] }) =>
  items.map(({ principal }) => principal);

/** The principals that a client finds, page by page. `between` happens after each page. */
async function paged(client: Client, limit: number, between = async () => {}): Promise<string[][]> {
  const pages: string[][] = [];
  for await (const page of pageByPage((from) => client.listMembers({ limit, ...from }))) {
    pages.push(namesOf(page));
    await between();
  }
  return pages;
}

const membersOf = ({ keys }: TestTenant): string[] =>
  Object.values(keys)
    .map(({ arn }) => String(principalFrom(arn)))
    .sort();

describeOperation('listMembers', (registry) => {
  it('shows who is in the tenant, with its roles and who added it, by principal', async () => {
    const tenant = await aTenant(registry);
    const member = await tenant.admin.putMember({
      principal: tenant.keys.reader.arn,
      roles: [{ role: 'reader' }, { role: 'publisher', models: 'fraud-*' }],
    });
    const found = await tenant.reader.listMembers({});

    expect(namesOf(found)).toEqual(membersOf(tenant));
    expect(found.items).toContainEqual(member);
    expect(found).not.toHaveProperty('cursor');
  });

  it('shows nobody of another tenant', async () => {
    await aTenant(registry);
    const outsider = await anOutsider(registry);

    expect(namesOf(await registry.client(outsider).listMembers({}))).toEqual([principalFrom(outsider.arn)]);
  });

  it('is open to whoever has a role on a single model', async () => {
    const tenant = await aTenant(registry);
    const key = registry.stranger();
    await tenant.admin.putMember({ principal: key.arn, roles: [{ role: 'reviewer', models: 'fraud' }] });

    expect(namesOf(await registry.client(key).listMembers({}))).toContain(principalFrom(key.arn));
  });

  it('shows everybody exactly once, page by page', async () => {
    const tenant = await aTenant(registry);
    const all = membersOf(tenant);

    expect(await paged(tenant.reader, 2)).toEqual([all.slice(0, 2), all.slice(2, 4), all.slice(4)]);
    expect(await paged(tenant.reader, 5)).toEqual([all]);
  });

  it('shows whoever was there exactly once, whoever comes and goes meanwhile', async () => {
    const tenant = await aTenant(registry);
    const [first = '', second = '', ...rest] = membersOf(tenant);
    const steps = [
      // Before and behind the position of the cursor.
      () => tenant.admin.putMember({ principal: 'aws:000000000000:user/Early', roles: [{ role: 'reader' }] }),
      () => tenant.admin.putMember({ principal: 'aws:999999999999:user/Late', roles: [{ role: 'reader' }] }),
    ];
    const found = await paged(tenant.reader, 2, async () => {
      await steps.shift()?.();
    });

    expect(found.flat()).toEqual([first, second, ...rest, 'aws:999999999999:user/Late']);
  });

  it('goes on behind a member that was removed', async () => {
    const tenant = await aTenant(registry);
    const key = registry.stranger('a-first');
    await tenant.admin.putMember({ principal: key.arn, roles: [{ role: 'reader' }] });
    const { items, cursor = '' } = await tenant.reader.listMembers({ limit: 1 });
    await tenant.admin.removeMember({ principal: key.arn });

    expect(namesOf({ items })).toEqual([principalFrom(key.arn)]);
    expect(namesOf(await tenant.reader.listMembers({ cursor }))).toEqual(membersOf(tenant));
  });

  it.each([
    ['a page of nobody', 0, 'expected 1 or more'],
    ['a page of more than 100', 101, 'expected at most 100'],
  ])('refuses %s', async (_, limit, message) => {
    const { reader } = await aTenant(registry);

    await expect(reader.listMembers({ limit })).rejects.toMatchObject({
      status: 400,
      code: 'request.invalid',
      issues: [{ field: 'limit', message }],
    });
  });

  itEmbedded('takes a cursor for a day, and not longer', async () => {
    const { reader } = await aTenant(registry);
    const { cursor = '' } = await reader.listMembers({ limit: 1 });

    registry.clock.advance(23 * HOUR);
    expect((await reader.listMembers({ cursor })).items).toHaveLength(4);
    registry.clock.advance(2 * HOUR);
    await expect(reader.listMembers({ cursor })).rejects.toMatchObject({
      status: 400,
      code: 'cursor.invalid',
      message: 'The cursor is older than 24 hours.',
    });
  });
});
