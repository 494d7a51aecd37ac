import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import type { EntityWrite } from '../../../shared/domain/change.ts';
import { TenantId } from '../../../shared/domain/names.ts';
import { Conflict } from '../../../shared/store/store.ts';
import { tableStore } from '../../../shared/store/table-store.ts';
import { aPolicy } from '../../support/builders.ts';
import type { Open } from '../table-promises.ts';

/** What every condition of a change promises, on whichever table. */
export function commitPromises(open: Open): void {
  const world = async () => {
    const store = tableStore(await open());
    const tenant = TenantId.parse(`t${randomUUID()}`);
    const policy = (revision: number, over: object = {}) => aPolicy({ tenant, revision, ...over });
    const there = async () => (await store.policies(tenant)).ofTenant;
    /** Another write of the same change, which is there or not as the whole change is. */
    const model = '01JZ0000000000000000000001';
    const other = policy(1, { model });
    const hasOther = async () => (await store.policies(tenant, other.model)).ofModel !== undefined;
    const write = (...writes: EntityWrite[]) => store.commit({ result: 'done', keep: [...writes, { create: other }] });
    const first = () => store.commit({ result: 'done', keep: [{ create: policy(1) }] });
    return { policy, there, hasOther, write, first, absent: { kind: 'policy', tenant } as const };
  };

  it.each<[string, boolean, (at: Awaited<ReturnType<typeof world>>) => EntityWrite]>([
    ['create: what is there already', true, ({ policy }) => ({ create: policy(1) })],
    ['replace: what is at another revision', true, ({ policy }) => ({ replace: policy(3) })],
    ['replace: what is not there', false, ({ policy }) => ({ replace: policy(2) })],
    ['remove: what is at another revision', true, ({ policy }) => ({ remove: policy(2) })],
    ['remove: what is not there', false, ({ policy }) => ({ remove: policy(1) })],
    ['unchanged: what is at another revision', true, ({ policy }) => ({ unchanged: policy(2) })],
    ['unchanged: what is not there', false, ({ policy }) => ({ unchanged: policy(1) })],
    ['absent: what is there', true, ({ absent }) => ({ absent })],
  ])('a change does not happen that says %s', async (_, isThere, write) => {
    const at = await world();
    if (isThere) await at.first();

    await expect(at.write(write(at))).rejects.toThrow(Conflict);
    expect(await at.hasOther()).toBe(false);
    expect(await at.there()).toEqual(isThere ? at.policy(1) : undefined);
  });

  it.each<[string, boolean, number | undefined, (at: Awaited<ReturnType<typeof world>>) => EntityWrite]>([
    ['create: what is not there', false, 1, ({ policy }) => ({ create: policy(1) })],
    ['replace: what is at the revision before', true, 2, ({ policy }) => ({ replace: policy(2) })],
    ['remove: what is at this revision', true, undefined, ({ policy }) => ({ remove: policy(1) })],
    ['unchanged: what is at this revision', true, 1, ({ policy }) => ({ unchanged: policy(1) })],
    ['absent: what is not there', false, undefined, ({ absent }) => ({ absent })],
  ])('a change happens that says %s', async (_, isThere, after, write) => {
    const at = await world();
    if (isThere) await at.first();

    expect(await at.write(write(at))).toBe('done');
    expect(await at.hasOther()).toBe(true);
    expect((await at.there())?.revision).toBe(after);
  });
}
